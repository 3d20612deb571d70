//  store.c: what every store has in common: the choice of the driver, groups, the memory of answers. See
//  store.h.
#include "broker/store/driver.h"

#include "messages/uri.h"

#include <stdlib.h>
#include <string.h>

//  Whatever a worker says: the sum of many must stay a number.
static const uint64_t OUTPUT_BYTES_MOST = (uint64_t) 1 << 44;

static const struct driver *const DRIVERS[] = {&sqlite_driver, &postgres_driver};

void store_job_clear (struct store_job *self)
{
    shape_clear (&job_record_shape, &self->record);
    shape_clear (&options_shape, &self->options);
    shape_clear (&input_shape, &self->input);
}

store_t *store_open (const char *url, struct error *error)
{
    for (size_t i = 0; i < sizeof DRIVERS / sizeof *DRIVERS; i++) {
        size_t n = strlen (DRIVERS[i]->scheme);
        if (strncmp (url, DRIVERS[i]->scheme, n) != 0)
            continue;
        if (url[n])
            return DRIVERS[i]->open (url + n, error);
        error_set (error, DMH_USAGE, "the store “%s” names no place; write %s", url, DRIVERS[i]->form);
        return NULL;
    }
    error_set (error, DMH_USAGE, "the store “%s” is of no known kind; write %s or %s", url, DRIVERS[0]->form,
               DRIVERS[1]->form);
    return NULL;
}

void store_close (store_t **self_p)
{
    store_t *self = *self_p;
    if (!self)
        return;
    store_abandon (self);
    self->driver->close (self);
    *self_p = NULL;
}

int store_check (store_t *self, struct error *error)
{
    return self->driver->check ? self->driver->check (self, error) : DMH_OK;
}

int store_begin (store_t *self, struct error *error)
{
    if (self->begun)
        return DMH_OK;
    int rc = self->driver->begin (self, error);
    self->begun = rc == DMH_OK;
    return rc;
}

int store_commit (store_t *self, struct error *error)
{
    if (!self->begun)
        return DMH_OK;
    int rc = self->driver->commit (self, error);
    if (rc != DMH_OK)
        store_abandon (self);
    self->begun = false;
    return rc;
}

void store_abandon (store_t *self)
{
    if (self->begun)
        self->driver->abandon (self);
    self->begun = false;
}

int store_add (store_t *self, struct store_job *job, struct error *error)
{
    return self->driver->add (self, job, error);
}

int store_change (store_t *self, const struct job_record *record, unsigned tries, struct error *error)
{
    return self->driver->change (self, record, tries, error);
}

int store_find (store_t *self, const char *job, struct store_job *out, struct error *error)
{
    return self->driver->find (self, job, out, error);
}

int store_no_job (const char *job, struct error *error)
{
    return error_set (error, DMH_NOT_FOUND, "there is no job %s", job);
}

int store_find_key (store_t *self, const char *owner, const char *submit_key, struct store_job_id **ids,
                    size_t *count, struct error *error)
{
    *count = 0;
    *ids = calloc (INPUTS_MAX, sizeof **ids);
    int rc = *ids ? self->driver->find_key (self, owner, submit_key, *ids, INPUTS_MAX, count, error)
                  : error_set (error, DMH_UNAVAILABLE, "out of memory for the jobs of a submission");
    if (rc == DMH_OK && *count == 0)
        rc = error_set (error, DMH_NOT_FOUND, "there is no submission %s", submit_key);
    if (rc != DMH_OK) {
        free (*ids);
        *ids = NULL;
        *count = 0;
    }
    return rc;
}

int store_list (store_t *self, const struct store_selection *selection, size_t limit, struct job_record **out,
                size_t *count, struct error *error)
{
    *count = 0;
    *out = calloc (limit + 1, sizeof **out);
    int rc = *out ? self->driver->list (self, selection, limit, *out, count, error)
                  : error_set (error, DMH_UNAVAILABLE, "out of memory for a list of jobs");
    for (size_t i = 0; *out && i < *count; i++) {
        free ((*out)[i].outputs);
        (*out)[i].outputs = NULL;
        (*out)[i].outputs_count = 0;
    }
    if (rc != DMH_OK) {
        free (*out);
        *out = NULL;
        *count = 0;
    }
    return rc;
}

int store_open_jobs (store_t *self, int (*each) (void *context, const struct store_job *job), void *context,
                     struct error *error)
{
    return self->driver->open_jobs (self, each, context, error);
}

int store_each (store_t *self, uint64_t after, size_t limit,
                int (*each) (void *context, const struct store_job *job), void *context, struct error *error)
{
    return self->driver->each (self, after, limit, each, context, error);
}

struct store_marks store_marks_of (const struct job_record *record)
{
    struct store_marks marks = {-1, -1, 0, 0};
    enum job_state state;
    if (job_state_of (record->state, &state) != DMH_OK || !job_state_ended (state))
        return marks;
    marks.ended_at = record->finished_at > 0 ? record->finished_at : 1;
    marks.removal_at = record->removal_at > 0 ? record->removal_at : 0;
    if (!job_has_result (record) ||
        uri_is_stored (record->result))    //  those are the files service's to count
        return marks;
    if (record->fetched_at > 0)
        marks.fetched_at = record->fetched_at;
    for (size_t i = 0; i < record->outputs_count; i++) {
        uint64_t bytes = record->outputs[i].bytes;
        marks.bytes += bytes < OUTPUT_BYTES_MOST ? bytes : OUTPUT_BYTES_MOST;
    }
    return marks;
}

int store_ended (store_t *self, const struct store_search *search, size_t limit, struct store_ended **out,
                 size_t *count, struct error *error)
{
    *count = 0;
    *out = calloc (limit + 1, sizeof **out);
    int rc = *out ? self->driver->ended (self, search, limit, *out, count, error)
                  : error_set (error, DMH_UNAVAILABLE, "out of memory for the jobs that have ended");
    for (size_t i = 0; *out && i < *count; i++) {
        free ((*out)[i].record.outputs);
        (*out)[i].record.outputs = NULL;
        (*out)[i].record.outputs_count = 0;
    }
    if (rc != DMH_OK) {
        free (*out);
        *out = NULL;
        *count = 0;
    }
    return rc;
}

int store_result_bytes (store_t *self, uint64_t *out, struct error *error)
{
    *out = 0;
    return self->driver->result_bytes (self, out, error);
}

int store_remove (store_t *self, const char *job, struct error *error)
{
    return self->driver->remove (self, job, error);
}

int store_counts (store_t *self, const char *owner, uint64_t counts[JOB_STATE_COUNT], struct error *error)
{
    memset (counts, 0, JOB_STATE_COUNT * sizeof *counts);
    return self->driver->counts (self, owner, 0, counts, error);
}

static int s_submitted_at (void *context, const struct store_job *job)
{
    *(int64_t *) context = job->record.submitted_at;
    return DMH_OK;
}

int store_recent (store_t *self, const char *owner, int64_t since, struct store_recent *out,
                  struct error *error)
{
    uint64_t counts[JOB_STATE_COUNT] = {0};
    struct store_recent recent = {.oldest_at = 0};
    int rc = self->driver->counts (self, owner, since > 0 ? since : 1, counts, error);
    uint64_t first = counts[JOB_QUEUED];
    if (rc == DMH_OK && first)
        rc = store_each (self, first - 1, 1, s_submitted_at, &recent.oldest_at, error);
    if (rc != DMH_OK)
        return rc;
    recent.done = counts[JOB_DONE];
    recent.failed = counts[JOB_FAILED];
    *out = recent;
    return DMH_OK;
}
