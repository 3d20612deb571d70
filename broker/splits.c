//  splits.c: see splits.h.
#include "broker/splits.h"

#include "broker/jobs/job_end.h"
#include "broker/jobs/split.h"
#include "messages/base/clock.h"

enum { AT_ONCE = 256 };

int splits_open (struct splits *self)
{
    self->progress = split_progress_new ();
    return self->progress ? DMH_OK : DMH_INTERNAL;
}

void splits_close (struct splits *self)
{
    split_progress_destroy (&self->progress);
    free (self->ended);
    *self = (struct splits){.ended = NULL};
}

//  Out of memory: its jobs stay until it leaves, or until they are too old.
static void s_note (struct splits *self, const char *whole)
{
    void *ended = self->ended;
    for (size_t i = self->ended_count; i > 0; i--)    //  mostly the last one
        if (streq (self->ended[i - 1].job, whole))
            return;
    int rc = outbox_room (&ended, self->ended_count, &self->ended_room, sizeof *self->ended);
    self->ended = ended;
    if (rc == 0)
        snprintf (self->ended[self->ended_count++].job, ID_BYTES, "%s", whole);
}

void splits_ended (struct broker *self, const struct job_record *record)
{
    if (split_is_whole (record))
        s_note (&self->splits, record->job);
}

//  The jobs that it is made of, in their order, as the store has them.
static int s_list (struct broker *self, const struct job_record *whole,
                   struct store_job_id ids[SPLIT_JOBS_MAX], size_t *count, struct error *error)
{
    char key[ID_BYTES];
    return store_find_places (self->store, whole->owner, split_key (whole->job, key), 0, ids, SPLIT_JOBS_MAX,
                              count, error);
}

//  Of a job that has begun before the restart, those of its parts that are done count, too.
static int s_take_in_done (struct broker *self, const struct job_record *whole, struct error *error)
{
    struct store_job_id ids[SPLIT_JOBS_MAX];
    size_t count = 0;
    int rc = s_list (self, whole, ids, &count, error);
    for (size_t i = 0; rc == DMH_OK && i < count; i++) {
        struct store_job part;
        rc = store_find (self->store, ids[i].job, &part, error);
        if (rc == DMH_OK) {
            part.record.bytes_total = whole->bytes_total;    //  one that is done says its own
            split_progress_add (self->splits.progress, &part.record, part.options.task);
            store_job_clear (&part);
        }
    }
    return rc == DMH_NOT_FOUND ? DMH_OK : rc;
}

int splits_take_in (struct broker *self, const struct job_record *record, const char *task,
                    struct error *error)
{
    if (split_is_part (record))
        split_progress_add (self->splits.progress, record, task);
    return split_is_whole (record) ? s_take_in_done (self, record, error) : DMH_OK;
}

//  A walk over all that split jobs are made of.
struct walk {
    struct broker *broker;
    uint64_t walked;
    size_t seen;
};

static int s_see (void *context, const struct store_job *part)
{
    struct walk *walk = context;
    walk->walked = part->sequence;
    walk->seen++;
    s_note (&walk->broker->splits, part->record.part_of);
    return DMH_OK;
}

int splits_restore (struct broker *self, struct error *error)
{
    struct walk walk = {.broker = self};
    int rc = DMH_OK;
    for (size_t before = 0, more = AT_ONCE; rc == DMH_OK && more == AT_ONCE; before = walk.seen) {
        rc = store_each_part (self->store, walk.walked, AT_ONCE, s_see, &walk, error);
        more = walk.seen - before;
    }
    return rc;
}

static void s_leave (struct broker *self, struct job_record *record)
{
    record->removal_at = clock_wall_ms ();
    snprintf (record->removal_by, sizeof record->removal_by, "the job that it is a part of");
    removal_wake (self->removal, self->clock_seen);
}

//  One of the jobs of a split one that has ended: it runs and waits no more, and with `leaves` nobody needs
//  its result.
static int s_end_part (struct broker *self, const char *job, bool leaves, struct error *error)
{
    struct store_job found;
    int rc = store_find (self->store, job, &found, error);
    if (rc != DMH_OK)
        return rc == DMH_NOT_FOUND ? DMH_OK : rc;
    bool is_open =
        job_state_is (found.record.state, JOB_QUEUED) || job_state_is (found.record.state, JOB_RUNNING);
    leaves = leaves && !found.record.removal_at;
    store_job_clear (&found);
    if (!is_open && !leaves)
        return DMH_OK;
    struct job_record *record = turn_change (self->turn, job, NULL, error);
    if (!record)
        return error->code;
    if (is_open) {
        //  One that this turn reopens is not the dispatcher's yet.
        if (!turn_reopens (self->turn, job) && !follow_drop (self->follow, job))
            dispatcher_cancel (self->dispatcher, job, self->now);
        job_state_set (record->state, JOB_CANCELLED);
        job_end (record);
    }
    if (leaves)
        s_leave (self, record);
    return DMH_OK;
}

static int s_end_parts (struct broker *self, const struct job_record *whole, bool leaves, struct error *error)
{
    struct store_job_id ids[SPLIT_JOBS_MAX];
    size_t count = 0;
    int rc = s_list (self, whole, ids, &count, error);
    for (size_t i = 0; rc == DMH_OK && i < count; i++)
        rc = s_end_part (self, ids[i].job, leaves, error);
    return rc;
}

static int s_settle (struct broker *self, const char *job, struct error *error)
{
    struct store_job whole;
    enum job_state state;
    int rc = turn_flush (self->turn, error);
    if (rc == DMH_OK)
        rc = store_find (self->store, job, &whole, error);
    if (rc != DMH_OK)
        return rc == DMH_NOT_FOUND ? DMH_OK : rc;
    const struct job_record *record = &whole.record;
    if (job_state_of (record->state, &state) == DMH_OK && job_state_ended (state)) {
        split_progress_forget (self->splits.progress, job);
        rc = s_end_parts (self, record, job_has_result (record) || record->removal_at, error);
    }
    store_job_clear (&whole);
    return rc;
}

int splits_act (struct broker *self, struct error *error)
{
    struct splits *splits = &self->splits;
    while (splits->ended_count) {
        int rc = s_settle (self, splits->ended[splits->ended_count - 1].job, error);
        if (rc != DMH_OK)
            return rc;
        splits->ended_count--;
    }
    return DMH_OK;
}

//  How many of its jobs are not done; *alone: one of them cannot be had any more.
static int s_look (struct broker *self, const struct store_job *whole, const struct store_job_id *ids,
                   size_t count, size_t *undone, bool *alone, struct error *error)
{
    int rc = DMH_OK;
    *undone = 0;
    *alone = count != 1 + 2 * whole->record.parts;
    for (size_t i = 0; rc == DMH_OK && i < count; i++) {
        struct store_job part;
        rc = store_find (self->store, ids[i].job, &part, error);
        if (rc != DMH_OK)
            break;
        *undone += !job_state_is (part.record.state, JOB_DONE);
        *alone = *alone || part.record.removal_at;
        store_job_clear (&part);
    }
    return rc;
}

static int s_reopen (struct broker *self, const char *job,
                     int (*reopen) (void *context, const struct store_job *found, struct error *error),
                     void *context, struct error *error)
{
    struct store_job part;
    int rc = store_find (self->store, job, &part, error);
    if (rc != DMH_OK)
        return rc;
    enum job_state state = JOB_QUEUED;
    job_state_of (part.record.state, &state);
    if (job_state_ended (state) && state != JOB_DONE)
        rc = reopen (context, &part, error);
    store_job_clear (&part);
    return rc;
}

int splits_reopen (struct broker *self, const struct store_job *whole, size_t room,
                   int (*reopen) (void *context, const struct store_job *found, struct error *error),
                   void *context, bool *alone, struct error *error)
{
    struct store_job_id ids[SPLIT_JOBS_MAX];
    size_t count = 0, undone = 0;
    int rc = turn_flush (self->turn, error);
    if (rc == DMH_OK)
        rc = s_list (self, &whole->record, ids, &count, error);
    if (rc == DMH_OK)
        rc = s_look (self, whole, ids, count, &undone, alone, error);
    if (rc != DMH_OK)
        return rc;
    if (*alone)
        return s_end_parts (self, &whole->record, true, error);
    if (undone + 1 > room)
        return error_set (error, DMH_UNAVAILABLE,
                          "the queue (%zu jobs) has no room for the %zu parts of job %s; try again later",
                          self->queue_max, undone, whole->record.job);
    for (size_t i = 0; rc == DMH_OK && i < count; i++)
        rc = s_reopen (self, ids[i].job, reopen, context, error);
    if (rc != DMH_OK)
        splits_ended (self, &whole->record);
    return rc;
}

void splits_add_progress (const struct broker *self, struct job_record *record)
{
    double rate;
    const char *waits;
    if (!split_is_whole (record))
        return;
    record->follows = record->waits_for = 0;    //  they are nobody's to see
    if (!job_state_is (record->state, JOB_QUEUED))
        return;
    split_progress_sum (self->splits.progress, record->job, false, &record->bytes_done, &record->counts,
                        &rate);
    waits = split_progress_waiting (self->splits.progress, record->job);
    if (waits)
        dispatcher_why (self->dispatcher, waits, record->waiting);
}

int splits_check_whole (const struct job_record *record, struct error *error)
{
    if (!split_is_part (record))
        return DMH_OK;
    return error_set (error, DMH_CONFLICT,
                      "job %s is a part of job %s, and what is done to that one is done to it", record->job,
                      record->part_of);
}
