//  writer_test.c: a writer is there whole or not at all, and the first failure of a block is the job's.
#include "worker/pipeline/writer.h"

#include "test/support/results/hand_attempt.h"
#include "worker/pipeline/harmonizer.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static struct hand_attempt s_hand;

static void s_setup (void)
{
    static const char TEXT[] = "patient_id,given_name\n1,Ann\n2,Bob\n";
    hand_attempt_make (&s_hand);
    cr_assert_eq (hand_attempt_prepare (&s_hand, "in.csv", TEXT, sizeof TEXT - 1), DMH_OK, "%s",
                  s_hand.error.text);
}

static void s_teardown (void)
{
    hand_attempt_drop (&s_hand);
}

TestSuite (writer, .init = s_setup, .fini = s_teardown);

//  Each of its three files is there already, which none replaces; then the folder is not.
Test (writer, without_one_of_its_files_there_is_none)
{
    static const char *const FILES[] = {"records.csv", "rejects.csv", "audit.ndjson"};
    char folder[600], path[700];
    snprintf (folder, sizeof folder, "%s/other", s_hand.place.folder);
    cr_assert_eq (mkdir (folder, 0700), 0);
    for (size_t i = 0; i < sizeof FILES / sizeof *FILES; i++) {
        snprintf (path, sizeof path, "other/%s", FILES[i]);
        workplace_write (&s_hand.place, path, "", 0);
        s_hand.error.code = DMH_OK;
        cr_expect_null (writer_new (folder, &s_hand.attempt.pass, &s_hand.error), "%s", FILES[i]);
        cr_expect_eq (s_hand.error.code, DMH_IO, "%s: %s", FILES[i], s_hand.error.text);
        cr_expect (strstr (s_hand.error.text, FILES[i]), "%s", s_hand.error.text);
        for (size_t k = 0; k < sizeof FILES / sizeof *FILES; k++) {
            snprintf (path, sizeof path, "%s/%s", folder, FILES[k]);
            unlink (path);
        }
    }
    writer_t *writer = writer_new (folder, &s_hand.attempt.pass, &s_hand.error);
    cr_expect_not_null (writer, "%s", s_hand.error.text);
    writer_destroy (&writer);
    cr_expect_null (writer);
    writer_destroy (&writer);
    cr_expect_null (writer_new ("/nowhere", &s_hand.attempt.pass, &s_hand.error));
    cr_expect (strstr (s_hand.error.text, "/nowhere/"), "%s", s_hand.error.text);
}

//  Of two blocks that could not be harmonized the first one is told, and nothing of those behind it is taken.
Test (writer, the_first_failure_of_a_block_sticks_until_the_next_pass)
{
    struct attempt *attempt = &s_hand.attempt;
    struct error error = {.code = DMH_OK};
    struct block *block = attempt_block (attempt);
    harmonizer_t *harmonizer = harmonizer_new (&attempt->pass);
    cr_assert (block && harmonizer);
    cr_assert_eq (attempt_fill (attempt, block, 4096, &s_hand.error), 1);
    cr_assert_not (harmonizer_harmonize (harmonizer, block));
    for (int i = 0; i < 2; i++) {
        error_set (&block->error, DMH_INTERNAL, "failure %d", i);
        writer_take (attempt->writer, block);
        cr_expect (block->doomed);
        cr_expect_eq (block->so_far.read, 0);
        cr_expect_eq (writer_check (attempt->writer, &error), DMH_INTERNAL);
        cr_expect_str_eq (error.text, "failure 0");
    }
    block->error.code = DMH_OK;
    writer_take (attempt->writer, block);
    cr_expect_eq (block->so_far.read, 0);
    cr_assert_eq (writer_restart (attempt->writer, &attempt->pass, &error), DMH_OK, "%s", error.text);
    cr_expect_eq (writer_check (attempt->writer, &error), DMH_OK);
    writer_take (attempt->writer, block);
    cr_expect_not (block->doomed);
    cr_expect_eq (block->so_far.read, 2);
    cr_expect_eq (writer_counts (attempt->writer)->written, 2);
    harmonizer_destroy (&harmonizer);
    block_destroy (&block);
}

//  The file that cannot be written.
static const char *s_full;

static ssize_t s_write (int fd, const void *bytes, size_t n)
{
    char link[64], path[PATH_MAX] = "";
    snprintf (link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink (link, path, sizeof path - 1);
    const char *name = length > 0 ? strrchr (path, '/') : NULL;
    if (!name || strcmp (name + 1, s_full) != 0)
        return write (fd, bytes, n);
    errno = ENOSPC;
    return -1;
}

//  So few bytes that they are written at the end alone.
Test (writer, whichever_file_the_disk_refuses_there_is_no_result)
{
    static const char TEXT[] = "patient_id,given_name\n1,Ann\n,Bob\n";
    static const char *const FILES[] = {"records.csv",      "rejects.csv", "audit.ndjson",
                                        "datapackage.json", "report.json", "none"};
    for (size_t i = 0; i < sizeof FILES / sizeof *FILES; i++) {
        struct runner_news news = {.kind = ""};
        bool whole = strcmp (FILES[i], "none") == 0;
        cr_assert_eq (hand_attempt_prepare (&s_hand, "in.csv", TEXT, sizeof TEXT - 1), DMH_OK, "%s",
                      s_hand.error.text);
        cr_assert_not (hand_attempt_pass (&s_hand, SIZE_MAX));
        s_full = FILES[i];
        output_replace (s_write, NULL);
        int rc = attempt_finish (&s_hand.attempt, true, &news, &s_hand.error);
        output_replace (NULL, NULL);
        cr_expect_eq (rc, whole ? DMH_OK : DMH_IO, "%s: %s", FILES[i], s_hand.error.text);
        cr_expect (whole || (strstr (s_hand.error.text, FILES[i]) &&
                             strstr (s_hand.error.text, "No space left on device")),
                   "%s", s_hand.error.text);
        attempt_clear (&s_hand.attempt);
        cr_expect_eq (access (s_hand.folder, F_OK) == 0, whole, "%s", FILES[i]);
        runner_news_clear (&news);
    }
}
