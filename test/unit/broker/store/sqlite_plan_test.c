//  sqlite_plan_test.c: no step of the store looks through many jobs, batches or what follows what: by what
//  SQLite plans to do for each statement, and by how much it does with few jobs and with many.
#include "broker/store/sqlite_driver.h"
#include "test/support/stores/file_cases.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

//  Tables of a few rows, however many jobs there are; the others are never looked through.
static bool s_is_small (const char *step)
{
    return strcmp (step, "SCAN job_counts") == 0 || strcmp (step, "SCAN files_noted") == 0 ||
           strcmp (step, "SCAN results") == 0 || strcmp (step, "SCAN CONSTANT ROW") == 0;
}

//  What is grouped are the minutes of an hour.
static bool s_may_sort (int statement)
{
    return statement == SQL_RECENT || statement == SQL_RECENT_OWNER;
}

Test (sqlite_plan, every_statement_finds_its_rows_by_an_index_and_sorts_none)
{
    store_t *store = store_suite_open ("sqlite::memory:");
    struct sqlite *sqlite = (struct sqlite *) store;
    for (int i = 0; i < SQL_COUNT; i++) {
        char *asked = sqlite3_mprintf ("EXPLAIN QUERY PLAN %s", SQL[i]);
        sqlite3_stmt *plan = NULL;
        cr_assert_eq (sqlite3_prepare_v2 (sqlite->db, asked, -1, &plan, NULL), SQLITE_OK);
        while (sqlite3_step (plan) == SQLITE_ROW) {
            const char *step = (const char *) sqlite3_column_text (plan, 3);
            cr_expect (strncmp (step, "SCAN", 4) != 0 || s_is_small (step), "%s: %s", SQL[i], step);
            cr_expect (!strstr (step, "TEMP B-TREE") || s_may_sort (i), "%s: %s", SQL[i], step);
        }
        sqlite3_finalize (plan);
        sqlite3_free (asked);
    }
    store_close (&store);
}

static void s_add (store_t *store, const char *id, const char *owner, const char *part_of, const char *batch,
                   uint64_t position)
{
    struct error error = {.code = DMH_OK};
    struct store_job job = {.record = {.state = "queued", .submitted_at = 1, .position = position},
                            .place = position};
    snprintf (job.record.job, sizeof job.record.job, "%s", id);
    snprintf (job.submit_key, sizeof job.submit_key, "%s", id);
    snprintf (job.record.owner, sizeof job.record.owner, "%s", owner);
    snprintf (job.record.part_of, sizeof job.record.part_of, "%s", part_of);
    snprintf (job.record.batch, sizeof job.record.batch, "%s", batch);
    cr_assert_eq (store_add (store, &job, &error), DMH_OK, "%s", error.text);
}

static void s_add_named (store_t *store, const char *id, const char *owner, const char *file)
{
    struct error error = {.code = DMH_OK};
    struct store_job job = {.record = {.state = "queued"}, .input = {.uri = "sha256:"}};
    snprintf (job.record.job, sizeof job.record.job, "%s", id);
    snprintf (job.submit_key, sizeof job.submit_key, "%s", id);
    snprintf (job.record.owner, sizeof job.record.owner, "%s", owner);
    snprintf (job.input.sha256, sizeof job.input.sha256, "%s", file);
    cr_assert_eq (store_add (store, &job, &error), DMH_OK, "%s", error.text);
}

static void s_end (store_t *store, const char *id)
{
    struct store_job job;
    cr_assert_eq (store_find (store, id, &job, NULL), DMH_OK);
    snprintf (job.record.state, sizeof job.record.state, "done");
    job.record.finished_at = 600000;
    cr_assert_eq (store_change (store, &job.record, 0, NULL), DMH_OK);
    store_job_clear (&job);
}

static void s_add_batch (store_t *store, const char *id, const char *owner)
{
    struct store_batch batch = {.record = {.name = "nightly", .total = 1, .submitted_at = 1}};
    snprintf (batch.record.batch, sizeof batch.record.batch, "%s", id);
    snprintf (batch.record.owner, sizeof batch.record.owner, "%s", owner);
    snprintf (batch.submit_key, sizeof batch.submit_key, "key of %s", id);
    cr_assert_eq (store_add_batch (store, &batch, NULL), DMH_OK);
}

//  Anna has many jobs, in a batch, most of them done; parts of split ones are cancelled nowhere else; Otto
//  has one job and one batch, behind all of hers. Also hers are many batches of the same name.
static void s_fill (store_t *store, size_t many)
{
    char id[ID_BYTES];
    cr_assert_eq (store_begin (store, NULL), DMH_OK);
    s_add_batch (store, "b0", "anna");
    for (size_t i = 0; i < many; i++) {
        snprintf (id, sizeof id, "a%06zu", i);
        s_add (store, id, "anna", "", "b0", i);
        if (i + 1 < many)
            s_end (store, id);
        snprintf (id, sizeof id, "q%06zu", i);
        s_add (store, id, "anna", "", "", 0);
        snprintf (id, sizeof id, "p%06zu", i);
        s_add (store, id, "anna", "a000000", "", 0);
        s_end (store, id);
        snprintf (id, sizeof id, "f%06zu", i);
        s_add_named (store, id, i % 2 ? "anna" : "", i ? "many" : "one");
        snprintf (id, sizeof id, "b%06zu", i + 1);
        s_add_batch (store, id, "anna");
    }
    s_add_batch (store, "b9", "otto");
    s_add (store, "z", "otto", "", "", 0);
    cr_assert_eq (store_commit (store, NULL), DMH_OK);
}

static int s_pass (void *context, const struct store_job *job)
{
    (void) context;
    (void) job;
    return DMH_OK;
}

static void s_list (store_t *store, const char *owner, const char *state)
{
    struct store_selection selection = {owner, state, ""};
    struct job_record *records;
    size_t count;
    cr_assert_eq (store_list (store, &selection, 8, &records, &count, NULL), DMH_OK);
    free (records);
}

static void s_list_all (store_t *store)
{
    s_list (store, NULL, "");
    s_list (store, NULL, "failed");
    s_list (store, "otto", "");
    s_list (store, "otto", "done");
    s_list (store, "anna", "failed");
}

static void s_count (store_t *store)
{
    uint64_t counts[JOB_STATE_COUNT];
    struct store_recent recent;
    cr_assert_eq (store_counts (store, NULL, counts, NULL), DMH_OK);
    cr_assert_eq (store_counts (store, "otto", counts, NULL), DMH_OK);
    cr_assert_eq (store_recent (store, NULL, 1, &recent, NULL), DMH_OK);
    cr_assert_eq (store_recent (store, "otto", 1, &recent, NULL), DMH_OK);
    cr_assert_eq (recent.oldest_at, 1);
}

static void s_walk (store_t *store)
{
    cr_assert_eq (store_open_jobs (store, 0, 8, s_pass, NULL, NULL), DMH_OK);
    cr_assert_eq (store_queued (store, NULL, 0, 8, s_pass, NULL, NULL), DMH_OK);
    cr_assert_eq (store_queued (store, "otto", 0, 8, s_pass, NULL, NULL), DMH_OK);
}

static void s_look_at_batch (store_t *store)
{
    struct store_batch batch;
    struct store_part part = {"b0", "queued", 0};
    struct job_record *records;
    size_t count;
    cr_assert_eq (store_find_batch (store, "b0", &batch, NULL), DMH_OK);
    cr_assert_eq (batch.record.queued, 1);
    cr_assert_eq (store_batch_jobs (store, &part, 8, &records, &count, NULL), DMH_OK);
    cr_assert_eq (count, 1, "the last of them");
    free (records);
}

static void s_search (store_t *store)
{
    struct found_thing things[24];
    size_t count;
    cr_assert_eq (store_search (store, "otto", "nightly", 8, things, &count, NULL), DMH_OK);
    cr_assert_eq (store_search (store, "otto", "b", 8, things, &count, NULL), DMH_OK);
    cr_assert_eq (count, 1);
    cr_assert_eq (store_search (store, NULL, "b", 8, things, &count, NULL), DMH_OK);
}

static void s_look_for_files (store_t *store)
{
    cr_assert (file_cases_is_named (store, "one", NULL, ""));
    cr_assert (!file_cases_is_named (store, "one", NULL, "f"));
    cr_assert (file_cases_is_named (store, "many", NULL, ""));
    cr_assert (!file_cases_is_named (store, "none", NULL, ""));
}

static void s_change_one (store_t *store)
{
    cr_assert_eq (store_begin (store, NULL), DMH_OK);
    s_end (store, "a000000");
    cr_assert_eq (store_remove (store, "a000000", NULL), DMH_OK);
    cr_assert_eq (store_commit (store, NULL), DMH_OK);
}

static const struct {
    const char *what;
    void (*step) (store_t *store);
} STEPS[] = {{"lists", s_list_all},
             {"counts", s_count},
             {"walks", s_walk},
             {"batches", s_look_at_batch},
             {"searches", s_search},
             {"files", s_look_for_files},
             {"a change and a removal", s_change_one}};
enum { STEP_COUNT = sizeof STEPS / sizeof *STEPS };

//  What SQLite has done for each step, counted in the instructions of its virtual machine.
static void s_measure (size_t many, int done[STEP_COUNT])
{
    store_t *store = store_suite_open ("sqlite::memory:");
    struct sqlite *sqlite = (struct sqlite *) store;
    s_fill (store, many);
    for (int i = 0; i < SQL_COUNT; i++)
        sqlite3_stmt_status (sqlite->statements[i], SQLITE_STMTSTATUS_VM_STEP, 1);
    for (size_t step = 0; step < STEP_COUNT; step++) {
        STEPS[step].step (store);
        done[step] = 0;
        for (int i = 0; i < SQL_COUNT; i++)
            done[step] += sqlite3_stmt_status (sqlite->statements[i], SQLITE_STMTSTATUS_VM_STEP, 1);
    }
    store_close (&store);
}

Test (sqlite_plan, what_a_step_takes_does_not_grow_with_the_jobs_that_are_there)
{
    int few[STEP_COUNT], many[STEP_COUNT];
    s_measure (300, few);
    s_measure (3000, many);
    for (size_t i = 0; i < STEP_COUNT; i++) {
        cr_expect_gt (few[i], 0);
        cr_expect_lt (many[i], few[i] + few[i] / 4 + 64, "%s: %d instructions with 300 of each, %d with 3000",
                      STEPS[i].what, few[i], many[i]);
    }
}

Test (sqlite_plan, what_is_noted_of_the_files_of_a_job_leaves_with_it)
{
    store_t *store = store_suite_open ("sqlite::memory:");
    sqlite3 *db = ((struct sqlite *) store)->db;
    sqlite3_stmt *count = NULL;
    cr_assert_eq (sqlite3_prepare_v2 (db, "SELECT count(*) FROM job_files", -1, &count, NULL), SQLITE_OK);
    file_cases_add (store, "a", "", "in", "out");
    cr_assert_eq (sqlite3_step (count), SQLITE_ROW);
    cr_expect_eq (sqlite3_column_int (count, 0), 2);
    sqlite3_reset (count);
    cr_assert_eq (store_begin (store, NULL), DMH_OK);
    cr_assert_eq (store_remove (store, "a", NULL), DMH_OK);
    cr_assert_eq (store_commit (store, NULL), DMH_OK);
    cr_assert_eq (sqlite3_step (count), SQLITE_ROW);
    cr_expect_eq (sqlite3_column_int (count, 0), 0);
    sqlite3_finalize (count);
    store_close (&store);
}
