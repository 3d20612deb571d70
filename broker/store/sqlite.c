//  sqlite.c: the store in SQLite: WAL, synchronous=FULL, one connection, statements prepared once. See
//  store.h.
#define _GNU_SOURCE
#include "store.h"

#include "migrations.h"

#include <errno.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum statement {
    SQL_ADD,
    SQL_CHANGE,
    SQL_FIND,
    SQL_FIND_KEY,
    SQL_LIST,
    SQL_OPEN_JOBS,
    SQL_COUNTS,
    SQL_COUNT
};

static const char *const SQL[SQL_COUNT] = {
    [SQL_ADD] = "INSERT INTO jobs (job, submit_key, place, state, tries, input, options, record) "
                "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
    [SQL_CHANGE] = "UPDATE jobs SET state = ?2, tries = ?3, record = ?4 WHERE job = ?1",
    [SQL_FIND] = "SELECT sequence, submit_key, place, tries, input, options, record FROM jobs WHERE job = ?1",
    [SQL_FIND_KEY] = "SELECT job FROM jobs WHERE submit_key = ?1 ORDER BY place",
    [SQL_LIST] = "SELECT record FROM jobs WHERE (?1 = '' OR state = ?1) AND "
                 "sequence < coalesce((SELECT sequence FROM jobs WHERE job = ?2), 9223372036854775807) "
                 "ORDER BY sequence DESC LIMIT ?3",
    [SQL_OPEN_JOBS] = "SELECT sequence, submit_key, place, tries, input, options, record FROM jobs "
                      "WHERE state IN ('queued', 'running') ORDER BY sequence",
    [SQL_COUNTS] = "SELECT state, count(*) FROM jobs GROUP BY state",
};

struct store {
    sqlite3 *db;
    sqlite3_stmt *statements[SQL_COUNT];
    bool begun;
};

static int s_away (store_t *self, const char *what, struct error *error)
{
    return error_set (error, DMH_UNAVAILABLE, "the job store cannot %s: %s", what,
                      self->db ? sqlite3_errmsg (self->db) : "it is closed");
}

static int s_run (store_t *self, const char *sql, const char *what, struct error *error)
{
    return sqlite3_exec (self->db, sql, NULL, NULL, NULL) == SQLITE_OK ? DMH_OK : s_away (self, what, error);
}

static int s_version (store_t *self, int *out, struct error *error)
{
    sqlite3_stmt *statement = NULL;
    int rc = DMH_UNAVAILABLE;
    if (sqlite3_prepare_v2 (self->db, "PRAGMA user_version", -1, &statement, NULL) == SQLITE_OK &&
        sqlite3_step (statement) == SQLITE_ROW) {
        *out = sqlite3_column_int (statement, 0);
        rc = DMH_OK;
    } else
        s_away (self, "be read", error);
    sqlite3_finalize (statement);
    return rc;
}

static int s_migrate (store_t *self, struct error *error)
{
    int version = 0;
    int rc = s_version (self, &version, error);
    if (rc == DMH_OK && version > MIGRATION_COUNT)
        return error_set (error, DMH_UNAVAILABLE,
                          "the job store was written by a newer dmh (version %d); use that one", version);
    for (; rc == DMH_OK && version < MIGRATION_COUNT; version++) {
        char set[64];
        snprintf (set, sizeof set, "PRAGMA user_version = %d", version + 1);
        rc = s_run (self, "BEGIN IMMEDIATE", "be changed", error);
        if (rc == DMH_OK)
            rc = s_run (self, MIGRATIONS[version], "be brought up to date", error);
        if (rc == DMH_OK)
            rc = s_run (self, set, "be brought up to date", error);
        if (rc == DMH_OK)
            rc = s_run (self, "COMMIT", "be brought up to date", error);
    }
    return rc;
}

//  Folders above `path`, as far as they are missing.
static int s_make_folders (const char *path, struct error *error)
{
    char *copy = strdup (path);
    if (!copy)
        return error_set (error, DMH_INTERNAL, "out of memory while opening %s", path);
    int rc = DMH_OK;
    for (char *slash = strchr (copy + 1, '/'); slash && rc == DMH_OK; slash = strchr (slash + 1, '/')) {
        *slash = 0;
        if (mkdir (copy, 0700) != 0 && errno != EEXIST)
            rc = error_set (error, DMH_UNAVAILABLE, "the folder %s cannot be made: %s", copy,
                            strerror (errno));
        *slash = '/';
    }
    free (copy);
    return rc;
}

static int s_open (store_t *self, const char *path, struct error *error)
{
    bool memory = strcmp (path, ":memory:") == 0;
    int rc = memory ? DMH_OK : s_make_folders (path, error);
    if (rc != DMH_OK)
        return rc;
    mode_t mask = umask (0077);
    int opened = sqlite3_open_v2 (path, &self->db,
                                  SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, NULL);
    umask (mask);
    if (opened != SQLITE_OK)
        return error_set (error, DMH_UNAVAILABLE, "the job store %s cannot be opened: %s", path,
                          sqlite3_errstr (opened));
    //  One broker a file: the lock that the first write takes is kept until the end.
    if (s_run (self,
               "PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;"
               "BEGIN EXCLUSIVE; COMMIT;",
               "be locked", error) != DMH_OK)
        return error_set (error, DMH_UNAVAILABLE,
                          "the job store %s is in use by another broker, or cannot be written: %s", path,
                          sqlite3_errmsg (self->db));
    rc = s_migrate (self, error);
    for (int i = 0; rc == DMH_OK && i < SQL_COUNT; i++)
        if (sqlite3_prepare_v3 (self->db, SQL[i], -1, SQLITE_PREPARE_PERSISTENT, &self->statements[i],
                                NULL) != SQLITE_OK)
            rc = s_away (self, "be used", error);
    return rc;
}

store_t *store_open (const char *url, struct error *error)
{
    static const char SCHEME[] = "sqlite:";
    if (strncmp (url, SCHEME, sizeof SCHEME - 1) != 0) {
        error_set (error, DMH_USAGE, "the store “%s” is not known; write sqlite:PATH", url);
        return NULL;
    }
    store_t *self = calloc (1, sizeof *self);
    if (!self)
        error_set (error, DMH_INTERNAL, "out of memory while opening the job store");
    else if (s_open (self, url + sizeof SCHEME - 1, error) != DMH_OK)
        store_close (&self);
    return self;
}

void store_close (store_t **self_p)
{
    store_t *self = *self_p;
    if (!self)
        return;
    for (int i = 0; i < SQL_COUNT; i++)
        sqlite3_finalize (self->statements[i]);
    sqlite3_close (self->db);
    free (self);
    *self_p = NULL;
}

int store_begin (store_t *self, struct error *error)
{
    if (self->begun)
        return DMH_OK;
    int rc = s_run (self, "BEGIN IMMEDIATE", "begin a change", error);
    self->begun = rc == DMH_OK;
    return rc;
}

int store_commit (store_t *self, struct error *error)
{
    if (!self->begun)
        return DMH_OK;
    int rc = s_run (self, "COMMIT", "commit", error);
    if (rc != DMH_OK)
        store_abandon (self);
    self->begun = false;
    return rc;
}

void store_abandon (store_t *self)
{
    if (self->begun)
        sqlite3_exec (self->db, "ROLLBACK", NULL, NULL, NULL);
    self->begun = false;
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

static int s_step (store_t *self, sqlite3_stmt *statement, const char *what, struct error *error)
{
    int stepped = sqlite3_step (statement);
    int rc = stepped == SQLITE_DONE ? DMH_OK : s_away (self, what, error);
    sqlite3_reset (statement);
    sqlite3_clear_bindings (statement);
    return rc;
}

int store_add (store_t *self, struct store_job *job, struct error *error)
{
    sqlite3_stmt *statement = self->statements[SQL_ADD];
    sqlite3_bind_text (statement, 1, job->record.job, -1, SQLITE_STATIC);
    sqlite3_bind_text (statement, 2, job->submit_key, -1, SQLITE_STATIC);
    sqlite3_bind_int64 (statement, 3, (sqlite3_int64) job->place);
    sqlite3_bind_text (statement, 4, job->record.state, -1, SQLITE_STATIC);
    sqlite3_bind_int (statement, 5, (int) job->tries);
    int rc = s_bind_part (statement, 6, &input_shape, &job->input, error);
    if (rc == DMH_OK)
        rc = s_bind_part (statement, 7, &options_shape, &job->options, error);
    if (rc == DMH_OK)
        rc = s_bind_part (statement, 8, &job_record_shape, &job->record, error);
    if (rc == DMH_OK)
        rc = s_step (self, statement, "take a job", error);
    else
        sqlite3_reset (statement);
    if (rc == DMH_OK)
        job->sequence = (uint64_t) sqlite3_last_insert_rowid (self->db);
    return rc;
}

int store_change (store_t *self, const struct job_record *record, unsigned tries, struct error *error)
{
    sqlite3_stmt *statement = self->statements[SQL_CHANGE];
    sqlite3_bind_text (statement, 1, record->job, -1, SQLITE_STATIC);
    sqlite3_bind_text (statement, 2, record->state, -1, SQLITE_STATIC);
    sqlite3_bind_int (statement, 3, (int) tries);
    int rc = s_bind_part (statement, 4, &job_record_shape, record, error);
    if (rc == DMH_OK)
        return s_step (self, statement, "change a job", error);
    sqlite3_reset (statement);
    return rc;
}

static int s_take_part (sqlite3_stmt *statement, int at, const struct shape *shape, void *out,
                        struct error *error)
{
    return shape_decode (shape, sqlite3_column_blob (statement, at),
                         (size_t) sqlite3_column_bytes (statement, at), out, error);
}

//  The columns of SQL_FIND and SQL_OPEN_JOBS.
static int s_take_job (sqlite3_stmt *statement, struct store_job *out, struct error *error)
{
    *out = (struct store_job){.sequence = (uint64_t) sqlite3_column_int64 (statement, 0)};
    snprintf (out->submit_key, sizeof out->submit_key, "%s",
              (const char *) sqlite3_column_text (statement, 1));
    out->place = (uint64_t) sqlite3_column_int64 (statement, 2);
    out->tries = (unsigned) sqlite3_column_int (statement, 3);
    int rc = s_take_part (statement, 4, &input_shape, &out->input, error);
    if (rc == DMH_OK)
        rc = s_take_part (statement, 5, &options_shape, &out->options, error);
    if (rc == DMH_OK)
        rc = s_take_part (statement, 6, &job_record_shape, &out->record, error);
    if (rc != DMH_OK)
        store_job_clear (out);
    return rc;
}

int store_find (store_t *self, const char *job, struct store_job *out, struct error *error)
{
    sqlite3_stmt *statement = self->statements[SQL_FIND];
    sqlite3_bind_text (statement, 1, job, -1, SQLITE_STATIC);
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

int store_find_key (store_t *self, const char *submit_key, struct store_job_id **ids, size_t *count,
                    struct error *error)
{
    sqlite3_stmt *statement = self->statements[SQL_FIND_KEY];
    sqlite3_bind_text (statement, 1, submit_key, -1, SQLITE_STATIC);
    *ids = calloc (INPUTS_MAX, sizeof **ids);
    *count = 0;
    int stepped = SQLITE_DONE;
    while (*ids && *count < INPUTS_MAX && (stepped = sqlite3_step (statement)) == SQLITE_ROW)
        snprintf ((*ids)[(*count)++].job, ID_BYTES, "%s", (const char *) sqlite3_column_text (statement, 0));
    int rc = stepped == SQLITE_DONE || stepped == SQLITE_ROW ? DMH_OK : s_away (self, "be read", error);
    if (rc == DMH_OK && *count == 0)
        rc = DMH_NOT_FOUND;
    sqlite3_reset (statement);
    if (rc != DMH_OK) {
        free (*ids);
        *ids = NULL;
    }
    return rc;
}

int store_list (store_t *self, const char *state, const char *after, size_t limit, struct job_record **out,
                size_t *count, struct error *error)
{
    sqlite3_stmt *statement = self->statements[SQL_LIST];
    sqlite3_bind_text (statement, 1, state, -1, SQLITE_STATIC);
    sqlite3_bind_text (statement, 2, after, -1, SQLITE_STATIC);
    sqlite3_bind_int64 (statement, 3, (sqlite3_int64) limit);
    *count = 0;
    *out = calloc (limit + 1, sizeof **out);
    int rc = *out ? DMH_OK : error_set (error, DMH_INTERNAL, "out of memory for a list of jobs");
    int stepped = SQLITE_DONE;
    while (rc == DMH_OK && *count < limit && (stepped = sqlite3_step (statement)) == SQLITE_ROW) {
        struct job_record *record = &(*out)[*count];
        rc = s_take_part (statement, 0, &job_record_shape, record, error);
        if (rc == DMH_OK)
            ++*count;
        free (record->outputs);
        record->outputs = NULL;
        record->outputs_count = 0;
    }
    if (rc == DMH_OK && stepped != SQLITE_DONE && stepped != SQLITE_ROW)
        rc = s_away (self, "be read", error);
    sqlite3_reset (statement);
    if (rc != DMH_OK) {
        free (*out);
        *out = NULL;
    }
    return rc;
}

int store_open_jobs (store_t *self, int (*each) (void *context, const struct store_job *job), void *context,
                     struct error *error)
{
    sqlite3_stmt *statement = self->statements[SQL_OPEN_JOBS];
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

int store_counts (store_t *self, uint64_t counts[JOB_STATE_COUNT], struct error *error)
{
    sqlite3_stmt *statement = self->statements[SQL_COUNTS];
    memset (counts, 0, JOB_STATE_COUNT * sizeof *counts);
    int stepped;
    while ((stepped = sqlite3_step (statement)) == SQLITE_ROW) {
        enum job_state state;
        if (job_state_of ((const char *) sqlite3_column_text (statement, 0), &state) == DMH_OK)
            counts[state] = (uint64_t) sqlite3_column_int64 (statement, 1);
    }
    int rc = stepped == SQLITE_DONE ? DMH_OK : s_away (self, "be counted", error);
    sqlite3_reset (statement);
    return rc;
}
