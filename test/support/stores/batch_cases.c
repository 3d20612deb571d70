//  batch_cases.c: see batch_cases.h.
#include "test/support/stores/batch_cases.h"

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

//  `follows`: ids of one letter.
static void s_add (store_t *store, const char *id, const char *owner, const char *batch, uint64_t position,
                   const char *follows)
{
    struct error error = {.code = DMH_OK};
    struct store_job job = {.place = position};
    struct job_record *record = &job.record;
    snprintf (record->job, sizeof record->job, "%s", id);
    snprintf (record->name, sizeof record->name, "%s.csv", id);
    snprintf (record->state, sizeof record->state, "queued");
    snprintf (record->owner, sizeof record->owner, "%s", owner);
    snprintf (record->batch, sizeof record->batch, "%s", batch);
    record->position = position;
    record->bytes_total = 100;
    snprintf (job.submit_key, sizeof job.submit_key, "%s", *batch ? batch : id);
    snprintf (job.input.uri, sizeof job.input.uri, "file:///x");
    snprintf (job.input.name, sizeof job.input.name, "x");
    job.follows_count = strlen (follows);
    job.follows = calloc (job.follows_count + 1, sizeof *job.follows);
    for (size_t i = 0; i < job.follows_count; i++)
        job.follows[i].job[0] = follows[i];
    record->follows = job.follows_count;
    cr_assert_eq (store_add (store, &job, &error), DMH_OK, "%s: %s", id, error.text);
    store_job_clear (&job);
}

static void s_add_batch (store_t *store, const char *id, const char *owner, const char *name)
{
    struct error error = {.code = DMH_OK};
    struct store_batch batch = {.record = {.total = 3, .submitted_at = 77}};
    snprintf (batch.record.batch, sizeof batch.record.batch, "%s", id);
    snprintf (batch.record.owner, sizeof batch.record.owner, "%s", owner);
    snprintf (batch.record.name, sizeof batch.record.name, "%s", name);
    snprintf (batch.submit_key, sizeof batch.submit_key, "%s", id);
    cr_assert_eq (store_add_batch (store, &batch, &error), DMH_OK, "%s", error.text);
}

static void s_change (store_t *store, const char *id, const char *state, uint64_t read)
{
    struct error error = {.code = DMH_OK};
    struct store_job job;
    cr_assert_eq (store_find (store, id, &job, &error), DMH_OK, "%s", error.text);
    snprintf (job.record.state, sizeof job.record.state, "%s", state);
    job.record.finished_at = 5;
    job.record.bytes_done = read;
    job.record.counts = (struct counts){read, read / 2, read / 4, read / 8, read - read / 2};
    cr_assert_eq (store_change (store, &job.record, 0, &error), DMH_OK, "%s", error.text);
    store_job_clear (&job);
}

//  x, y and z are a batch, o is of none.
static void s_put (struct store_suite_subject *subject)
{
    s_begin (subject->store);
    s_add_batch (subject->store, "b-1", "", "night");
    s_add (subject->store, "z", "", "b-1", 0, "");
    s_add (subject->store, "x", "", "b-1", 1, "");
    s_add (subject->store, "o", "", "", 0, "");
    s_add (subject->store, "y", "", "b-1", 2, "");
    s_commit (subject->store);
    s_again (subject);
}

static struct batch_record s_find (store_t *store, const char *id)
{
    struct error error = {.code = DMH_OK};
    struct store_batch batch;
    cr_assert_eq (store_find_batch (store, id, &batch, &error), DMH_OK, "%s", error.text);
    return batch.record;
}

void batch_cases_sums (struct store_suite_subject *subject)
{
    struct error error = {.code = DMH_OK};
    struct store_batch none;
    s_put (subject);
    struct batch_record batch = s_find (subject->store, "b-1");
    cr_assert_str_eq (batch.name, "night");
    cr_assert_eq (batch.total, 3);
    cr_assert_eq (batch.submitted_at, 77);
    cr_assert_eq (batch.queued, 3);
    cr_assert_eq (batch.bytes_total, 300);
    s_begin (subject->store);
    s_change (subject->store, "x", "done", 80);
    s_change (subject->store, "y", "failed", 8);
    s_change (subject->store, "o", "done", 1000);
    batch = s_find (subject->store, "b-1");
    cr_assert_eq (batch.done, 1, "a group sees itself");
    store_abandon (subject->store);
    cr_assert_eq (s_find (subject->store, "b-1").queued, 3);
    s_begin (subject->store);
    s_change (subject->store, "x", "done", 80);
    s_change (subject->store, "y", "failed", 8);
    s_change (subject->store, "z", "running", UINT64_MAX);    //  whatever a worker says
    s_commit (subject->store);
    s_again (subject);
    batch = s_find (subject->store, "b-1");
    cr_assert (batch.queued == 0 && batch.running == 1 && batch.done == 1 && batch.failed == 1 &&
               batch.cancelled == 0);
    const uint64_t most = (uint64_t) 1 << 44;
    cr_assert_eq (batch.bytes_done, 88 + most);
    cr_assert_eq (batch.counts.read, 88 + most);
    cr_assert_eq (batch.counts.written, 44 + most);
    cr_assert_eq (batch.counts.duplicates, 22 + most);
    cr_assert_eq (batch.counts.conflicts, 11 + most);
    cr_assert_eq (batch.counts.rejected, 44 + most);
    cr_assert_eq (store_find_batch (subject->store, "b-2", &none, &error), DMH_NOT_FOUND);
}

static void s_expect_jobs (store_t *store, const char *state, uint64_t from, size_t limit, const char *jobs)
{
    struct error error = {.code = DMH_OK};
    struct store_part part = {"b-1", state, from};
    struct job_record *records = NULL;
    size_t count = 0;
    cr_assert_eq (store_batch_jobs (store, &part, limit, &records, &count, &error), DMH_OK, "%s", error.text);
    cr_assert_eq (count, strlen (jobs), "%zu instead of “%s”", count, jobs);
    for (size_t i = 0; i < count; i++) {
        cr_assert_eq (records[i].job[0], jobs[i]);
        cr_assert_str_eq (records[i].batch, "b-1");
    }
    free (records);
}

void batch_cases_jobs (struct store_suite_subject *subject)
{
    s_put (subject);
    s_begin (subject->store);
    s_change (subject->store, "y", "failed", 8);
    s_change (subject->store, "z", "failed", 8);
    s_commit (subject->store);
    s_expect_jobs (subject->store, "", 0, 9, "zxy");
    s_expect_jobs (subject->store, "", 0, 2, "zx");
    s_expect_jobs (subject->store, "", 1, 9, "xy");
    s_expect_jobs (subject->store, "", 3, 9, "");
    s_expect_jobs (subject->store, "failed", 0, 9, "zy");
    s_expect_jobs (subject->store, "failed", 1, 9, "y");
    s_expect_jobs (subject->store, "done", 0, 9, "");
}

void batch_cases_keys (struct store_suite_subject *subject)
{
    struct error error = {.code = DMH_OK};
    struct store_batch batch;
    struct store_job_id ids[4];
    size_t count;
    s_put (subject);
    cr_assert_eq (store_find_batch_key (subject->store, "", "b-1", &batch, &error), DMH_OK, "%s", error.text);
    cr_assert_str_eq (batch.record.name, "night");
    cr_assert_eq (store_find_batch_key (subject->store, "anna", "b-1", &batch, &error), DMH_NOT_FOUND);
    cr_assert_eq (store_find_batch_key (subject->store, "", "o", &batch, &error), DMH_NOT_FOUND);
    cr_assert_eq (store_find_places (subject->store, "", "b-1", 1, ids, 4, &count, &error), DMH_OK);
    cr_assert_eq (count, 2);
    cr_assert_str_eq (ids[0].job, "x");
    cr_assert_eq (ids[0].place, 1);
    cr_assert_str_eq (ids[1].job, "y");
    cr_assert_eq (ids[1].place, 2);
    cr_assert_eq (store_find_places (subject->store, "", "b-1", 0, ids, 1, &count, &error), DMH_OK);
    cr_assert_eq (count, 1);
    cr_assert_eq (store_find_places (subject->store, "", "b-1", 3, ids, 4, &count, &error), DMH_OK);
    cr_assert_eq (count, 0);
    s_begin (subject->store);
    snprintf (batch.submit_key, sizeof batch.submit_key, "b-1");
    snprintf (batch.record.batch, sizeof batch.record.batch, "b-2");
    *batch.record.owner = 0;
    cr_assert_neq (store_add_batch (subject->store, &batch, &error), DMH_OK, "its key, a second time");
    store_abandon (subject->store);
}

void batch_cases_forgotten (struct store_suite_subject *subject)
{
    static const char *const JOBS[] = {"x", "y", "z"};
    struct error error = {.code = DMH_OK};
    struct store_batch batch;
    s_put (subject);
    for (size_t i = 0; i < 3; i++) {
        struct batch_record left = s_find (subject->store, "b-1");
        cr_assert_eq (batch_jobs (&left), 3 - i);
        s_begin (subject->store);
        s_change (subject->store, JOBS[i], "done", 0);
        cr_assert_eq (store_remove (subject->store, JOBS[i], &error), DMH_OK, "%s", error.text);
        s_commit (subject->store);
    }
    cr_assert_eq (store_find_batch (subject->store, "b-1", &batch, &error), DMH_NOT_FOUND,
                  "it goes with its last job");
}

static void s_expect_found (store_t *store, const char *owner, const char *word, const char *expected)
{
    struct error error = {.code = DMH_OK};
    struct found_thing things[9];
    char got[256] = "";
    size_t count = 0;
    cr_assert_eq (store_search (store, owner, word, 3, things, &count, &error), DMH_OK, "%s", error.text);
    for (size_t i = 0; i < count; i++)
        snprintf (got + strlen (got), sizeof got - strlen (got), "%.39s:%.15s ", things[i].id,
                  things[i].name);
    cr_assert_str_eq (got, expected, "“%s” for %s: %s", word, owner ? owner : "all", got);
}

void batch_cases_search (struct store_suite_subject *subject)
{
    s_begin (subject->store);
    s_add_batch (subject->store, "b-ab", "anna", "night");
    s_add_batch (subject->store, "b-ac", "bruno", "night");
    s_add (subject->store, "0123a", "anna", "b-ab", 0, "");
    s_add (subject->store, "0123b", "bruno", "b-ac", 0, "");
    s_add (subject->store, "0124", "anna", "b-ab", 1, "");
    s_add (subject->store, "0125", "anna", "b-ab", 2, "");
    s_commit (subject->store);
    s_again (subject);
    s_expect_found (subject->store, NULL, "0123", "0123a:0123a.csv 0123b:0123b.csv ");
    s_expect_found (subject->store, "anna", "0123", "0123a:0123a.csv ");
    s_expect_found (subject->store, "carla", "0123", "");
    s_expect_found (subject->store, NULL, "0123b", "0123b:0123b.csv ");
    s_expect_found (subject->store, NULL, "0123bc", "");
    s_expect_found (subject->store, NULL, "b-a", "b-ab:night b-ac:night ");
    s_expect_found (subject->store, "bruno", "b-a", "b-ac:night ");
    s_expect_found (subject->store, NULL, "night", "b-ac:night b-ab:night ");
    s_expect_found (subject->store, "anna", "night", "b-ab:night ");
    s_expect_found (subject->store, NULL, "nigh", "");
    s_expect_found (subject->store, NULL, "012", "0123a:0123a.csv 0123b:0123b.csv 0124:0124.csv ");
    s_expect_found (subject->store, NULL, "%", "");
}

static int s_note (void *context, uint64_t place, const char *job, const struct job_record *record)
{
    char *noted = context;
    size_t n = strlen (noted);
    snprintf (noted + n, 256 - n, "%d%s:%s ", (int) place, job, record ? record->state : "gone");
    return DMH_OK;
}

static void s_expect_followed (store_t *store, const char *job, uint64_t from, size_t limit,
                               const char *expected)
{
    struct error error = {.code = DMH_OK};
    char got[256] = "";
    cr_assert_eq (store_followed (store, job, from, limit, s_note, got, &error), DMH_OK, "%s", error.text);
    cr_assert_str_eq (got, expected);
}

static void s_expect_followers (store_t *store, const char *job, const char *after, size_t limit,
                                const char *expected)
{
    struct error error = {.code = DMH_OK};
    struct store_job_id ids[9];
    char got[64] = "";
    size_t count = 0;
    cr_assert_eq (store_followers (store, job, after, limit, ids, &count, &error), DMH_OK, "%s", error.text);
    for (size_t i = 0; i < count; i++)
        strcat (got, ids[i].job);
    cr_assert_str_eq (got, expected);
}

void batch_cases_follows (struct store_suite_subject *subject)
{
    struct error error = {.code = DMH_OK};
    s_begin (subject->store);
    s_add (subject->store, "a", "", "", 0, "");
    s_add (subject->store, "b", "", "", 0, "");
    s_add (subject->store, "f", "", "", 0, "ba");
    s_add (subject->store, "e", "", "", 0, "af");
    s_change (subject->store, "a", "done", 0);
    s_commit (subject->store);
    s_again (subject);
    s_expect_followed (subject->store, "f", 0, 9, "0b:queued 1a:done ");
    s_expect_followed (subject->store, "f", 1, 9, "1a:done ");
    s_expect_followed (subject->store, "f", 0, 1, "0b:queued ");
    s_expect_followed (subject->store, "f", 2, 9, "");
    s_expect_followed (subject->store, "a", 0, 9, "");
    s_expect_followers (subject->store, "a", "", 9, "ef");
    s_expect_followers (subject->store, "a", "e", 9, "f");
    s_expect_followers (subject->store, "a", "", 1, "e");
    s_begin (subject->store);
    cr_assert_eq (store_remove (subject->store, "a", &error), DMH_OK, "%s", error.text);
    s_change (subject->store, "e", "failed", 0);
    cr_assert_eq (store_remove (subject->store, "e", &error), DMH_OK, "%s", error.text);
    s_commit (subject->store);
    s_expect_followed (subject->store, "f", 0, 9, "0b:queued 1a:gone ");
    s_expect_followers (subject->store, "a", "", 9, "f");
    s_expect_followed (subject->store, "e", 0, 9, "");
}
