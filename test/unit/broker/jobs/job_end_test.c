//  job_end_test.c: the line and the count of a job's end say the same, whoever ended it.
#include "broker/jobs/job_end.h"
#include "messages/base/clock.h"
#include "messages/base/log.h"
#include "messages/base/metrics.h"
#include "messages/version.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int64_t s_clock (int which)
{
    return which ? 1700000004500 : 1;
}

//  What the log says of such a record's end.
static void s_end (struct job_record *record, char *out, size_t size)
{
    FILE *file = tmpfile ();
    cr_assert_not_null (file);
    clock_replace (s_clock);
    log_open ("broker", LOG_FORMAT_JSON, LOG_LEVEL_INFO);
    cr_assert_geq (dup2 (fileno (file), STDERR_FILENO), 0);
    job_end (record);
    cr_assert_eq (fseek (file, 0, SEEK_SET), 0);
    out[fread (out, 1, size - 1, file)] = 0;
    fclose (file);
    cr_assert_eq (record->finished_at, 1700000004500);
}

static void s_expect_counted (const char *state)
{
    static const char *const STATES[] = {"done", "failed", "cancelled"};
    char *text = NULL, line[96];
    size_t n = 0;
    FILE *to = open_memstream (&text, &n);
    metrics_write ("broker", DMH_VERSION, METRICS_PROMETHEUS, to);
    fclose (to);
    for (size_t i = 0; i < sizeof STATES / sizeof *STATES; i++) {
        snprintf (line, sizeof line, "dmh_broker_jobs_ended_total{state=\"%s\"} %d\n", STATES[i],
                  strcmp (STATES[i], state) == 0);
        cr_expect (strstr (text, line), "%sin %s", line, text);
    }
    free (text);
}

static struct job_record s_record (enum job_state state)
{
    struct job_record record = {.name = "labs.csv",
                                .worker = "w1",
                                .started_at = 1700000002000,
                                .bytes_done = 77,
                                .counts = {.read = 5, .written = 3, .duplicates = 1, .rejected = 1}};
    job_state_set (record.state, state);
    return record;
}

Test (job_end, one_that_is_done_says_its_name_seconds_bytes_and_counts)
{
    char line[4096];
    struct job_record record = s_record (JOB_DONE);
    s_end (&record, line, sizeof line);
    static const char *const PARTS[] = {
        "\"job.done\"", "\"name\":\"labs.csv\"", "\"worker\":\"w1\"", "\"seconds\":2.5", "\"bytes\":77",
        "\"read\":5",   "\"written\":3",         "\"duplicates\":1",  "\"conflicts\":0", "\"rejected\":1"};
    for (size_t i = 0; i < sizeof PARTS / sizeof *PARTS; i++)
        cr_expect (strstr (line, PARTS[i]), "%s in %s", PARTS[i], line);
    cr_expect_null (strstr (line, "\"code\""), "%s", line);
    s_expect_counted ("done");
}

Test (job_end, one_that_failed_says_why)
{
    char line[4096];
    struct job_record record = s_record (JOB_FAILED);
    snprintf (record.code, sizeof record.code, "invalid");
    snprintf (record.message, sizeof record.message, "no such column");
    s_end (&record, line, sizeof line);
    cr_expect (strstr (line, "\"job.failed\"") && strstr (line, "\"code\":\"invalid\"") &&
                   strstr (line, "no such column"),
               "%s", line);
    s_expect_counted ("failed");
}

Test (job_end, one_that_was_cancelled_before_it_began_lasted_no_time)
{
    char line[4096];
    struct job_record record = s_record (JOB_CANCELLED);
    record.started_at = 0;
    s_end (&record, line, sizeof line);
    cr_expect (strstr (line, "\"job.cancelled\"") && strstr (line, "\"seconds\":0"), "%s", line);
    s_expect_counted ("cancelled");
}
