//  owner_cases.c: see owner_cases.h.
#include "test/support/stores/owner_cases.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void s_again (struct store_suite_subject *subject)
{
    if (!subject->lasts)
        return;
    store_close (&subject->store);
    subject->store = store_suite_open (subject->url);
}

static struct store_job s_job (const char *id, const char *owner, const char *key)
{
    struct store_job job = {.place = 0};
    snprintf (job.record.job, sizeof job.record.job, "%s", id);
    snprintf (job.record.state, sizeof job.record.state, "queued");
    snprintf (job.record.owner, sizeof job.record.owner, "%s", owner);
    snprintf (job.submit_key, sizeof job.submit_key, "%s", key);
    snprintf (job.input.uri, sizeof job.input.uri, "file:///x");
    snprintf (job.input.name, sizeof job.input.name, "x");
    return job;
}

static void s_add (store_t *store, const char *id, const char *owner, const char *key)
{
    struct error error = {.code = DMH_OK};
    struct store_job job = s_job (id, owner, key);
    cr_assert_eq (store_add (store, &job, &error), DMH_OK, "%s: %s", id, error.text);
}

//  In a group that is open.
static void s_change (store_t *store, const char *id, const char *state, int64_t removal_at)
{
    struct error error = {.code = DMH_OK};
    struct store_job job;
    cr_assert_eq (store_find (store, id, &job, &error), DMH_OK, "%s", error.text);
    snprintf (job.record.state, sizeof job.record.state, "%s", state);
    job.record.finished_at = removal_at ? 10 : 0;
    job.record.removal_at = removal_at;
    cr_assert_eq (store_change (store, &job.record, job.tries, &error), DMH_OK, "%s", error.text);
    store_job_clear (&job);
}

//  a and c are anna's, b is bruno's, d is of a time without keys.
static void s_put (struct store_suite_subject *subject)
{
    struct error error = {.code = DMH_OK};
    cr_assert_eq (store_begin (subject->store, &error), DMH_OK, "%s", error.text);
    s_add (subject->store, "a", "anna", "key");
    s_add (subject->store, "b", "bruno", "key");
    s_add (subject->store, "c", "anna", "other");
    s_add (subject->store, "d", "", "key");
    cr_assert_eq (store_commit (subject->store, &error), DMH_OK, "%s", error.text);
    s_again (subject);
}

void owner_cases_keys (struct store_suite_subject *subject)
{
    static const char *const OWNERS[] = {"anna", "bruno", ""}, *const JOBS[] = {"a", "b", "d"};
    struct error error = {.code = DMH_OK};
    struct store_job again = s_job ("e", "bruno", "key");
    struct store_job_id *ids;
    size_t count;
    s_put (subject);
    for (size_t i = 0; i < 3; i++) {
        cr_assert_eq (store_find_key (subject->store, OWNERS[i], "key", &ids, &count, &error), DMH_OK);
        cr_assert_eq (count, 1);
        cr_assert_str_eq (ids[0].job, JOBS[i]);
        free (ids);
    }
    cr_assert_eq (store_find_key (subject->store, "bruno", "other", &ids, &count, &error), DMH_NOT_FOUND);
    cr_assert_eq (store_begin (subject->store, &error), DMH_OK);
    cr_assert_neq (store_add (subject->store, &again, &error), DMH_OK, "his key, a second time");
    store_abandon (subject->store);
}

static void s_expect_list (store_t *store, struct store_selection selection, const char *expected)
{
    struct error error = {.code = DMH_OK};
    struct job_record *records = NULL;
    size_t count = 0;
    char got[16] = "";
    cr_assert_eq (store_list (store, &selection, 9, &records, &count, &error), DMH_OK, "%s", error.text);
    for (size_t i = 0; i < count; i++) {
        got[i] = records[i].job[0];
        cr_expect (!selection.owner || strcmp (records[i].owner, selection.owner) == 0);
    }
    free (records);
    cr_expect_str_eq (got, expected, "of %s, “%s”, after “%s”", selection.owner ? selection.owner : "all",
                      selection.state, selection.after);
}

void owner_cases_lists (struct store_suite_subject *subject)
{
    struct error error = {.code = DMH_OK, .text = ""}, none = {.code = DMH_OK, .text = ""};
    struct job_record *records;
    struct store_job found;
    size_t count;
    s_put (subject);
    s_expect_list (subject->store, (struct store_selection){NULL, "", ""}, "dcba");
    s_expect_list (subject->store, (struct store_selection){"anna", "", ""}, "ca");
    s_expect_list (subject->store, (struct store_selection){"anna", "", "c"}, "a");
    s_expect_list (subject->store, (struct store_selection){"bruno", "queued", ""}, "b");
    s_expect_list (subject->store, (struct store_selection){"bruno", "done", ""}, "");
    s_expect_list (subject->store, (struct store_selection){"nobody", "", ""}, "");
    s_expect_list (subject->store, (struct store_selection){"", "", ""}, "");
    struct store_selection behind = {"anna", "", "b"};
    cr_expect_eq (store_list (subject->store, &behind, 9, &records, &count, &error), DMH_NOT_FOUND);
    cr_expect_eq (store_find (subject->store, "b2", &found, &none), DMH_NOT_FOUND);
    cr_expect_str_eq (error.text, "there is no job b");
    cr_expect_str_eq (none.text, "there is no job b2", "the same sentence");
}

static void s_expect_counts (store_t *store, const char *owner, uint64_t queued, uint64_t done)
{
    uint64_t counts[JOB_STATE_COUNT];
    struct error error = {.code = DMH_OK};
    cr_assert_eq (store_counts (store, owner, counts, &error), DMH_OK, "%s", error.text);
    cr_expect_eq (counts[JOB_QUEUED], queued, "%s: %d queued", owner ? owner : "all",
                  (int) counts[JOB_QUEUED]);
    cr_expect_eq (counts[JOB_DONE], done, "%s: %d done", owner ? owner : "all", (int) counts[JOB_DONE]);
}

void owner_cases_counts (struct store_suite_subject *subject)
{
    struct error error = {.code = DMH_OK};
    s_put (subject);
    cr_assert_eq (store_begin (subject->store, &error), DMH_OK);
    s_change (subject->store, "a", "done", 0);
    s_change (subject->store, "d", "done", 0);
    cr_assert_eq (store_commit (subject->store, &error), DMH_OK);
    s_expect_counts (subject->store, NULL, 2, 2);
    s_expect_counts (subject->store, "anna", 1, 1);
    s_expect_counts (subject->store, "bruno", 1, 0);
    s_expect_counts (subject->store, "nobody", 0, 0);
    cr_assert_eq (store_begin (subject->store, &error), DMH_OK);
    cr_assert_eq (store_remove (subject->store, "a", &error), DMH_OK, "%s", error.text);
    cr_assert_eq (store_commit (subject->store, &error), DMH_OK);
    s_again (subject);
    s_expect_counts (subject->store, NULL, 2, 1);
    s_expect_counts (subject->store, "anna", 1, 0);
}

//  Only what has ended leaves.
void owner_cases_leaving (struct store_suite_subject *subject)
{
    struct error error = {.code = DMH_OK};
    struct store_search search = {.before = INT64_MAX, .leaving = true};
    struct store_ended *ended = NULL;
    size_t count = 0;
    s_put (subject);
    cr_assert_eq (store_begin (subject->store, &error), DMH_OK);
    s_change (subject->store, "a", "done", 20);
    s_change (subject->store, "b", "running", 20);
    s_change (subject->store, "c", "failed", 0);
    s_change (subject->store, "d", "cancelled", 30);
    cr_assert_eq (store_commit (subject->store, &error), DMH_OK);
    s_again (subject);
    cr_assert_eq (store_ended (subject->store, &search, 9, &ended, &count, &error), DMH_OK, "%s", error.text);
    cr_assert_eq (count, 2);
    cr_expect_str_eq (ended[0].record.job, "a");
    cr_expect_eq (ended[0].record.removal_at, 20);
    cr_expect_str_eq (ended[1].record.job, "d");
    free (ended);
}

static int s_note (void *context, const struct store_job *job)
{
    char *noted = context;
    strcat (noted, job->record.job);
    return DMH_OK;
}

void owner_cases_each (struct store_suite_subject *subject)
{
    char noted[16] = "";
    struct error error = {.code = DMH_OK};
    struct store_job third;
    s_put (subject);
    cr_assert_eq (store_each (subject->store, 0, 3, s_note, noted, &error), DMH_OK, "%s", error.text);
    cr_expect_str_eq (noted, "abc");
    cr_assert_eq (store_find (subject->store, "c", &third, &error), DMH_OK);
    cr_assert_eq (store_each (subject->store, third.sequence, 3, s_note, noted, &error), DMH_OK);
    cr_expect_str_eq (noted, "abcd");
    store_job_clear (&third);
}
