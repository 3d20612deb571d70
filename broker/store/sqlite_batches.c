//  sqlite_batches.c: batches, and which job follows which, in SQLite. See store.h and sqlite_driver.h.
#include "broker/store/sqlite_driver.h"

#include "messages/base/narrow.h"

#include <string.h>

static struct sqlite *s_self (store_t *store)
{
    return (struct sqlite *) store;
}

int sqlite_add_batch (store_t *store, const struct store_batch *batch, struct error *error)
{
    struct use use = sqlite_use (s_self (store), SQL_ADD_BATCH);
    use_text (&use, 1, batch->record.batch);
    use_text (&use, 2, batch->record.owner);
    use_text (&use, 3, batch->submit_key);
    use_text (&use, 4, batch->record.name);
    use_number (&use, 5, (int64_t) batch->record.total);
    use_number (&use, 6, batch->record.submitted_at);
    return sqlite_run (s_self (store), &use, "take a batch", error);
}

//  The row of a batch that a statement answers; `what` is not found when there is none.
static int s_take_batch (struct sqlite *self, struct use *use, const char *what, struct store_batch *out,
                         struct error *error)
{
    struct store_batch got = {.submit_key = ""};
    int stepped = use_step (use), rc;
    if (stepped == SQLITE_DONE)
        rc = error_set (error, DMH_NOT_FOUND, "there is no batch %s", what);
    else if (stepped == SQLITE_ROW && use_take_text (use, 0, got.record.batch, sizeof got.record.batch) &&
             use_take_text (use, 1, got.record.owner, sizeof got.record.owner) &&
             use_take_text (use, 2, got.submit_key, sizeof got.submit_key) &&
             use_take_text (use, 3, got.record.name, sizeof got.record.name)) {
        got.record.total = (uint64_t) sqlite3_column_int64 (use->statement, 4);
        got.record.submitted_at = sqlite3_column_int64 (use->statement, 5);
        *out = got;
        rc = DMH_OK;
    } else
        rc = sqlite_away (self, "be read", error);
    sqlite3_reset (use->statement);
    return rc;
}

static int s_count (struct sqlite *self, struct batch_record *record, struct error *error)
{
    struct use use = sqlite_use (self, SQL_COUNT_BATCH);
    use_text (&use, 1, record->batch);
    int stepped;
    while ((stepped = use_step (&use)) == SQLITE_ROW) {
        struct store_share share = {.state = ""};
        uint64_t *numbers[] = {&share.jobs,
                               &share.tally.bytes_done,
                               &share.tally.bytes_total,
                               &share.tally.counts.read,
                               &share.tally.counts.written,
                               &share.tally.counts.duplicates,
                               &share.tally.counts.conflicts,
                               &share.tally.counts.rejected};
        if (!use_take_text (&use, 0, share.state, sizeof share.state)) {
            stepped = SQLITE_NOMEM;
            break;
        }
        for (int i = 0; i < NARROW (int, sizeof numbers / sizeof *numbers); i++)
            *numbers[i] = (uint64_t) sqlite3_column_int64 (use.statement, i + 1);
        store_add_share (record, &share);
    }
    return sqlite_read (self, &use, stepped, error);
}

int sqlite_find_batch (store_t *store, const char *batch, struct store_batch *out, struct error *error)
{
    struct store_batch got;
    struct use use = sqlite_use (s_self (store), SQL_FIND_BATCH);
    use_text (&use, 1, batch);
    int rc = s_take_batch (s_self (store), &use, batch, &got, error);
    if (rc == DMH_OK)
        rc = s_count (s_self (store), &got.record, error);
    if (rc == DMH_OK)
        *out = got;
    return rc;
}

int sqlite_find_batch_key (store_t *store, const char *owner, const char *submit_key, struct store_batch *out,
                           struct error *error)
{
    struct use use = sqlite_use (s_self (store), SQL_FIND_BATCH_KEY);
    use_text (&use, 1, submit_key);
    use_text (&use, 2, owner);
    return s_take_batch (s_self (store), &use, submit_key, out, error);
}

int sqlite_put_in_batch (store_t *store, const struct job_record *record, const struct store_tally *tally,
                         struct error *error)
{
    const struct counts *counts = &tally->counts;
    const uint64_t numbers[] = {tally->bytes_done,  tally->bytes_total, counts->read,    counts->written,
                                counts->duplicates, counts->conflicts,  counts->rejected};
    struct use use = sqlite_use (s_self (store), SQL_PUT_IN_BATCH);
    use_text (&use, 1, record->batch);
    use_number (&use, 2, (int64_t) record->position);
    use_text (&use, 3, record->job);
    use_text (&use, 4, record->state);
    for (int i = 0; i < NARROW (int, sizeof numbers / sizeof *numbers); i++)
        use_number (&use, 5 + i, (int64_t) numbers[i]);
    return sqlite_run (s_self (store), &use, "put a job into its batch", error);
}

int sqlite_batch_jobs (store_t *store, const struct store_part *part, size_t limit, struct job_record *out,
                       size_t *count, struct error *error)
{
    struct use use = sqlite_use (s_self (store), *part->state ? SQL_BATCH_JOBS_STATE : SQL_BATCH_JOBS);
    use_text (&use, 1, part->batch);
    use_number (&use, 2, (int64_t) part->from);
    use_number (&use, 3, (int64_t) limit);
    if (*part->state)
        use_text (&use, 4, part->state);
    int stepped = SQLITE_DONE, rc = DMH_OK;
    while (rc == DMH_OK && *count < limit && (stepped = use_step (&use)) == SQLITE_ROW) {
        rc = use_take_part (&use, 0, &job_record_shape, &out[*count], error);
        *count += rc == DMH_OK;
    }
    int read = sqlite_read (s_self (store), &use, rc == DMH_OK ? stepped : SQLITE_DONE, error);
    return rc == DMH_OK ? read : rc;
}

//  Ids with their names; of a job the name stands in its record.
static int s_search (struct sqlite *self, enum statement which, const char *owner, const char *word,
                     size_t limit, struct found_thing *out, size_t *count, struct error *error)
{
    bool are_jobs = which == SQL_JOBS_FROM || which == SQL_JOBS_FROM_OWNER;
    struct use use = sqlite_use (self, which);
    use_text (&use, 1, word);
    if (owner)
        use_text (&use, 2, owner);
    use_number (&use, 3, (int64_t) limit);
    int stepped = SQLITE_DONE, rc = DMH_OK;
    for (size_t i = 0; rc == DMH_OK && i < limit && (stepped = use_step (&use)) == SQLITE_ROW; i++) {
        struct found_thing thing = {.id = ""};
        struct job_record record = {.job = ""};
        bool taken = use_take_text (&use, 0, thing.id, sizeof thing.id) &&
                     (are_jobs || use_take_text (&use, 1, thing.name, sizeof thing.name));
        if (taken && are_jobs && (rc = use_take_part (&use, 1, &job_record_shape, &record, error)) == DMH_OK)
            memcpy (thing.name, record.name, sizeof thing.name);
        shape_clear (&job_record_shape, &record);
        if (!taken)
            rc = sqlite_away (self, "be read", error);
        else if (rc == DMH_OK)
            out[(*count)++] = thing;
    }
    int read = sqlite_read (self, &use, rc == DMH_OK ? stepped : SQLITE_DONE, error);
    return rc == DMH_OK ? read : rc;
}

int sqlite_search (store_t *store, const char *owner, const char *word, size_t limit, struct found_thing *out,
                   size_t *count, struct error *error)
{
    static const enum statement ALL[] = {SQL_NAMED, SQL_BATCHES_FROM, SQL_JOBS_FROM},
                                OWNED[] = {SQL_NAMED_OWNER, SQL_BATCHES_FROM_OWNER, SQL_JOBS_FROM_OWNER};
    int rc = DMH_OK;
    for (size_t i = 0; rc == DMH_OK && i < sizeof ALL / sizeof *ALL; i++)
        rc = s_search (s_self (store), owner ? OWNED[i] : ALL[i], owner, word, limit, out, count, error);
    return rc;
}

int sqlite_add_follows (store_t *store, const char *follower, const struct store_job_id *followed,
                        size_t count, struct error *error)
{
    int rc = DMH_OK;
    for (size_t i = 0; rc == DMH_OK && i < count; i++) {
        struct use use = sqlite_use (s_self (store), SQL_ADD_FOLLOW);
        use_text (&use, 1, follower);
        use_number (&use, 2, (int64_t) i);
        use_text (&use, 3, followed[i].job);
        rc = sqlite_run (s_self (store), &use, "note what a job follows", error);
    }
    return rc;
}

int sqlite_followed (store_t *store, const char *follower, uint64_t from, size_t limit,
                     store_each_followed *each, void *context, struct error *error)
{
    struct use use = sqlite_use (s_self (store), SQL_FOLLOWED);
    use_text (&use, 1, follower);
    use_number (&use, 2, (int64_t) from);
    use_number (&use, 3, (int64_t) limit);
    int stepped = SQLITE_DONE, rc = DMH_OK;
    while (rc == DMH_OK && (stepped = use_step (&use)) == SQLITE_ROW) {
        char job[ID_BYTES];
        struct job_record record = {.job = ""};
        bool is_there = sqlite3_column_type (use.statement, 2) != SQLITE_NULL;
        if (!use_take_text (&use, 1, job, sizeof job))
            rc = sqlite_away (s_self (store), "be read", error);
        else if (is_there)
            rc = use_take_part (&use, 2, &job_record_shape, &record, error);
        if (rc == DMH_OK)
            rc = each (context, (uint64_t) sqlite3_column_int64 (use.statement, 0), job,
                       is_there ? &record : NULL);
        shape_clear (&job_record_shape, &record);
    }
    int read = sqlite_read (s_self (store), &use, rc == DMH_OK ? stepped : SQLITE_DONE, error);
    return rc == DMH_OK ? read : rc;
}

int sqlite_followers (store_t *store, const char *followed, const char *after, size_t limit,
                      struct store_job_id *out, size_t *count, struct error *error)
{
    struct use use = sqlite_use (s_self (store), SQL_FOLLOWERS);
    use_text (&use, 1, followed);
    use_text (&use, 2, after);
    use_number (&use, 3, (int64_t) limit);
    int stepped = SQLITE_DONE;
    while (*count < limit && (stepped = use_step (&use)) == SQLITE_ROW)
        if (!use_take_text (&use, 0, out[(*count)++].job, ID_BYTES)) {
            stepped = SQLITE_NOMEM;
            break;
        }
    return sqlite_read (s_self (store), &use, stepped, error);
}
