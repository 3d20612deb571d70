//  postgres.c: the store in PostgreSQL, what sqlite.c is for SQLite. See store.h and driver.h; store.c calls
//  it. One connection, whose care is postgres_link.c's; parameters and results are binary.
#define _GNU_SOURCE
#include "broker/store/postgres_driver.h"
#include "broker/store/postgres_statements.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct postgres *s_self (store_t *store)
{
    return (struct postgres *) store;
}

//  The connection, as long as it is the one on which the open group began: on a new one the group's changes
//  are gone, and what follows must not be committed without them.
static PGconn *s_connection (struct postgres *self, int *rc, struct error *error)
{
    PGconn *connection = postgres_link_ready (self->link, rc, error);
    if (!connection || !self->base.begun || self->began_on == postgres_link_made (self->link))
        return connection;
    *rc = error_set (error, DMH_UNAVAILABLE, "the job store went away in the middle of a change");
    return NULL;
}

int postgres_ask (struct postgres *self, const char *statement, const struct parameters *with,
                  const char *what, PGresult **result, struct error *error)
{
    int rc = DMH_OK;
    *result = NULL;
    PGconn *connection = s_connection (self, &rc, error);
    if (!connection)    //  that it is another broker's now is store_begin's to say
        return rc == DMH_CONFLICT ? error_set (error, DMH_UNAVAILABLE, "another broker has the job store")
                                  : rc;
    PGresult *got =
        PQexecPrepared (connection, statement, with->count, with->values, with->lengths, with->formats, 1);
    ExecStatusType status = PQresultStatus (got);
    if (status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK) {
        *result = got;
        return DMH_OK;
    }
    rc = postgres_link_failed (self->link, got, what, error);
    PQclear (got);
    return rc;
}

static int s_run (struct postgres *self, const char *sql, const char *what, struct error *error)
{
    int rc = DMH_OK;
    PGconn *connection = s_connection (self, &rc, error);
    if (!connection)
        return rc;
    PGresult *result = PQexec (connection, sql);
    if (PQresultStatus (result) != PGRES_COMMAND_OK)
        rc = postgres_link_failed (self->link, result, what, error);
    else if (strcmp (PQcmdStatus (result), sql) != 0)    //  COMMIT of what has failed answers ROLLBACK
        rc = error_set (error, DMH_UNAVAILABLE, "the job store cannot %s: it has rolled back", what);
    PQclear (result);
    return rc;
}

static int s_check (store_t *store, struct error *error)
{
    int rc = DMH_OK;
    postgres_link_look (s_self (store)->link);
    postgres_link_ready (s_self (store)->link, &rc, error);
    return rc;
}

static int s_begin (store_t *store, struct error *error)
{
    struct postgres *self = s_self (store);
    int rc = s_run (self, "BEGIN", "begin a change", error);
    self->began_on = postgres_link_made (self->link);
    return rc;
}

static int s_commit (store_t *store, struct error *error)
{
    return s_run (s_self (store), "COMMIT", "commit", error);
}

//  With the connection the transaction has gone, too.
static void s_abandon (store_t *store)
{
    int rc = DMH_OK;
    PGconn *connection = postgres_link_ready (s_self (store)->link, &rc, NULL);
    if (connection && PQtransactionStatus (connection) != PQTRANS_IDLE)
        PQclear (PQexec (connection, "ROLLBACK"));
}

static void s_close (store_t *store)
{
    struct postgres *self = s_self (store);
    postgres_link_destroy (&self->link);
    free (self);
}

static store_t *s_open (const char *place, struct error *error)
{
    char *url = NULL;
    struct postgres *self = calloc (1, sizeof *self);
    if (!self || asprintf (&url, "%s%s", postgres_driver.scheme, place) < 0) {
        error_set (error, DMH_INTERNAL, "out of memory while opening the job store");
        free (self);
        return NULL;
    }
    self->base.driver = &postgres_driver;
    self->link = postgres_link_new (url, STATEMENTS, sizeof STATEMENTS / sizeof *STATEMENTS, error);
    free (url);
    if (self->link)
        return &self->base;
    free (self);
    return NULL;
}

static int s_add (store_t *store, struct store_job *job, struct error *error)
{
    struct parameters with = {.count = 0};
    parameters_text (&with, job->record.job);
    parameters_text (&with, job->submit_key);
    parameters_number (&with, job->place);
    parameters_text (&with, job->record.state);
    parameters_number (&with, job->tries);
    int rc = parameters_part (&with, &input_shape, &job->input, error);
    if (rc == DMH_OK)
        rc = parameters_part (&with, &options_shape, &job->options, error);
    if (rc == DMH_OK)
        rc = parameters_part (&with, &job_record_shape, &job->record, error);
    if (rc == DMH_OK) {
        PGresult *result;
        parameters_text (&with, job->record.owner);
        parameters_text (&with, job->record.part_of);
        rc = postgres_ask (s_self (store), "add", &with, "take a job", &result, error);
        if (rc == DMH_OK)
            job->sequence = value_number (result, 0, 0);
        PQclear (result);
    }
    parameters_clear (&with);
    return rc;
}

static int s_change (store_t *store, const struct job_record *record, unsigned tries, struct error *error)
{
    struct parameters with = {.count = 0};
    parameters_text (&with, record->job);
    parameters_text (&with, record->state);
    parameters_number (&with, tries);
    int rc = parameters_part (&with, &job_record_shape, record, error);
    struct store_marks marks = store_marks_of (record);
    if (rc == DMH_OK) {
        parameters_number (&with, (uint64_t) marks.ended_at);
        parameters_number (&with, (uint64_t) marks.fetched_at);
        parameters_number (&with, marks.bytes);
        parameters_number (&with, (uint64_t) marks.removal_at);
        PGresult *result;
        rc = postgres_ask (s_self (store), "change", &with, "change a job", &result, error);
        if (rc == DMH_OK && strcmp (PQcmdTuples (result), "1") != 0)
            rc = store_no_job (record->job, error);
        PQclear (result);
    }
    parameters_clear (&with);
    return rc;
}

static int s_find (store_t *store, const char *job, struct store_job *out, struct error *error)
{
    struct parameters with = {.count = 0};
    parameters_text (&with, job);
    PGresult *result;
    int rc = postgres_ask (s_self (store), "find", &with, "be read", &result, error);
    if (rc != DMH_OK)
        return rc;
    rc = PQntuples (result) ? value_job (result, 0, out, error) : store_no_job (job, error);
    PQclear (result);
    return rc;
}

static int s_find_key (store_t *store, const char *owner, const char *submit_key, uint64_t from,
                       struct store_job_id *ids, size_t room, size_t *count, struct error *error)
{
    struct parameters with = {.count = 0};
    parameters_text (&with, submit_key);
    parameters_number (&with, room);
    parameters_text (&with, owner);
    parameters_number (&with, from);
    PGresult *result;
    int rc = postgres_ask (s_self (store), "find_key", &with, "be read", &result, error);
    if (rc != DMH_OK)
        return rc;
    for (int row = 0; row < PQntuples (result) && *count < room; row++) {
        ids[*count].place = value_number (result, row, 1);
        value_text (result, row, 0, ids[(*count)++].job, ID_BYTES);
    }
    PQclear (result);
    return DMH_OK;
}

//  Where a job of that owner (NULL: of anybody) stands in the order of submission.
static int s_place (struct postgres *self, const char *job, const char *owner, uint64_t *out,
                    struct error *error)
{
    struct parameters with = {.count = 0};
    parameters_text (&with, job);
    parameters_text (&with, owner);
    PGresult *result;
    int rc = postgres_ask (self, "place", &with, "be read", &result, error);
    if (rc != DMH_OK)
        return rc;
    if (PQntuples (result))
        *out = value_number (result, 0, 0);
    else
        rc = store_no_job (job, error);
    PQclear (result);
    return rc;
}

static int s_list (store_t *store, const struct store_selection *selection, size_t limit,
                   struct job_record *out, size_t *count, struct error *error)
{
    struct postgres *self = s_self (store);
    const char *owner = selection->owner, *state = selection->state;
    uint64_t before = INT64_MAX;
    int rc = *selection->after ? s_place (self, selection->after, owner, &before, error) : DMH_OK;
    if (rc != DMH_OK)
        return rc;
    struct parameters with = {.count = 0};
    parameters_number (&with, before);
    parameters_number (&with, limit);
    if (*state)
        parameters_text (&with, state);
    if (owner)
        parameters_text (&with, owner);
    PGresult *result;
    const char *statement =
        owner ? (*state ? "list_owner_state" : "list_owner") : (*state ? "list_state" : "list");
    rc = postgres_ask (self, statement, &with, "be read", &result, error);
    if (rc != DMH_OK)
        return rc;
    for (int row = 0; rc == DMH_OK && row < PQntuples (result) && *count < limit; row++) {
        rc = value_part (result, row, 0, &job_record_shape, &out[*count], error);
        *count += rc == DMH_OK;
    }
    PQclear (result);
    return rc;
}

static int s_walk (store_t *store, const struct store_walk *walk, store_each_job *each, void *context,
                   struct error *error)
{
    static const char *const BY[] = {[STORE_ALL] = "each",
                                     [STORE_PARTS] = "each_part",
                                     [STORE_OPEN] = "open_jobs",
                                     [STORE_QUEUED] = "queued"};
    struct parameters with = {.count = 0};
    parameters_number (&with, walk->after);
    parameters_number (&with, walk->limit);
    if (walk->owner)
        parameters_text (&with, walk->owner);
    PGresult *result;
    int rc = postgres_ask (s_self (store), walk->owner ? "queued_owner" : BY[walk->which], &with, "be read",
                           &result, error);
    for (int row = 0; rc == DMH_OK && row < PQntuples (result); row++) {
        struct store_job job;
        rc = value_job (result, row, &job, error);
        if (rc != DMH_OK)
            break;
        rc = each (context, &job);
        store_job_clear (&job);
    }
    PQclear (result);
    return rc;
}

static int s_ended (store_t *store, const struct store_search *search, size_t limit, struct store_ended *out,
                    size_t *count, struct error *error)
{
    struct parameters with = {.count = 0};
    parameters_number (&with, (uint64_t) search->from);
    parameters_number (&with, search->sequence);
    parameters_number (&with, (uint64_t) search->before);
    parameters_number (&with, limit);
    PGresult *result;
    const char *statement = search->leaving ? "leaving" : search->fetched ? "fetched" : "ended";
    int rc = postgres_ask (s_self (store), statement, &with, "be read", &result, error);
    if (rc != DMH_OK)
        return rc;
    for (int row = 0; rc == DMH_OK && row < PQntuples (result) && *count < limit; row++) {
        struct store_ended *ended = &out[*count];
        ended->ended_at = (int64_t) value_number (result, row, 0);
        ended->sequence = value_number (result, row, 1);
        ended->bytes = value_number (result, row, 2);
        rc = value_part (result, row, 3, &job_record_shape, &ended->record, error);
        *count += rc == DMH_OK;
    }
    PQclear (result);
    return rc;
}

static int s_result_bytes (store_t *store, uint64_t *out, struct error *error)
{
    struct parameters with = {.count = 0};
    PGresult *result;
    int rc = postgres_ask (s_self (store), "result_bytes", &with, "be counted", &result, error);
    if (rc == DMH_OK)
        *out = value_number (result, 0, 0);
    PQclear (result);
    return rc;
}

static int s_remove (store_t *store, const char *job, struct error *error)
{
    struct parameters with = {.count = 0};
    parameters_text (&with, job);
    PGresult *result;
    int rc = postgres_ask (s_self (store), "remove", &with, "forget a job", &result, error);
    if (rc == DMH_OK && strcmp (PQcmdTuples (result), "1") != 0)
        rc = error_set (error, DMH_NOT_FOUND, "there is no job %s that has ended", job);
    PQclear (result);
    return rc;
}

static int s_counts (store_t *store, const char *owner, int64_t since, uint64_t counts[JOB_STATE_COUNT],
                     struct error *error)
{
    struct parameters with = {.count = 0};
    PGresult *result;
    if (since)
        parameters_number (&with, (uint64_t) (since / STORE_MINUTE_MS));
    if (owner)
        parameters_text (&with, owner);
    const char *statement = owner ? (since ? "recent_owner" : "counts_owner") : (since ? "recent" : "counts");
    int rc = postgres_ask (s_self (store), statement, &with, "be counted", &result, error);
    if (rc != DMH_OK)
        return rc;
    for (int row = 0; row < PQntuples (result); row++) {
        enum job_state state;
        char word[WORD_BYTES];
        value_text (result, row, 0, word, sizeof word);
        if (job_state_of (word, &state) == DMH_OK)
            counts[state] = value_number (result, row, 1);
    }
    PQclear (result);
    return DMH_OK;
}

const struct driver postgres_driver = {.scheme = "postgresql:",
                                       .form = "postgresql://USER@HOST/DATABASE",
                                       .open = s_open,
                                       .close = s_close,
                                       .check = s_check,
                                       .begin = s_begin,
                                       .commit = s_commit,
                                       .abandon = s_abandon,
                                       .add = s_add,
                                       .change = s_change,
                                       .find = s_find,
                                       .find_key = s_find_key,
                                       .list = s_list,
                                       .walk = s_walk,
                                       .ended = s_ended,
                                       .result_bytes = s_result_bytes,
                                       .remove = s_remove,
                                       .counts = s_counts,
                                       .add_batch = postgres_add_batch,
                                       .find_batch = postgres_find_batch,
                                       .find_batch_key = postgres_find_batch_key,
                                       .put_in_batch = postgres_put_in_batch,
                                       .batch_jobs = postgres_batch_jobs,
                                       .search = postgres_search,
                                       .add_follows = postgres_add_follows,
                                       .followed = postgres_followed,
                                       .followers = postgres_followers,
                                       .note_files = postgres_note_files,
                                       .file_uses = postgres_file_uses,
                                       .files_noted = postgres_files_noted,
                                       .set_files_noted = postgres_set_files_noted,
                                       .backup_how = "the jobs are kept in PostgreSQL, which copies them "
                                                     "itself: pg_dump --schema=dmh DATABASE"};
