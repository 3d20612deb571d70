//  sqlite.c: the store in SQLite: WAL, synchronous=FULL, one connection, statements prepared once. See
//  store.h and driver.h; store.c calls it.
#include "broker/store/sqlite_driver.h"
#include "broker/store/sqlite_open.h"

#include <string.h>

static struct sqlite *s_self (store_t *store)
{
    return (struct sqlite *) store;
}

int sqlite_away (struct sqlite *self, const char *what, struct error *error)
{
    int code = sqlite3_errcode (self->db);
    bool is_said = code != SQLITE_OK && code != SQLITE_ROW && code != SQLITE_DONE;
    return error_set (error, DMH_UNAVAILABLE, "the job store cannot %s: %s", what,
                      is_said ? sqlite3_errmsg (self->db) : "out of memory");    //  a parameter found none
}

static int s_run (struct sqlite *self, const char *sql, const char *what, struct error *error)
{
    return sqlite3_exec (self->db, sql, NULL, NULL, NULL) == SQLITE_OK ? DMH_OK
                                                                       : sqlite_away (self, what, error);
}

static int s_check (store_t *store, struct error *error)
{
    return sqlite_files_check (&s_self (store)->files, error);
}

//  What was committed counts when its file was there before and is after.
static int s_commit (store_t *store, struct error *error)
{
    int rc = s_check (store, error);
    if (rc == DMH_OK)
        rc = s_run (s_self (store), "COMMIT", "commit", error);
    return rc == DMH_OK ? s_check (store, error) : rc;
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
    sqlite_files_clear (&self->files);
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
    int rc = self->db ? sqlite_files_watch (&self->files, path, sqlite3_db_filename (self->db, "main"), error)
                      : DMH_UNAVAILABLE;
    for (int i = 0; rc == DMH_OK && i < SQL_COUNT; i++)
        if (sqlite3_prepare_v3 (self->db, SQL[i], -1, SQLITE_PREPARE_PERSISTENT, &self->statements[i],
                                NULL) != SQLITE_OK)
            rc = sqlite_away (self, "be used", error);
    if (rc == DMH_OK)
        return &self->base;
    s_close (&self->base);
    return NULL;
}

struct use sqlite_use (struct sqlite *self, enum statement which)
{
    struct use use = {self->statements[which], SQLITE_OK};
    sqlite3_reset (use.statement);
    sqlite3_clear_bindings (use.statement);
    return use;
}

int sqlite_run (struct sqlite *self, struct use *use, const char *what, struct error *error)
{
    int rc = use_step (use) == SQLITE_DONE ? DMH_OK : sqlite_away (self, what, error);
    sqlite3_reset (use->statement);
    sqlite3_clear_bindings (use->statement);
    return rc;
}

int sqlite_read (struct sqlite *self, struct use *use, int stepped, struct error *error)
{
    int rc = stepped == SQLITE_DONE || stepped == SQLITE_ROW ? DMH_OK : sqlite_away (self, "be read", error);
    sqlite3_reset (use->statement);
    return rc;
}

static int s_add (store_t *store, struct store_job *job, struct error *error)
{
    struct sqlite *self = s_self (store);
    struct use use = sqlite_use (self, SQL_ADD);
    use_text (&use, 1, job->record.job);
    use_text (&use, 2, job->submit_key);
    use_number (&use, 3, (int64_t) job->place);
    use_text (&use, 4, job->record.state);
    use_number (&use, 5, (int64_t) job->tries);
    use_text (&use, 9, job->record.owner);
    use_text (&use, 10, job->record.part_of);
    int rc = use_part (&use, 6, &input_shape, &job->input, error);
    if (rc == DMH_OK)
        rc = use_part (&use, 7, &options_shape, &job->options, error);
    if (rc == DMH_OK)
        rc = use_part (&use, 8, &job_record_shape, &job->record, error);
    if (rc == DMH_OK)
        rc = sqlite_run (self, &use, "take a job", error);
    if (rc == DMH_OK)
        job->sequence = (uint64_t) sqlite3_last_insert_rowid (self->db);
    return rc;
}

static int s_change (store_t *store, const struct job_record *record, unsigned tries, struct error *error)
{
    struct sqlite *self = s_self (store);
    struct use use = sqlite_use (self, SQL_CHANGE);
    use_text (&use, 1, record->job);
    use_text (&use, 2, record->state);
    use_number (&use, 3, (int64_t) tries);
    struct store_marks marks = store_marks_of (record);
    use_number (&use, 5, marks.ended_at);
    use_number (&use, 6, marks.fetched_at);
    use_number (&use, 7, (int64_t) marks.bytes);
    use_number (&use, 8, marks.removal_at);
    int rc = use_part (&use, 4, &job_record_shape, record, error);
    if (rc == DMH_OK)
        rc = sqlite_run (self, &use, "change a job", error);
    if (rc == DMH_OK && sqlite3_changes (self->db) != 1)
        rc = store_no_job (record->job, error);
    return rc;
}

//  The columns of SQL_FIND and SQL_OPEN_JOBS.
static int s_take_job (struct sqlite *self, struct use *use, struct store_job *out, struct error *error)
{
    struct store_job got = {.sequence = (uint64_t) sqlite3_column_int64 (use->statement, 0),
                            .place = (uint64_t) sqlite3_column_int64 (use->statement, 2),
                            .tries = (unsigned) sqlite3_column_int (use->statement, 3)};
    int rc = use_take_text (use, 1, got.submit_key, sizeof got.submit_key)
                 ? DMH_OK
                 : sqlite_away (self, "be read", error);
    if (rc == DMH_OK)
        rc = use_take_part (use, 4, &input_shape, &got.input, error);
    if (rc == DMH_OK)
        rc = use_take_part (use, 5, &options_shape, &got.options, error);
    if (rc == DMH_OK)
        rc = use_take_part (use, 6, &job_record_shape, &got.record, error);
    if (rc == DMH_OK)
        *out = got;
    else
        store_job_clear (&got);
    return rc;
}

static int s_find (store_t *store, const char *job, struct store_job *out, struct error *error)
{
    struct sqlite *self = s_self (store);
    struct use use = sqlite_use (self, SQL_FIND);
    use_text (&use, 1, job);
    int stepped = use_step (&use), rc;
    if (stepped == SQLITE_ROW)
        rc = s_take_job (self, &use, out, error);
    else if (stepped == SQLITE_DONE)
        rc = store_no_job (job, error);
    else
        rc = sqlite_away (self, "be read", error);
    sqlite3_reset (use.statement);
    return rc;
}

static int s_find_key (store_t *store, const char *owner, const char *submit_key, uint64_t from,
                       struct store_job_id *ids, size_t room, size_t *count, struct error *error)
{
    struct sqlite *self = s_self (store);
    struct use use = sqlite_use (self, SQL_FIND_KEY);
    use_text (&use, 1, submit_key);
    use_text (&use, 2, owner);
    use_number (&use, 3, (int64_t) from);
    int stepped = SQLITE_DONE;
    for (; *count < room && (stepped = use_step (&use)) == SQLITE_ROW; (*count)++) {
        struct store_job_id *id = &ids[*count];
        id->place = (uint64_t) sqlite3_column_int64 (use.statement, 1);
        if (!use_take_text (&use, 0, id->job, ID_BYTES)) {
            stepped = SQLITE_NOMEM;
            break;
        }
    }
    return sqlite_read (self, &use, stepped, error);
}

//  Where a job of that owner (NULL: of anybody) stands in the order of submission.
static int s_place (struct sqlite *self, const char *job, const char *owner, sqlite3_int64 *out,
                    struct error *error)
{
    struct use use = sqlite_use (self, SQL_PLACE);
    use_text (&use, 1, job);
    if (owner)
        use_text (&use, 2, owner);
    int stepped = use_step (&use), rc = DMH_OK;
    if (stepped == SQLITE_ROW)
        *out = sqlite3_column_int64 (use.statement, 0);
    else if (stepped == SQLITE_DONE)
        rc = store_no_job (job, error);
    else
        rc = sqlite_away (self, "be read", error);
    sqlite3_reset (use.statement);
    return rc;
}

static int s_list (store_t *store, const struct store_selection *selection, size_t limit,
                   struct job_record *out, size_t *count, struct error *error)
{
    struct sqlite *self = s_self (store);
    const char *owner = selection->owner, *state = selection->state;
    sqlite3_int64 before = INT64_MAX;
    int rc = *selection->after ? s_place (self, selection->after, owner, &before, error) : DMH_OK;
    if (rc != DMH_OK)
        return rc;
    struct use use = sqlite_use (self, owner ? (*state ? SQL_LIST_OWNER_STATE : SQL_LIST_OWNER)
                                             : (*state ? SQL_LIST_STATE : SQL_LIST));
    use_number (&use, 1, before);
    use_number (&use, 2, (int64_t) limit);
    if (*state)
        use_text (&use, 3, state);
    if (owner)
        use_text (&use, 4, owner);
    int stepped = SQLITE_DONE;
    while (rc == DMH_OK && *count < limit && (stepped = use_step (&use)) == SQLITE_ROW) {
        rc = use_take_part (&use, 0, &job_record_shape, &out[*count], error);
        *count += rc == DMH_OK;
    }
    int read = sqlite_read (self, &use, rc == DMH_OK ? stepped : SQLITE_DONE, error);
    return rc == DMH_OK ? read : rc;
}

//  Tells the jobs of a statement's rows.
static int s_tell (struct sqlite *self, struct use *use, store_each_job *each, void *context,
                   struct error *error)
{
    int stepped, rc = DMH_OK;
    while (rc == DMH_OK && (stepped = use_step (use)) != SQLITE_DONE) {
        struct store_job job;
        rc = stepped == SQLITE_ROW ? s_take_job (self, use, &job, error)
                                   : sqlite_away (self, "be read", error);
        if (rc != DMH_OK)
            break;
        rc = each (context, &job);
        store_job_clear (&job);
    }
    sqlite3_reset (use->statement);
    return rc;
}

static int s_walk (store_t *store, const struct store_walk *walk, store_each_job *each, void *context,
                   struct error *error)
{
    static const enum statement BY[] = {[STORE_ALL] = SQL_EACH,
                                        [STORE_PARTS] = SQL_EACH_PART,
                                        [STORE_OPEN] = SQL_OPEN_JOBS,
                                        [STORE_QUEUED] = SQL_QUEUED_JOBS};
    struct use use = sqlite_use (s_self (store), walk->owner ? SQL_QUEUED_JOBS_OWNER : BY[walk->which]);
    use_number (&use, 1, (int64_t) walk->after);
    use_number (&use, 2, (int64_t) walk->limit);
    if (walk->owner)
        use_text (&use, 3, walk->owner);
    return s_tell (s_self (store), &use, each, context, error);
}

static int s_ended (store_t *store, const struct store_search *search, size_t limit, struct store_ended *out,
                    size_t *count, struct error *error)
{
    struct sqlite *self = s_self (store);
    struct use use = sqlite_use (self, search->leaving   ? SQL_LEAVING
                                       : search->fetched ? SQL_FETCHED
                                                         : SQL_ENDED);
    use_number (&use, 1, search->from);
    use_number (&use, 2, (int64_t) search->sequence);
    use_number (&use, 3, search->before);
    use_number (&use, 4, (int64_t) limit);
    int stepped = SQLITE_DONE, rc = DMH_OK;
    while (rc == DMH_OK && *count < limit && (stepped = use_step (&use)) == SQLITE_ROW) {
        struct store_ended *ended = &out[*count];
        ended->ended_at = sqlite3_column_int64 (use.statement, 0);
        ended->sequence = (uint64_t) sqlite3_column_int64 (use.statement, 1);
        ended->bytes = (uint64_t) sqlite3_column_int64 (use.statement, 2);
        rc = use_take_part (&use, 3, &job_record_shape, &ended->record, error);
        *count += rc == DMH_OK;
    }
    if (rc == DMH_OK && stepped != SQLITE_DONE && stepped != SQLITE_ROW)
        rc = sqlite_away (self, "be read", error);
    sqlite3_reset (use.statement);
    return rc;
}

static int s_result_bytes (store_t *store, uint64_t *out, struct error *error)
{
    struct sqlite *self = s_self (store);
    struct use use = sqlite_use (self, SQL_RESULT_BYTES);
    int rc = DMH_OK;
    if (use_step (&use) == SQLITE_ROW)
        *out = (uint64_t) sqlite3_column_int64 (use.statement, 0);
    else
        rc = sqlite_away (self, "be counted", error);
    sqlite3_reset (use.statement);
    return rc;
}

static int s_remove (store_t *store, const char *job, struct error *error)
{
    struct sqlite *self = s_self (store);
    struct use use = sqlite_use (self, SQL_REMOVE);
    use_text (&use, 1, job);
    int rc = sqlite_run (self, &use, "forget a job", error);
    if (rc == DMH_OK && sqlite3_changes (self->db) != 1)
        rc = error_set (error, DMH_NOT_FOUND, "there is no job %s that has ended", job);
    return rc;
}

static int s_counts (store_t *store, const char *owner, int64_t since, uint64_t counts[JOB_STATE_COUNT],
                     struct error *error)
{
    struct sqlite *self = s_self (store);
    enum statement which =
        owner ? (since ? SQL_RECENT_OWNER : SQL_COUNTS_OWNER) : (since ? SQL_RECENT : SQL_COUNTS);
    struct use use = sqlite_use (self, which);
    if (owner)
        use_text (&use, 1, owner);
    if (since)
        use_number (&use, 2, since / STORE_MINUTE_MS);
    int stepped;
    while ((stepped = use_step (&use)) == SQLITE_ROW) {
        enum job_state state;
        char word[WORD_BYTES];
        if (!use_take_text (&use, 0, word, sizeof word)) {
            stepped = SQLITE_NOMEM;
            break;
        }
        if (job_state_of (word, &state) == DMH_OK)
            counts[state] = (uint64_t) sqlite3_column_int64 (use.statement, 1);
    }
    int rc = stepped == SQLITE_DONE ? DMH_OK : sqlite_away (self, "be counted", error);
    sqlite3_reset (use.statement);
    return rc;
}

const struct driver sqlite_driver = {.scheme = "sqlite:",
                                     .form = "sqlite:PATH or sqlite::memory:",
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
                                     .add_batch = sqlite_add_batch,
                                     .find_batch = sqlite_find_batch,
                                     .find_batch_key = sqlite_find_batch_key,
                                     .put_in_batch = sqlite_put_in_batch,
                                     .batch_jobs = sqlite_batch_jobs,
                                     .search = sqlite_search,
                                     .add_follows = sqlite_add_follows,
                                     .followed = sqlite_followed,
                                     .backup = sqlite_backup,
                                     .backup_step = sqlite_backup_step,
                                     .backup_read = sqlite_backup_read,
                                     .backup_end = sqlite_backup_end,
                                     .followers = sqlite_followers,
                                     .note_files = sqlite_note_files,
                                     .file_uses = sqlite_file_uses,
                                     .files_noted = sqlite_files_noted,
                                     .set_files_noted = sqlite_set_files_noted};
