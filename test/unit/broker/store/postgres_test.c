//  postgres_test.c: PostgreSQL holds what store.h promises, and what only a database of its own can do:
//  go away, come back, and belong to one broker at a time. Skipped where PostgreSQL is not installed.
#include "test/support/peers/message_samples.h"
#include "test/support/processes/postgres_server.h"
#include "test/support/stores/file_cases.h"

#include <criterion/criterion.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

enum { TRIES_MAX = 2000 };

static int s_add (store_t *store, const char *id, struct error *error)
{
    struct store_job job = {.place = 0};
    message_samples_fill (&job_record_shape, &job.record);
    message_samples_fill (&input_shape, &job.input);
    message_samples_fill (&options_shape, &job.options);
    snprintf (job.record.job, sizeof job.record.job, "%s", id);
    snprintf (job.record.state, sizeof job.record.state, "queued");
    snprintf (job.submit_key, sizeof job.submit_key, "key of %s", id);
    int rc = store_add (store, &job, error);
    store_job_clear (&job);
    return rc;
}

static void s_add_alone (store_t *store, const char *id)
{
    struct error error = {.code = DMH_OK};
    cr_assert_eq (store_begin (store, &error), DMH_OK, "%s", error.text);
    cr_assert_eq (s_add (store, id, &error), DMH_OK, "%s", error.text);
    cr_assert_eq (store_commit (store, &error), DMH_OK, "%s", error.text);
}

static bool s_has (store_t *store, const char *id)
{
    struct error error = {.code = DMH_OK};
    struct store_job job;
    int rc = store_find (store, id, &job, &error);
    cr_assert (rc == DMH_OK || rc == DMH_NOT_FOUND, "%s", error.text);
    if (rc == DMH_OK)
        store_job_clear (&job);
    return rc == DMH_OK;
}

//  The store makes its connection again without being waited for, so it is asked until it has.
static void s_await (store_t *store)
{
    struct error error = {.code = DMH_OK};
    int rc = DMH_UNAVAILABLE;
    for (int i = 0; i < TRIES_MAX && rc != DMH_OK; i++) {
        uint64_t counts[JOB_STATE_COUNT];
        rc = store_counts (store, NULL, counts, &error);
        if (rc != DMH_OK)
            nanosleep (&(struct timespec){0, 5000000}, NULL);
    }
    cr_assert_eq (rc, DMH_OK, "%s", error.text);
}

Test (store_postgres, holds_every_promise_of_a_store, .timeout = 120)
{
    struct postgres_server database;
    if (!postgres_server_start (&database))
        return;
    for (const struct store_suite_case *one = STORE_SUITE; one->name; one++) {
        struct store_suite_subject subject = {.lasts = true};
        postgres_server_run (&database, "DROP SCHEMA IF EXISTS dmh CASCADE");
        snprintf (subject.url, sizeof subject.url, "%s", database.url);
        subject.store = store_suite_open (subject.url);
        one->check (&subject);
        store_close (&subject.store);
    }
    postgres_server_stop (&database);
}

Test (store_postgres, notes_the_files_of_the_jobs_of_an_earlier_version, .timeout = 120)
{
    struct postgres_server database;
    if (!postgres_server_start (&database))
        return;
    store_t *store = store_suite_open (database.url);
    file_cases_add (store, "a", "", "in", "out");
    store_close (&store);
    postgres_server_run (&database, "TRUNCATE dmh.files_noted; TRUNCATE dmh.job_files");
    store = store_suite_open (database.url);
    cr_expect (file_cases_is_named (store, "in", NULL, ""));
    cr_expect (file_cases_is_named (store, "out", NULL, ""));
    store_close (&store);
    postgres_server_stop (&database);
}

Test (store_postgres, is_unavailable_while_the_database_is_away_and_goes_on_when_it_is_back, .timeout = 120)
{
    struct postgres_server database;
    if (!postgres_server_start (&database))
        return;
    struct error error = {.code = DMH_OK};
    store_t *store = store_suite_open (database.url);
    s_add_alone (store, "before");
    postgres_server_end (&database, SIGQUIT);
    cr_expect_eq (store_begin (store, &error), DMH_UNAVAILABLE);
    cr_expect_eq (store_begin (store, &error), DMH_UNAVAILABLE);
    cr_expect (strstr (error.text, "the job store"), "it says: %s", error.text);
    postgres_server_again (&database);
    s_await (store);
    s_add_alone (store, "after");
    cr_expect (s_has (store, "before"));
    cr_expect (s_has (store, "after"));
    store_close (&store);
    postgres_server_stop (&database);
}

Test (store_postgres, a_group_that_loses_its_connection_is_never_committed_in_part, .timeout = 120)
{
    struct postgres_server database;
    if (!postgres_server_start (&database))
        return;
    struct error error = {.code = DMH_OK};
    store_t *store = store_suite_open (database.url);
    cr_assert_eq (store_begin (store, &error), DMH_OK, "%s", error.text);
    cr_assert_eq (s_add (store, "first", &error), DMH_OK, "%s", error.text);
    postgres_server_run (&database, "SELECT pg_terminate_backend (pid) FROM pg_stat_activity "
                                    "WHERE application_name = 'dmh-broker'");
    //  Whether or not a connection is there again: what stood in the group is lost, and the group knows.
    for (int i = 0; i < 200; i++) {
        cr_assert_eq (s_add (store, "second", &error), DMH_UNAVAILABLE);
        nanosleep (&(struct timespec){0, 2000000}, NULL);
    }
    cr_expect (strstr (error.text, "in the middle of a change"), "it says: %s", error.text);
    cr_expect_eq (store_commit (store, &error), DMH_UNAVAILABLE);
    s_await (store);
    cr_expect (!s_has (store, "first"));
    cr_expect (!s_has (store, "second"));
    s_add_alone (store, "first");
    cr_expect (s_has (store, "first"));
    store_close (&store);
    postgres_server_stop (&database);
}

Test (store_postgres, belongs_to_one_broker_at_a_time_and_to_the_next_when_that_one_is_gone, .timeout = 120)
{
    struct postgres_server database;
    if (!postgres_server_start (&database))
        return;
    struct error error = {.code = DMH_OK};
    store_t *first = store_suite_open (database.url);
    cr_expect_null (store_open (database.url, &error));
    cr_expect_eq (error.code, DMH_CONFLICT, "%s", error.text);
    //  The first one loses its session, and with it the store; the second one is there before it is back.
    s_add_alone (first, "job");
    postgres_server_run (&database, "SELECT pg_terminate_backend (pid) FROM pg_stat_activity "
                                    "WHERE application_name = 'dmh-broker'");
    store_t *second = NULL;
    for (int i = 0; i < TRIES_MAX && !second; i++)
        second = store_open (database.url, &error);
    cr_assert_not_null (second, "%s", error.text);
    int rc = DMH_UNAVAILABLE;
    for (int i = 0; i < TRIES_MAX && rc == DMH_UNAVAILABLE; i++) {
        rc = store_begin (first, &error);
        if (rc == DMH_UNAVAILABLE)
            nanosleep (&(struct timespec){0, 2000000}, NULL);
    }
    cr_expect_eq (rc, DMH_CONFLICT, "%s", error.text);
    cr_expect (s_has (second, "job"));
    store_close (&second);
    store_close (&first);
    postgres_server_stop (&database);
}

Test (store_postgres, what_cannot_be_a_store_is_refused_with_a_sentence, .timeout = 120)
{
    struct error error = {.code = DMH_OK};
    cr_expect_null (store_open ("postgresql://[host/jobs", &error));
    cr_expect_eq (error.code, DMH_USAGE, "%s", error.text);
    cr_expect_null (store_open ("postgresql://dmh@/jobs?host=/nowhere-at-all", &error));
    cr_expect_eq (error.code, DMH_UNAVAILABLE);
    cr_expect (strstr (error.text, "the job store cannot be opened"), "it says: %s", error.text);
}
