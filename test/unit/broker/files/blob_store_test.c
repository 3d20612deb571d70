//  blob_store_test.c: the broker's files on disk: in pieces, over deaths, within their room, and never under
//  a wrong name.
#include "broker/files/blob_store.h"

#include <criterion/criterion.h>
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
#include "test/support/stores/blob_folder.h"
#include "test/support/stores/failing_fsync.h"

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
        failing_fsync_at (n);
        cr_expect_eq (blob_folder_put (blob_store, blob_folder_sha, FILE_BYTES, last,
                                       blob_folder_bytes + last, 1, &wanted, &error),
                      DMH_UNAVAILABLE, "fsync %d", n);
        cr_expect (failing_fsync_failed ());
        failing_fsync_at (0);
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
