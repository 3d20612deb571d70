//  blob_store_test.c: the broker's files on disk: in pieces, over deaths, within their room, and never under
//  a wrong name.
#include "broker/files/blob_store.h"

#include <criterion/criterion.h>
#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "broker/files/owners.h"
#include "broker/files/part.h"
#include "messages/files/file.h"
#include "test/support/stores/failing_fsync.h"

#define ANNA "anna456789012345678901234567890123456789"
#define BERT "bert456789012345678901234567890123456789"
#define CARL "carl456789012345678901234567890123456789"

enum { ROOM = 1 << 20, FILE_BYTES = 100000, PIECE_BYTES = 7000 };

static char s_folder[64], s_sha[DIGEST_HEX_BYTES];
static unsigned char s_bytes[FILE_BYTES];

static void s_setup (void)
{
    snprintf (s_folder, sizeof s_folder, "/tmp/dmh-blob_store-XXXXXX");
    cr_assert_not_null (mkdtemp (s_folder));
    strcat (s_folder, "/files");
    for (size_t i = 0; i < FILE_BYTES; i++)
        s_bytes[i] = (unsigned char) (i * i / 7);
    digest_of (s_bytes, FILE_BYTES, s_sha);
}

static void s_teardown (void)
{
    char command[128];
    *strrchr (s_folder, '/') = 0;
    snprintf (command, sizeof command, "rm -rf %s", s_folder);
    cr_assert_eq (system (command), 0);
}

TestSuite (blob_store, .init = s_setup, .fini = s_teardown);

static blob_store_t *s_open (uint64_t room)
{
    struct error error = {.code = DMH_OK};
    blob_store_t *blob_store = blob_store_new (s_folder, room, &error);
    cr_assert_not_null (blob_store, "%s", error.text);
    return blob_store;
}

static int s_put_as (blob_store_t *blob_store, const char *sender, const char *owner, const char *sha256,
                     uint64_t bytes, uint64_t offset, const void *at, size_t n, uint64_t *wanted,
                     struct error *error)
{
    struct blob_store_piece piece = {sha256, bytes, offset, at, n, sender, owner};
    return blob_store_put (blob_store, &piece, wanted, error);
}

//  Without keys.
static int s_put (blob_store_t *blob_store, const char *sha256, uint64_t bytes, uint64_t offset,
                  const void *at, size_t n, uint64_t *wanted, struct error *error)
{
    return s_put_as (blob_store, NULL, NULL, sha256, bytes, offset, at, n, wanted, error);
}

//  Sends pieces from `at` up to `end`; what the blob_store wants then.
static uint64_t s_send (blob_store_t *blob_store, uint64_t at, uint64_t end)
{
    while (at < end) {
        struct error error = {.code = DMH_OK};
        size_t n = end - at < PIECE_BYTES ? end - at : PIECE_BYTES;
        uint64_t wanted = 0;
        cr_assert_eq (s_put (blob_store, s_sha, FILE_BYTES, at, s_bytes + at, n, &wanted, &error), DMH_OK,
                      "%s", error.text);
        cr_assert_eq (wanted, at + n);
        at = wanted;
    }
    return at;
}

static uint64_t s_ask (blob_store_t *blob_store)
{
    uint64_t wanted = UINT64_MAX;
    cr_assert_eq (s_put (blob_store, s_sha, FILE_BYTES, 0, NULL, 0, &wanted, NULL), DMH_OK);
    return wanted;
}

static void s_is_whole (blob_store_t *blob_store)
{
    static unsigned char back[FILE_BYTES];
    size_t got, all = 0;
    uint64_t bytes = 0;
    do {
        cr_assert_eq (blob_store_get (blob_store, s_sha, NULL, all, back + all,
                                      PIECE_BYTES < FILE_BYTES - all ? PIECE_BYTES : FILE_BYTES - all, &got,
                                      &bytes, NULL),
                      DMH_OK);
        all += got;
    } while (got);
    cr_assert_eq (bytes, FILE_BYTES);
    cr_assert_eq (all, FILE_BYTES);
    cr_assert_eq (memcmp (back, s_bytes, FILE_BYTES), 0);
}

//  A file of the folder, to be spoiled.
static int s_open_there (const char *name)
{
    char path[240];
    snprintf (path, sizeof path, "%s/%s", s_folder, name);
    int fd = open (path, O_RDWR);
    cr_assert_geq (fd, 0, "%s", path);
    return fd;
}

static mode_t s_mode (const char *path)
{
    struct stat found;
    cr_assert_eq (stat (path, &found), 0, "%s", path);
    return found.st_mode & 0777;
}

Test (blob_store, a_file_in_pieces_comes_back_and_only_its_owner_may_read_it)
{
    char path[160];
    umask (0);
    blob_store_t *blob_store = s_open (ROOM);
    char back[1];
    size_t got;
    uint64_t bytes;
    s_send (blob_store, 0, FILE_BYTES - 1);
    cr_assert_eq (blob_store_get (blob_store, s_sha, NULL, 0, back, 1, &got, &bytes, NULL), DMH_NOT_FOUND,
                  "not yet whole");
    s_send (blob_store, FILE_BYTES - 1, FILE_BYTES);
    s_is_whole (blob_store);
    cr_assert_eq (s_ask (blob_store), FILE_BYTES);
    cr_assert_eq (blob_store_used (blob_store), FILE_BYTES);
    snprintf (path, sizeof path, "%s/%s", s_folder, s_sha);
    cr_assert_eq (s_mode (s_folder), 0700);
    cr_assert_eq (s_mode (path), 0600);
    blob_store_destroy (&blob_store);
    blob_store = s_open (ROOM);
    s_is_whole (blob_store);
    blob_store_destroy (&blob_store);
}

Test (blob_store, the_empty_file_is_whole_at_once)
{
    blob_store_t *blob_store = s_open (ROOM);
    uint64_t wanted = 1, bytes = 1;
    size_t got = 1;
    char sha[DIGEST_HEX_BYTES], back[1];
    cr_assert_eq (s_put (blob_store, digest_of ("", 0, sha), 0, 0, NULL, 0, &wanted, NULL), DMH_OK);
    cr_assert_eq (wanted, 0);
    cr_assert_eq (blob_store_get (blob_store, sha, NULL, 0, back, 1, &got, &bytes, NULL), DMH_OK);
    cr_assert_eq (got + bytes, 0);
    blob_store_destroy (&blob_store);
}

Test (blob_store, after_the_death_of_its_process_a_part_goes_on_where_it_ends)
{
    pid_t child = fork ();
    if (child == 0) {
        blob_store_t *blob_store = s_open (ROOM);
        s_send (blob_store, 0, 5 * PIECE_BYTES);
        kill (getpid (), SIGKILL);
    }
    int status;
    cr_assert_eq (waitpid (child, &status, 0), child);
    cr_assert (WIFSIGNALED (status) && WTERMSIG (status) == SIGKILL);
    blob_store_t *blob_store = s_open (ROOM);
    cr_assert_eq (blob_store_used (blob_store), 5 * PIECE_BYTES);
    cr_assert_eq (s_ask (blob_store), 5 * PIECE_BYTES);
    s_send (blob_store, 5 * PIECE_BYTES, FILE_BYTES);
    s_is_whole (blob_store);
    blob_store_destroy (&blob_store);
}

Test (blob_store, a_piece_elsewhere_is_not_taken_and_the_wanted_offset_is_said)
{
    blob_store_t *blob_store = s_open (ROOM);
    uint64_t wanted = 0;
    s_send (blob_store, 0, PIECE_BYTES);
    for (uint64_t at = 0; at <= 2 * PIECE_BYTES; at += 2 * PIECE_BYTES) {
        cr_assert_eq (s_put (blob_store, s_sha, FILE_BYTES, at, "wrong", 5, &wanted, NULL), DMH_OK);
        cr_assert_eq (wanted, PIECE_BYTES);
    }
    s_send (blob_store, wanted, FILE_BYTES);
    s_is_whole (blob_store);
    blob_store_destroy (&blob_store);
}

Test (blob_store, bytes_of_another_checksum_are_refused_and_the_file_may_be_sent_again)
{
    blob_store_t *blob_store = s_open (ROOM);
    uint64_t wanted = 0;
    s_send (blob_store, 0, FILE_BYTES - 1);
    char wrong = (char) (s_bytes[FILE_BYTES - 1] ^ 1);
    cr_assert_eq (s_put (blob_store, s_sha, FILE_BYTES, FILE_BYTES - 1, &wrong, 1, &wanted, NULL),
                  DMH_CONFLICT);
    cr_assert_eq (blob_store_used (blob_store), 0);
    cr_assert_eq (s_ask (blob_store), 0);
    s_send (blob_store, 0, FILE_BYTES);
    s_is_whole (blob_store);
    blob_store_destroy (&blob_store);
}

Test (blob_store, a_part_that_the_disk_spoiled_while_nobody_looked_is_refused)
{
    blob_store_t *blob_store = s_open (ROOM);
    struct part part;
    s_send (blob_store, 0, PIECE_BYTES);
    blob_store_destroy (&blob_store);
    part_name (&part, s_sha, NULL, FILE_BYTES);
    int fd = s_open_there (part.name);
    cr_assert_eq (pwrite (fd, "\xff\xfe\xfd", 3, 100), 3);
    close (fd);
    blob_store = s_open (ROOM);
    s_send (blob_store, PIECE_BYTES, FILE_BYTES - 1);
    uint64_t wanted;
    cr_assert_eq (
        s_put (blob_store, s_sha, FILE_BYTES, FILE_BYTES - 1, s_bytes + FILE_BYTES - 1, 1, &wanted, NULL),
        DMH_CONFLICT);
    blob_store_destroy (&blob_store);
}

Test (blob_store, what_is_no_checksum_or_lies_outside_its_file_is_malformed)
{
    static const struct {
        const char *sha256;
        uint64_t bytes, offset;
        size_t n;
    } CASES[] = {
        {"", 10, 0, 1},
        {"../../../../../../../../../../../../../../../../../../etc/passwd00", 10, 0, 1},
        {"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcde", 10, 0, 1},
        {"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef0", 10, 0, 1},
        {"0123456789ABCDEF0123456789abcdef0123456789abcdef0123456789abcdef", 10, 0, 1},
        {"0123456789abcdef0123456789abcdef/123456789abcdef0123456789abcdef", 10, 0, 1},
        {NULL, 10, 11, 0},
        {NULL, 10, 10, 1},
        {NULL, 10, 0, 11},
        {NULL, 10, UINT64_MAX, 1},
        {NULL, UINT64_MAX, 0, 1},
        {NULL, UINT64_MAX, UINT64_MAX, 0},
    };
    blob_store_t *blob_store = s_open (UINT64_MAX);
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        char back[16] = "";
        size_t got;
        uint64_t wanted, bytes;
        const char *sha = CASES[i].sha256 ? CASES[i].sha256 : s_sha;
        cr_expect_eq (
            s_put (blob_store, sha, CASES[i].bytes, CASES[i].offset, back, CASES[i].n, &wanted, NULL),
            DMH_MALFORMED, "case %zu", i);
        if (CASES[i].sha256) {
            cr_expect_eq (blob_store_get (blob_store, sha, NULL, 0, back, 1, &got, &bytes, NULL),
                          DMH_MALFORMED);
            cr_expect_eq (blob_store_remove (blob_store, sha, NULL), DMH_MALFORMED);
        }
    }
    cr_expect_eq (blob_store_used (blob_store), 0);
    s_send (blob_store, 0, FILE_BYTES);
    size_t got;
    uint64_t bytes;
    char back[1];
    cr_expect_eq (blob_store_get (blob_store, s_sha, NULL, FILE_BYTES + 1, back, 1, &got, &bytes, NULL),
                  DMH_MALFORMED);
    blob_store_destroy (&blob_store);
}

Test (blob_store, a_symbolic_link_in_the_folder_is_never_followed)
{
    char path[160], target[128], back[1];
    blob_store_t *blob_store = s_open (ROOM);
    snprintf (target, sizeof target, "%s/../outside", s_folder);
    int fd = open (target, O_WRONLY | O_CREAT, 0600);
    cr_assert_eq (write (fd, "secret", 6), 6);
    close (fd);
    snprintf (path, sizeof path, "%s/%s", s_folder, s_sha);
    cr_assert_eq (symlink (target, path), 0);
    size_t got;
    uint64_t bytes;
    cr_assert_eq (blob_store_get (blob_store, s_sha, NULL, 0, back, 1, &got, &bytes, NULL), DMH_NOT_FOUND);
    struct part part;
    part_name (&part, s_sha, NULL, FILE_BYTES);
    snprintf (path, sizeof path, "%s/%s", s_folder, part.name);
    cr_assert_eq (symlink (target, path), 0);
    uint64_t wanted;
    cr_assert_eq (s_put (blob_store, s_sha, FILE_BYTES, 0, "x", 1, &wanted, NULL), DMH_UNAVAILABLE);
    blob_store_destroy (&blob_store);
}

//  Of the store's folder, with lists and parts.
static size_t s_count_files (void)
{
    size_t count = 0;
    DIR *folder = opendir (s_folder);
    struct dirent *entry;
    while (folder && (entry = readdir (folder)) != NULL)
        count += *entry->d_name != '.';
    if (folder)
        closedir (folder);
    return count;
}

Test (blob_store, what_has_come_takes_room_and_what_was_announced_does_not)
{
    char other[DIGEST_HEX_BYTES], liars[DIGEST_HEX_BYTES];
    uint64_t wanted = 0;
    struct error error = {.code = DMH_OK};
    blob_store_t *blob_store = s_open (FILE_BYTES + 10);
    for (unsigned i = 0; i < 2 * BLOB_STORE_UPLOADS_MAX; i++) {
        digest_of (&i, sizeof i, liars);
        cr_assert_eq (s_put (blob_store, liars, FILE_BYTES + 9, 0, NULL, 0, &wanted, NULL), DMH_OK);
        cr_assert_eq (s_put (blob_store, liars, FILE_BYTES, 0, "", i == 0, &wanted, NULL), DMH_OK);
    }
    cr_assert_eq (blob_store_used (blob_store), 1);
    cr_assert_eq (s_count_files (), 1, "a question leaves nothing on the disk");
    s_send (blob_store, 0, FILE_BYTES);
    digest_of ("elevenbytes", 11, other);
    cr_assert_eq (s_put (blob_store, other, 11, 0, "elevenbytes", 11, &wanted, &error), DMH_TOO_LARGE);
    cr_assert_not_null (strstr (error.text, "--files-bytes"));
    cr_assert_eq (blob_store_remove (blob_store, s_sha, NULL), DMH_OK);
    cr_assert_eq (s_put (blob_store, other, 11, 0, "elevenbytes", 11, &wanted, NULL), DMH_OK);
    cr_assert_eq (wanted, 11);
    blob_store_destroy (&blob_store);
}

Test (blob_store, of_two_that_do_not_fit_together_one_gets_to_its_end)
{
    uint64_t wanted = 0;
    blob_store_t *blob_store = s_open (FILE_BYTES + PIECE_BYTES);
    cr_assert_eq (
        s_put_as (blob_store, ANNA, NULL, s_sha, FILE_BYTES, 0, s_bytes, FILE_BYTES / 2, &wanted, NULL),
        DMH_OK);
    cr_assert_eq (s_put_as (blob_store, BERT, NULL, s_sha, FILE_BYTES, 0, s_bytes, 1, &wanted, NULL),
                  DMH_TOO_LARGE, "it does not fit now");
    cr_assert_eq (
        s_put_as (blob_store, BERT, NULL, s_sha, PIECE_BYTES, 0, s_bytes, PIECE_BYTES - 1, &wanted, NULL),
        DMH_OK);
    wanted = FILE_BYTES / 2;
    int rc = DMH_OK;
    struct error error = {.code = DMH_OK};
    char other[DIGEST_HEX_BYTES];
    digest_of ("elevenbytes", 11, other);
    cr_assert_eq (s_put (blob_store, other, 12, 0, "elevenbytes", 11, &wanted, &error), DMH_OK, "%s",
                  error.text);
    for (wanted = FILE_BYTES / 2; rc == DMH_OK && wanted < FILE_BYTES;) {
        size_t n = FILE_BYTES - wanted < PIECE_BYTES ? FILE_BYTES - wanted : PIECE_BYTES;
        rc = s_put_as (blob_store, ANNA, NULL, s_sha, FILE_BYTES, wanted, s_bytes + wanted, n, &wanted, NULL);
    }
    cr_assert_eq (rc, DMH_TOO_LARGE);
    cr_assert_eq (blob_store_used (blob_store), PIECE_BYTES - 1 + 11,
                  "its part has made room for the others");
    blob_store_destroy (&blob_store);
}

Test (blob_store, a_disk_that_refuses_is_unavailable_and_the_part_goes_on_when_it_no_longer_does)
{
    struct rlimit before, tight = {5 * PIECE_BYTES + 100, 0};
    uint64_t wanted = 0, at = 5 * PIECE_BYTES;
    signal (SIGXFSZ, SIG_IGN);
    cr_assert_eq (getrlimit (RLIMIT_FSIZE, &before), 0);
    tight.rlim_max = before.rlim_max;
    blob_store_t *blob_store = s_open (ROOM);
    s_send (blob_store, 0, at);
    cr_assert_eq (setrlimit (RLIMIT_FSIZE, &tight), 0);
    int rc = s_put (blob_store, s_sha, FILE_BYTES, at, s_bytes + at, PIECE_BYTES, &wanted, NULL);
    cr_assert_eq (setrlimit (RLIMIT_FSIZE, &before), 0);
    cr_assert_eq (rc, DMH_UNAVAILABLE);
    cr_assert_eq (s_ask (blob_store), at);
    s_send (blob_store, at, FILE_BYTES);
    s_is_whole (blob_store);
    blob_store_destroy (&blob_store);
}

//  The file itself, then the folder that holds its name.
Test (blob_store, a_file_that_is_not_on_the_disk_is_not_kept_and_may_be_sent_again)
{
    for (int n = 1; n <= 2; n++) {
        char back[1];
        size_t got;
        uint64_t wanted = 0, bytes, last = FILE_BYTES - 1;
        struct error error = {.code = DMH_OK};
        blob_store_t *blob_store = s_open (ROOM);
        s_send (blob_store, 0, last);
        failing_fsync_at (n);
        cr_expect_eq (s_put (blob_store, s_sha, FILE_BYTES, last, s_bytes + last, 1, &wanted, &error),
                      DMH_UNAVAILABLE, "fsync %d", n);
        cr_expect (failing_fsync_failed ());
        failing_fsync_at (0);
        cr_expect (strstr (error.text, "Input/output error"), "%s", error.text);
        cr_expect_eq (blob_store_get (blob_store, s_sha, "", 0, back, 1, &got, &bytes, NULL), DMH_NOT_FOUND);
        cr_expect_eq (blob_store_used (blob_store), 0);
        s_send (blob_store, 0, FILE_BYTES);
        s_is_whole (blob_store);
        cr_expect_eq (blob_store_remove (blob_store, s_sha, NULL), DMH_OK);
        blob_store_destroy (&blob_store);
    }
}

Test (blob_store, more_uploads_than_may_be_open_go_on_all_the_same)
{
    enum { MANY = BLOB_STORE_UPLOADS_MAX + 5 };
    char shas[MANY][DIGEST_HEX_BYTES];
    uint64_t wanted;
    blob_store_t *blob_store = s_open (ROOM);
    for (int step = 0; step < 4; step++)
        for (unsigned i = 0; i < MANY; i++) {
            unsigned char four[4] = {'a', (unsigned char) i, 'c', 'd'};
            digest_of (four, 4, shas[i]);
            cr_assert_eq (s_put (blob_store, shas[i], 4, (uint64_t) step, four + step, 1, &wanted, NULL),
                          DMH_OK);
            cr_assert_eq (wanted, (uint64_t) step + 1);
        }
    cr_assert_eq (blob_store_used (blob_store), 4 * MANY);
    blob_store_destroy (&blob_store);
}

static int s_remove_whole (void *context, const struct listing_file *file)
{
    return file->whole ? blob_store_drop (context, file, NULL) : DMH_OK;
}

static int s_count (void *context, const struct listing_file *file)
{
    int *counts = context;
    counts[file->whole]++;
    return DMH_OK;
}

Test (blob_store, its_files_are_listed_and_may_be_removed_on_the_way)
{
    int counts[2] = {0, 0};
    char sha[DIGEST_HEX_BYTES];
    uint64_t wanted;
    blob_store_t *blob_store = s_open (ROOM);
    s_send (blob_store, 0, PIECE_BYTES);
    cr_assert_eq (s_put (blob_store, digest_of ("x", 1, sha), 1, 0, "x", 1, &wanted, NULL), DMH_OK);
    cr_assert_eq (s_put (blob_store, digest_of ("y", 1, sha), 1, 0, "y", 1, &wanted, NULL), DMH_OK);
    cr_assert_eq (blob_store_list (blob_store, s_count, counts, NULL), DMH_OK);
    cr_assert_eq (counts[true], 2);
    cr_assert_eq (counts[false], 1);
    cr_assert_eq (blob_store_list (blob_store, s_remove_whole, blob_store, NULL), DMH_OK);
    counts[true] = counts[false] = 0;
    cr_assert_eq (blob_store_list (blob_store, s_count, counts, NULL), DMH_OK);
    cr_assert_eq (counts[true], 0);
    cr_assert_eq (counts[false], 1);
    blob_store_destroy (&blob_store);
}

//  All of it, in pieces of PIECE_BYTES; what the last one was answered.
static int s_send_as (blob_store_t *blob_store, const char *sender, const char *owner, struct error *error)
{
    int rc = DMH_OK;
    uint64_t at = 0, wanted = 0;
    for (; rc == DMH_OK && at < FILE_BYTES; at = wanted) {
        size_t n = FILE_BYTES - at < PIECE_BYTES ? FILE_BYTES - at : PIECE_BYTES;
        rc = s_put_as (blob_store, sender, owner, s_sha, FILE_BYTES, at, s_bytes + at, n, &wanted, error);
        cr_assert (rc != DMH_OK || wanted > at);
    }
    return rc;
}

static int s_get_as (blob_store_t *blob_store, const char *owner)
{
    char byte;
    size_t got;
    uint64_t bytes;
    return blob_store_get (blob_store, s_sha, owner, 7, &byte, 1, &got, &bytes, NULL);
}

static uint64_t s_ask_as (blob_store_t *blob_store, const char *sender)
{
    uint64_t wanted = UINT64_MAX;
    cr_assert_eq (s_put_as (blob_store, sender, NULL, s_sha, FILE_BYTES, 0, NULL, 0, &wanted, NULL), DMH_OK);
    return wanted;
}

Test (blob_store, a_wrong_beginning_or_size_of_one_sender_spoils_nobody_elses_upload)
{
    uint64_t wanted = 0;
    blob_store_t *blob_store = s_open (4 * FILE_BYTES);
    cr_assert_eq (s_put_as (blob_store, BERT, NULL, s_sha, FILE_BYTES, 0, "wrong", 5, &wanted, NULL), DMH_OK);
    cr_assert_eq (s_put_as (blob_store, CARL, NULL, s_sha, 99, 0, "wrong", 5, &wanted, NULL), DMH_OK);
    cr_assert_eq (s_put_as (blob_store, ANNA, NULL, s_sha, 99, 0, "wrong", 5, &wanted, NULL), DMH_OK,
                  "her own mistake of before is none now");
    cr_assert_eq (s_ask_as (blob_store, ANNA), 0);
    cr_assert_eq (s_send_as (blob_store, ANNA, NULL, NULL), DMH_OK);
    cr_assert_eq (s_get_as (blob_store, ANNA), DMH_OK);
    cr_assert_eq (s_ask_as (blob_store, BERT), 5, "his goes on");
    for (wanted = 5; wanted < FILE_BYTES;) {
        int rc = s_put_as (blob_store, BERT, NULL, s_sha, FILE_BYTES, wanted, s_bytes + wanted,
                           FILE_BYTES - wanted, &wanted, NULL);
        cr_assert_eq (rc, DMH_CONFLICT);
        break;
    }
    cr_assert_eq (s_get_as (blob_store, ANNA), DMH_OK);
    cr_assert_eq (s_ask_as (blob_store, BERT), 0);
    cr_assert_eq (s_send_as (blob_store, BERT, NULL, NULL), DMH_OK);
    cr_assert_eq (s_get_as (blob_store, BERT), DMH_OK);
    blob_store_destroy (&blob_store);
}

Test (blob_store, without_keys_a_wrong_size_spoils_nobody_elses_upload)
{
    uint64_t wanted = 0;
    blob_store_t *blob_store = s_open (ROOM);
    cr_assert_eq (s_put (blob_store, s_sha, 99, 0, "wrong", 5, &wanted, NULL), DMH_OK);
    s_send (blob_store, 0, FILE_BYTES);
    s_is_whole (blob_store);
    cr_assert_eq (s_put (blob_store, s_sha, 6, 0, "wrong!", 6, &wanted, NULL), DMH_CONFLICT);
    s_is_whole (blob_store);
    blob_store_destroy (&blob_store);
}

Test (blob_store, a_file_is_there_for_those_alone_who_have_sent_it_whole_and_is_kept_once)
{
    struct error hidden = {.code = DMH_OK}, absent = {.code = DMH_OK};
    char byte, other[DIGEST_HEX_BYTES], path[160];
    size_t got;
    uint64_t bytes, wanted = 0;
    blob_store_t *blob_store = s_open (ROOM);
    cr_assert_eq (s_send_as (blob_store, ANNA, NULL, NULL), DMH_OK);
    cr_assert_eq (s_get_as (blob_store, ANNA), DMH_OK);
    cr_assert_eq (s_ask_as (blob_store, ANNA), FILE_BYTES);
    digest_of ("nobody has this", 15, other);
    cr_assert_eq (blob_store_get (blob_store, s_sha, BERT, 0, &byte, 1, &got, &bytes, &hidden),
                  DMH_NOT_FOUND);
    cr_assert_eq (blob_store_get (blob_store, other, BERT, 0, &byte, 1, &got, &bytes, &absent),
                  DMH_NOT_FOUND);
    cr_assert_str_eq (hidden.text, absent.text);
    cr_assert_eq (s_get_as (blob_store, ""), DMH_NOT_FOUND, "nor is it nobody's");
    cr_assert_eq (s_ask_as (blob_store, BERT), 0, "he has to send all of it");
    cr_assert_eq (
        s_put_as (blob_store, BERT, NULL, s_sha, FILE_BYTES, 0, s_bytes, FILE_BYTES - 1, &wanted, NULL),
        DMH_OK);
    cr_assert_eq (s_get_as (blob_store, BERT), DMH_NOT_FOUND, "one byte is missing");
    cr_assert_eq (s_put_as (blob_store, BERT, NULL, s_sha, FILE_BYTES, FILE_BYTES - 1,
                            s_bytes + FILE_BYTES - 1, 1, &wanted, NULL),
                  DMH_OK);
    cr_assert_eq (s_get_as (blob_store, BERT), DMH_OK);
    cr_assert_eq (s_get_as (blob_store, ANNA), DMH_OK);
    cr_assert_eq (blob_store_used (blob_store), FILE_BYTES, "once");
    cr_assert_eq (s_count_files (), 2, "the file and its list");
    snprintf (path, sizeof path, "%s/%s" OWNERS_SUFFIX, s_folder, s_sha);
    cr_assert_eq (s_mode (path), 0600);
    blob_store_destroy (&blob_store);
    blob_store = s_open (ROOM);    //  which is known after a restart, too
    cr_assert_eq (s_get_as (blob_store, BERT), DMH_OK);
    cr_assert_eq (s_get_as (blob_store, CARL), DMH_NOT_FOUND);
    cr_assert_eq (blob_store_remove (blob_store, s_sha, NULL), DMH_OK);
    cr_assert_eq (s_count_files (), 0);
    blob_store_destroy (&blob_store);
}

Test (blob_store, a_file_that_is_left_for_another_is_that_one_s_alone)
{
    uint64_t wanted = 0;
    blob_store_t *blob_store = s_open (ROOM);
    cr_assert_eq (s_send_as (blob_store, CARL, ANNA, NULL), DMH_OK);
    cr_assert_eq (s_get_as (blob_store, ANNA), DMH_OK);
    cr_assert_eq (s_get_as (blob_store, CARL), DMH_NOT_FOUND, "who brought it has no need of it");
    cr_assert_eq (s_get_as (blob_store, BERT), DMH_NOT_FOUND);
    //  Who sends for her does not hear by that that she has it.
    cr_assert_eq (s_put_as (blob_store, BERT, ANNA, s_sha, FILE_BYTES, 0, NULL, 0, &wanted, NULL), DMH_OK);
    cr_assert_eq (wanted, 0);
    cr_assert_eq (s_put_as (blob_store, CARL, BERT, s_sha, FILE_BYTES, 0, NULL, 0, &wanted, NULL), DMH_OK);
    cr_assert_eq (wanted, 0, "it is not BERT's yet");
    blob_store_destroy (&blob_store);
}

Test (blob_store, a_file_that_was_kept_before_there_were_owners_stays_nobodys_beside_new_ones)
{
    blob_store_t *blob_store = s_open (ROOM);
    s_send (blob_store, 0, FILE_BYTES);
    cr_assert_eq (s_get_as (blob_store, ""), DMH_OK);
    cr_assert_eq (s_get_as (blob_store, ANNA), DMH_NOT_FOUND);
    cr_assert_eq (s_send_as (blob_store, ANNA, NULL, NULL), DMH_OK);
    cr_assert_eq (s_get_as (blob_store, ANNA), DMH_OK);
    cr_assert_eq (s_get_as (blob_store, ""), DMH_OK);
    blob_store_destroy (&blob_store);
}

static int s_disown (blob_store_t *blob_store, const char *owner, time_t until)
{
    return blob_store_disown (blob_store, s_sha, owner, (int64_t) until * 1000, NULL);
}

Test (blob_store, a_file_is_taken_from_one_owner_and_goes_with_the_last_one)
{
    time_t now = time (NULL) + 60;
    uint64_t wanted = 0;
    blob_store_t *blob_store = s_open (ROOM);
    cr_assert_eq (s_disown (blob_store, ANNA, now), DMH_OK, "there is none");
    cr_assert_eq (s_send_as (blob_store, ANNA, NULL, NULL), DMH_OK);
    cr_assert_eq (s_send_as (blob_store, BERT, NULL, NULL), DMH_OK);
    cr_assert_eq (
        s_put_as (blob_store, CARL, NULL, s_sha, FILE_BYTES, 0, s_bytes, PIECE_BYTES, &wanted, NULL), DMH_OK);
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
    cr_assert_eq (s_count_files (), 1);
    cr_assert_eq (blob_store_disown (blob_store, "../x", ANNA, INT64_MAX, NULL), DMH_MALFORMED);
    blob_store_destroy (&blob_store);
}

Test (blob_store, a_file_of_nobody_goes_with_nobody_and_stays_with_others)
{
    time_t now = time (NULL) + 60;
    blob_store_t *blob_store = s_open (ROOM);
    s_send (blob_store, 0, FILE_BYTES);
    cr_assert_eq (s_disown (blob_store, ANNA, now), DMH_OK);
    cr_assert_eq (s_get_as (blob_store, ""), DMH_OK);
    cr_assert_eq (s_send_as (blob_store, ANNA, NULL, NULL), DMH_OK);
    cr_assert_eq (s_disown (blob_store, "", now), DMH_OK);
    cr_assert_eq (s_get_as (blob_store, ""), DMH_NOT_FOUND);
    cr_assert_eq (s_get_as (blob_store, ANNA), DMH_OK);
    cr_assert_eq (s_disown (blob_store, ANNA, now), DMH_OK);
    s_send (blob_store, 0, FILE_BYTES);
    cr_assert_eq (s_disown (blob_store, "", now), DMH_OK);
    cr_assert_eq (s_count_files (), 0);
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
        rc = blob_store_get (blob_store, s_sha, owner, at, piece, sizeof piece, &got, &bytes, NULL);
    return rc;
}

static void s_spoil (off_t at)
{
    unsigned char byte;
    int fd = s_open_there (s_sha);
    cr_assert_eq (pread (fd, &byte, 1, at), 1);
    byte ^= 16;
    cr_assert_eq (pwrite (fd, &byte, 1, at), 1);
    close (fd);
}

Test (blob_store, a_file_that_rots_is_found_when_it_is_read_through_and_may_be_put_anew)
{
    static const off_t AT[] = {0, FILE_BYTES / 2, FILE_BYTES - 1};
    blob_store_t *blob_store = s_open (ROOM);
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

Test (blob_store, a_rotten_file_is_mended_by_the_next_one_who_sends_it_and_readers_under_way_are_not_misled)
{
    char piece[10];
    size_t got;
    uint64_t bytes;
    blob_store_t *blob_store = s_open (ROOM);
    cr_assert_eq (s_send_as (blob_store, ANNA, NULL, NULL), DMH_OK);
    s_spoil (3);
    cr_assert_eq (blob_store_get (blob_store, s_sha, ANNA, 0, piece, sizeof piece, &got, &bytes, NULL),
                  DMH_OK);
    cr_assert_eq (s_send_as (blob_store, BERT, NULL, NULL), DMH_OK);
    static char rest[FILE_BYTES];
    cr_assert_eq (
        blob_store_get (blob_store, s_sha, ANNA, sizeof piece, rest, sizeof rest, &got, &bytes, NULL), DMH_OK,
        "what was read of the rotten one is not held against the good one");
    cr_assert_eq (s_read_through (blob_store, ANNA), DMH_OK);
    blob_store_destroy (&blob_store);
}

Test (blob_store, a_file_that_was_cut_on_the_disk_may_be_put_anew_too)
{
    blob_store_t *blob_store = s_open (ROOM);
    cr_assert_eq (s_send_as (blob_store, ANNA, NULL, NULL), DMH_OK);
    int fd = s_open_there (s_sha);
    cr_assert_eq (ftruncate (fd, 10), 0);
    close (fd);
    cr_assert_eq (s_ask_as (blob_store, ANNA), 0);
    cr_assert_eq (s_send_as (blob_store, ANNA, NULL, NULL), DMH_OK);
    cr_assert_eq (s_read_through (blob_store, ANNA), DMH_OK);
    blob_store_destroy (&blob_store);
}

Test (blob_store, where_the_list_cannot_be_written_nobody_is_told_that_it_is_kept_and_the_sender_goes_on)
{
    char path[240];
    uint64_t wanted = 0;
    blob_store_t *blob_store = s_open (ROOM);
    snprintf (path, sizeof path, "%s/%s" OWNERS_SUFFIX ".new", s_folder, s_sha);
    cr_assert_eq (mkdir (path, 0700), 0);    //  in the way of the new list
    cr_assert_eq (s_send_as (blob_store, ANNA, NULL, NULL), DMH_UNAVAILABLE);
    cr_assert_eq (s_get_as (blob_store, ANNA), DMH_NOT_FOUND);
    cr_assert_eq (s_get_as (blob_store, ""), DMH_NOT_FOUND);
    cr_assert_eq (blob_store_used (blob_store), FILE_BYTES, "its part stays");
    cr_assert_eq (rmdir (path), 0);
    cr_assert_eq (s_put_as (blob_store, ANNA, NULL, s_sha, FILE_BYTES, FILE_BYTES, NULL, 0, &wanted, NULL),
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
Test (blob_store, a_list_without_its_file_and_half_a_list_are_thrown_away_at_the_next_start)
{
    static const char *const ENDS[] = {OWNERS_SUFFIX, OWNERS_SUFFIX ".new"};
    char path[240];
    blob_store_t *blob_store = s_open (ROOM);
    blob_store_destroy (&blob_store);
    for (size_t i = 0; i < 2; i++) {
        snprintf (path, sizeof path, "%s/%s%s", s_folder, s_sha, ENDS[i]);
        int fd = open (path, O_WRONLY | O_CREAT, 0600);
        cr_assert_eq (write (fd, BERT "\n", sizeof BERT), sizeof BERT);
        close (fd);
    }
    blob_store = s_open (ROOM);
    cr_assert_eq (s_count_files (), 0);
    cr_assert_eq (s_send_as (blob_store, ANNA, NULL, NULL), DMH_OK);
    cr_assert_eq (s_get_as (blob_store, BERT), DMH_NOT_FOUND);
    blob_store_destroy (&blob_store);
    blob_store = s_open (ROOM);
    cr_assert_eq (s_get_as (blob_store, ANNA), DMH_OK, "a list with its file stays");
    blob_store_destroy (&blob_store);
}
