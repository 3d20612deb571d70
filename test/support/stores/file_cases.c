//  file_cases.c: see file_cases.h.
#include "test/support/stores/file_cases.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char ANNA[] = "A123456789012345678901234567890123456789";
static const char BERT[] = "B123456789012345678901234567890123456789";

static void s_end (struct store_job *job, const char *output)
{
    struct job_record *record = &job->record;
    free (record->outputs);
    record->outputs = *output ? calloc (1, sizeof *record->outputs) : NULL;
    record->outputs_count = *output ? 1 : 0;
    snprintf (record->state, sizeof record->state, *output ? "done" : "failed");
    record->finished_at = 10;
    if (!*output)
        return;
    snprintf (record->outputs->name, sizeof record->outputs->name, "records.csv");
    snprintf (record->outputs->sha256, sizeof record->outputs->sha256, "%s", output);
    snprintf (record->result, sizeof record->result, "sha256:");
}

static void s_add (store_t *store, struct store_job *job, const char *id, const char *output)
{
    struct error error = {.code = DMH_OK};
    snprintf (job->record.job, sizeof job->record.job, "%s", id);
    snprintf (job->record.state, sizeof job->record.state, "queued");
    snprintf (job->submit_key, sizeof job->submit_key, "key of %s", id);
    snprintf (job->input.name, sizeof job->input.name, "x");
    cr_assert_eq (store_begin (store, &error), DMH_OK, "%s", error.text);
    cr_assert_eq (store_add (store, job, &error), DMH_OK, "%s", error.text);
    if (*output) {
        s_end (job, output);
        cr_assert_eq (store_change (store, &job->record, 1, &error), DMH_OK, "%s", error.text);
    }
    cr_assert_eq (store_commit (store, &error), DMH_OK, "%s", error.text);
    store_job_clear (job);
}

void file_cases_add (store_t *store, const char *id, const char *owner, const char *input, const char *output)
{
    struct store_job job = {.place = 0};
    snprintf (job.record.owner, sizeof job.record.owner, "%s", owner);
    snprintf (job.input.uri, sizeof job.input.uri, "%s", *input ? "sha256:" : "file:///x");
    snprintf (job.input.sha256, sizeof job.input.sha256, "%s", *input ? input : "path");
    s_add (store, &job, id, output);
}

static bool s_is_passed (void *context, const char *job)
{
    return strchr (context, *job) != NULL;
}

bool file_cases_is_named (store_t *store, const char *file, const char *key, const char *passed)
{
    struct error error = {.code = DMH_OK};
    bool is_named = false;
    int rc = store_names_file (store, file, key, s_is_passed, (void *) (uintptr_t) passed, &is_named, &error);
    cr_assert_eq (rc, DMH_OK, "%s", error.text);
    return is_named;
}

static void s_reopen (struct store_suite_subject *subject)
{
    if (!subject->lasts)
        return;
    store_close (&subject->store);
    subject->store = store_suite_open (subject->url);
}

//  An input that was put and a table that is joined count, an output, of a job that failed and is tried again
//  the new one; not an input by path, and of those that a split job is made of no input.
void file_cases_named (struct store_suite_subject *subject)
{
    struct error error = {.code = DMH_OK};
    store_t *store = subject->store;
    struct store_job job = {.options = {.tables_count = 1}};
    job.options.tables = calloc (1, sizeof *job.options.tables);
    cr_assert_not_null (job.options.tables);
    snprintf (job.options.tables->sha256, sizeof job.options.tables->sha256, "table");
    snprintf (job.input.uri, sizeof job.input.uri, "file:///x");
    s_add (store, &job, "t", "");
    job = (struct store_job){.record = {.part_of = "a"}};
    snprintf (job.input.uri, sizeof job.input.uri, "sha256:");
    snprintf (job.input.sha256, sizeof job.input.sha256, "in");
    s_add (store, &job, "p", "block");
    file_cases_add (store, "a", "", "in", "out");
    file_cases_add (store, "b", "", "in", "out");
    file_cases_add (store, "c", "", "", "");
    s_reopen (subject);
    store = subject->store;
    cr_expect (file_cases_is_named (store, "table", NULL, "a"));
    cr_expect (!file_cases_is_named (store, "table", NULL, "t"));
    cr_expect (file_cases_is_named (store, "block", NULL, "a"));
    cr_expect (file_cases_is_named (store, "in", NULL, "a"));
    cr_expect (!file_cases_is_named (store, "in", NULL, "ab"));
    cr_expect (file_cases_is_named (store, "out", NULL, "b"));
    cr_expect (!file_cases_is_named (store, "path", NULL, ""));
    cr_assert_eq (store_begin (store, &error), DMH_OK);
    cr_assert_eq (store_find (store, "b", &job, &error), DMH_OK);
    s_end (&job, "other");
    cr_assert_eq (store_change (store, &job.record, 2, &error), DMH_OK, "%s", error.text);
    store_job_clear (&job);
    cr_assert_eq (store_commit (store, &error), DMH_OK, "%s", error.text);
    cr_expect (!file_cases_is_named (store, "out", NULL, "a"));
    cr_expect (file_cases_is_named (store, "other", NULL, "a"));
    cr_assert_eq (store_begin (store, &error), DMH_OK);
    cr_assert_eq (store_remove (store, "b", &error), DMH_OK, "%s", error.text);
    cr_assert_eq (store_commit (store, &error), DMH_OK, "%s", error.text);
    cr_expect (!file_cases_is_named (store, "in", NULL, "a"));
    cr_expect (file_cases_is_named (store, "in", NULL, "b"));
}

//  Outputs that lie with a worker are not the files service's until they are brought.
void file_cases_brought (struct store_suite_subject *subject)
{
    struct error error = {.code = DMH_OK};
    store_t *store = subject->store;
    struct store_job job;
    file_cases_add (store, "a", "", "", "");
    cr_assert_eq (store_begin (store, &error), DMH_OK);
    cr_assert_eq (store_find (store, "a", &job, &error), DMH_OK);
    s_end (&job, "out");
    snprintf (job.record.result, sizeof job.record.result, "file:///r/a.1");
    cr_assert_eq (store_change (store, &job.record, 1, &error), DMH_OK, "%s", error.text);
    cr_assert_eq (store_commit (store, &error), DMH_OK, "%s", error.text);
    cr_expect (!file_cases_is_named (store, "out", NULL, ""));
    cr_assert_eq (store_begin (store, &error), DMH_OK);
    cr_assert_eq (store_note_brought (store, &job.record, &error), DMH_OK, "%s", error.text);
    cr_assert_eq (store_note_brought (store, &job.record, &error), DMH_OK, "%s", error.text);
    cr_assert_eq (store_commit (store, &error), DMH_OK, "%s", error.text);
    cr_expect (file_cases_is_named (store, "out", NULL, ""));
    cr_expect (!file_cases_is_named (store, "out", NULL, "a"));
    store_job_clear (&job);
}

//  With the name of somebody for whom a gateway speaks it is the gateway's key that counts.
void file_cases_of_keys (struct store_suite_subject *subject)
{
    char annas[64];
    store_t *store = subject->store;
    snprintf (annas, sizeof annas, "%s/nora", ANNA);
    file_cases_add (store, "a", annas, "in", "");
    file_cases_add (store, "b", BERT, "in", "");
    file_cases_add (store, "n", "", "in", "");
    cr_expect (file_cases_is_named (store, "in", ANNA, "bn"));
    cr_expect (!file_cases_is_named (store, "in", ANNA, "a"));
    cr_expect (file_cases_is_named (store, "in", BERT, "an"));
    cr_expect (!file_cases_is_named (store, "in", BERT, "b"));
    cr_expect (file_cases_is_named (store, "in", "", "ab"));
    cr_expect (!file_cases_is_named (store, "in", "", "n"));
    cr_expect (file_cases_is_named (store, "in", NULL, "bn"));
    cr_expect (!file_cases_is_named (store, "in", NULL, "abn"));
}

//  More than a driver is asked for at once, before the one that counts; of two keys, so that the order goes
//  on in the next one.
void file_cases_many (struct store_suite_subject *subject)
{
    char id[ID_BYTES];
    store_t *store = subject->store;
    for (int i = 0; i < 66; i++) {
        snprintf (id, sizeof id, "a%d", i);
        file_cases_add (store, id, i % 2 ? ANNA : BERT, "in", "");
    }
    cr_expect (!file_cases_is_named (store, "in", NULL, "a"));
    cr_expect (!file_cases_is_named (store, "in", ANNA, "a"));
    file_cases_add (store, "z", ANNA, "in", "");
    cr_expect (file_cases_is_named (store, "in", NULL, "a"));
    cr_expect (file_cases_is_named (store, "in", ANNA, "a"));
    cr_expect (!file_cases_is_named (store, "in", BERT, "a"));
}
