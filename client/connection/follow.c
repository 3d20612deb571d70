//  follow.c: see follow.h.
#define _GNU_SOURCE
#include "client/connection/follow.h"

#include "client/connection/standstill.h"
#include "client/terminal/page.h"
#include "messages/base/clock.h"
#include "messages/base/narrow.h"

enum { STATUS_MS = 1000, STATUS_AT_ONCE = 64, PATIENCE_MS = 30000, ROUNDS = 10, SHOWN_COLUMNS = 120 };

//  The jobs of one follow_end.
struct following {
    const struct follow *follow;
    connection_t *connection;
    struct job_record *const *records;
    size_t count, open;
    size_t next;                                        //  the job that is asked for next
    struct job_record *const *noted[STATUS_AT_ONCE];    //  that are to be asked for at once
    size_t noted_count;
    zhashx_t *places;    //  job → its place in records
    unsigned rounds;     //  of asking
    struct standstill standstill;
};

static bool s_ended (const char *word)
{
    enum job_state state;
    return job_state_of (word, &state) == DMH_OK && job_state_ended (state);
}

void follow_show (const struct follow *self, size_t i, const struct event *event)
{
    struct event shown = *event;
    if (self->names && self->names[i])
        page_cut_middle (self->names[i], SHOWN_COLUMNS, shown.name, sizeof shown.name);
    if (self->progress)
        progress_take (self->progress, &shown);
}

static void s_tell (struct following *self, struct job_record *const *at, const struct event *event)
{
    standstill_moved (&self->standstill);
    if (self->follow->heard)
        self->follow->heard (event);
    follow_show (self->follow, (size_t) (at - self->records), event);
}

//  A job's state as STATUS tells it. What was heard through events is as new, so only a change of state is
//  told on. Takes over what `now` owns.
static void s_take (struct following *self, struct job_record *const *at, struct job_record *now)
{
    struct job_record *record = *at;
    standstill_heard (&self->standstill);
    bool changed = !streq (now->state, record->state) || now->attempt != record->attempt;
    shape_clear (&job_record_shape, record);
    *record = *now;
    if (changed) {
        struct event event = event_of (record);
        s_tell (self, at, &event);
    }
    if (s_ended (record->state)) {
        self->open--;
        if (self->follow->ended)
            self->follow->ended (self->follow->context, (size_t) (at - self->records));
    }
}

//  Asks for the states of jobs, at most STATUS_AT_ONCE, all behind each other; *answered: of how many it
//  came.
static int s_ask (struct following *self, struct job_record *const *const *records, size_t count,
                  size_t *answered, struct error *error)
{
    struct job_request requests[STATUS_AT_ONCE];
    struct job_state_reply replies[STATUS_AT_ONCE];
    for (size_t i = 0; i < count; i++) {
        requests[i] = (struct job_request){.request = ""};
        memcpy (requests[i].job, (*records[i])->job, sizeof requests[i].job);
    }
    int rc = connection_request_all (self->connection, &status_shape, requests, count, &job_state_reply_shape,
                                     replies, answered, error);
    for (size_t i = 0; i < *answered; i++)
        if (s_ended ((*records[i])->state))
            job_state_reply_clear (&replies[i]);
        else
            s_take (self, records[i], &replies[i].job);
    return rc;
}

//  A broker that says nothing may come back, with every job.
static int s_bear (const struct following *self, int rc)
{
    return rc == DMH_UNAVAILABLE && standstill_silence (&self->standstill) < PATIENCE_MS ? DMH_OK : rc;
}

//  Those of which something was heard that only their records tell.
static int s_ask_noted (struct following *self, struct error *error)
{
    size_t answered = 0;
    int rc = s_ask (self, self->noted, self->noted_count, &answered, error);
    self->noted_count -= answered;
    memmove (self->noted, self->noted + answered, self->noted_count * sizeof *self->noted);
    return s_bear (self, rc);
}

static void s_note (struct following *self, struct job_record *const *at)
{
    for (size_t i = 0; i < self->noted_count; i++)
        if (self->noted[i] == at)
            return;
    self->noted[self->noted_count++] = at;
}

//  The batch that all of them are, where they are one; else NULL.
static const char *s_batch (const struct following *self)
{
    const char *batch = self->count > 1 ? self->records[0]->batch : "";
    for (size_t i = 1; *batch && i < self->count; i++)
        if (!streq (self->records[i]->batch, batch))
            return NULL;
    return *batch ? batch : NULL;
}

//  *as_heard: no more of the batch have ended than were heard of; then no event was lost that matters, and
//  none of its jobs has to be asked for.
static int s_ask_batch (struct following *self, const char *batch, bool *as_heard, struct error *error)
{
    struct batch_request request = {.request = ""};
    struct batch_reply reply;
    snprintf (request.batch, sizeof request.batch, "%s", batch);
    int rc = connection_batch (self->connection, &request, &reply, error);
    *as_heard = false;
    if (rc != DMH_OK)
        return rc == DMH_UNAVAILABLE || rc == DMH_CANCELLED ? rc : DMH_OK;
    standstill_heard (&self->standstill);
    *as_heard =
        batch_jobs (&reply.batch) == self->count && batch_ended (&reply.batch) == self->count - self->open;
    return DMH_OK;
}

static int s_ask_some (struct following *self, struct error *error)
{
    struct job_record *const *records[STATUS_AT_ONCE];
    size_t count = 0, answered = 0;
    int rc = DMH_OK;
    bool as_heard = false;
    const char *batch = s_batch (self);
    //  Where one was tried again meanwhile, numbers alone do not tell.
    if (batch && self->rounds++ % ROUNDS != 0)
        rc = s_ask_batch (self, batch, &as_heard, error);
    for (size_t i = 0; rc == DMH_OK && !as_heard && i < self->count && count < STATUS_AT_ONCE; i++) {
        struct job_record *const *at = &self->records[self->next++ % self->count];
        if (!s_ended ((*at)->state))
            records[count++] = at;
    }
    if (rc == DMH_OK && count)
        rc = s_ask (self, records, count, &answered, error);
    return s_bear (self, rc);
}

static void s_hear (struct following *self, const struct event *event)
{
    struct job_record *const *at = zhashx_lookup (self->places, event->job);
    struct job_record *record = at ? *at : NULL;
    standstill_heard (&self->standstill);
    if (!record || s_ended (record->state))
        return;
    //  The record says where the result is, or why it runs for another time.
    if (s_ended (event->state) || (record->attempt && event->attempt > record->attempt)) {
        s_note (self, at);
        return;
    }
    //  An event that was on its way while STATUS was answered may be older than the answer; where a job did
    //  go back to the queue, the next STATUS says so.
    if (event->attempt < record->attempt ||
        (job_state_is (event->state, JOB_QUEUED) && !job_state_is (record->state, JOB_QUEUED)))
        return;
    memcpy (record->state, event->state, sizeof record->state);
    record->attempt = event->attempt;
    s_tell (self, at, event);
}

//  Wants the events of all that are open.
static int s_begin (struct following *self, struct error *error)
{
    int rc = self->places ? DMH_OK : error_set (error, DMH_INTERNAL, "out of memory");
    for (size_t i = 0; rc == DMH_OK && i < self->count; i++) {
        struct job_record *record = self->records[i];
        if (s_ended (record->state))
            continue;
        zhashx_insert (self->places, record->job, (void *) &self->records[i]);
        rc = connection_follow (self->connection, record->job, error);
        self->open++;
    }
    return rc;
}

//  `ask`: the broker may be asked why nothing moves.
static void s_tick (struct following *self, bool ask)
{
    if (self->follow->progress)
        progress_tick (self->follow->progress,
                       standstill_reason (&self->standstill, self->records, self->count, ask));
}

static void s_wait (void *context)
{
    s_tick (context, false);
}

//  The next event, waited for until then unless there is something to ask; who rests in between is told.
static int s_event (struct following *self, int64_t until, struct event *event)
{
    int heard = connection_event (self->connection, 0, event);
    if (heard != 0 || self->noted_count)
        return heard;
    if (self->follow->rest)
        self->follow->rest (self->follow->context);
    s_tick (self, true);
    int64_t left = until - clock_mono_ms ();
    return connection_event (self->connection, left > 0 ? NARROW (int, left) : 0, event);
}

int follow_end (const struct follow *self, connection_t *connection, struct job_record *const *records,
                size_t count, struct error *error)
{
    struct following following = {
        .follow = self, .connection = connection, .records = records, .count = count};
    following.places = zhashx_new ();
    following.rounds = 1;
    standstill_begin (&following.standstill, connection);
    connection_on_wait (connection, s_wait, &following);
    int rc = s_begin (&following, error);
    int64_t status_at = clock_mono_ms ();
    while (rc == DMH_OK && following.open) {
        struct event event;
        int heard = s_event (&following, status_at, &event);
        if (heard < 0)
            rc = error_set (error, DMH_CANCELLED, "interrupted");
        else if (heard)
            s_hear (&following, &event);
        //  Those that end one upon the other are asked for together.
        if (rc == DMH_OK && following.noted_count && (heard == 0 || following.noted_count == STATUS_AT_ONCE))
            rc = s_ask_noted (&following, error);
        if (rc == DMH_OK && clock_mono_ms () >= status_at) {
            rc = s_ask_some (&following, error);
            status_at = clock_mono_ms () + STATUS_MS;
        }
    }
    connection_on_wait (connection, NULL, NULL);
    if (self->rest)
        self->rest (self->context);
    if (self->progress)
        progress_clear (self->progress);
    zhashx_destroy (&following.places);
    return rc;
}
