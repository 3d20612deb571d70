//  store_suite.c: see store_suite.h.
#include "test/support/stores/store_suite.h"

#include "test/support/stores/batch_cases.h"
#include "test/support/stores/file_cases.h"
#include "test/support/stores/owner_cases.h"
#include "test/support/stores/part_cases.h"

#include "test/support/peers/message_samples.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static void s_again (struct store_suite_subject *subject)
{
    if (!subject->lasts)
        return;
    store_close (&subject->store);
    subject->store = store_suite_open (subject->url);
}

static struct store_job s_job (const char *id, const char *key, uint64_t place)
{
    struct store_job job = {.place = place};
    message_samples_fill (&job_record_shape, &job.record);
    *job.record.part_of = 0;    //  else it would be listed nowhere
    message_samples_fill (&input_shape, &job.input);
    message_samples_fill (&options_shape, &job.options);
    snprintf (job.record.job, sizeof job.record.job, "%s", id);
    snprintf (job.record.state, sizeof job.record.state, "queued");
    snprintf (job.submit_key, sizeof job.submit_key, "%s", key);
    *job.record.owner = 0;
    job.record.removal_at = 0;
    free (job.record.tickets);    //  which are never stored
    job.record.tickets = NULL;
    job.record.tickets_count = 0;
    return job;
}

static void s_begin (store_t *store)
{
    struct error error = {.code = DMH_OK};
    cr_assert_eq (store_begin (store, &error), DMH_OK, "%s", error.text);
}

static void s_commit (store_t *store)
{
    struct error error = {.code = DMH_OK};
    cr_assert_eq (store_commit (store, &error), DMH_OK, "%s", error.text);
}

//  Adds a job in a group of its own, or in the one that is open.
static uint64_t s_add (store_t *store, const char *id, const char *key, uint64_t place)
{
    struct error error = {.code = DMH_OK};
    struct store_job job = s_job (id, key, place);
    cr_assert_eq (store_add (store, &job, &error), DMH_OK, "%s", error.text);
    uint64_t sequence = job.sequence;
    store_job_clear (&job);
    return sequence;
}

static void s_set_state (store_t *store, const char *id, const char *state)
{
    struct store_job job;
    struct error error = {.code = DMH_OK};
    cr_assert_eq (store_find (store, id, &job, &error), DMH_OK, "%s", error.text);
    snprintf (job.record.state, sizeof job.record.state, "%s", state);
    cr_assert_eq (store_change (store, &job.record, job.tries, &error), DMH_OK, "%s", error.text);
    store_job_clear (&job);
}

//  Equal as they would travel.
static void s_expect_same (const struct shape *shape, const void *a, const void *b)
{
    void *x, *y;
    size_t m, n;
    cr_assert_eq (shape_encode (shape, a, &x, &m, NULL), DMH_OK);
    cr_assert_eq (shape_encode (shape, b, &y, &n, NULL), DMH_OK);
    cr_assert (m == n && memcmp (x, y, n) == 0, "another %s than was put in", shape->name);
    free (x);
    free (y);
}

static void s_everything_is_kept (struct store_suite_subject *subject)
{
    struct error error = {.code = DMH_OK};
    struct store_job put = s_job ("job-1", "key-1", 7), got;
    put.tries = 2;
    put.record.removal_at = 5;
    snprintf (put.record.owner, sizeof put.record.owner, "anna");
    s_begin (subject->store);
    cr_assert_eq (store_add (subject->store, &put, &error), DMH_OK, "%s", error.text);
    s_commit (subject->store);
    s_again (subject);
    cr_assert_eq (store_find (subject->store, "job-1", &got, &error), DMH_OK, "%s", error.text);
    s_expect_same (&job_record_shape, &put.record, &got.record);
    s_expect_same (&input_shape, &put.input, &got.input);
    s_expect_same (&options_shape, &put.options, &got.options);
    cr_assert_eq (got.record.outputs_count, 2);
    cr_assert_str_eq (got.submit_key, "key-1");
    cr_assert_eq (got.place, 7);
    cr_assert_eq (got.tries, 2);
    cr_assert_eq (got.sequence, put.sequence);
    store_job_clear (&got);
    store_job_clear (&put);
    cr_assert_eq (store_find (subject->store, "job-2", &got, &error), DMH_NOT_FOUND);
}

static void s_change_is_kept (struct store_suite_subject *subject)
{
    struct error error = {.code = DMH_OK};
    struct store_job got;
    s_begin (subject->store);
    s_add (subject->store, "job-1", "key-1", 0);
    cr_assert_eq (store_find (subject->store, "job-1", &got, &error), DMH_OK);
    snprintf (got.record.state, sizeof got.record.state, "done");
    snprintf (got.record.result, sizeof got.record.result, "file:///results/job-1.1");
    got.record.counts = (struct counts){10, 7, 1, 1, 1};
    got.record.deaths = 2;
    free (got.record.outputs);
    got.record.outputs = calloc (3, sizeof *got.record.outputs);
    got.record.outputs_count = 3;
    snprintf (got.record.outputs[2].name, NAME_BYTES, "report.json");
    cr_assert_eq (store_change (subject->store, &got.record, 3, &error), DMH_OK);
    s_commit (subject->store);
    s_again (subject);
    struct store_job after;
    cr_assert_eq (store_find (subject->store, "job-1", &after, &error), DMH_OK);
    s_expect_same (&job_record_shape, &got.record, &after.record);
    cr_assert_str_eq (after.record.outputs[2].name, "report.json");
    cr_assert_eq (after.tries, 3);
    cr_assert_eq (after.record.deaths, 2);
    snprintf (got.record.job, sizeof got.record.job, "nobody");
    s_begin (subject->store);
    cr_assert_eq (store_change (subject->store, &got.record, 3, &error), DMH_NOT_FOUND);
    store_abandon (subject->store);
    store_job_clear (&got);
    store_job_clear (&after);
}

static void s_group (struct store_suite_subject *subject)
{
    struct error error = {.code = DMH_OK};
    struct store_job job;
    s_begin (subject->store);
    s_begin (subject->store);    //  inside one: nothing
    s_add (subject->store, "job-1", "key-1", 0);
    cr_assert_eq (store_find (subject->store, "job-1", &job, &error), DMH_OK, "a group sees itself");
    store_job_clear (&job);
    store_abandon (subject->store);
    cr_assert_eq (store_find (subject->store, "job-1", &job, &error), DMH_NOT_FOUND);
    s_begin (subject->store);
    s_add (subject->store, "job-2", "key-2", 0);
    s_commit (subject->store);
    s_commit (subject->store);    //  outside of one: nothing
    s_begin (subject->store);
    s_add (subject->store, "job-3", "key-3", 0);
    s_again (subject);    //  closed in the middle
    cr_assert_eq (store_find (subject->store, "job-2", &job, &error), DMH_OK);
    store_job_clear (&job);
    if (subject->lasts)
        cr_assert_eq (store_find (subject->store, "job-3", &job, &error), DMH_NOT_FOUND);
    store_abandon (subject->store);
}

static void s_refused (struct store_suite_subject *subject)
{
    struct error error = {.code = DMH_OK};
    struct store_job same_id = s_job ("job-1", "key-2", 0), same_place = s_job ("job-2", "key-1", 0);
    s_begin (subject->store);
    s_add (subject->store, "job-1", "key-1", 0);
    s_commit (subject->store);
    s_begin (subject->store);
    cr_assert_neq (store_add (subject->store, &same_id, &error), DMH_OK);
    store_abandon (subject->store);
    s_begin (subject->store);
    cr_assert_neq (store_add (subject->store, &same_place, &error), DMH_OK);
    store_abandon (subject->store);
    s_begin (subject->store);
    s_add (subject->store, "job-3", "key-1", 1);
    s_commit (subject->store);
    store_job_clear (&same_id);
    store_job_clear (&same_place);
}

static void s_keys (struct store_suite_subject *subject)
{
    struct error error = {.code = DMH_OK};
    struct store_job_id *ids = NULL;
    size_t count = 1;
    s_begin (subject->store);
    s_add (subject->store, "b", "key", 1);
    s_add (subject->store, "x", "other", 0);
    s_add (subject->store, "a", "key", 0);
    s_add (subject->store, "c", "key", 2);
    s_commit (subject->store);
    s_again (subject);
    cr_assert_eq (store_find_key (subject->store, "", "key", &ids, &count, &error), DMH_OK);
    cr_assert_eq (count, 3);
    cr_assert_str_eq (ids[0].job, "a");
    cr_assert_str_eq (ids[1].job, "b");
    cr_assert_str_eq (ids[2].job, "c");
    free (ids);
    cr_assert_eq (store_find_key (subject->store, "", "new", &ids, &count, &error), DMH_NOT_FOUND);
    cr_assert_null (ids);
    cr_assert_eq (count, 0);
}

static void s_expect_list (store_t *store, const char *state, const char *after, size_t limit,
                           const char *expected)
{
    struct error error = {.code = DMH_OK};
    struct job_record *records = NULL;
    size_t count = 0;
    char got[256] = "";
    struct store_selection selection = {NULL, state, after};
    cr_assert_eq (store_list (store, &selection, limit, &records, &count, &error), DMH_OK, "%s", error.text);
    for (size_t i = 0; i < count; i++) {
        strncat (got, records[i].job, sizeof got - strlen (got) - 1);
        cr_assert_null (records[i].outputs);
    }
    free (records);
    cr_assert_str_eq (got, expected, "state “%s” after “%s”, %d at most", state, after, (int) limit);
}

static void s_lists (struct store_suite_subject *subject)
{
    static const char *const IDS[] = {"e", "d", "c", "b", "a"};    //  not in the order of the alphabet
    static const struct {
        const char *state, *after;
        size_t limit;
        const char *expected;
    } CASES[] = {{"", "", 9, "abcde"},     {"", "", 2, "ab"},       {"", "b", 2, "cd"},
                 {"", "e", 9, ""},         {"failed", "", 9, "bd"}, {"failed", "b", 9, "d"},
                 {"failed", "c", 9, "d"},  {"done", "", 9, ""},     {"failed", "", 1, "b"},
                 {"queued", "a", 9, "ce"}, {"queued", "", 0, ""}};
    struct job_record *records = NULL;
    struct error error = {.code = DMH_OK};
    size_t count;
    s_expect_list (subject->store, "", "", 9, "");
    s_begin (subject->store);
    for (size_t i = 0; i < 5; i++)
        s_add (subject->store, IDS[i], IDS[i], 0);
    s_set_state (subject->store, "b", "failed");
    s_set_state (subject->store, "d", "failed");
    for (int pass = 0; pass < 2; pass++) {    //  before and after the commit
        for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++)
            s_expect_list (subject->store, CASES[i].state, CASES[i].after, CASES[i].limit, CASES[i].expected);
        s_commit (subject->store);
    }
    struct store_selection behind = {NULL, "", "nobody"};
    cr_assert_eq (store_list (subject->store, &behind, 9, &records, &count, &error), DMH_NOT_FOUND);
    cr_assert_null (records);
}

static void s_expect_counts (store_t *store, const uint64_t expected[JOB_STATE_COUNT])
{
    uint64_t counts[JOB_STATE_COUNT];
    cr_assert_eq (store_counts (store, NULL, counts, NULL), DMH_OK);
    for (int state = 0; state < JOB_STATE_COUNT; state++)
        cr_assert_eq (counts[state], expected[state], "%d are %s", (int) counts[state],
                      job_state_word ((enum job_state) state));
}

static void s_counts (struct store_suite_subject *subject)
{
    s_expect_counts (subject->store, (const uint64_t[]){0, 0, 0, 0, 0});
    s_begin (subject->store);
    for (int i = 0; i < 6; i++) {
        char id[8];
        snprintf (id, sizeof id, "%d", i);
        s_add (subject->store, id, id, 0);
    }
    s_set_state (subject->store, "1", "running");
    s_set_state (subject->store, "2", "done");
    s_set_state (subject->store, "3", "failed");
    s_set_state (subject->store, "4", "cancelled");
    s_set_state (subject->store, "4", "cancelled");
    s_commit (subject->store);
    s_again (subject);
    s_expect_counts (subject->store, (const uint64_t[]){2, 1, 1, 1, 1});
    s_begin (subject->store);
    s_set_state (subject->store, "3", "queued");
    s_expect_counts (subject->store, (const uint64_t[]){3, 1, 1, 0, 1});
    store_abandon (subject->store);
    s_expect_counts (subject->store, (const uint64_t[]){2, 1, 1, 1, 1});
}

enum { MINUTE_MS = 60000 };

static void s_expect_recent (store_t *store, const char *owner, int64_t since, uint64_t done, uint64_t failed,
                             int64_t oldest_at)
{
    struct store_recent recent;
    struct error error = {.code = DMH_OK};
    cr_assert_eq (store_recent (store, owner, since, &recent, &error), DMH_OK, "%s", error.text);
    cr_expect_eq (recent.done, done, "since %d: %d done", (int) since, (int) recent.done);
    cr_expect_eq (recent.failed, failed, "since %d: %d failed", (int) since, (int) recent.failed);
    cr_expect_eq (recent.oldest_at, oldest_at, "since %d: oldest %d", (int) since, (int) recent.oldest_at);
}

//  A job as s_add makes it, changed.
static void s_set_times (store_t *store, const char *id, const char *state, int64_t submitted_at,
                         int64_t finished_at)
{
    struct store_job job;
    cr_assert_eq (store_find (store, id, &job, NULL), DMH_OK);
    snprintf (job.record.state, sizeof job.record.state, "%s", state);
    job.record.submitted_at = submitted_at;
    job.record.finished_at = finished_at;
    cr_assert_eq (store_change (store, &job.record, 0, NULL), DMH_OK);
    store_job_clear (&job);
}

static void s_recent (struct store_suite_subject *subject)
{
    s_expect_recent (subject->store, NULL, 5, 0, 0, 0);
    s_begin (subject->store);
    for (const char *id = "abcdef"; *id; id++) {
        char text[2] = {*id, 0};
        s_add (subject->store, text, text, 0);
    }
    s_set_times (subject->store, "a", "done", 1, 1 * MINUTE_MS);
    s_set_times (subject->store, "b", "done", 2, 2 * MINUTE_MS);
    s_set_times (subject->store, "c", "failed", 3, 2 * MINUTE_MS + 1000);
    s_set_times (subject->store, "d", "cancelled", 4, 2 * MINUTE_MS);
    s_set_times (subject->store, "e", "queued", 60, 0);
    s_set_times (subject->store, "f", "queued", 50, 0);
    s_commit (subject->store);
    s_again (subject);
    s_expect_recent (subject->store, NULL, 0, 2, 1, 60);
    s_expect_recent (subject->store, NULL, 1 * MINUTE_MS + 7, 2, 1, 60);
    s_expect_recent (subject->store, NULL, 2 * MINUTE_MS, 1, 1, 60);
    s_expect_recent (subject->store, NULL, 3 * MINUTE_MS, 0, 0, 60);
    s_expect_recent (subject->store, "somebody else", 1, 0, 0, 0);
    s_begin (subject->store);
    s_set_state (subject->store, "e", "running");
    s_set_times (subject->store, "b", "queued", 70, 0);                  //  tried again, it has not ended
    s_set_times (subject->store, "c", "cancelled", 3, 2 * MINUTE_MS);    //  in the same minute
    s_commit (subject->store);
    s_expect_recent (subject->store, NULL, 3 * MINUTE_MS, 0, 0, 70);
    s_expect_recent (subject->store, NULL, 0, 1, 0, 70);
    s_begin (subject->store);
    cr_assert_eq (store_remove (subject->store, "a", NULL), DMH_OK);
    s_commit (subject->store);
    s_expect_recent (subject->store, NULL, 0, 0, 0, 70);
}

static int s_note (void *context, const struct store_job *job)
{
    char *noted = context;
    strcat (noted, job->record.job);
    cr_assert_gt (job->sequence, 0);
    return strlen (noted) < 3 ? DMH_OK : DMH_INTERNAL;
}

static void s_open_jobs (struct store_suite_subject *subject)
{
    char noted[16] = "";
    s_begin (subject->store);
    for (const char *id = "edcba"; *id; id++) {
        char text[2] = {*id, 0};
        s_add (subject->store, text, text, 0);
    }
    s_set_state (subject->store, "d", "running");
    s_set_state (subject->store, "c", "done");
    s_commit (subject->store);
    s_again (subject);
    cr_assert_eq (store_open_jobs (subject->store, 0, 9, s_note, noted, NULL), DMH_INTERNAL, "asked to stop");
    cr_assert_str_eq (noted, "edb");
    *noted = 0;
    cr_assert_eq (store_open_jobs (subject->store, 1, 2, s_note, noted, NULL), DMH_OK, "behind the first");
    cr_assert_str_eq (noted, "db");
    *noted = 0;
    cr_assert_eq (store_queued (subject->store, NULL, 1, 2, s_note, noted, NULL), DMH_OK);
    cr_assert_str_eq (noted, "ba");
    *noted = 0;
    cr_assert_eq (store_queued (subject->store, "somebody else", 0, 9, s_note, noted, NULL), DMH_OK);
    cr_assert_str_empty (noted);
}

//  Six jobs: e ended first, by a check, then b and c at once, then a; d and f have not. The results of e and
//  a are there.
static void s_add_ended (store_t *store)
{
    static const struct {
        const char *job, *state;
        int64_t ended_at, fetched_at;
        uint64_t bytes;
        bool result;
    } JOBS[] = {{"a", "done", 300, 400, 30, true},   {"b", "failed", 200, 0, 7, false},
                {"c", "cancelled", 200, 0, 0, true}, {"d", "running", 0, 0, 7, true},
                {"e", "failed", 100, 0, 5, true},    {"f", "queued", 0, 0, 0, false}};
    struct error error = {.code = DMH_OK};
    s_begin (store);
    for (size_t i = 0; i < sizeof JOBS / sizeof *JOBS; i++) {
        struct store_job job;
        s_add (store, JOBS[i].job, JOBS[i].job, 0);
        cr_assert_eq (store_find (store, JOBS[i].job, &job, &error), DMH_OK, "%s", error.text);
        snprintf (job.record.state, sizeof job.record.state, "%s", JOBS[i].state);
        job.record.finished_at = JOBS[i].ended_at;
        job.record.fetched_at = JOBS[i].fetched_at;
        snprintf (job.record.result, sizeof job.record.result, "%s", JOBS[i].result ? "file:///r" : "");
        job.record.outputs[0].bytes = JOBS[i].bytes / 2;
        job.record.outputs[1].bytes = JOBS[i].bytes - JOBS[i].bytes / 2;
        cr_assert_eq (store_change (store, &job.record, 1, &error), DMH_OK, "%s", error.text);
        store_job_clear (&job);
    }
    s_commit (store);
}

//  `jobs`: their names in order; answers how the last one is found.
static struct store_search s_expect_ended (store_t *store, struct store_search search, size_t limit,
                                           const char *jobs)
{
    struct error error = {.code = DMH_OK};
    struct store_ended *ended = NULL;
    size_t count = 0;
    cr_assert_eq (store_ended (store, &search, limit, &ended, &count, &error), DMH_OK, "%s", error.text);
    cr_assert_eq (count, strlen (jobs), "%zu instead of %s", count, jobs);
    for (size_t i = 0; i < count; i++) {
        cr_assert_eq (ended[i].record.job[0], jobs[i], "%s instead of %c", ended[i].record.job, jobs[i]);
        cr_assert_eq (ended[i].ended_at, ended[i].record.finished_at);
        cr_assert_eq (ended[i].bytes, jobs[i] == 'a' ? 30 : jobs[i] == 'e' ? 5 : 0);
        cr_assert_null (ended[i].record.outputs);
        search.from = ended[i].ended_at;
        search.sequence = ended[i].sequence;
    }
    free (ended);
    return search;
}

static void s_expect_bytes (store_t *store, uint64_t bytes)
{
    uint64_t got;
    struct error error = {.code = DMH_OK};
    cr_assert_eq (store_result_bytes (store, &got, &error), DMH_OK, "%s", error.text);
    cr_assert_eq (got, bytes, "%llu bytes", (unsigned long long) got);
}

static void s_ended (struct store_suite_subject *subject)
{
    s_expect_bytes (subject->store, 0);
    s_add_ended (subject->store);
    s_again (subject);
    s_expect_ended (subject->store, (struct store_search){.before = INT64_MAX}, 10, "ebca");
    s_expect_ended (subject->store, (struct store_search){.before = 300}, 10, "ebc");
    s_expect_ended (subject->store, (struct store_search){.before = INT64_MAX, .fetched = true}, 10, "a");
    s_expect_ended (subject->store, (struct store_search){.before = 300, .fetched = true}, 10, "");
    struct store_search next =
        s_expect_ended (subject->store, (struct store_search){.before = INT64_MAX}, 2, "eb");
    s_expect_ended (subject->store, next, 2, "ca");
    s_expect_bytes (subject->store, 35);
    s_begin (subject->store);
    s_set_state (subject->store, "b", "queued");
    s_commit (subject->store);
    s_expect_ended (subject->store, (struct store_search){.before = INT64_MAX}, 10, "eca");
}

static void s_remove (struct store_suite_subject *subject)
{
    static const char *const OPEN[] = {"d", "f", "nobody"};
    struct error error = {.code = DMH_OK};
    struct store_job job;
    uint64_t counts[JOB_STATE_COUNT];
    s_add_ended (subject->store);
    s_begin (subject->store);
    for (size_t i = 0; i < 3; i++)
        cr_assert_eq (store_remove (subject->store, OPEN[i], &error), DMH_NOT_FOUND, "%s", OPEN[i]);
    cr_assert_eq (store_remove (subject->store, "e", &error), DMH_OK, "%s", error.text);
    store_abandon (subject->store);
    s_expect_bytes (subject->store, 35);
    s_begin (subject->store);
    cr_assert_eq (store_remove (subject->store, "a", &error), DMH_OK, "%s", error.text);
    cr_assert_eq (store_remove (subject->store, "b", &error), DMH_OK, "%s", error.text);
    cr_assert_eq (store_remove (subject->store, "a", &error), DMH_NOT_FOUND);
    s_commit (subject->store);
    s_again (subject);
    cr_assert_eq (store_find (subject->store, "a", &job, &error), DMH_NOT_FOUND);
    s_expect_ended (subject->store, (struct store_search){.before = INT64_MAX}, 10, "ec");
    s_expect_bytes (subject->store, 5);
    cr_assert_eq (store_counts (subject->store, NULL, counts, &error), DMH_OK, "%s", error.text);
    static const uint64_t LEFT[JOB_STATE_COUNT] = {
        [JOB_QUEUED] = 1, [JOB_RUNNING] = 1, [JOB_FAILED] = 1, [JOB_CANCELLED] = 1};
    for (size_t i = 0; i < JOB_STATE_COUNT; i++)
        cr_assert_eq (counts[i], LEFT[i], "%s: %llu", job_state_word ((enum job_state) i),
                      (unsigned long long) counts[i]);
}

const struct store_suite_case STORE_SUITE[] = {
    {"keeps_every_field_of_a_job", s_everything_is_kept},
    {"keeps_a_change_with_the_outputs_of_the_result", s_change_is_kept},
    {"a_group_is_kept_whole_or_not_at_all", s_group},
    {"takes_no_job_twice_and_no_place_of_a_submission_twice", s_refused},
    {"answers_a_submit_key_with_its_jobs_in_the_order_of_the_inputs", s_keys},
    {"lists_the_newest_first_by_state_and_after_a_job", s_lists},
    {"counts_its_jobs_by_state", s_counts},
    {"tells_what_ended_of_late_and_what_waits_longest", s_recent},
    {"gives_every_open_job_in_the_order_of_submission", s_open_jobs},
    {"gives_what_has_ended_in_the_order_of_its_end_and_counts_the_bytes", s_ended},
    {"forgets_a_job_that_has_ended_and_no_other", s_remove},
    {"keeps_submit_keys_by_owner", owner_cases_keys},
    {"lists_the_jobs_of_an_owner_and_knows_no_others", owner_cases_lists},
    {"counts_the_jobs_of_an_owner", owner_cases_counts},
    {"gives_what_was_asked_to_leave_and_has_ended", owner_cases_leaving},
    {"gives_every_job_in_the_order_of_submission_in_portions", owner_cases_each},
    {"counts_the_jobs_of_a_batch_and_sums_up_what_they_did", batch_cases_sums},
    {"gives_the_jobs_of_a_batch_in_their_order_by_state_and_from_a_position", batch_cases_jobs},
    {"answers_the_key_of_a_batch_and_the_jobs_at_its_places", batch_cases_keys},
    {"forgets_a_batch_with_its_last_job", batch_cases_forgotten},
    {"finds_what_begins_so_and_batches_by_their_names", batch_cases_search},
    {"knows_what_a_job_follows_and_what_follows_it", batch_cases_follows},
    {"neither_lists_nor_counts_what_a_split_job_is_made_of", part_cases_hidden},
    {"keeps_what_a_split_job_is_made_of_as_any_job", part_cases_kept},
    {"knows_which_jobs_name_a_file", file_cases_named},
    {"knows_which_outputs_were_brought_from_a_worker", file_cases_brought},
    {"knows_of_which_key_the_jobs_are_that_name_a_file", file_cases_of_keys},
    {"finds_the_one_of_many_jobs_that_names_a_file_and_stays", file_cases_many},
    {NULL, NULL},
};

store_t *store_suite_open (const char *url)
{
    struct error error = {.code = DMH_OK};
    store_t *store = store_open (url, &error);
    //  A database lets go of a session that was closed when it gets to it.
    for (int i = 0; i < 1000 && !store && error.code == DMH_CONFLICT; i++) {
        nanosleep (&(struct timespec){0, 5000000}, NULL);
        store = store_open (url, &error);
    }
    cr_assert_not_null (store, "%s: %s", url, error.text);
    return store;
}
