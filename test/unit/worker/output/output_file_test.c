//  output_file_test.c: a file of a result while it is written: what it holds, its size and SHA-256, the disk
//  that takes a part of it or nothing, the budget that files share, and another pass.
#include "worker/output/output_file.h"

#include "test/support/processes/workplace.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

//  SHA-256 of nothing, and of "abc" (FIPS 180-2, B.1).
#define OF_NOTHING "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
#define OF_ABC "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"

enum { MUCH = 700 * 1024 };    //  more than any buffer

static struct workplace s_place;
static struct error s_error;
static int s_syncs, s_interruptions, s_failure;

static void s_setup (void)
{
    workplace_make (&s_place);
    s_error = (struct error){.code = DMH_OK};
}

static void s_teardown (void)
{
    output_replace (NULL, NULL);
    workplace_remove (&s_place);
}

TestSuite (output_file, .init = s_setup, .fini = s_teardown);

static output_file_t *s_new (const char *name)
{
    output_file_t *file = output_new (s_place.folder, name, &s_error);
    cr_assert_not_null (file, "%s", s_error.text);
    return file;
}

static struct output s_finish (output_file_t **file_p, uint64_t records)
{
    struct output out = {.bytes = 0};
    cr_assert_eq (output_finish (*file_p, records, &out, &s_error), DMH_OK, "%s", s_error.text);
    output_destroy (file_p);
    return out;
}

static ssize_t s_write_few (int fd, const void *bytes, size_t n)
{
    if (s_interruptions > 0) {
        s_interruptions--;
        errno = EINTR;
        return -1;
    }
    return write (fd, bytes, n < 1000 ? n : 1000);
}

static ssize_t s_write_failing (int fd, const void *bytes, size_t n)
{
    (void) fd, (void) bytes, (void) n;
    errno = s_failure;
    return -1;
}

static int s_sync_counting (int fd)
{
    (void) fd;
    s_syncs++;
    return 0;
}

static int s_sync_failing (int fd)
{
    (void) fd;
    errno = EIO;
    return -1;
}

Test (output_file, says_its_name_size_sum_and_records)
{
    struct stat about;
    char path[600];
    output_file_t *file = s_new ("abc");
    snprintf (path, sizeof path, "%s/abc", s_place.folder);
    cr_assert_eq (stat (path, &about), 0);
    cr_expect_eq (about.st_mode & 07777, 0600);
    output_text (file, "a");
    output_write (file, "bcd", 2);
    struct output out = s_finish (&file, 7);
    cr_expect_null (file);
    cr_expect_str_eq (out.name, "abc");
    cr_expect_str_eq (out.sha256, OF_ABC);
    cr_expect_eq (out.bytes, 3);
    cr_expect_eq (out.records, 7);
    file = s_new ("nothing");
    output_write (file, NULL, 0);
    out = s_finish (&file, 0);
    cr_expect_str_eq (out.sha256, OF_NOTHING);
    cr_expect_eq (out.bytes, 0);
}

Test (output_file, of_a_name_that_is_taken_is_none)
{
    output_file_t *file = s_new ("abc");
    cr_expect_null (output_new (s_place.folder, "abc", &s_error));
    cr_expect_eq (s_error.code, DMH_IO);
    cr_expect (strstr (s_error.text, "/abc cannot be created: File exists"), "%s", s_error.text);
    output_destroy (&file);
    output_destroy (&file);
}

//  Pieces that fit into any buffer, that fill it to the byte, that are larger than it.
Test (output_file, holds_every_byte_in_order_whatever_the_pieces)
{
    static const size_t PIECES[] = {1, 1000, 256 * 1024 - 1001, 1, 256 * 1024, 256 * 1024 + 1,
                                    5, MUCH, 256 * 1024 - 1,    2};
    static char bytes[MUCH];
    char *expected = NULL, digest[DIGEST_HEX_BYTES];
    size_t all = 0, n = 0;
    output_file_t *file = s_new ("pieces");
    for (size_t i = 0; i < sizeof PIECES / sizeof *PIECES; i++) {
        for (size_t at = 0; at < PIECES[i]; at++)
            bytes[at] = (char) ((all + at) * 31 >> 3);
        output_write (file, bytes, PIECES[i]);
        expected = realloc (expected, all + PIECES[i]);
        cr_assert_not_null (expected);
        memcpy (expected + all, bytes, PIECES[i]);
        all += PIECES[i];
    }
    struct output out = s_finish (&file, 0);
    char *got = workplace_read (s_place.folder, "pieces", &n);
    cr_assert (got && n == all && memcmp (got, expected, n) == 0, "%zu of %zu bytes", n, all);
    cr_expect_eq (out.bytes, all);
    cr_expect_str_eq (out.sha256, digest_of (expected, all, digest));
    free (got);
    free (expected);
}

Test (output_file, goes_on_where_a_write_took_a_part_or_was_interrupted)
{
    static char bytes[MUCH];
    size_t n = 0;
    output_replace (s_write_few, NULL);
    s_interruptions = 3;
    for (size_t i = 0; i < MUCH; i++)
        bytes[i] = (char) (i * 7 >> 2);
    output_file_t *file = s_new ("few");
    output_write (file, bytes, MUCH);
    s_finish (&file, 0);
    char *got = workplace_read (s_place.folder, "few", &n);
    cr_assert (got && n == MUCH && memcmp (got, bytes, n) == 0);
    free (got);
}

Test (output_file, a_disk_that_refuses_is_told_once_with_what_to_do)
{
    static const struct {
        int number;
        const char *advice;
    } CASES[] = {{ENOSPC, "No space left on device; free some space or choose another folder"},
                 {EDQUOT, "Disk quota exceeded; free some space or choose another folder"},
                 {EFBIG, "File too large; raise the limit on the size of files (ulimit -f)"},
                 {EACCES, "Permission denied; choose a folder that this user may write to"},
                 {EPERM, "Operation not permitted; choose a folder that this user may write to"},
                 {EROFS, "Read-only file system; choose a folder that this user may write to"},
                 {EIO, "Input/output error"}};
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        char name[16], sentence[700];
        struct output out;
        snprintf (name, sizeof name, "file-%zu", i);
        snprintf (sentence, sizeof sentence, "%s/%s cannot be written: %s", s_place.folder, name,
                  CASES[i].advice);
        s_failure = CASES[i].number;
        output_replace (s_write_failing, NULL);
        output_file_t *file = s_new (name);
        output_text (file, "abc");
        s_error = (struct error){.code = DMH_CONFLICT};
        cr_expect_eq (output_check (file, &s_error), DMH_OK);
        cr_expect_eq (s_error.code, DMH_CONFLICT, "what is said of others stays");
        cr_expect_eq (output_finish (file, 1, &out, &s_error), DMH_IO);
        cr_expect_str_eq (s_error.text, sentence);
        //  It sticks, though the disk would take it now.
        output_replace (NULL, NULL);
        output_fail (file, DMH_INTERNAL, "another one");
        output_text (file, "abc");
        cr_expect_eq (output_finish (file, 1, &out, NULL), DMH_IO);
        cr_expect_eq (output_check (file, &s_error), DMH_IO);
        cr_expect_str_eq (s_error.text, sentence);
        cr_expect_eq (output_restart (file, &s_error), DMH_IO);
        output_destroy (&file);
    }
}

Test (output_file, a_failure_on_the_way_sticks)
{
    struct output out;
    output_file_t *file = s_new ("abc");
    output_replace (NULL, s_sync_counting);
    output_fail (file, DMH_INTERNAL, "out of memory for it");
    output_text (file, "abc");
    cr_expect_eq (output_finish (file, 1, &out, &s_error), DMH_INTERNAL);
    cr_expect_eq (s_syncs, 0);
    cr_expect_str_eq (s_error.text, "out of memory for it");
    output_destroy (&file);
    char *text = workplace_read (s_place.folder, "abc", NULL);
    cr_expect_str_eq (text, "");
    free (text);
}

Test (output_file, is_synced_at_its_end_unless_that_is_left_to_others)
{
    struct output out;
    output_replace (NULL, s_sync_counting);
    output_file_t *file = s_new ("synced");
    s_finish (&file, 0);
    cr_expect_eq (s_syncs, 1);
    file = s_new ("unsynced");
    output_leave_unsynced (file, true);
    s_finish (&file, 0);
    cr_expect_eq (s_syncs, 1);
    file = s_new ("synced after all");
    output_leave_unsynced (file, true);
    output_leave_unsynced (file, false);
    s_finish (&file, 0);
    cr_expect_eq (s_syncs, 2);
    output_replace (NULL, s_sync_failing);
    file = s_new ("failing");
    cr_expect_eq (output_finish (file, 0, &out, &s_error), DMH_IO);
    cr_expect (strstr (s_error.text, "/failing cannot be written to disk: Input/output error"), "%s",
               s_error.text);
    output_destroy (&file);
}

Test (output_file, files_share_a_budget_that_none_goes_beyond)
{
    struct output_budget budget = {.most = 10, .sentence = "more than 10 bytes; raise --output-bytes"};
    struct output out;
    output_file_t *one = s_new ("one"), *other = s_new ("other"), *free_one = s_new ("free");
    output_share (one, &budget);
    output_share (other, &budget);
    output_text (one, "123456");
    output_text (other, "1234");
    output_text (free_one, "12345678901");
    cr_expect_eq (output_finish (one, 0, &out, &s_error), DMH_OK);
    cr_expect_eq (output_finish (other, 0, &out, &s_error), DMH_OK);
    cr_expect_eq (output_finish (free_one, 0, &out, &s_error), DMH_OK);
    cr_expect_eq (budget.used, 10);
    output_text (other, "5");
    cr_expect_eq (output_finish (other, 0, &out, &s_error), DMH_TOO_LARGE);
    cr_expect_str_eq (s_error.text, "more than 10 bytes; raise --output-bytes");
    cr_expect_eq (budget.used, 10);
    //  What a pass that begins anew takes back may be spent again.
    cr_expect_eq (output_restart (one, &s_error), DMH_OK);
    cr_expect_eq (budget.used, 4);
    output_text (one, "654321");
    cr_expect_eq (output_finish (one, 0, &out, &s_error), DMH_OK);
    cr_expect_eq (budget.used, 10);
    cr_expect_not (output_budget_spend (&budget, 1));
    cr_expect (output_budget_spend (&budget, 0));
    output_destroy (&one);
    output_destroy (&other);
    output_destroy (&free_one);
}

Test (output_file, another_pass_begins_with_an_empty_file)
{
    static char bytes[MUCH];
    output_file_t *file = s_new ("abc");
    memset (bytes, 'x', MUCH);
    output_write (file, bytes, MUCH);
    output_text (file, "what is not written yet");
    cr_assert_eq (output_restart (file, &s_error), DMH_OK, "%s", s_error.text);
    output_text (file, "abc");
    struct output out = s_finish (&file, 1);
    cr_expect_eq (out.bytes, 3);
    cr_expect_str_eq (out.sha256, OF_ABC);
    char *text = workplace_read (s_place.folder, "abc", NULL);
    cr_expect_str_eq (text, "abc");
    free (text);
}

Test (output_file, numbers_and_fields_of_csv)
{
    char *quotes = malloc (3000), *expected = malloc (7000);
    cr_assert (quotes && expected);
    memset (quotes, '"', 3000);
    output_file_t *file = s_new ("numbers");
    output_number (file, 0);
    output_text (file, ",");
    output_number (file, UINT64_MAX);
    output_text (file, ",");
    output_csv (file, text_of ("plain"));
    output_text (file, ",");
    output_csv (file, text_of ("a \"b\", c\nd"));
    output_text (file, ",");
    output_csv (file, (struct text){quotes, 3000});
    s_finish (&file, 0);
    size_t n = (size_t) sprintf (expected, "0,18446744073709551615,plain,\"a \"\"b\"\", c\nd\",\"");
    memset (expected + n, '"', 6000);
    memcpy (expected + n + 6000, "\"", 2);
    char *text = workplace_read (s_place.folder, "numbers", NULL);
    cr_expect_str_eq (text, expected);
    free (text);
    free (quotes);
    free (expected);
}

Test (output_file, takes_a_file_that_something_else_has_written)
{
    char path[600];
    struct output out = {.bytes = 99};
    output_replace (NULL, s_sync_counting);
    workplace_write (&s_place, "abc", "abc", 3);
    cr_assert_eq (output_take (s_place.folder, "abc", 5, &out, &s_error), DMH_OK, "%s", s_error.text);
    cr_expect_eq (s_syncs, 1);
    cr_expect_str_eq (out.name, "abc");
    cr_expect_str_eq (out.sha256, OF_ABC);
    cr_expect_eq (out.bytes, 3);
    cr_expect_eq (out.records, 5);
    output_replace (NULL, s_sync_failing);
    cr_expect_eq (output_take (s_place.folder, "abc", 6, &out, &s_error), DMH_IO);
    cr_expect (strstr (s_error.text, "/abc cannot be written to disk: Input/output error"), "%s",
               s_error.text);
    cr_expect_eq (out.records, 5);
    output_replace (NULL, NULL);
    cr_expect_eq (output_take (s_place.folder, "none", 6, &out, &s_error), DMH_IO);
    cr_expect (strstr (s_error.text, "/none cannot be read: No such file"), "%s", s_error.text);
    snprintf (path, sizeof path, "%s/link", s_place.folder);
    cr_assert_eq (symlink ("abc", path), 0);
    cr_expect_eq (output_take (s_place.folder, "link", 6, &out, &s_error), DMH_IO);
    cr_expect_eq (out.records, 5);
}
