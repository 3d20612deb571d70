//  split_progress_test.c: how far a split job is, from what its jobs have done.
#include "broker/jobs/split_progress.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

static struct job_record s_record (const char *job, const char *state, uint64_t attempt)
{
    struct job_record record = {.part_of = "w", .attempt = attempt, .bytes_total = 4000};
    snprintf (record.job, sizeof record.job, "%s", job);
    snprintf (record.state, sizeof record.state, "%s", state);
    snprintf (record.worker, sizeof record.worker, "%s", attempt ? "w1" : "");
    return record;
}

static void s_add (split_progress_t *progress, const char *job, const char *task)
{
    struct job_record record = s_record (job, "queued", 0);
    split_progress_add (progress, &record, task);
}

static void s_run (split_progress_t *progress, const char *job, uint64_t attempt)
{
    struct job_record record = s_record (job, "running", attempt);
    split_progress_change (progress, &record);
}

static const char *s_hear (split_progress_t *progress, const char *job, uint64_t attempt, uint64_t bytes,
                           uint64_t records)
{
    struct event event = {.attempt = attempt,
                          .state = "running",
                          .worker = "w1",
                          .bytes_done = bytes,
                          .counts = {.read = records, .written = records},
                          .records_per_second = 5};
    snprintf (event.job, sizeof event.job, "%s", job);
    return split_progress_hear (progress, &event);
}

static void s_finish (split_progress_t *progress, const char *job, uint64_t bytes, uint64_t records)
{
    struct job_record record = s_record (job, "done", 1);
    record.bytes_done = bytes;
    record.counts = (struct counts){.read = records, .written = records};
    split_progress_change (progress, &record);
}

static void s_expect (const split_progress_t *progress, uint64_t bytes, uint64_t records, double rate)
{
    uint64_t done = 77;
    double per_second = 0;
    struct counts counts = {.read = 0};
    cr_assert (split_progress_sum (progress, "w", false, &done, &counts, &per_second));
    cr_expect_eq (done, bytes, "%llu of %llu bytes", (unsigned long long) done, (unsigned long long) bytes);
    cr_expect_eq (counts.read, records, "%llu records", (unsigned long long) counts.read);
    cr_expect (per_second > rate - 0.5 && per_second < rate + 0.5, "%f", per_second);
}

Test (split_progress, is_a_quarter_for_each_time_that_the_file_is_read_and_counts_the_surveys_records)
{
    split_progress_t *progress = split_progress_new ();
    s_add (progress, "c", "cut");
    s_add (progress, "s", "survey");
    s_add (progress, "p", "part");
    s_expect (progress, 0, 0, 0);
    cr_expect_eq (split_progress_bytes (progress, "w"), 4000);
    cr_expect_eq (split_progress_bytes (progress, "x"), 0);
    s_run (progress, "c", 1);
    cr_expect_str_eq (s_hear (progress, "c", 1, 2000, 0), "w");
    s_expect (progress, 500, 0, 0);
    s_finish (progress, "c", 4000, 0);
    s_run (progress, "s", 1);
    cr_assert (s_hear (progress, "s", 1, 1000, 10));
    s_expect (progress, 1250, 10, 5);
    cr_assert (s_hear (progress, "s", 1, 4000, 39));
    s_expect (progress, 2000, 39, 5);
    s_finish (progress, "s", 4000, 40);
    s_expect (progress, 2000, 40, 0);
    s_run (progress, "p", 1);
    cr_assert (s_hear (progress, "p", 1, 2000, 99));
    s_expect (progress, 2500, 40, 0);
    s_finish (progress, "p", 4000, 99);
    s_expect (progress, 3000, 40, 0);
    uint64_t written = 2000;
    double rate = 3;
    struct counts counts = {.read = 7};
    cr_assert (split_progress_sum (progress, "w", true, &written, &counts, &rate));
    cr_expect_eq (written, 3500, "what is written is the last quarter");
    cr_expect (counts.read == 7 && rate > 2.5, "and says its own records");
    split_progress_destroy (&progress);
}

Test (split_progress, an_attempt_that_is_lost_takes_what_it_had_done_with_it_and_old_ones_are_not_heard)
{
    split_progress_t *progress = split_progress_new ();
    s_add (progress, "c", "cut");
    s_add (progress, "s", "survey");
    s_run (progress, "s", 1);
    cr_assert (s_hear (progress, "s", 1, 1000, 10));
    struct job_record queued = s_record ("s", "queued", 1);
    split_progress_change (progress, &queued);
    s_expect (progress, 0, 0, 0);
    cr_expect_null (s_hear (progress, "s", 1, 1000, 10), "it does not run");
    s_run (progress, "s", 2);
    cr_expect_null (s_hear (progress, "s", 1, 1000, 10), "an old attempt");
    cr_assert (s_hear (progress, "s", 2, 400, 4));
    s_expect (progress, 100, 4, 5);
    cr_expect_null (s_hear (progress, "x", 1, 1, 1));
    cr_assert (s_hear (progress, "s", 2, UINT64_MAX / 2, 4));
    s_expect (progress, 3000, 4, 5);
    split_progress_destroy (&progress);
}

Test (split_progress, knows_open_split_jobs_alone_and_says_which_of_theirs_waits_first)
{
    split_progress_t *progress = split_progress_new ();
    s_add (progress, "c", "cut");
    s_add (progress, "p", "part");
    s_add (progress, "p", "part");    //  said again it is not there twice
    cr_expect_eq (split_progress_count (progress), 2);
    cr_expect_str_eq (split_progress_waiting (progress, "w"), "c");
    s_finish (progress, "c", 4000, 0);
    cr_expect_str_eq (split_progress_waiting (progress, "w"), "p");
    s_run (progress, "p", 1);
    cr_expect_null (split_progress_waiting (progress, "w"));
    cr_expect (split_progress_is_due (progress, "w", 1000));
    cr_expect_not (split_progress_is_due (progress, "w", 1099));
    cr_expect (split_progress_is_due (progress, "w", 1100));
    cr_expect_not (split_progress_is_due (progress, "x", 1100));
    split_progress_forget (progress, "w");
    split_progress_forget (progress, "w");
    cr_expect_eq (split_progress_count (progress), 0);
    uint64_t bytes = 5;
    double rate = 0;
    struct counts counts = {.read = 0};
    cr_expect_not (split_progress_sum (progress, "w", false, &bytes, &counts, &rate));
    cr_expect_eq (bytes, 5);
    cr_expect_null (s_hear (progress, "p", 1, 1, 1));
    split_progress_destroy (&progress);
}
