//  postgres_batches.c: batches, and which job follows which, in PostgreSQL. See store.h and
//  postgres_driver.h.
#include "broker/store/postgres_driver.h"

#include <stdio.h>
#include <stdlib.h>

static struct postgres *s_self (store_t *store)
{
    return (struct postgres *) store;
}

//  A statement that answers no rows.
static int s_run (store_t *store, const char *statement, const struct parameters *with, const char *what,
                  struct error *error)
{
    PGresult *result;
    int rc = postgres_ask (s_self (store), statement, with, what, &result, error);
    PQclear (result);
    return rc;
}

int postgres_add_batch (store_t *store, const struct store_batch *batch, struct error *error)
{
    struct parameters with = {.count = 0};
    parameters_text (&with, batch->record.batch);
    parameters_text (&with, batch->record.owner);
    parameters_text (&with, batch->submit_key);
    parameters_text (&with, batch->record.name);
    parameters_number (&with, batch->record.total);
    parameters_number (&with, (uint64_t) batch->record.submitted_at);
    return s_run (store, "add_batch", &with, "take a batch", error);
}

//  The row of a batch that a statement answers; `what` is not found when there is none.
static int s_take_batch (store_t *store, const char *statement, const struct parameters *with,
                         const char *what, struct store_batch *out, struct error *error)
{
    PGresult *result;
    int rc = postgres_ask (s_self (store), statement, with, "be read", &result, error);
    if (rc != DMH_OK)
        return rc;
    if (PQntuples (result)) {
        *out = (struct store_batch){.record = {.total = value_number (result, 0, 4),
                                               .submitted_at = (int64_t) value_number (result, 0, 5)}};
        value_text (result, 0, 0, out->record.batch, sizeof out->record.batch);
        value_text (result, 0, 1, out->record.owner, sizeof out->record.owner);
        value_text (result, 0, 2, out->submit_key, sizeof out->submit_key);
        value_text (result, 0, 3, out->record.name, sizeof out->record.name);
    } else
        rc = error_set (error, DMH_NOT_FOUND, "there is no batch %s", what);
    PQclear (result);
    return rc;
}

static int s_count (store_t *store, struct batch_record *record, struct error *error)
{
    struct parameters with = {.count = 0};
    parameters_text (&with, record->batch);
    PGresult *result;
    int rc = postgres_ask (s_self (store), "count_batch", &with, "be counted", &result, error);
    for (int row = 0; rc == DMH_OK && row < PQntuples (result); row++) {
        struct store_share share = {.jobs = value_number (result, row, 1),
                                    .tally = {.bytes_done = value_number (result, row, 2),
                                              .bytes_total = value_number (result, row, 3),
                                              .counts = {.read = value_number (result, row, 4),
                                                         .written = value_number (result, row, 5),
                                                         .duplicates = value_number (result, row, 6),
                                                         .conflicts = value_number (result, row, 7),
                                                         .rejected = value_number (result, row, 8)}}};
        value_text (result, row, 0, share.state, sizeof share.state);
        store_add_share (record, &share);
    }
    PQclear (result);
    return rc;
}

int postgres_find_batch (store_t *store, const char *batch, struct store_batch *out, struct error *error)
{
    struct store_batch got;
    struct parameters with = {.count = 0};
    parameters_text (&with, batch);
    int rc = s_take_batch (store, "find_batch", &with, batch, &got, error);
    if (rc == DMH_OK)
        rc = s_count (store, &got.record, error);
    if (rc == DMH_OK)
        *out = got;
    return rc;
}

int postgres_find_batch_key (store_t *store, const char *owner, const char *submit_key,
                             struct store_batch *out, struct error *error)
{
    struct parameters with = {.count = 0};
    parameters_text (&with, submit_key);
    parameters_text (&with, owner);
    return s_take_batch (store, "find_batch_key", &with, submit_key, out, error);
}

int postgres_put_in_batch (store_t *store, const struct job_record *record, const struct store_tally *tally,
                           struct error *error)
{
    const struct counts *counts = &tally->counts;
    struct parameters with = {.count = 0};
    parameters_text (&with, record->batch);
    parameters_number (&with, record->position);
    parameters_text (&with, record->job);
    parameters_text (&with, record->state);
    parameters_number (&with, tally->bytes_done);
    parameters_number (&with, tally->bytes_total);
    parameters_number (&with, counts->read);
    parameters_number (&with, counts->written);
    parameters_number (&with, counts->duplicates);
    parameters_number (&with, counts->conflicts);
    parameters_number (&with, counts->rejected);
    return s_run (store, "put_in_batch", &with, "put a job into its batch", error);
}

int postgres_batch_jobs (store_t *store, const struct store_part *part, size_t limit, struct job_record *out,
                         size_t *count, struct error *error)
{
    struct parameters with = {.count = 0};
    parameters_text (&with, part->batch);
    parameters_number (&with, part->from);
    parameters_number (&with, limit);
    if (*part->state)
        parameters_text (&with, part->state);
    PGresult *result;
    int rc = postgres_ask (s_self (store), *part->state ? "batch_jobs_state" : "batch_jobs", &with, "be read",
                           &result, error);
    for (int row = 0; rc == DMH_OK && row < PQntuples (result) && *count < limit; row++) {
        rc = value_part (result, row, 0, &job_record_shape, &out[*count], error);
        *count += rc == DMH_OK;
    }
    PQclear (result);
    return rc;
}

//  Ids with their names; of a job the name stands in its record.
static int s_search (store_t *store, const char *statement, bool are_jobs, const struct parameters *with,
                     size_t limit, struct found_thing *out, size_t *count, struct error *error)
{
    PGresult *result;
    int rc = postgres_ask (s_self (store), statement, with, "be read", &result, error);
    for (int row = 0; rc == DMH_OK && row < PQntuples (result) && (size_t) row < limit; row++) {
        struct found_thing *thing = &out[*count];
        struct job_record record = {.job = ""};
        *thing = (struct found_thing){.id = ""};
        value_text (result, row, 0, thing->id, sizeof thing->id);
        if (!are_jobs)
            value_text (result, row, 1, thing->name, sizeof thing->name);
        else if ((rc = value_part (result, row, 1, &job_record_shape, &record, error)) == DMH_OK)
            memcpy (thing->name, record.name, sizeof thing->name);
        shape_clear (&job_record_shape, &record);
        *count += rc == DMH_OK;
    }
    PQclear (result);
    return rc;
}

int postgres_search (store_t *store, const char *owner, const char *word, size_t limit,
                     struct found_thing *out, size_t *count, struct error *error)
{
    struct parameters with = {.count = 0};
    parameters_text (&with, word);
    parameters_number (&with, limit);
    if (owner)
        parameters_text (&with, owner);
    int rc = s_search (store, owner ? "named_owner" : "named", false, &with, limit, out, count, error);
    if (rc == DMH_OK)
        rc = s_search (store, owner ? "batches_from_owner" : "batches_from", false, &with, limit, out, count,
                       error);
    if (rc == DMH_OK)
        rc = s_search (store, owner ? "jobs_from_owner" : "jobs_from", true, &with, limit, out, count, error);
    return rc;
}

//  All of them in one statement: a round trip each would hold up everybody.
int postgres_add_follows (store_t *store, const char *follower, const struct store_job_id *followed,
                          size_t count, struct error *error)
{
    char *list = malloc (count * ID_BYTES + 1);
    size_t used = 0;
    if (!list)
        return error_set (error, DMH_UNAVAILABLE, "out of memory for what a job follows");
    for (size_t i = 0; i < count; i++)
        used += (size_t) sprintf (list + used, "%s%s", i ? " " : "", followed[i].job);
    struct parameters with = {.count = 0};
    parameters_text (&with, follower);
    parameters_text (&with, list);
    int rc = s_run (store, "add_follows", &with, "note what a job follows", error);
    free (list);
    return rc;
}

int postgres_followed (store_t *store, const char *follower, uint64_t from, size_t limit,
                       store_each_followed *each, void *context, struct error *error)
{
    struct parameters with = {.count = 0};
    parameters_text (&with, follower);
    parameters_number (&with, from);
    parameters_number (&with, limit);
    PGresult *result;
    int rc = postgres_ask (s_self (store), "followed", &with, "be read", &result, error);
    for (int row = 0; rc == DMH_OK && row < PQntuples (result); row++) {
        char job[ID_BYTES];
        struct job_record record = {.job = ""};
        bool is_there = !PQgetisnull (result, row, 2);
        value_text (result, row, 1, job, sizeof job);
        if (is_there)
            rc = value_part (result, row, 2, &job_record_shape, &record, error);
        if (rc == DMH_OK)
            rc = each (context, value_number (result, row, 0), job, is_there ? &record : NULL);
        shape_clear (&job_record_shape, &record);
    }
    PQclear (result);
    return rc;
}

int postgres_followers (store_t *store, const char *followed, const char *after, size_t limit,
                        struct store_job_id *out, size_t *count, struct error *error)
{
    struct parameters with = {.count = 0};
    parameters_text (&with, followed);
    parameters_text (&with, after);
    parameters_number (&with, limit);
    PGresult *result;
    int rc = postgres_ask (s_self (store), "followers", &with, "be read", &result, error);
    for (int row = 0; rc == DMH_OK && row < PQntuples (result) && *count < limit; row++)
        value_text (result, row, 0, out[(*count)++].job, ID_BYTES);
    PQclear (result);
    return rc;
}
