//  blob_store_test.c: the broker's files on disk: in pieces, over deaths, within their room, and never under
//  a wrong name.
#include "broker/files/blob_store.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "broker/files/part.h"
#include "messages/files/file.h"
#include "test/support/processes/descriptors.h"
#include "test/support/stores/blob_folder.h"
#include "test/support/stores/failing_disk.h"

TestSuite (blob_store, .init = blob_folder_make, .fini = blob_folder_remove);

Test (blob_store, a_file_in_pieces_comes_back_and_only_its_owner_may_read_it)
{
    char path[160];
    umask (0);
    blob_store_t *blob_store = blob_folder_open (ROOM);
    char back[1];
    size_t got;
    uint64_t bytes;
    blob_folder_send (blob_store, 0, FILE_BYTES - 1);
    cr_assert_eq (blob_store_get (blob_store, blob_folder_sha, NULL, 0, back, 1, &got, &bytes, NULL),
                  DMH_NOT_FOUND, "not yet whole");
    blob_folder_send (blob_store, FILE_BYTES - 1, FILE_BYTES);
    blob_folder_is_whole (blob_store);
    cr_assert_eq (blob_folder_ask (blob_store), FILE_BYTES);
    cr_assert_eq (blob_store_used (blob_store), FILE_BYTES);
    snprintf (path, sizeof path, "%s/%s", blob_folder_path, blob_folder_sha);
    cr_assert_eq (blob_folder_mode (blob_folder_path), 0700);
    cr_assert_eq (blob_folder_mode (path), 0600);
    blob_store_destroy (&blob_store);
    blob_store = blob_folder_open (ROOM);
    blob_folder_is_whole (blob_store);
    blob_store_destroy (&blob_store);
}

Test (blob_store, the_empty_file_is_whole_at_once)
{
    blob_store_t *blob_store = blob_folder_open (ROOM);
    uint64_t wanted = 1, bytes = 1;
    size_t got = 1;
    char sha[DIGEST_HEX_BYTES], back[1];
    cr_assert_eq (blob_folder_put (blob_store, digest_of ("", 0, sha), 0, 0, NULL, 0, &wanted, NULL), DMH_OK);
    cr_assert_eq (wanted, 0);
    cr_assert_eq (blob_store_get (blob_store, sha, NULL, 0, back, 1, &got, &bytes, NULL), DMH_OK);
    cr_assert_eq (got + bytes, 0);
    blob_store_destroy (&blob_store);
}

Test (blob_store, after_the_death_of_its_process_a_part_goes_on_where_it_ends)
{
    pid_t child = fork ();
    if (child == 0) {
        blob_store_t *blob_store = blob_folder_open (ROOM);
        blob_folder_send (blob_store, 0, 5 * PIECE_BYTES);
        kill (getpid (), SIGKILL);
    }
    int status;
    cr_assert_eq (waitpid (child, &status, 0), child);
    cr_assert (WIFSIGNALED (status) && WTERMSIG (status) == SIGKILL);
    blob_store_t *blob_store = blob_folder_open (ROOM);
    cr_assert_eq (blob_store_used (blob_store), 5 * PIECE_BYTES);
    cr_assert_eq (blob_folder_ask (blob_store), 5 * PIECE_BYTES);
    blob_folder_send (blob_store, 5 * PIECE_BYTES, FILE_BYTES);
    blob_folder_is_whole (blob_store);
    blob_store_destroy (&blob_store);
}

Test (blob_store, a_piece_elsewhere_is_not_taken_and_the_wanted_offset_is_said)
{
    blob_store_t *blob_store = blob_folder_open (ROOM);
    uint64_t wanted = 0;
    blob_folder_send (blob_store, 0, PIECE_BYTES);
    for (uint64_t at = 0; at <= 2 * PIECE_BYTES; at += 2 * PIECE_BYTES) {
        cr_assert_eq (
            blob_folder_put (blob_store, blob_folder_sha, FILE_BYTES, at, "wrong", 5, &wanted, NULL), DMH_OK);
        cr_assert_eq (wanted, PIECE_BYTES);
    }
    blob_folder_send (blob_store, wanted, FILE_BYTES);
    blob_folder_is_whole (blob_store);
    blob_store_destroy (&blob_store);
}

Test (blob_store, bytes_of_another_checksum_are_refused_and_the_file_may_be_sent_again)
{
    blob_store_t *blob_store = blob_folder_open (ROOM);
    uint64_t wanted = 0;
    blob_folder_send (blob_store, 0, FILE_BYTES - 1);
    char wrong = (char) (blob_folder_bytes[FILE_BYTES - 1] ^ 1);
    cr_assert_eq (
        blob_folder_put (blob_store, blob_folder_sha, FILE_BYTES, FILE_BYTES - 1, &wrong, 1, &wanted, NULL),
        DMH_CONFLICT);
    cr_assert_eq (blob_store_used (blob_store), 0);
    cr_assert_eq (blob_folder_ask (blob_store), 0);
    blob_folder_send (blob_store, 0, FILE_BYTES);
    blob_folder_is_whole (blob_store);
    blob_store_destroy (&blob_store);
}

Test (blob_store, a_part_that_the_disk_spoiled_while_nobody_looked_is_refused)
{
    blob_store_t *blob_store = blob_folder_open (ROOM);
    struct part part;
    blob_folder_send (blob_store, 0, PIECE_BYTES);
    blob_store_destroy (&blob_store);
    part_name (&part, blob_folder_sha, NULL, FILE_BYTES);
    int fd = blob_folder_file (part.name);
    cr_assert_eq (pwrite (fd, "\xff\xfe\xfd", 3, 100), 3);
    close (fd);
    blob_store = blob_folder_open (ROOM);
    blob_folder_send (blob_store, PIECE_BYTES, FILE_BYTES - 1);
    uint64_t wanted;
    cr_assert_eq (blob_folder_put (blob_store, blob_folder_sha, FILE_BYTES, FILE_BYTES - 1,
                                   blob_folder_bytes + FILE_BYTES - 1, 1, &wanted, NULL),
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
    blob_store_t *blob_store = blob_folder_open (UINT64_MAX);
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        char back[16] = "";
        size_t got;
        uint64_t wanted, bytes;
        const char *sha = CASES[i].sha256 ? CASES[i].sha256 : blob_folder_sha;
        cr_expect_eq (blob_folder_put (blob_store, sha, CASES[i].bytes, CASES[i].offset, back, CASES[i].n,
                                       &wanted, NULL),
                      DMH_MALFORMED, "case %zu", i);
        if (CASES[i].sha256) {
            cr_expect_eq (blob_store_get (blob_store, sha, NULL, 0, back, 1, &got, &bytes, NULL),
                          DMH_MALFORMED);
            cr_expect_eq (blob_store_remove (blob_store, sha, NULL), DMH_MALFORMED);
        }
    }
    cr_expect_eq (blob_store_used (blob_store), 0);
    blob_folder_send (blob_store, 0, FILE_BYTES);
    size_t got;
    uint64_t bytes;
    char back[1];
    cr_expect_eq (
        blob_store_get (blob_store, blob_folder_sha, NULL, FILE_BYTES + 1, back, 1, &got, &bytes, NULL),
        DMH_MALFORMED);
    blob_store_destroy (&blob_store);
}

Test (blob_store, a_symbolic_link_in_the_folder_is_never_followed)
{
    char path[160], target[128], back[1];
    blob_store_t *blob_store = blob_folder_open (ROOM);
    snprintf (target, sizeof target, "%s/../outside", blob_folder_path);
    int fd = open (target, O_WRONLY | O_CREAT, 0600);
    cr_assert_eq (write (fd, "secret", 6), 6);
    close (fd);
    snprintf (path, sizeof path, "%s/%s", blob_folder_path, blob_folder_sha);
    cr_assert_eq (symlink (target, path), 0);
    size_t got;
    uint64_t bytes;
    cr_assert_eq (blob_store_get (blob_store, blob_folder_sha, NULL, 0, back, 1, &got, &bytes, NULL),
                  DMH_NOT_FOUND);
    struct part part;
    part_name (&part, blob_folder_sha, NULL, FILE_BYTES);
    snprintf (path, sizeof path, "%s/%s", blob_folder_path, part.name);
    cr_assert_eq (symlink (target, path), 0);
    uint64_t wanted;
    cr_assert_eq (blob_folder_put (blob_store, blob_folder_sha, FILE_BYTES, 0, "x", 1, &wanted, NULL),
                  DMH_UNAVAILABLE);
    blob_store_destroy (&blob_store);
}

Test (blob_store, what_has_come_takes_room_and_what_was_announced_does_not)
{
    char other[DIGEST_HEX_BYTES], liars[DIGEST_HEX_BYTES];
    uint64_t wanted = 0;
    struct error error = {.code = DMH_OK};
    blob_store_t *blob_store = blob_folder_open (FILE_BYTES + 10);
    for (unsigned i = 0; i < 2 * BLOB_STORE_UPLOADS_MAX; i++) {
        digest_of (&i, sizeof i, liars);
        cr_assert_eq (blob_folder_put (blob_store, liars, FILE_BYTES + 9, 0, NULL, 0, &wanted, NULL), DMH_OK);
        cr_assert_eq (blob_folder_put (blob_store, liars, FILE_BYTES, 0, "", i == 0, &wanted, NULL), DMH_OK);
    }
    cr_assert_eq (blob_store_used (blob_store), 1);
    cr_assert_eq (blob_folder_count (), 1, "a question leaves nothing on the disk");
    blob_folder_send (blob_store, 0, FILE_BYTES);
    digest_of ("elevenbytes", 11, other);
    cr_assert_eq (blob_folder_put (blob_store, other, 11, 0, "elevenbytes", 11, &wanted, &error),
                  DMH_TOO_LARGE);
    cr_assert_not_null (strstr (error.text, "--files-bytes"));
    cr_assert_eq (blob_store_remove (blob_store, blob_folder_sha, NULL), DMH_OK);
    cr_assert_eq (blob_folder_put (blob_store, other, 11, 0, "elevenbytes", 11, &wanted, NULL), DMH_OK);
    cr_assert_eq (wanted, 11);
    blob_store_destroy (&blob_store);
}

Test (blob_store, the_room_may_be_filled_to_its_last_byte_and_a_refusal_leaves_the_wanted_offset_alone)
{
    uint64_t wanted = 4711;
    char other[DIGEST_HEX_BYTES];
    blob_store_t *blob_store = blob_folder_open (FILE_BYTES);
    blob_folder_send (blob_store, 0, 1);
    blob_store_destroy (&blob_store);
    blob_store = blob_folder_open (FILE_BYTES);
    cr_assert_eq (blob_folder_ask (blob_store), 1, "what has come is not counted twice");
    blob_folder_send (blob_store, 1, FILE_BYTES);
    blob_folder_is_whole (blob_store);
    digest_of ("x", 1, other);
    cr_expect_eq (blob_folder_put (blob_store, other, 1, 0, "x", 1, &wanted, NULL), DMH_TOO_LARGE);
    cr_expect_eq (blob_folder_put (blob_store, other, FILE_BYTES + 1, 0, NULL, 0, &wanted, NULL),
                  DMH_TOO_LARGE);
    cr_expect_eq (wanted, 4711);
    blob_store_destroy (&blob_store);
}

Test (blob_store, of_two_that_do_not_fit_together_one_gets_to_its_end)
{
    uint64_t wanted = 0;
    blob_store_t *blob_store = blob_folder_open (FILE_BYTES + PIECE_BYTES);
    cr_assert_eq (blob_folder_put_as (blob_store, ANNA, NULL, blob_folder_sha, FILE_BYTES, 0,
                                      blob_folder_bytes, FILE_BYTES / 2, &wanted, NULL),
                  DMH_OK);
    cr_assert_eq (blob_folder_put_as (blob_store, BERT, NULL, blob_folder_sha, FILE_BYTES, 0,
                                      blob_folder_bytes, 1, &wanted, NULL),
                  DMH_TOO_LARGE, "it does not fit now");
    cr_assert_eq (blob_folder_put_as (blob_store, BERT, NULL, blob_folder_sha, PIECE_BYTES, 0,
                                      blob_folder_bytes, PIECE_BYTES - 1, &wanted, NULL),
                  DMH_OK);
    wanted = FILE_BYTES / 2;
    int rc = DMH_OK;
    struct error error = {.code = DMH_OK};
    char other[DIGEST_HEX_BYTES];
    digest_of ("elevenbytes", 11, other);
    cr_assert_eq (blob_folder_put (blob_store, other, 12, 0, "elevenbytes", 11, &wanted, &error), DMH_OK,
                  "%s", error.text);
    for (wanted = FILE_BYTES / 2; rc == DMH_OK && wanted < FILE_BYTES;) {
        size_t n = FILE_BYTES - wanted < PIECE_BYTES ? FILE_BYTES - wanted : PIECE_BYTES;
        rc = blob_folder_put_as (blob_store, ANNA, NULL, blob_folder_sha, FILE_BYTES, wanted,
                                 blob_folder_bytes + wanted, n, &wanted, NULL);
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
    blob_store_t *blob_store = blob_folder_open (ROOM);
    blob_folder_send (blob_store, 0, at);
    cr_assert_eq (setrlimit (RLIMIT_FSIZE, &tight), 0);
    int rc = blob_folder_put (blob_store, blob_folder_sha, FILE_BYTES, at, blob_folder_bytes + at,
                              PIECE_BYTES, &wanted, NULL);
    cr_assert_eq (setrlimit (RLIMIT_FSIZE, &before), 0);
    cr_assert_eq (rc, DMH_UNAVAILABLE);
    cr_assert_eq (blob_folder_ask (blob_store), at);
    blob_folder_send (blob_store, at, FILE_BYTES);
    blob_folder_is_whole (blob_store);
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
        blob_store_t *blob_store = blob_folder_open (ROOM);
        blob_folder_send (blob_store, 0, last);
        failing_disk_at (DISK_SYNC, n, EIO);
        cr_expect_eq (blob_folder_put (blob_store, blob_folder_sha, FILE_BYTES, last,
                                       blob_folder_bytes + last, 1, &wanted, &error),
                      DMH_UNAVAILABLE, "fsync %d", n);
        cr_expect (failing_disk_failed ());
        failing_disk_at (DISK_SYNC, 0, EIO);
        cr_expect (strstr (error.text, "Input/output error"), "%s", error.text);
        cr_expect_eq (blob_store_get (blob_store, blob_folder_sha, "", 0, back, 1, &got, &bytes, NULL),
                      DMH_NOT_FOUND);
        cr_expect_eq (blob_store_used (blob_store), 0);
        blob_folder_send (blob_store, 0, FILE_BYTES);
        blob_folder_is_whole (blob_store);
        cr_expect_eq (blob_store_remove (blob_store, blob_folder_sha, NULL), DMH_OK);
        blob_store_destroy (&blob_store);
    }
}

Test (blob_store, a_folder_is_one_stores_alone)
{
    struct error error = {.code = DMH_OK};
    blob_store_t *blob_store = blob_folder_open (ROOM);
    cr_expect_null (blob_store_new (blob_folder_path, ROOM, &error));
    cr_expect_eq (error.code, DMH_IO);
    cr_expect_not_null (strstr (error.text, "--files-dir"), "%s", error.text);
    blob_store_destroy (&blob_store);
    cr_expect_null (blob_store);
    blob_store = blob_folder_open (ROOM);
    blob_store_destroy (&blob_store);
    cr_expect_null (blob_store_new ("/dev/null", ROOM, &error));
    cr_expect_eq (error.code, DMH_IO);
}

//  Whether the file was last used just now, and not long ago; then it was used long ago.
static bool s_was_used (void)
{
    const struct timespec times[2] = {{.tv_sec = 1700000000}, {.tv_sec = 1700000000}};
    struct stat found;
    int fd = blob_folder_file (blob_folder_sha);
    cr_assert (fstat (fd, &found) == 0 && futimens (fd, times) == 0 && close (fd) == 0);
    return found.st_mtim.tv_sec > 1700000000;
}

Test (blob_store, a_file_is_used_by_whoever_puts_it_asks_for_it_or_begins_to_read_it)
{
    char back[1];
    size_t got;
    uint64_t bytes;
    blob_store_t *blob_store = blob_folder_open (ROOM);
    blob_folder_send (blob_store, 0, FILE_BYTES);
    cr_expect (s_was_used ());
    cr_expect_not (s_was_used ());
    cr_assert_eq (blob_folder_ask (blob_store), FILE_BYTES);
    cr_expect (s_was_used ());
    cr_assert_eq (blob_store_get (blob_store, blob_folder_sha, NULL, 1, back, 1, &got, &bytes, NULL), DMH_OK);
    cr_expect_not (s_was_used (), "it goes on");
    cr_assert_eq (blob_store_get (blob_store, blob_folder_sha, NULL, 0, back, 1, &got, &bytes, NULL), DMH_OK);
    cr_expect (s_was_used ());
    blob_store_destroy (&blob_store);
}

Test (blob_store, what_goes_makes_room_for_as_much_as_it_took)
{
    static const char *const TEXTS[] = {"", "x", "xy"};
    char sha[DIGEST_HEX_BYTES];
    uint64_t wanted;
    blob_store_t *blob_store = blob_folder_open (ROOM);
    blob_folder_send (blob_store, 0, FILE_BYTES);
    for (size_t n = 0; n < 3; n++) {
        digest_of (TEXTS[n], n, sha);
        cr_assert_eq (blob_folder_put (blob_store, sha, n, 0, TEXTS[n], n, &wanted, NULL), DMH_OK);
        cr_expect_eq (blob_store_used (blob_store), FILE_BYTES + n);
        for (int times = 0; times < 2; times++) {
            cr_expect_eq (blob_store_remove (blob_store, sha, NULL), DMH_OK);
            cr_expect_eq (blob_store_used (blob_store), FILE_BYTES, "%zu", n);
            cr_expect_eq (blob_folder_count (), 1, "%zu", n);
        }
    }
    blob_store_destroy (&blob_store);
}

Test (blob_store, a_folder_of_the_name_of_a_file_is_none)
{
    char path[160], back[1];
    size_t got;
    uint64_t bytes;
    blob_store_t *blob_store = blob_folder_open (ROOM);
    snprintf (path, sizeof path, "%s/%s", blob_folder_path, blob_folder_sha);
    cr_assert_eq (mkdir (path, 0700), 0);
    cr_expect_eq (blob_store_get (blob_store, blob_folder_sha, NULL, 0, back, 1, &got, &bytes, NULL),
                  DMH_NOT_FOUND);
    cr_expect_eq (blob_folder_ask (blob_store), 0);
    blob_store_destroy (&blob_store);
}

Test (blob_store, who_goes_on_is_not_pushed_aside_by_those_who_began_after)
{
    struct part part;
    uint64_t wanted;
    blob_store_t *blob_store = blob_folder_open (ROOM);
    part_name (&part, blob_folder_sha, NULL, FILE_BYTES);
    blob_folder_send (blob_store, 0, 1);
    for (unsigned i = 0; i < BLOB_STORE_UPLOADS_MAX; i++) {
        char sha[DIGEST_HEX_BYTES];
        digest_of (&i, sizeof i, sha);
        cr_assert_eq (blob_folder_put (blob_store, sha, 2, 0, "x", 1, &wanted, NULL), DMH_OK);
        cr_assert (descriptors_hold (part.name), "its bytes need not be read again, at %u", i);
        cr_assert_eq (blob_folder_ask (blob_store), 1);
    }
    blob_store_destroy (&blob_store);
}

//  As of a daemon whose standard input is closed: that of the folder, or one that is opened later, is 0.
Test (blob_store, descriptor_0_is_one_like_others_and_none_stays_open)
{
    for (int later = 0; later < 2; later++) {
        char path[160], back[1];
        size_t got, before = descriptors_count ();
        uint64_t bytes;
        close (later ? -1 : STDIN_FILENO);
        blob_store_t *blob_store = blob_folder_open (ROOM);
        close (later ? STDIN_FILENO : -1);
        blob_folder_send (blob_store, 0, FILE_BYTES);
        blob_folder_is_whole (blob_store);
        cr_assert_eq (blob_folder_ask (blob_store), FILE_BYTES);
        cr_assert_eq (blob_store_remove (blob_store, blob_folder_sha, NULL), DMH_OK);
        snprintf (path, sizeof path, "%s/%s", blob_folder_path, blob_folder_sha);
        cr_assert_eq (mkdir (path, 0700), 0);
        cr_expect_eq (blob_store_get (blob_store, blob_folder_sha, NULL, 0, back, 1, &got, &bytes, NULL),
                      DMH_NOT_FOUND);
        cr_assert_eq (rmdir (path), 0);
        blob_folder_send (blob_store, 0, PIECE_BYTES);
        blob_store_destroy (&blob_store);
        cr_assert_eq (open ("/dev/null", O_RDONLY), STDIN_FILENO);
        cr_expect_eq (descriptors_count (), before);
        cr_expect_null (blob_store_new ("/dev/null", ROOM, NULL));
        cr_expect_eq (descriptors_count (), before);
    }
}

Test (blob_store, more_uploads_than_may_be_open_go_on_all_the_same)
{
    enum { MANY = BLOB_STORE_UPLOADS_MAX + 5 };
    char shas[MANY][DIGEST_HEX_BYTES];
    uint64_t wanted;
    blob_store_t *blob_store = blob_folder_open (ROOM);
    for (int step = 0; step < 4; step++)
        for (unsigned i = 0; i < MANY; i++) {
            unsigned char four[4] = {'a', (unsigned char) i, 'c', 'd'};
            digest_of (four, 4, shas[i]);
            cr_assert_eq (
                blob_folder_put (blob_store, shas[i], 4, (uint64_t) step, four + step, 1, &wanted, NULL),
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
    blob_store_t *blob_store = blob_folder_open (ROOM);
    blob_folder_send (blob_store, 0, PIECE_BYTES);
    cr_assert_eq (blob_folder_put (blob_store, digest_of ("x", 1, sha), 1, 0, "x", 1, &wanted, NULL), DMH_OK);
    cr_assert_eq (blob_folder_put (blob_store, digest_of ("y", 1, sha), 1, 0, "y", 1, &wanted, NULL), DMH_OK);
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
