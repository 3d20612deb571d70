//  follow.c: see follow.h.
#define _GNU_SOURCE
#include "client/connection/follow.h"

#include "messages/base/clock.h"
#include "messages/base/narrow.h"

#include <signal.h>
#include <sys/signalfd.h>

enum {
    STATUS_MS = 1000,
    STATUS_AT_ONCE = 64,
    PATIENCE_MS = 30000,
    ROUNDS = 10,
    SILENCE_MS = 6000,    //  without a word of the broker, which is said then
    LOOK_MS = 500,
    STILL_MS = 3000,    //  without a byte of any job, whose reason is asked for then
    WHY_BYTES = 256
};

//  The jobs of one follow_end.
struct following {
    const struct follow *follow;
    connection_t *connection;
    struct job_record *records;
    size_t count, open;
    size_t next;         //  the job that is asked for next
    int64_t heard_at;    //  when the broker last answered or spoke
    zhashx_t *places;    //  job → its record
    unsigned rounds;     //  of asking
    int64_t moved_at;    //  when a job last did
    int64_t asked_at;    //  when the workers were last asked for
    int64_t looked_at;
    char why[WHY_BYTES];
};

int follow_interrupt (void)
{
    sigset_t wanted;
    sigemptyset (&wanted);
    sigaddset (&wanted, SIGINT);
    sigaddset (&wanted, SIGTERM);
    int descriptor = signalfd (-1, &wanted, SFD_CLOEXEC | SFD_NONBLOCK);
    if (descriptor >= 0)
        sigprocmask (SIG_BLOCK, &wanted, NULL);
    return descriptor;
}

static bool s_ended (const char *word)
{
    enum job_state state;
    return job_state_of (word, &state) == DMH_OK && job_state_ended (state);
}

static void s_tell (struct following *self, const struct event *event)
{
    self->moved_at = clock_mono_ms ();
    *self->why = 0;
    if (self->follow->heard)
        self->follow->heard (event);
    if (self->follow->progress)
        progress_take (self->follow->progress, event);
}

//  Asks for one job's state. What was heard through events is as new, so only a change of state is told on.
static int s_ask (struct following *self, struct job_record *record, struct error *error)
{
    struct job_record now;
    int rc = connection_status (self->connection, record->job, &now, error);
    if (rc == DMH_UNAVAILABLE && clock_mono_ms () - self->heard_at < PATIENCE_MS)
        return DMH_OK;    //  it may come back, with every job
    if (rc != DMH_OK)
        return rc;
    self->heard_at = clock_mono_ms ();
    bool changed = !streq (now.state, record->state) || now.attempt != record->attempt;
    shape_clear (&job_record_shape, record);
    *record = now;
    if (changed) {
        struct event event = event_of (record);
        s_tell (self, &event);
    }
    if (s_ended (record->state)) {
        self->open--;
        if (self->follow->ended)
            self->follow->ended (self->follow->context, (size_t) (record - self->records));
    }
    return DMH_OK;
}

//  The batch that all of them are, where they are one; else NULL.
static const char *s_batch (const struct following *self)
{
    const char *batch = self->count > 1 ? self->records[0].batch : "";
    for (size_t i = 1; *batch && i < self->count; i++)
        if (!streq (self->records[i].batch, batch))
            return NULL;
    return *batch ? batch : NULL;
}

//  Whether no more of the batch have ended than were heard of: then no event was lost that matters, and none
//  of its jobs has to be asked for.
static bool s_is_as_heard (struct following *self, const char *batch)
{
    struct batch_request request = {.request = ""};
    struct batch_reply reply;
    snprintf (request.batch, sizeof request.batch, "%s", batch);
    if (connection_batch (self->connection, &request, &reply, NULL) != DMH_OK)
        return false;
    self->heard_at = clock_mono_ms ();
    return batch_jobs (&reply.batch) == self->count && batch_ended (&reply.batch) == self->count - self->open;
}

static int s_ask_some (struct following *self, struct error *error)
{
    int rc = DMH_OK;
    size_t asked = 0;
    const char *batch = s_batch (self);
    //  Where one was tried again meanwhile, numbers alone do not tell.
    if (batch && self->rounds++ % ROUNDS != 0 && s_is_as_heard (self, batch))
        return DMH_OK;
    for (size_t i = 0; rc == DMH_OK && i < self->count && asked < STATUS_AT_ONCE; i++) {
        struct job_record *record = &self->records[self->next++ % self->count];
        if (s_ended (record->state))
            continue;
        rc = s_ask (self, record, error);
        asked++;
    }
    return rc;
}

static int s_hear (struct following *self, const struct event *event, struct error *error)
{
    struct job_record *record = zhashx_lookup (self->places, event->job);
    self->heard_at = clock_mono_ms ();
    if (!record || s_ended (record->state))
        return DMH_OK;
    if (s_ended (event->state))    //  the record says where the result is
        return s_ask (self, record, error);
    //  An event that was on its way while STATUS was answered may be older than the answer; where a job did
    //  go back to the queue, the next STATUS says so.
    if (event->attempt < record->attempt ||
        (job_state_is (event->state, JOB_QUEUED) && !job_state_is (record->state, JOB_QUEUED)))
        return DMH_OK;
    memcpy (record->state, event->state, sizeof record->state);
    record->attempt = event->attempt;
    s_tell (self, event);
    return DMH_OK;
}

//  Which of the open jobs runs for another time, as its worker was lost; NULL: none.
static const struct job_record *s_again (const struct following *self)
{
    for (size_t i = 0; i < self->count; i++)
        if (self->records[i].deaths && job_state_is (self->records[i].state, JOB_RUNNING))
            return &self->records[i];
    return NULL;
}

static bool s_one_runs (const struct following *self)
{
    for (size_t i = 0; i < self->count; i++)
        if (job_state_is (self->records[i].state, JOB_RUNNING))
            return true;
    return false;
}

//  What the workers say to jobs that wait.
static void s_ask_workers (struct following *self)
{
    struct worker_list list;
    struct error ignored;
    uint64_t slots = 0, busy = 0;
    if (connection_workers (self->connection, &list, &ignored) != DMH_OK)
        return;
    for (size_t i = 0; i < list.workers_count; i++)
        if (!list.workers[i].draining) {
            slots += list.workers[i].slots;
            busy += list.workers[i].busy;
        }
    if (slots == 0)
        snprintf (self->why, sizeof self->why,
                  "waits: no worker is registered with the broker that takes jobs; start dmh-worker");
    else if (busy >= slots)
        snprintf (self->why, sizeof self->why, "waits for a free slot: all %llu are busy",
                  (unsigned long long) slots);
    worker_list_clear (&list);
}

//  Why nothing moves; NULL: something does, or nobody knows. Looks at the jobs now and then only.
static const char *s_why (struct following *self)
{
    int64_t now = clock_mono_ms ();
    if (now - self->looked_at < LOOK_MS)
        return *self->why ? self->why : NULL;
    self->looked_at = now;
    const struct job_record *again = s_again (self);
    if (now - self->heard_at >= SILENCE_MS)
        snprintf (self->why, sizeof self->why, "the broker has said nothing for more than 6 s");
    else if (again)
        snprintf (self->why, sizeof self->why, "%.100s: a worker was lost, and this is attempt %llu",
                  again->name, (unsigned long long) again->attempt);
    else if (!s_one_runs (self) && now - self->moved_at >= STILL_MS && now - self->asked_at >= STILL_MS) {
        *self->why = 0;
        s_ask_workers (self);
        self->asked_at = clock_mono_ms ();
    }
    return *self->why ? self->why : NULL;
}

//  Wants the events of all that are open.
static int s_begin (struct following *self, struct error *error)
{
    int rc = self->places ? DMH_OK : error_set (error, DMH_INTERNAL, "out of memory");
    for (size_t i = 0; rc == DMH_OK && i < self->count; i++) {
        struct job_record *record = &self->records[i];
        if (s_ended (record->state))
            continue;
        zhashx_insert (self->places, record->job, record);
        rc = connection_follow (self->connection, record->job, error);
        self->open++;
    }
    return rc;
}

//  The next event, waited for until then; who rests in between is told.
static int s_event (struct following *self, int64_t until, struct event *event)
{
    int heard = connection_event (self->connection, 0, event);
    if (heard != 0)
        return heard;
    if (self->follow->rest)
        self->follow->rest (self->follow->context);
    if (self->follow->progress)
        progress_tick (self->follow->progress, s_why (self));
    int64_t left = until - clock_mono_ms ();
    return connection_event (self->connection, left > 0 ? NARROW (int, left) : 0, event);
}

int follow_end (const struct follow *self, connection_t *connection, struct job_record *records, size_t count,
                struct error *error)
{
    struct following following = {
        .follow = self, .connection = connection, .records = records, .count = count};
    following.places = zhashx_new ();
    following.rounds = 1;
    following.heard_at = following.moved_at = clock_mono_ms ();
    int rc = s_begin (&following, error);
    int64_t status_at = clock_mono_ms ();
    while (rc == DMH_OK && following.open) {
        struct event event;
        int heard = s_event (&following, status_at, &event);
        if (heard < 0)
            rc = error_set (error, DMH_CANCELLED, "interrupted");
        else if (heard)
            rc = s_hear (&following, &event, error);
        if (rc == DMH_OK && clock_mono_ms () >= status_at) {
            rc = s_ask_some (&following, error);
            status_at = clock_mono_ms () + STATUS_MS;
        }
    }
    if (self->rest)
        self->rest (self->context);
    if (self->progress)
        progress_clear (self->progress);
    zhashx_destroy (&following.places);
    return rc;
}
