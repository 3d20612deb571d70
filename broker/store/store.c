//  store.c: what every store has in common: the choice of the driver, groups, the memory of answers. See
//  store.h.
#include "broker/store/driver.h"

#include "messages/base/log.h"
#include "messages/uri.h"

#include <stdlib.h>
#include <string.h>

//  Whatever a worker says: the sum of many must stay a number.
static const uint64_t NUMBER_MOST = (uint64_t) 1 << 44;

static const struct driver *const DRIVERS[] = {&sqlite_driver, &postgres_driver};

void store_job_clear (struct store_job *self)
{
    shape_clear (&job_record_shape, &self->record);
    shape_clear (&options_shape, &self->options);
    shape_clear (&input_shape, &self->input);
    free (self->follows);
    self->follows = NULL;
    self->follows_count = 0;
}

static store_t *s_open (const struct driver *driver, const char *place, struct error *error)
{
    store_t *self = driver->open (place, error);
    struct error why = {.code = DMH_OK};
    if (self && job_files_bring_up (self, &why) != DMH_OK)
        log_event (LOG_LEVEL_WARNING, "store.files_not_noted", NULL, NULL, "error", why.text, NULL);
    return self;
}

store_t *store_open (const char *url, struct error *error)
{
    for (size_t i = 0; i < sizeof DRIVERS / sizeof *DRIVERS; i++) {
        size_t n = strlen (DRIVERS[i]->scheme);
        if (strncmp (url, DRIVERS[i]->scheme, n) != 0)
            continue;
        if (url[n])
            return s_open (DRIVERS[i], url + n, error);
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

static uint64_t s_bounded (uint64_t number)
{
    return number < NUMBER_MOST ? number : NUMBER_MOST;
}

static int s_put_in_batch (store_t *self, const struct job_record *record, struct error *error)
{
    const struct counts *counts = &record->counts;
    struct store_tally tally = {.bytes_done = s_bounded (record->bytes_done),
                                .bytes_total = s_bounded (record->bytes_total),
                                .counts = {s_bounded (counts->read), s_bounded (counts->written),
                                           s_bounded (counts->duplicates), s_bounded (counts->conflicts),
                                           s_bounded (counts->rejected)}};
    return *record->batch ? self->driver->put_in_batch (self, record, &tally, error) : DMH_OK;
}

int store_add (store_t *self, struct store_job *job, struct error *error)
{
    int rc = self->driver->add (self, job, error);
    if (rc == DMH_OK && job->follows_count)
        rc = self->driver->add_follows (self, job->record.job, job->follows, job->follows_count, error);
    if (rc == DMH_OK)
        rc = job_files_note (self, &job->record, &job->input, &job->options, error);
    return rc == DMH_OK ? s_put_in_batch (self, &job->record, error) : rc;
}

int store_change (store_t *self, const struct job_record *record, unsigned tries, struct error *error)
{
    int rc = self->driver->change (self, record, tries, error);
    if (rc == DMH_OK)
        rc = job_files_note (self, record, NULL, NULL, error);
    return rc == DMH_OK ? s_put_in_batch (self, record, error) : rc;
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
    int rc = *ids ? self->driver->find_key (self, owner, submit_key, 0, *ids, INPUTS_MAX, count, error)
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

//  A list of records as it is given out: without outputs, and nothing unless DMH_OK.
static int s_listed (int rc, struct job_record **out, size_t *count)
{
    struct job_record *records = *out;
    for (size_t i = 0; records && i < *count; i++) {
        free (records[i].outputs);
        records[i].outputs = NULL;
        records[i].outputs_count = 0;
    }
    if (rc != DMH_OK) {
        free (records);
        *out = NULL;
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
    return s_listed (rc, out, count);
}

int store_batch_jobs (store_t *self, const struct store_part *part, size_t limit, struct job_record **out,
                      size_t *count, struct error *error)
{
    *count = 0;
    *out = calloc (limit + 1, sizeof **out);
    int rc = *out ? self->driver->batch_jobs (self, part, limit, *out, count, error)
                  : error_set (error, DMH_UNAVAILABLE, "out of memory for the jobs of a batch");
    return s_listed (rc, out, count);
}

int store_each (store_t *self, uint64_t after, size_t limit, store_each_job *each, void *context,
                struct error *error)
{
    const struct store_walk walk = {.which = STORE_ALL, .after = after, .limit = limit};
    return self->driver->walk (self, &walk, each, context, error);
}

int store_each_part (store_t *self, uint64_t after, size_t limit, store_each_job *each, void *context,
                     struct error *error)
{
    const struct store_walk walk = {.which = STORE_PARTS, .after = after, .limit = limit};
    return self->driver->walk (self, &walk, each, context, error);
}

int store_open_jobs (store_t *self, uint64_t after, size_t limit, store_each_job *each, void *context,
                     struct error *error)
{
    const struct store_walk walk = {.which = STORE_OPEN, .after = after, .limit = limit};
    return self->driver->walk (self, &walk, each, context, error);
}

int store_queued (store_t *self, const char *owner, uint64_t after, size_t limit, store_each_job *each,
                  void *context, struct error *error)
{
    const struct store_walk walk = {.which = STORE_QUEUED, .owner = owner, .after = after, .limit = limit};
    return self->driver->walk (self, &walk, each, context, error);
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
    for (size_t i = 0; i < record->outputs_count; i++)
        marks.bytes += s_bounded (record->outputs[i].bytes);
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

int store_add_batch (store_t *self, const struct store_batch *batch, struct error *error)
{
    return self->driver->add_batch (self, batch, error);
}

int store_find_batch (store_t *self, const char *batch, struct store_batch *out, struct error *error)
{
    return self->driver->find_batch (self, batch, out, error);
}

int store_find_batch_key (store_t *self, const char *owner, const char *submit_key, struct store_batch *out,
                          struct error *error)
{
    return self->driver->find_batch_key (self, owner, submit_key, out, error);
}

int store_search (store_t *self, const char *owner, const char *word, size_t limit, struct found_thing *out,
                  size_t *count, struct error *error)
{
    *count = 0;
    return self->driver->search (self, owner, word, limit, out, count, error);
}

int store_find_places (store_t *self, const char *owner, const char *submit_key, uint64_t from,
                       struct store_job_id *ids, size_t room, size_t *count, struct error *error)
{
    *count = 0;
    return self->driver->find_key (self, owner, submit_key, from, ids, room, count, error);
}

int store_followed (store_t *self, const char *follower, uint64_t from, size_t limit,
                    store_each_followed *each, void *context, struct error *error)
{
    return self->driver->followed (self, follower, from, limit, each, context, error);
}

int store_followers (store_t *self, const char *followed, const char *after, size_t limit,
                     struct store_job_id *out, size_t *count, struct error *error)
{
    *count = 0;
    return self->driver->followers (self, followed, after, limit, out, count, error);
}

store_backup_t *store_backup_new (store_t *self, struct error *error)
{
    if (!self->driver->backup) {
        error_set (error, DMH_UNSUPPORTED, "%s", self->driver->backup_how);
        return NULL;
    }
    store_backup_t *backup = self->driver->backup (self, error);
    if (backup)
        backup->driver = self->driver;
    return backup;
}

void store_backup_destroy (store_backup_t **self_p)
{
    if (*self_p)
        (*self_p)->driver->backup_end (*self_p);
    *self_p = NULL;
}

int store_backup_step (store_backup_t *self, bool *whole, struct error *error)
{
    *whole = false;
    return self->driver->backup_step (self, whole, error);
}

int store_backup_read (store_backup_t *self, uint64_t offset, void *to, size_t room, size_t *got,
                       uint64_t *bytes, struct error *error)
{
    return self->driver->backup_read (self, offset, to, room, got, bytes, error);
}

void store_add_share (struct batch_record *record, const struct store_share *share)
{
    uint64_t *states[JOB_STATE_COUNT] = {
        [JOB_QUEUED] = &record->queued, [JOB_RUNNING] = &record->running,     [JOB_DONE] = &record->done,
        [JOB_FAILED] = &record->failed, [JOB_CANCELLED] = &record->cancelled,
    };
    const struct counts *counts = &share->tally.counts;
    enum job_state state;
    if (job_state_of (share->state, &state) == DMH_OK)
        *states[state] += share->jobs;
    record->bytes_done += share->tally.bytes_done;
    record->bytes_total += share->tally.bytes_total;
    counts_add (&record->counts, counts);
}
