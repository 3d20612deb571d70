//  blob_owners_test.c: whose the broker's files are, with several who send and read one; and those that rot.
#include "broker/files/blob_store.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "broker/files/owners.h"
#include "messages/files/file.h"
#include "test/support/stores/blob_folder.h"

TestSuite (blob_owners, .init = blob_folder_make, .fini = blob_folder_remove);

//  All of it, in pieces of PIECE_BYTES; what the last one was answered.
static int s_send_as (blob_store_t *blob_store, const char *sender, const char *owner, struct error *error)
{
    int rc = DMH_OK;
    uint64_t at = 0, wanted = 0;
    for (; rc == DMH_OK && at < FILE_BYTES; at = wanted) {
        size_t n = FILE_BYTES - at < PIECE_BYTES ? FILE_BYTES - at : PIECE_BYTES;
        rc = blob_folder_put_as (blob_store, sender, owner, blob_folder_sha, FILE_BYTES, at,
                                 blob_folder_bytes + at, n, &wanted, error);
        cr_assert (rc != DMH_OK || wanted > at);
    }
    return rc;
}

static int s_get_as (blob_store_t *blob_store, const char *owner)
{
    char byte;
    size_t got;
    uint64_t bytes;
    return blob_store_get (blob_store, blob_folder_sha, owner, 7, &byte, 1, &got, &bytes, NULL);
}

static uint64_t s_ask_as (blob_store_t *blob_store, const char *sender)
{
    uint64_t wanted = UINT64_MAX;
    cr_assert_eq (
        blob_folder_put_as (blob_store, sender, NULL, blob_folder_sha, FILE_BYTES, 0, NULL, 0, &wanted, NULL),
        DMH_OK);
    return wanted;
}

Test (blob_owners, a_wrong_beginning_or_size_of_one_sender_spoils_nobody_elses_upload)
{
    uint64_t wanted = 0;
    blob_store_t *blob_store = blob_folder_open (4 * FILE_BYTES);
    cr_assert_eq (blob_folder_put_as (blob_store, BERT, NULL, blob_folder_sha, FILE_BYTES, 0, "wrong", 5,
                                      &wanted, NULL),
                  DMH_OK);
    cr_assert_eq (
        blob_folder_put_as (blob_store, CARL, NULL, blob_folder_sha, 99, 0, "wrong", 5, &wanted, NULL),
        DMH_OK);
    cr_assert_eq (
        blob_folder_put_as (blob_store, ANNA, NULL, blob_folder_sha, 99, 0, "wrong", 5, &wanted, NULL),
        DMH_OK, "her own mistake of before is none now");
    cr_assert_eq (s_ask_as (blob_store, ANNA), 0);
    cr_assert_eq (s_send_as (blob_store, ANNA, NULL, NULL), DMH_OK);
    cr_assert_eq (s_get_as (blob_store, ANNA), DMH_OK);
    cr_assert_eq (s_ask_as (blob_store, BERT), 5, "his goes on");
    for (wanted = 5; wanted < FILE_BYTES;) {
        int rc = blob_folder_put_as (blob_store, BERT, NULL, blob_folder_sha, FILE_BYTES, wanted,
                                     blob_folder_bytes + wanted, FILE_BYTES - wanted, &wanted, NULL);
        cr_assert_eq (rc, DMH_CONFLICT);
        break;
    }
    cr_assert_eq (s_get_as (blob_store, ANNA), DMH_OK);
    cr_assert_eq (s_ask_as (blob_store, BERT), 0);
    cr_assert_eq (s_send_as (blob_store, BERT, NULL, NULL), DMH_OK);
    cr_assert_eq (s_get_as (blob_store, BERT), DMH_OK);
    blob_store_destroy (&blob_store);
}

Test (blob_owners, without_keys_a_wrong_size_spoils_nobody_elses_upload)
{
    uint64_t wanted = 0;
    blob_store_t *blob_store = blob_folder_open (ROOM);
    cr_assert_eq (blob_folder_put (blob_store, blob_folder_sha, 99, 0, "wrong", 5, &wanted, NULL), DMH_OK);
    blob_folder_send (blob_store, 0, FILE_BYTES);
    blob_folder_is_whole (blob_store);
    cr_assert_eq (blob_folder_put (blob_store, blob_folder_sha, 6, 0, "wrong!", 6, &wanted, NULL),
                  DMH_CONFLICT);
    blob_folder_is_whole (blob_store);
    blob_store_destroy (&blob_store);
}

Test (blob_owners, a_file_is_there_for_those_alone_who_have_sent_it_whole_and_is_kept_once)
{
    struct error hidden = {.code = DMH_OK}, absent = {.code = DMH_OK};
    char byte, other[DIGEST_HEX_BYTES], path[160];
    size_t got;
    uint64_t bytes, wanted = 0;
    blob_store_t *blob_store = blob_folder_open (ROOM);
    cr_assert_eq (s_send_as (blob_store, ANNA, NULL, NULL), DMH_OK);
    cr_assert_eq (s_get_as (blob_store, ANNA), DMH_OK);
    cr_assert_eq (s_ask_as (blob_store, ANNA), FILE_BYTES);
    digest_of ("nobody has this", 15, other);
    cr_assert_eq (blob_store_get (blob_store, blob_folder_sha, BERT, 0, &byte, 1, &got, &bytes, &hidden),
                  DMH_NOT_FOUND);
    cr_assert_eq (blob_store_get (blob_store, other, BERT, 0, &byte, 1, &got, &bytes, &absent),
                  DMH_NOT_FOUND);
    cr_assert_str_eq (hidden.text, absent.text);
    cr_assert_eq (s_get_as (blob_store, ""), DMH_NOT_FOUND, "nor is it nobody's");
    cr_assert_eq (s_ask_as (blob_store, BERT), 0, "he has to send all of it");
    cr_assert_eq (blob_folder_put_as (blob_store, BERT, NULL, blob_folder_sha, FILE_BYTES, 0,
                                      blob_folder_bytes, FILE_BYTES - 1, &wanted, NULL),
                  DMH_OK);
    cr_assert_eq (s_get_as (blob_store, BERT), DMH_NOT_FOUND, "one byte is missing");
    cr_assert_eq (blob_folder_put_as (blob_store, BERT, NULL, blob_folder_sha, FILE_BYTES, FILE_BYTES - 1,
                                      blob_folder_bytes + FILE_BYTES - 1, 1, &wanted, NULL),
                  DMH_OK);
    cr_assert_eq (s_get_as (blob_store, BERT), DMH_OK);
    cr_assert_eq (s_get_as (blob_store, ANNA), DMH_OK);
    cr_assert_eq (blob_store_used (blob_store), FILE_BYTES, "once");
    cr_assert_eq (blob_folder_count (), 2, "the file and its list");
    snprintf (path, sizeof path, "%s/%s" OWNERS_SUFFIX, blob_folder_path, blob_folder_sha);
    cr_assert_eq (blob_folder_mode (path), 0600);
    blob_store_destroy (&blob_store);
    blob_store = blob_folder_open (ROOM);    //  which is known after a restart, too
    cr_assert_eq (s_get_as (blob_store, BERT), DMH_OK);
    cr_assert_eq (s_get_as (blob_store, CARL), DMH_NOT_FOUND);
    cr_assert_eq (blob_store_remove (blob_store, blob_folder_sha, NULL), DMH_OK);
    cr_assert_eq (blob_folder_count (), 0);
    blob_store_destroy (&blob_store);
}

Test (blob_owners, a_file_that_is_left_for_another_is_that_one_s_alone)
{
    uint64_t wanted = 0;
    blob_store_t *blob_store = blob_folder_open (ROOM);
    cr_assert_eq (s_send_as (blob_store, CARL, ANNA, NULL), DMH_OK);
    cr_assert_eq (s_get_as (blob_store, ANNA), DMH_OK);
    cr_assert_eq (s_get_as (blob_store, CARL), DMH_NOT_FOUND, "who brought it has no need of it");
    cr_assert_eq (s_get_as (blob_store, BERT), DMH_NOT_FOUND);
    //  Who sends for her does not hear by that that she has it.
    cr_assert_eq (
        blob_folder_put_as (blob_store, BERT, ANNA, blob_folder_sha, FILE_BYTES, 0, NULL, 0, &wanted, NULL),
        DMH_OK);
    cr_assert_eq (wanted, 0);
    cr_assert_eq (
        blob_folder_put_as (blob_store, CARL, BERT, blob_folder_sha, FILE_BYTES, 0, NULL, 0, &wanted, NULL),
        DMH_OK);
    cr_assert_eq (wanted, 0, "it is not BERT's yet");
    blob_store_destroy (&blob_store);
}

Test (blob_owners, a_file_that_was_kept_before_there_were_owners_stays_nobodys_beside_new_ones)
{
    blob_store_t *blob_store = blob_folder_open (ROOM);
    blob_folder_send (blob_store, 0, FILE_BYTES);
    cr_assert_eq (s_get_as (blob_store, ""), DMH_OK);
    cr_assert_eq (s_get_as (blob_store, ANNA), DMH_NOT_FOUND);
    cr_assert_eq (s_send_as (blob_store, ANNA, NULL, NULL), DMH_OK);
    cr_assert_eq (s_get_as (blob_store, ANNA), DMH_OK);
    cr_assert_eq (s_get_as (blob_store, ""), DMH_OK);
    blob_store_destroy (&blob_store);
}

static int s_disown (blob_store_t *blob_store, const char *owner, time_t until)
{
    return blob_store_disown (blob_store, blob_folder_sha, owner, (int64_t) until * 1000, NULL);
}

Test (blob_owners, a_file_is_taken_from_one_owner_and_goes_with_the_last_one)
{
    time_t now = time (NULL) + 60;
    uint64_t wanted = 0;
    blob_store_t *blob_store = blob_folder_open (ROOM);
    cr_assert_eq (s_disown (blob_store, ANNA, now), DMH_OK, "there is none");
    cr_assert_eq (s_send_as (blob_store, ANNA, NULL, NULL), DMH_OK);
    cr_assert_eq (s_send_as (blob_store, BERT, NULL, NULL), DMH_OK);
    cr_assert_eq (blob_folder_put_as (blob_store, CARL, NULL, blob_folder_sha, FILE_BYTES, 0,
                                      blob_folder_bytes, PIECE_BYTES, &wanted, NULL),
                  DMH_OK);
    cr_assert_eq (s_disown (blob_store, CARL, now), DMH_OK, "it is not his");
    cr_assert_eq (s_disown (blob_store, "", now), DMH_OK, "nor nobody's");
    cr_assert_eq (s_disown (blob_store, ANNA, now - 3600), DMH_OK, "it was used since");
    cr_assert_eq (s_get_as (blob_store, ANNA), DMH_OK);
    cr_assert_eq (s_disown (blob_store, ANNA, now), DMH_OK);
    cr_assert_eq (s_get_as (blob_store, ANNA), DMH_NOT_FOUND);
    cr_assert_eq (s_ask_as (blob_store, ANNA), 0, "she has to send it again");
    cr_assert_eq (s_get_as (blob_store, BERT), DMH_OK);
    cr_assert_eq (s_disown (blob_store, BERT, now), DMH_OK);
    cr_assert_eq (s_get_as (blob_store, BERT), DMH_NOT_FOUND);
    cr_assert_eq (s_ask_as (blob_store, CARL), PIECE_BYTES, "what he is sending is his");
    cr_assert_eq (blob_store_used (blob_store), PIECE_BYTES);
    cr_assert_eq (blob_folder_count (), 1);
    cr_assert_eq (blob_store_disown (blob_store, "../x", ANNA, INT64_MAX, NULL), DMH_MALFORMED);
    blob_store_destroy (&blob_store);
}

Test (blob_owners, a_file_of_nobody_goes_with_nobody_and_stays_with_others)
{
    time_t now = time (NULL) + 60;
    blob_store_t *blob_store = blob_folder_open (ROOM);
    blob_folder_send (blob_store, 0, FILE_BYTES);
    cr_assert_eq (s_disown (blob_store, ANNA, now), DMH_OK);
    cr_assert_eq (s_get_as (blob_store, ""), DMH_OK);
    cr_assert_eq (s_send_as (blob_store, ANNA, NULL, NULL), DMH_OK);
    cr_assert_eq (s_disown (blob_store, "", now), DMH_OK);
    cr_assert_eq (s_get_as (blob_store, ""), DMH_NOT_FOUND);
    cr_assert_eq (s_get_as (blob_store, ANNA), DMH_OK);
    cr_assert_eq (s_disown (blob_store, ANNA, now), DMH_OK);
    blob_folder_send (blob_store, 0, FILE_BYTES);
    cr_assert_eq (s_disown (blob_store, "", now), DMH_OK);
    cr_assert_eq (blob_folder_count (), 0);
    blob_store_destroy (&blob_store);
}

//  Reads it from its beginning to its end; the answer to the last piece.
static int s_read_through (blob_store_t *blob_store, const char *owner)
{
    static char piece[PIECE_BYTES];
    size_t got = 1;
    uint64_t bytes = 0, at = 0;
    int rc = DMH_OK;
    for (; rc == DMH_OK && got && at < FILE_BYTES; at += got)
        rc = blob_store_get (blob_store, blob_folder_sha, owner, at, piece, sizeof piece, &got, &bytes, NULL);
    return rc;
}

static void s_spoil (off_t at)
{
    unsigned char byte;
    int fd = blob_folder_file (blob_folder_sha);
    cr_assert_eq (pread (fd, &byte, 1, at), 1);
    byte ^= 16;
    cr_assert_eq (pwrite (fd, &byte, 1, at), 1);
    close (fd);
}

Test (blob_owners, a_file_that_rots_is_found_when_it_is_read_through_and_may_be_put_anew)
{
    static const off_t AT[] = {0, FILE_BYTES / 2, FILE_BYTES - 1};
    blob_store_t *blob_store = blob_folder_open (ROOM);
    cr_assert_eq (s_send_as (blob_store, ANNA, NULL, NULL), DMH_OK);
    for (size_t i = 0; i < sizeof AT / sizeof *AT; i++) {
        cr_assert_eq (s_read_through (blob_store, ANNA), DMH_OK);
        s_spoil (AT[i]);
        cr_assert_eq (s_read_through (blob_store, ANNA), DMH_NOT_FOUND, "at %zu", i);
        cr_assert_eq (s_get_as (blob_store, ANNA), DMH_NOT_FOUND, "it is served no longer");
        cr_assert_eq (blob_store_used (blob_store), 0);
        cr_assert_eq (s_ask_as (blob_store, ANNA), 0);
        cr_assert_eq (s_send_as (blob_store, ANNA, NULL, NULL), DMH_OK);
    }
    cr_assert_eq (s_read_through (blob_store, ANNA), DMH_OK);
    blob_store_destroy (&blob_store);
}

Test (blob_owners, a_rotten_file_is_mended_by_the_next_one_who_sends_it_and_readers_under_way_are_not_misled)
{
    char piece[10];
    size_t got;
    uint64_t bytes;
    blob_store_t *blob_store = blob_folder_open (ROOM);
    cr_assert_eq (s_send_as (blob_store, ANNA, NULL, NULL), DMH_OK);
    s_spoil (3);
    cr_assert_eq (
        blob_store_get (blob_store, blob_folder_sha, ANNA, 0, piece, sizeof piece, &got, &bytes, NULL),
        DMH_OK);
    cr_assert_eq (s_send_as (blob_store, BERT, NULL, NULL), DMH_OK);
    static char rest[FILE_BYTES];
    cr_assert_eq (blob_store_get (blob_store, blob_folder_sha, ANNA, sizeof piece, rest, sizeof rest, &got,
                                  &bytes, NULL),
                  DMH_OK, "what was read of the rotten one is not held against the good one");
    cr_assert_eq (s_read_through (blob_store, ANNA), DMH_OK);
    blob_store_destroy (&blob_store);
}

Test (blob_owners, a_file_that_was_cut_on_the_disk_may_be_put_anew_too)
{
    blob_store_t *blob_store = blob_folder_open (ROOM);
    cr_assert_eq (s_send_as (blob_store, ANNA, NULL, NULL), DMH_OK);
    int fd = blob_folder_file (blob_folder_sha);
    cr_assert_eq (ftruncate (fd, 10), 0);
    close (fd);
    cr_assert_eq (s_ask_as (blob_store, ANNA), 0);
    cr_assert_eq (s_send_as (blob_store, ANNA, NULL, NULL), DMH_OK);
    cr_assert_eq (s_read_through (blob_store, ANNA), DMH_OK);
    blob_store_destroy (&blob_store);
}

Test (blob_owners, where_the_list_cannot_be_written_nobody_is_told_that_it_is_kept_and_the_sender_goes_on)
{
    char path[240];
    uint64_t wanted = 0;
    blob_store_t *blob_store = blob_folder_open (ROOM);
    snprintf (path, sizeof path, "%s/%s" OWNERS_SUFFIX ".new", blob_folder_path, blob_folder_sha);
    cr_assert_eq (mkdir (path, 0700), 0);    //  in the way of the new list
    cr_assert_eq (s_send_as (blob_store, ANNA, NULL, NULL), DMH_UNAVAILABLE);
    cr_assert_eq (s_get_as (blob_store, ANNA), DMH_NOT_FOUND);
    cr_assert_eq (s_get_as (blob_store, ""), DMH_NOT_FOUND);
    cr_assert_eq (blob_store_used (blob_store), FILE_BYTES, "its part stays");
    cr_assert_eq (rmdir (path), 0);
    cr_assert_eq (blob_folder_put_as (blob_store, ANNA, NULL, blob_folder_sha, FILE_BYTES, FILE_BYTES, NULL,
                                      0, &wanted, NULL),
                  DMH_OK);
    cr_assert_eq (wanted, FILE_BYTES);
    cr_assert_eq (s_get_as (blob_store, ANNA), DMH_OK);
    cr_assert_eq (mkdir (path, 0700), 0);
    cr_assert_eq (s_send_as (blob_store, BERT, NULL, NULL), DMH_UNAVAILABLE);
    cr_assert_eq (s_get_as (blob_store, BERT), DMH_NOT_FOUND);
    cr_assert_eq (s_get_as (blob_store, ANNA), DMH_OK, "she keeps it");
    cr_assert_eq (rmdir (path), 0);
    blob_store_destroy (&blob_store);
}

//  What a process leaves that dies between the list and the file, or over the list.
Test (blob_owners, a_list_without_its_file_and_half_a_list_are_thrown_away_at_the_next_start)
{
    static const char *const ENDS[] = {OWNERS_SUFFIX, OWNERS_SUFFIX ".new"};
    char path[240];
    blob_store_t *blob_store = blob_folder_open (ROOM);
    blob_store_destroy (&blob_store);
    for (size_t i = 0; i < 2; i++) {
        snprintf (path, sizeof path, "%s/%s%s", blob_folder_path, blob_folder_sha, ENDS[i]);
        int fd = open (path, O_WRONLY | O_CREAT, 0600);
        cr_assert_eq (write (fd, BERT "\n", sizeof BERT), sizeof BERT);
        close (fd);
    }
    blob_store = blob_folder_open (ROOM);
    cr_assert_eq (blob_folder_count (), 0);
    cr_assert_eq (s_send_as (blob_store, ANNA, NULL, NULL), DMH_OK);
    cr_assert_eq (s_get_as (blob_store, BERT), DMH_NOT_FOUND);
    blob_store_destroy (&blob_store);
    blob_store = blob_folder_open (ROOM);
    cr_assert_eq (s_get_as (blob_store, ANNA), DMH_OK, "a list with its file stays");
    blob_store_destroy (&blob_store);
}
