//  sqlite.c: the store in SQLite: WAL, synchronous=FULL, one connection, statements prepared once. See
//  store.h and driver.h; store.c calls it.
#include "driver.h"
#include "sqlite_open.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum statement {
    SQL_ADD,
    SQL_CHANGE,
    SQL_FIND,
    SQL_FIND_KEY,
    SQL_PLACE,
    SQL_LIST,
    SQL_LIST_STATE,
    SQL_OPEN_JOBS,
    SQL_COUNTS,
    SQL_ENDED,
    SQL_FETCHED,
    SQL_RESULT_BYTES,
    SQL_REMOVE,
    SQL_COUNT
};

static const char *const SQL[SQL_COUNT] = {
    [SQL_ADD] = "INSERT INTO jobs (job, submit_key, place, state, tries, input, options, record) "
                "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
    [SQL_CHANGE] = "UPDATE jobs SET state = ?2, tries = ?3, record = ?4, ended_at = ?5, fetched_at = ?6, "
                   "result_bytes = ?7 WHERE job = ?1",
    [SQL_FIND] = "SELECT sequence, submit_key, place, tries, input, options, record FROM jobs WHERE job = ?1",
    [SQL_FIND_KEY] = "SELECT job FROM jobs WHERE submit_key = ?1 ORDER BY place",
    [SQL_PLACE] = "SELECT sequence FROM jobs WHERE job = ?1",
    [SQL_LIST] = "SELECT record FROM jobs WHERE sequence < ?1 ORDER BY sequence DESC LIMIT ?2",
    [SQL_LIST_STATE] = "SELECT record FROM jobs WHERE sequence < ?1 AND state = ?3 "
                       "ORDER BY sequence DESC LIMIT ?2",
    [SQL_OPEN_JOBS] = "SELECT sequence, submit_key, place, tries, input, options, record FROM jobs "
                      "WHERE state IN ('queued', 'running') ORDER BY sequence",
    [SQL_COUNTS] = "SELECT state, jobs FROM job_counts",
    [SQL_ENDED] =
        "SELECT ended_at, sequence, result_bytes, record FROM jobs WHERE ended_at >= 0 "
        "AND (ended_at, sequence) > (?1, ?2) AND ended_at < ?3 ORDER BY ended_at, sequence LIMIT ?4",
    [SQL_FETCHED] = "SELECT ended_at, sequence, result_bytes, record FROM jobs WHERE fetched_at >= 0 "
                    "AND (ended_at, sequence) > (?1, ?2) AND ended_at < ?3 "
                    "ORDER BY ended_at, sequence LIMIT ?4",
    [SQL_RESULT_BYTES] = "SELECT bytes FROM results",
    [SQL_REMOVE] = "DELETE FROM jobs WHERE job = ?1 AND ended_at >= 0",
};

struct sqlite {
    struct store base;
    sqlite3 *db;
    sqlite3_stmt *statements[SQL_COUNT];
};

static struct sqlite *s_self (store_t *store)
{
    return (struct sqlite *) store;
}

static int s_away (struct sqlite *self, const char *what, struct error *error)
{
    return error_set (error, DMH_UNAVAILABLE, "the job store cannot %s: %s", what, sqlite3_errmsg (self->db));
}

static int s_run (struct sqlite *self, const char *sql, const char *what, struct error *error)
{
    return sqlite3_exec (self->db, sql, NULL, NULL, NULL) == SQLITE_OK ? DMH_OK : s_away (self, what, error);
}

static int s_commit (store_t *store, struct error *error)
{
    return s_run (s_self (store), "COMMIT", "commit", error);
}

static int s_begin (store_t *store, struct error *error)
{
    return s_run (s_self (store), "BEGIN IMMEDIATE", "begin a change", error);
}

//  After some errors SQLite has rolled back by itself; then there is nothing left to do.
static void s_abandon (store_t *store)
{
    struct sqlite *self = s_self (store);
    if (!sqlite3_get_autocommit (self->db))
        sqlite3_exec (self->db, "ROLLBACK", NULL, NULL, NULL);
}

static void s_close (store_t *store)
{
    struct sqlite *self = s_self (store);
    for (int i = 0; i < SQL_COUNT; i++)
        sqlite3_finalize (self->statements[i]);
    sqlite3_close (self->db);
    free (self);
}

static store_t *s_open (const char *path, struct error *error)
{
    struct sqlite *self = calloc (1, sizeof *self);
    if (!self) {
        error_set (error, DMH_INTERNAL, "out of memory while opening the job store");
        return NULL;
    }
    self->base.driver = &sqlite_driver;
    self->db = sqlite_open (path, error);
    int rc = self->db ? DMH_OK : DMH_UNAVAILABLE;
    for (int i = 0; rc == DMH_OK && i < SQL_COUNT; i++)
        if (sqlite3_prepare_v3 (self->db, SQL[i], -1, SQLITE_PREPARE_PERSISTENT, &self->statements[i],
                                NULL) != SQLITE_OK)
            rc = s_away (self, "be used", error);
    if (rc == DMH_OK)
        return &self->base;
    s_close (&self->base);
    return NULL;
}

//  A statement from its beginning, without the parameters of its last use.
static sqlite3_stmt *s_statement (struct sqlite *self, enum statement which)
{
    sqlite3_stmt *statement = self->statements[which];
    sqlite3_reset (statement);
    sqlite3_clear_bindings (statement);
    return statement;
}

static void s_bind_text (sqlite3_stmt *statement, int at, const char *text)
{
    sqlite3_bind_text (statement, at, text, -1, SQLITE_TRANSIENT);
}

//  Binds a message part as its msgpack body.
static int s_bind_part (sqlite3_stmt *statement, int at, const struct shape *shape, const void *part,
                        struct error *error)
{
    void *body;
    size_t n;
    int rc = shape_encode (shape, part, &body, &n, error);
    if (rc == DMH_OK)
        sqlite3_bind_blob (statement, at, body, (int) n, free);
    return rc;
}

static int s_step (struct sqlite *self, sqlite3_stmt *statement, const char *what, struct error *error)
{
    int rc = sqlite3_step (statement) == SQLITE_DONE ? DMH_OK : s_away (self, what, error);
    sqlite3_reset (statement);
    sqlite3_clear_bindings (statement);
    return rc;
}

static int s_add (store_t *store, struct store_job *job, struct error *error)
{
    struct sqlite *self = s_self (store);
    sqlite3_stmt *statement = s_statement (self, SQL_ADD);
    s_bind_text (statement, 1, job->record.job);
    s_bind_text (statement, 2, job->submit_key);
    sqlite3_bind_int64 (statement, 3, (sqlite3_int64) job->place);
    s_bind_text (statement, 4, job->record.state);
    sqlite3_bind_int (statement, 5, (int) job->tries);
    int rc = s_bind_part (statement, 6, &input_shape, &job->input, error);
    if (rc == DMH_OK)
        rc = s_bind_part (statement, 7, &options_shape, &job->options, error);
    if (rc == DMH_OK)
        rc = s_bind_part (statement, 8, &job_record_shape, &job->record, error);
    if (rc == DMH_OK)
        rc = s_step (self, statement, "take a job", error);
    if (rc == DMH_OK)
        job->sequence = (uint64_t) sqlite3_last_insert_rowid (self->db);
    return rc;
}

static int s_change (store_t *store, const struct job_record *record, unsigned tries, struct error *error)
{
    struct sqlite *self = s_self (store);
    sqlite3_stmt *statement = s_statement (self, SQL_CHANGE);
    s_bind_text (statement, 1, record->job);
    s_bind_text (statement, 2, record->state);
    sqlite3_bind_int (statement, 3, (int) tries);
    struct store_marks marks = store_marks_of (record);
    sqlite3_bind_int64 (statement, 5, marks.ended_at);
    sqlite3_bind_int64 (statement, 6, marks.fetched_at);
    sqlite3_bind_int64 (statement, 7, (sqlite3_int64) marks.bytes);
    int rc = s_bind_part (statement, 4, &job_record_shape, record, error);
    if (rc == DMH_OK)
        rc = s_step (self, statement, "change a job", error);
    if (rc == DMH_OK && sqlite3_changes (self->db) != 1)
        rc = error_set (error, DMH_NOT_FOUND, "there is no job %s", record->job);
    return rc;
}

static int s_take_part (sqlite3_stmt *statement, int at, const struct shape *shape, void *out,
                        struct error *error)
{
    struct error why = {.code = DMH_OK};
    int rc = shape_decode (shape, sqlite3_column_blob (statement, at),
                           (size_t) sqlite3_column_bytes (statement, at), out, &why);
    if (rc != DMH_OK)
        rc =
            error_set (error, DMH_UNAVAILABLE, "the job store holds a damaged %s: %s", shape->name, why.text);
    return rc;
}

//  The columns of SQL_FIND and SQL_OPEN_JOBS.
static int s_take_job (sqlite3_stmt *statement, struct store_job *out, struct error *error)
{
    struct store_job got = {.sequence = (uint64_t) sqlite3_column_int64 (statement, 0),
                            .place = (uint64_t) sqlite3_column_int64 (statement, 2),
                            .tries = (unsigned) sqlite3_column_int (statement, 3)};
    const char *submit_key = (const char *) sqlite3_column_text (statement, 1);
    snprintf (got.submit_key, sizeof got.submit_key, "%s", submit_key ? submit_key : "");
    int rc = s_take_part (statement, 4, &input_shape, &got.input, error);
    if (rc == DMH_OK)
        rc = s_take_part (statement, 5, &options_shape, &got.options, error);
    if (rc == DMH_OK)
        rc = s_take_part (statement, 6, &job_record_shape, &got.record, error);
    if (rc == DMH_OK)
        *out = got;
    else
        store_job_clear (&got);
    return rc;
}

static int s_find (store_t *store, const char *job, struct store_job *out, struct error *error)
{
    struct sqlite *self = s_self (store);
    sqlite3_stmt *statement = s_statement (self, SQL_FIND);
    s_bind_text (statement, 1, job);
    int stepped = sqlite3_step (statement), rc;
    if (stepped == SQLITE_ROW)
        rc = s_take_job (statement, out, error);
    else if (stepped == SQLITE_DONE)
        rc = error_set (error, DMH_NOT_FOUND, "there is no job %s", job);
    else
        rc = s_away (self, "be read", error);
    sqlite3_reset (statement);
    return rc;
}

static int s_find_key (store_t *store, const char *submit_key, struct store_job_id *ids, size_t room,
                       size_t *count, struct error *error)
{
    struct sqlite *self = s_self (store);
    sqlite3_stmt *statement = s_statement (self, SQL_FIND_KEY);
    s_bind_text (statement, 1, submit_key);
    int stepped = SQLITE_DONE;
    while (*count < room && (stepped = sqlite3_step (statement)) == SQLITE_ROW) {
        const char *job = (const char *) sqlite3_column_text (statement, 0);
        snprintf (ids[(*count)++].job, ID_BYTES, "%s", job ? job : "");
    }
    int rc = stepped == SQLITE_DONE || stepped == SQLITE_ROW ? DMH_OK : s_away (self, "be read", error);
    sqlite3_reset (statement);
    return rc;
}

//  Where a job stands in the order of submission.
static int s_place (struct sqlite *self, const char *job, sqlite3_int64 *out, struct error *error)
{
    sqlite3_stmt *statement = s_statement (self, SQL_PLACE);
    s_bind_text (statement, 1, job);
    int stepped = sqlite3_step (statement), rc = DMH_OK;
    if (stepped == SQLITE_ROW)
        *out = sqlite3_column_int64 (statement, 0);
    else if (stepped == SQLITE_DONE)
        rc = error_set (error, DMH_NOT_FOUND, "there is no job %s", job);
    else
        rc = s_away (self, "be read", error);
    sqlite3_reset (statement);
    return rc;
}

static int s_list (store_t *store, const char *state, const char *after, size_t limit, struct job_record *out,
                   size_t *count, struct error *error)
{
    struct sqlite *self = s_self (store);
    sqlite3_int64 before = INT64_MAX;
    int rc = *after ? s_place (self, after, &before, error) : DMH_OK;
    if (rc != DMH_OK)
        return rc;
    sqlite3_stmt *statement = s_statement (self, *state ? SQL_LIST_STATE : SQL_LIST);
    sqlite3_bind_int64 (statement, 1, before);
    sqlite3_bind_int64 (statement, 2, (sqlite3_int64) limit);
    if (*state)
        s_bind_text (statement, 3, state);
    int stepped = SQLITE_DONE;
    while (rc == DMH_OK && *count < limit && (stepped = sqlite3_step (statement)) == SQLITE_ROW) {
        rc = s_take_part (statement, 0, &job_record_shape, &out[*count], error);
        *count += rc == DMH_OK;
    }
    if (rc == DMH_OK && stepped != SQLITE_DONE && stepped != SQLITE_ROW)
        rc = s_away (self, "be read", error);
    sqlite3_reset (statement);
    return rc;
}

static int s_open_jobs (store_t *store, int (*each) (void *context, const struct store_job *job),
                        void *context, struct error *error)
{
    struct sqlite *self = s_self (store);
    sqlite3_stmt *statement = s_statement (self, SQL_OPEN_JOBS);
    int stepped, rc = DMH_OK;
    while (rc == DMH_OK && (stepped = sqlite3_step (statement)) != SQLITE_DONE) {
        struct store_job job;
        rc = stepped == SQLITE_ROW ? s_take_job (statement, &job, error) : s_away (self, "be read", error);
        if (rc != DMH_OK)
            break;
        rc = each (context, &job);
        store_job_clear (&job);
    }
    sqlite3_reset (statement);
    return rc;
}

static int s_ended (store_t *store, const struct store_search *search, size_t limit, struct store_ended *out,
                    size_t *count, struct error *error)
{
    struct sqlite *self = s_self (store);
    sqlite3_stmt *statement = s_statement (self, search->fetched ? SQL_FETCHED : SQL_ENDED);
    sqlite3_bind_int64 (statement, 1, search->from);
    sqlite3_bind_int64 (statement, 2, (sqlite3_int64) search->sequence);
    sqlite3_bind_int64 (statement, 3, search->before);
    sqlite3_bind_int64 (statement, 4, (sqlite3_int64) limit);
    int stepped = SQLITE_DONE, rc = DMH_OK;
    while (rc == DMH_OK && *count < limit && (stepped = sqlite3_step (statement)) == SQLITE_ROW) {
        struct store_ended *ended = &out[*count];
        ended->ended_at = sqlite3_column_int64 (statement, 0);
        ended->sequence = (uint64_t) sqlite3_column_int64 (statement, 1);
        ended->bytes = (uint64_t) sqlite3_column_int64 (statement, 2);
        rc = s_take_part (statement, 3, &job_record_shape, &ended->record, error);
        *count += rc == DMH_OK;
    }
    if (rc == DMH_OK && stepped != SQLITE_DONE && stepped != SQLITE_ROW)
        rc = s_away (self, "be read", error);
    sqlite3_reset (statement);
    return rc;
}

static int s_result_bytes (store_t *store, uint64_t *out, struct error *error)
{
    struct sqlite *self = s_self (store);
    sqlite3_stmt *statement = s_statement (self, SQL_RESULT_BYTES);
    int rc = DMH_OK;
    if (sqlite3_step (statement) == SQLITE_ROW)
        *out = (uint64_t) sqlite3_column_int64 (statement, 0);
    else
        rc = s_away (self, "be counted", error);
    sqlite3_reset (statement);
    return rc;
}

static int s_remove (store_t *store, const char *job, struct error *error)
{
    struct sqlite *self = s_self (store);
    sqlite3_stmt *statement = s_statement (self, SQL_REMOVE);
    s_bind_text (statement, 1, job);
    int rc = s_step (self, statement, "forget a job", error);
    if (rc == DMH_OK && sqlite3_changes (self->db) != 1)
        rc = error_set (error, DMH_NOT_FOUND, "there is no job %s that has ended", job);
    return rc;
}

static int s_counts (store_t *store, uint64_t counts[JOB_STATE_COUNT], struct error *error)
{
    struct sqlite *self = s_self (store);
    sqlite3_stmt *statement = s_statement (self, SQL_COUNTS);
    int stepped;
    while ((stepped = sqlite3_step (statement)) == SQLITE_ROW) {
        enum job_state state;
        const char *word = (const char *) sqlite3_column_text (statement, 0);
        if (word && job_state_of (word, &state) == DMH_OK)
            counts[state] = (uint64_t) sqlite3_column_int64 (statement, 1);
    }
    int rc = stepped == SQLITE_DONE ? DMH_OK : s_away (self, "be counted", error);
    sqlite3_reset (statement);
    return rc;
}

const struct driver sqlite_driver = {.scheme = "sqlite:",
                                     .form = "sqlite:PATH or sqlite::memory:",
                                     .open = s_open,
                                     .close = s_close,
                                     .begin = s_begin,
                                     .commit = s_commit,
                                     .abandon = s_abandon,
                                     .add = s_add,
                                     .change = s_change,
                                     .find = s_find,
                                     .find_key = s_find_key,
                                     .list = s_list,
                                     .open_jobs = s_open_jobs,
                                     .ended = s_ended,
                                     .result_bytes = s_result_bytes,
                                     .remove = s_remove,
                                     .counts = s_counts};
