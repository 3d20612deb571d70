//  part_cases.c: see part_cases.h.
#include "test/support/stores/part_cases.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void s_add (store_t *store, const char *id, const char *owner, const char *part_of, uint64_t place)
{
    struct error error = {.code = DMH_OK};
    struct store_job job = {.place = place};
    struct job_record *record = &job.record;
    snprintf (record->job, sizeof record->job, "%s", id);
    snprintf (record->name, sizeof record->name, "big.csv");
    snprintf (record->state, sizeof record->state, "queued");
    snprintf (record->owner, sizeof record->owner, "%s", owner);
    snprintf (record->part_of, sizeof record->part_of, "%s", part_of);
    record->part = place;
    snprintf (job.submit_key, sizeof job.submit_key, "%s%s", *part_of ? "~" : "", *part_of ? part_of : id);
    snprintf (job.input.uri, sizeof job.input.uri, "file:///x");
    snprintf (job.input.name, sizeof job.input.name, "x");
    cr_assert_eq (store_add (store, &job, &error), DMH_OK, "%s: %s", id, error.text);
    store_job_clear (&job);
}

static void s_change (store_t *store, const char *id, const char *state, bool has_result)
{
    struct error error = {.code = DMH_OK};
    struct store_job job;
    struct output *output = calloc (1, sizeof *output);
    cr_assert_eq (store_find (store, id, &job, &error), DMH_OK, "%s", error.text);
    snprintf (job.record.state, sizeof job.record.state, "%s", state);
    job.record.finished_at = 10;
    free (job.record.outputs);
    job.record.outputs = output;
    job.record.outputs_count = 1;
    output->bytes = 7;
    snprintf (output->name, sizeof output->name, "blocks");
    if (has_result)
        snprintf (job.record.result, sizeof job.record.result, "file:///r/%s.1", id);
    cr_assert_eq (store_change (store, &job.record, 0, &error), DMH_OK, "%s", error.text);
    store_job_clear (&job);
}

//  Two parts of anna's big file beside the job itself; and a job of bruno's, before and behind.
static void s_put (struct store_suite_subject *subject)
{
    struct error error = {.code = DMH_OK};
    store_t *store = subject->store;
    cr_assert_eq (store_begin (store, &error), DMH_OK, "%s", error.text);
    s_add (store, "j1", "bruno", "", 0);
    s_add (store, "jp0", "anna", "jw", 0);
    s_add (store, "jp1", "anna", "jw", 1);
    s_add (store, "jw", "anna", "", 0);
    cr_assert_eq (store_commit (store, &error), DMH_OK, "%s", error.text);
    if (!subject->lasts)
        return;
    store_close (&subject->store);
    subject->store = store_suite_open (subject->url);
}

//  The ids of a list, one behind the other.
static void s_expect_listed (store_t *store, const char *owner, const char *state, const char *ids)
{
    struct store_selection selection = {owner, state, ""};
    struct job_record *records;
    size_t count;
    char listed[128] = "";
    cr_assert_eq (store_list (store, &selection, 9, &records, &count, NULL), DMH_OK);
    for (size_t i = 0; i < count; i++)
        snprintf (listed + strlen (listed), sizeof listed - strlen (listed), "%s ", records[i].job);
    cr_expect_str_eq (listed, ids, "%s's of state “%s”", owner ? owner : "everybody", state);
    free (records);
}

static void s_expect_counted (store_t *store, const char *owner, enum job_state state, uint64_t expected)
{
    uint64_t counts[JOB_STATE_COUNT];
    cr_assert_eq (store_counts (store, owner, counts, NULL), DMH_OK);
    cr_expect_eq (counts[state], expected, "%s: %llu are %s", owner ? owner : "all",
                  (unsigned long long) counts[state], job_state_word (state));
}

void part_cases_hidden (struct store_suite_subject *subject)
{
    struct error error = {.code = DMH_OK};
    struct found_thing things[27];
    struct store_recent recent;
    size_t count;
    s_put (subject);
    store_t *store = subject->store;
    s_expect_listed (store, NULL, "", "jw j1 ");
    s_expect_listed (store, NULL, "queued", "jw j1 ");
    s_expect_listed (store, "anna", "", "jw ");
    s_expect_listed (store, "anna", "queued", "jw ");
    cr_assert_eq (store_search (store, NULL, "j", 9, things, &count, &error), DMH_OK);
    cr_expect_eq (count, 2);
    cr_assert_eq (store_search (store, "anna", "jp", 9, things, &count, &error), DMH_OK);
    cr_expect_eq (count, 0);
    s_expect_counted (store, NULL, JOB_QUEUED, 2);
    s_expect_counted (store, "anna", JOB_QUEUED, 1);
    cr_assert_eq (store_begin (store, &error), DMH_OK);
    s_change (store, "jp0", "done", true);
    s_change (store, "jp1", "running", false);
    cr_assert_eq (store_commit (store, &error), DMH_OK);
    s_expect_counted (store, NULL, JOB_QUEUED, 2);
    s_expect_counted (store, NULL, JOB_DONE, 0);
    s_expect_counted (store, "anna", JOB_RUNNING, 0);
    cr_assert_eq (store_recent (store, NULL, 5, &recent, &error), DMH_OK);
    cr_expect_eq (recent.done, 0);
    cr_assert_eq (store_begin (store, &error), DMH_OK);
    s_change (store, "jw", "done", true);
    cr_assert_eq (store_remove (store, "jp0", &error), DMH_OK, "%s", error.text);
    cr_assert_eq (store_commit (store, &error), DMH_OK);
    s_expect_counted (store, NULL, JOB_DONE, 1);
    s_expect_counted (store, "anna", JOB_DONE, 1);
    cr_assert_eq (store_recent (store, NULL, 5, &recent, &error), DMH_OK);
    cr_expect_eq (recent.done, 1);
}

static int s_count (void *context, const struct store_job *job)
{
    (void) job;
    ++*(size_t *) context;
    return DMH_OK;
}

//  They are found by their key, are open as any job is, and what they keep on a disk counts.
void part_cases_kept (struct store_suite_subject *subject)
{
    struct error error = {.code = DMH_OK};
    struct store_job_id ids[9];
    struct store_job job;
    size_t count, open = 0;
    uint64_t bytes;
    s_put (subject);
    store_t *store = subject->store;
    cr_assert_eq (store_find_places (store, "anna", "~jw", 0, ids, 9, &count, &error), DMH_OK);
    cr_assert_eq (count, 2);
    cr_expect_str_eq (ids[0].job, "jp0");
    cr_expect_str_eq (ids[1].job, "jp1");
    cr_assert_eq (store_find (store, "jp1", &job, &error), DMH_OK);
    cr_expect_str_eq (job.record.part_of, "jw");
    cr_expect_eq (job.record.part, 1);
    store_job_clear (&job);
    cr_assert_eq (store_open_jobs (store, 0, 99, s_count, &open, &error), DMH_OK);
    cr_expect_eq (open, 4);
    open = 0;
    cr_assert_eq (store_each_part (store, 0, 9, s_count, &open, &error), DMH_OK);
    cr_expect_eq (open, 2);
    cr_assert_eq (store_each_part (store, 0, 1, s_count, &open, &error), DMH_OK);
    cr_expect_eq (open, 3, "one more, as many as were asked for");
    cr_assert_eq (store_begin (store, &error), DMH_OK);
    s_change (store, "jp0", "done", true);
    cr_assert_eq (store_commit (store, &error), DMH_OK);
    cr_assert_eq (store_result_bytes (store, &bytes, &error), DMH_OK);
    cr_expect_eq (bytes, 7);
    cr_assert_eq (store_begin (store, &error), DMH_OK);
    cr_assert_eq (store_remove (store, "jp0", &error), DMH_OK, "%s", error.text);
    cr_assert_eq (store_commit (store, &error), DMH_OK);
    cr_assert_eq (store_result_bytes (store, &bytes, &error), DMH_OK);
    cr_expect_eq (bytes, 0);
}
