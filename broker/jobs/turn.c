//  turn.c: see turn.h. Changes live here until they are committed; the store's open group holds those that
//  were flushed, and a group that fails is written again from here.
#include "broker/jobs/turn.h"

#include "broker/jobs/outbox.h"
#include "broker/jobs/split.h"

struct change {
    struct job_record record;
    unsigned tries;
    bool written;    //  into the open group, or the store, as it stands
    //  What events told of it then.
    uint64_t revision, attempt;
    char state[WORD_BYTES], worker[ID_BYTES];
    size_t at;    //  its place in `changes`
    //  Of a job that is reopened:
    struct job_record *before;    //  to go back to; its outputs are those of `record`. NULL: of no other
    unsigned tries_before;
    bool was_changed;    //  `before` is this turn's already, not the store's
    struct queue_terms reopened;
};

struct turn {
    store_t *store;
    struct store_job *jobs;
    size_t job_count, job_room;
    size_t jobs_written;
    struct store_batch *batches;
    size_t batch_count, batch_room;
    size_t batches_written;
    zhashx_t *by_job;           //  job → its change
    struct change **changes;    //  in order; by pointer, as records are handed out
    size_t change_count, change_room;
    size_t written_to;    //  those before it are written
    size_t reopened_count;
    struct outbox outbox;
};

turn_t *turn_new (store_t *store)
{
    turn_t *self = calloc (1, sizeof *self);
    if (!self)
        return NULL;
    self->store = store;
    self->by_job = zhashx_new ();
    if (!self->by_job)
        turn_destroy (&self);
    return self;
}

static void s_free_change (struct change *change)
{
    shape_clear (&job_record_shape, &change->record);
    free (change->before);
    free (change);
}

void turn_take_back (turn_t *self, size_t count)
{
    while (count-- > 0 && self->job_count > 0)
        store_job_clear (&self->jobs[--self->job_count]);
}

void turn_clear (turn_t *self)
{
    turn_take_back (self, self->job_count);
    self->jobs_written = self->batch_count = self->batches_written = 0;
    if (self->change_count)
        zhashx_purge (self->by_job);
    for (size_t i = 0; i < self->change_count; i++)
        s_free_change (self->changes[i]);
    self->change_count = self->reopened_count = self->written_to = 0;
    outbox_clear (&self->outbox);
}

void turn_destroy (turn_t **self_p)
{
    turn_t *self = *self_p;
    if (!self)
        return;
    turn_clear (self);
    outbox_free (&self->outbox);
    zhashx_destroy (&self->by_job);
    free (self->jobs);
    free (self->batches);
    free (self->changes);
    free (self);
    *self_p = NULL;
}

int turn_add (turn_t *self, struct store_job *job)
{
    void *jobs = self->jobs;
    int rc = outbox_room (&jobs, self->job_count, &self->job_room, sizeof *self->jobs);
    self->jobs = jobs;
    if (rc != 0)
        return -1;
    job->record.revision = 1;
    self->jobs[self->job_count++] = *job;
    memset (job, 0, sizeof *job);
    return 0;
}

int turn_add_batch (turn_t *self, const struct store_batch *batch)
{
    void *batches = self->batches;
    int rc = outbox_room (&batches, self->batch_count, &self->batch_room, sizeof *self->batches);
    self->batches = batches;
    if (rc == 0)
        self->batches[self->batch_count++] = *batch;
    return rc;
}

const struct store_batch *turn_batch (const turn_t *self, const char *owner, const char *submit_key)
{
    for (size_t i = 0; i < self->batch_count; i++)
        if (streq (self->batches[i].submit_key, submit_key) && streq (self->batches[i].record.owner, owner))
            return &self->batches[i];
    return NULL;
}

//  What events tell of a job that the turn changes: only when it differs is the revision another one.
static void s_note (struct change *change)
{
    const struct job_record *record = &change->record;
    change->revision = record->revision;
    change->attempt = record->attempt;
    memcpy (change->state, record->state, sizeof change->state);
    memcpy (change->worker, record->worker, sizeof change->worker);
}

static void s_settle_revision (struct change *change)
{
    struct job_record *record = &change->record;
    if (change->attempt == record->attempt && streq (change->state, record->state) &&
        streq (change->worker, record->worker))
        record->revision = change->revision;
    s_note (change);
}

static struct change *s_new_change (turn_t *self, const char *job, struct error *error)
{
    struct store_job found;
    if (store_find (self->store, job, &found, error) != DMH_OK)
        return NULL;
    void *changes = self->changes;
    int rc = outbox_room (&changes, self->change_count, &self->change_room, sizeof *self->changes);
    self->changes = changes;
    struct change *change = rc == 0 ? calloc (1, sizeof *change) : NULL;
    if (change) {
        change->record = found.record;
        change->tries = found.tries;
        memset (&found.record, 0, sizeof found.record);
        s_note (change);
        change->written = true;    //  as it is
        change->at = self->change_count;
        self->changes[self->change_count++] = change;
        zhashx_insert (self->by_job, job, change);
    } else
        error_set (error, DMH_UNAVAILABLE, "the broker is out of memory; try again later");
    store_job_clear (&found);
    return change;
}

struct job_record *turn_change (turn_t *self, const char *job, unsigned **tries, struct error *error)
{
    struct change *change = zhashx_lookup (self->by_job, job);
    if (!change)
        change = s_new_change (self, job, error);
    if (!change)
        return NULL;
    if (change->written)
        change->record.revision++;
    change->written = false;
    if (change->at < self->written_to)
        self->written_to = change->at;
    if (tries)
        *tries = &change->tries;
    return &change->record;
}

struct job_record *turn_reopen (turn_t *self, const struct store_job *found, unsigned **tries,
                                struct error *error)
{
    bool was_changed = turn_has_changed (self, found->record.job);
    struct job_record *record = turn_change (self, found->record.job, tries, error);
    if (!record)
        return NULL;
    struct change *change = zhashx_lookup (self->by_job, record->job);
    if (change->before)
        return record;
    change->before = malloc (sizeof *change->before);
    if (!change->before) {
        error_set (error, DMH_UNAVAILABLE, "the broker is out of memory; try again later");
        return NULL;
    }
    *change->before = *record;
    change->tries_before = change->tries;
    change->was_changed = was_changed;
    change->reopened = queue_terms_of (found);
    self->reopened_count++;
    return record;
}

bool turn_reopens (const turn_t *self, const char *job)
{
    const struct change *change = zhashx_lookup (self->by_job, job);
    return change && change->before;
}

size_t turn_opens (const turn_t *self)
{
    return self->job_count + self->reopened_count;
}

bool turn_has_changed (const turn_t *self, const char *job)
{
    return zhashx_lookup (self->by_job, job) != NULL;
}

void turn_unwrite (turn_t *self)
{
    store_abandon (self->store);
    self->jobs_written = self->batches_written = self->written_to = 0;
    for (size_t i = 0; i < self->change_count; i++)
        self->changes[i]->written = false;
}

//  What was reopened is as before.
static void s_close_again (turn_t *self)
{
    size_t kept = 0;
    for (size_t i = 0; i < self->change_count; i++) {
        struct change *change = self->changes[i];
        if (change->before && !change->was_changed) {
            zhashx_delete (self->by_job, change->record.job);
            s_free_change (change);
            continue;
        }
        if (change->before) {
            change->record = *change->before;
            change->tries = change->tries_before;
            free (change->before);
            change->before = NULL;
        }
        change->at = kept;
        self->changes[kept++] = change;
    }
    self->change_count = kept;
    self->reopened_count = 0;
}

int turn_flush (turn_t *self, struct error *error)
{
    if (self->job_count + self->change_count == 0)
        return DMH_OK;
    int rc = store_begin (self->store, error);
    for (; rc == DMH_OK && self->batches_written < self->batch_count; self->batches_written += rc == DMH_OK)
        rc = store_add_batch (self->store, &self->batches[self->batches_written], error);
    for (; rc == DMH_OK && self->jobs_written < self->job_count; self->jobs_written += rc == DMH_OK)
        rc = store_add (self->store, &self->jobs[self->jobs_written], error);
    for (; rc == DMH_OK && self->written_to < self->change_count; self->written_to += rc == DMH_OK) {
        struct change *change = self->changes[self->written_to];
        if (!change->written)
            s_settle_revision (change);
        if (!change->written)
            rc = store_change (self->store, &change->record, change->tries, error);
        change->written = rc == DMH_OK;
    }
    if (rc != DMH_OK)
        turn_unwrite (self);
    return rc;
}

int turn_send (turn_t *self, void *to, zframe_t *identity, const struct shape *shape, const void *message,
               struct error *error)
{
    return outbox_add (&self->outbox, to, identity, shape, message, error) ? DMH_OK : DMH_UNAVAILABLE;
}

int turn_send_opened (turn_t *self, void *to, zframe_t *identity, const struct shape *shape,
                      const void *message, const char *request, struct error *error)
{
    struct outbox_message *outgoing = outbox_add (&self->outbox, to, identity, shape, message, error);
    if (!outgoing)
        return DMH_UNAVAILABLE;
    outgoing->sort = OUTBOX_OPENED;
    snprintf (outgoing->request, sizeof outgoing->request, "%s", request);
    return DMH_OK;
}

int turn_send_order (turn_t *self, void *to, zframe_t *identity, const struct shape *shape,
                     const void *message, const char *worker, const char *job, uint64_t attempt,
                     struct error *error)
{
    struct outbox_message *outgoing = outbox_add (&self->outbox, to, identity, shape, message, error);
    if (!outgoing)
        return DMH_UNAVAILABLE;
    outgoing->sort = OUTBOX_ORDER;
    outgoing->order.attempt = attempt;
    snprintf (outgoing->order.worker, sizeof outgoing->order.worker, "%s", worker);
    snprintf (outgoing->order.job, sizeof outgoing->order.job, "%s", job);
    return DMH_OK;
}

int turn_find_key (const turn_t *self, const char *owner, const char *submit_key, struct store_job_id **ids,
                   size_t *count)
{
    *ids = calloc (INPUTS_MAX, sizeof **ids);
    *count = 0;
    for (size_t i = 0; *ids && i < self->job_count && *count < INPUTS_MAX; i++)
        if (streq (self->jobs[i].submit_key, submit_key) && streq (self->jobs[i].record.owner, owner))
            memcpy ((*ids)[(*count)++].job, self->jobs[i].record.job, ID_BYTES);
    if (*count)
        return DMH_OK;
    free (*ids);
    *ids = NULL;
    return DMH_NOT_FOUND;
}

void turn_find_places (const turn_t *self, const char *owner, const char *submit_key, uint64_t from,
                       struct store_job_id *ids, size_t count)
{
    for (size_t i = 0; i < self->job_count; i++) {
        const struct store_job *job = &self->jobs[i];
        if (job->place >= from && job->place - from < count && streq (job->submit_key, submit_key) &&
            streq (job->record.owner, owner)) {
            struct store_job_id *id = &ids[job->place - from];
            memcpy (id->job, job->record.job, sizeof id->job);
            id->place = job->place;
        }
    }
}

bool turn_is_empty (const turn_t *self)
{
    return self->job_count + self->change_count + self->outbox.count == 0;
}

bool turn_is_full (const turn_t *self)
{
    return self->outbox.count >= TURN_MESSAGES_MAX || self->job_count >= TURN_JOBS_MAX;
}

int turn_commit (turn_t *self, struct error *error)
{
    int rc = turn_flush (self, error);
    if (rc == DMH_OK)
        rc = store_commit (self->store, error);
    if (rc == DMH_OK)
        outbox_send (&self->outbox);
    else {
        struct error refusal = *error;
        refusal.code = DMH_UNAVAILABLE;    //  whatever it is here, for clients it is a reason to try again
        turn_unwrite (self);
        outbox_refuse (&self->outbox, &refusal);
        turn_take_back (self, self->job_count);
        self->batch_count = 0;
        s_close_again (self);
    }
    return rc;
}

const struct store_job *turn_opened (const turn_t *self, size_t *count)
{
    *count = self->job_count;
    return self->jobs;
}

const struct job_record *turn_changed (const turn_t *self, size_t i)
{
    return i < self->change_count ? &self->changes[i]->record : NULL;
}

struct queue_terms queue_terms_of (const struct store_job *job)
{
    struct queue_terms terms = {.priority = job->options.priority,
                                .sequence = job->sequence,
                                .time_limit = job->options.time_limit,
                                .stall_seconds = job->options.stall_seconds};
    struct options options = job->options;    //  its strings are borrowed
    split_set_task (&job->record, &options);
    needs_of (&job->input, &options, &terms.needs);
    return terms;
}

const struct queue_terms *turn_reopened (const turn_t *self, size_t i)
{
    return i < self->change_count && self->changes[i]->before ? &self->changes[i]->reopened : NULL;
}

bool turn_undelivered (const turn_t *self, size_t i, struct undelivered_order *out)
{
    if (i >= self->outbox.undelivered_count)
        return false;
    *out = self->outbox.undelivered[i];
    return true;
}
