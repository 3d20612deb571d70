//  blob_disk_test.c: the broker's files where the disk refuses a call: who asks is told, what is there is
//  counted, and nobody hears that a file is kept before it is on the disk.
#include "broker/files/blob_store.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "broker/files/part.h"
#include "test/support/processes/descriptors.h"
#include "test/support/stores/blob_folder.h"
#include "test/support/stores/failing_disk.h"

TestSuite (blob_disk, .init = blob_folder_make, .fini = blob_folder_remove);

enum { UNTOUCHED = 4711 };

//  Its bytes from `at` on, in one piece.
static int s_send (blob_store_t *store, const char *sender, uint64_t at, uint64_t *wanted)
{
    return blob_folder_put_as (store, sender, NULL, blob_folder_sha, FILE_BYTES, at, blob_folder_bytes + at,
                               FILE_BYTES - at, wanted, NULL);
}

static int s_ask (blob_store_t *store, const char *sender, uint64_t *wanted)
{
    return blob_folder_put_as (store, sender, NULL, blob_folder_sha, FILE_BYTES, 0, NULL, 0, wanted, NULL);
}

static int s_get (blob_store_t *store, const char *owner)
{
    char byte;
    size_t got;
    uint64_t bytes;
    return blob_store_get (store, blob_folder_sha, owner, 7, &byte, 1, &got, &bytes, NULL);
}

static void s_leave (const char *name, size_t bytes)
{
    char path[240];
    snprintf (path, sizeof path, "%s/%s", blob_folder_path, name);
    int fd = open (path, O_WRONLY | O_CREAT, 0600);
    cr_assert (fd >= 0 && ftruncate (fd, (off_t) bytes) == 0 && close (fd) == 0);
}

Test (blob_disk, whichever_sync_fails_its_sender_is_not_told_that_it_is_kept_and_sends_it_again)
{
    int n = 0;
    for (bool failed = true; failed;) {
        uint64_t wanted = 0;
        blob_store_t *store = blob_folder_open (ROOM);
        cr_assert_eq (s_ask (store, ANNA, &wanted), DMH_OK);
        wanted = UNTOUCHED;
        failing_disk_at (DISK_SYNC, ++n, EIO);
        int rc = s_send (store, ANNA, 0, &wanted);
        failed = failing_disk_failed ();
        failing_disk_at (DISK_SYNC, 0, 0);
        cr_expect_eq (rc, failed ? DMH_UNAVAILABLE : DMH_OK, "sync %d", n);
        cr_expect_eq (wanted, failed ? UNTOUCHED : FILE_BYTES, "sync %d", n);
        cr_assert_eq (s_ask (store, ANNA, &wanted), DMH_OK);
        if (wanted < FILE_BYTES)
            cr_assert_eq (s_send (store, ANNA, wanted, &wanted), DMH_OK);
        cr_expect_eq (s_get (store, ANNA), DMH_OK);
        cr_expect_eq (blob_store_used (store), FILE_BYTES, "sync %d", n);
        cr_assert_eq (blob_store_remove (store, blob_folder_sha, NULL), DMH_OK);
        blob_store_destroy (&store);
    }
    cr_expect_gt (n, 4, "the file, its list, and the folder with the name of each");
}

//  Bert's name came to Anna's file, and the folder was not synced.
Test (blob_disk, a_list_that_may_not_be_on_the_disk_is_written_anew_before_its_owner_is_told)
{
    uint64_t wanted = 0;
    blob_store_t *store = blob_folder_open (ROOM);
    cr_assert_eq (s_send (store, ANNA, 0, &wanted), DMH_OK);
    failing_disk_at (DISK_SYNC, 1, EIO);
    cr_expect_eq (s_ask (store, ANNA, &wanted), DMH_OK);
    cr_expect_not (failing_disk_failed (), "who asks for what is on the disk does not wait for it");
    failing_disk_at (DISK_SYNC, 3, EIO);
    cr_assert_eq (s_send (store, BERT, 0, &wanted), DMH_UNAVAILABLE);
    cr_expect_eq (blob_store_used (store), FILE_BYTES, "what was there before stays");
    for (int n = 1; n <= 2; n++) {
        failing_disk_at (DISK_SYNC, n, EIO);
        cr_expect_eq (s_ask (store, BERT, &wanted), DMH_UNAVAILABLE, "sync %d", n);
        cr_expect (failing_disk_failed ());
    }
    cr_expect_eq (s_ask (store, BERT, &wanted), DMH_OK);
    cr_expect_eq (wanted, FILE_BYTES);
    cr_expect_eq (s_get (store, BERT), DMH_OK);
    blob_store_destroy (&store);
}

//  A file that was cut to nothing is one that was there before.
Test (blob_disk, what_takes_the_place_of_an_empty_file_stays_when_the_folder_is_not_synced)
{
    uint64_t wanted = 0;
    blob_store_t *store = blob_folder_open (ROOM);
    s_leave (blob_folder_sha, 0);
    failing_disk_at (DISK_SYNC, 2, EIO);
    cr_assert_eq (s_send (store, NULL, 0, &wanted), DMH_UNAVAILABLE);
    cr_expect (failing_disk_failed ());
    cr_expect_eq (blob_store_used (store), FILE_BYTES);
    blob_folder_is_whole (store);
    blob_store_destroy (&store);
}

Test (blob_disk, a_part_that_is_too_long_and_cannot_be_removed_is_counted_and_not_gone_on_with)
{
    struct part part;
    uint64_t wanted = UNTOUCHED;
    char sha[DIGEST_HEX_BYTES];
    part_name (&part, digest_of ("abc", 3, sha), NULL, 3);
    cr_assert_eq (mkdir (blob_folder_path, 0700), 0);
    s_leave (part.name, 50);
    blob_store_t *store = blob_folder_open (ROOM);
    failing_disk_at (DISK_UNLINK, 1, EIO);
    cr_expect_eq (blob_folder_put (store, sha, 3, 0, "abc", 3, &wanted, NULL), DMH_UNAVAILABLE);
    cr_expect_eq (wanted, UNTOUCHED);
    cr_expect_eq (blob_store_used (store), 50);
    cr_expect_eq (blob_folder_put (store, sha, 3, 0, "abc", 3, &wanted, NULL), DMH_OK);
    cr_expect_eq (wanted, 3);
    cr_expect_eq (blob_store_used (store), 3);
    blob_store_destroy (&store);
}

static int s_drop (void *context, const struct listing_file *file)
{
    failing_disk_at (DISK_UNLINK, 1, EACCES);
    return blob_store_drop (context, file, NULL);
}

Test (blob_disk, what_cannot_be_removed_is_told_stays_its_owners_and_takes_room)
{
    uint64_t wanted = 0;
    struct error error = {.code = DMH_OK};
    blob_store_t *store = blob_folder_open (ROOM);
    cr_assert_eq (s_send (store, ANNA, 0, &wanted), DMH_OK);
    failing_disk_at (DISK_UNLINK, 1, EACCES);
    cr_expect_eq (blob_store_remove (store, blob_folder_sha, &error), DMH_IO);
    cr_expect_not_null (strstr (error.text, "Permission denied"), "%s", error.text);
    failing_disk_at (DISK_UNLINK, 1, EACCES);
    cr_expect_eq (blob_store_disown (store, blob_folder_sha, ANNA, INT64_MAX, NULL), DMH_IO);
    cr_expect_eq (blob_store_list (store, s_drop, store, NULL), DMH_IO);
    cr_expect_eq (s_get (store, ANNA), DMH_OK);
    cr_expect_eq (blob_store_used (store), FILE_BYTES);
    failing_disk_at (DISK_STAT, 1, EACCES);
    cr_expect_eq (blob_store_disown (store, blob_folder_sha, ANNA, INT64_MAX, NULL), DMH_IO);
    cr_expect_eq (s_get (store, ANNA), DMH_OK);
    failing_disk_at (DISK_SYNC, 1, EIO);
    cr_expect_eq (blob_store_sync (store, NULL), DMH_IO);
    cr_expect_eq (blob_store_sync (store, NULL), DMH_OK);
    blob_store_destroy (&store);
}

Test (blob_disk, without_descriptors_a_file_is_not_absent)
{
    uint64_t wanted = UNTOUCHED;
    blob_store_t *store = blob_folder_open (ROOM);
    blob_folder_send (store, 0, FILE_BYTES);
    descriptors_exhaust ();
    int got = s_get (store, NULL), listed = blob_store_list (store, s_drop, store, NULL);
    int put = blob_folder_put (store, blob_folder_sha, 9, 0, "x", 1, &wanted, NULL);
    descriptors_free ();
    cr_expect_eq (got, DMH_IO);
    cr_expect_eq (listed, DMH_IO);
    cr_expect_eq (put, DMH_UNAVAILABLE);
    cr_expect_eq (wanted, UNTOUCHED);
    cr_expect_eq (s_get (store, NULL), DMH_OK);
    blob_store_destroy (&store);
}

Test (blob_disk, a_disk_that_takes_a_piece_bit_by_bit_has_it_whole_and_one_that_takes_nothing_refuses)
{
    uint64_t wanted = 0;
    struct error error = {.code = DMH_OK};
    blob_store_t *store = blob_folder_open (ROOM);
    failing_disk_at (DISK_WRITE, 1, 0);
    blob_folder_send (store, 0, PIECE_BYTES);
    cr_expect (failing_disk_failed ());
    failing_disk_at (DISK_WRITE, 1, EINTR);
    blob_folder_send (store, PIECE_BYTES, FILE_BYTES - 1);
    failing_disk_at (DISK_WRITE, 1, 0);
    cr_expect_eq (s_send (store, NULL, FILE_BYTES - 1, &wanted), DMH_UNAVAILABLE);
    failing_disk_at (DISK_WRITE, 1, EIO);
    cr_expect_eq (blob_folder_put (store, blob_folder_sha, FILE_BYTES, FILE_BYTES - 1,
                                   blob_folder_bytes + FILE_BYTES - 1, 1, &wanted, &error),
                  DMH_UNAVAILABLE);
    cr_expect_str_eq (error.text, "the broker cannot write a file: Input/output error; try again later");
    cr_expect_eq (s_send (store, NULL, FILE_BYTES - 1, &wanted), DMH_OK);
    blob_folder_is_whole (store);
    blob_store_destroy (&store);
}
