//  broker.c: the loop: sockets in, turn committed, messages out. See broker.h. Decisions are front.c's,
//  back.c's and the dispatcher's.
#include "../messages/base/clock.h"
#include "../messages/base/log.h"
#include "state.h"

enum {
    MESSAGES_A_TURN = 256,    //  from one socket before the others have their turn
    TICK_MS = 1000,           //  the longest wait
    STEP_MS = 2000,           //  the most that a turn moves the dispatcher's time on
    STALLED_MS = 250,
    REFUSED_SAID_MS = 1000    //  whoever sends rubbish does not fill the log
};

void broker_refuse (struct broker *self, zsock_t *to, zframe_t *identity, const char *request,
                    const struct error *error)
{
    struct problem problem = {.code = ""};
    snprintf (problem.request, sizeof problem.request, "%s", request);
    snprintf (problem.code, sizeof problem.code, "%s", error_word (error->code));
    snprintf (problem.message, sizeof problem.message, "%s", error->text);
    self->counters.refused++;
    frame_send (to, identity, &problem_shape, &problem, NULL);
    bool rubbish = error->code == DMH_MALFORMED || error->code == DMH_UNSUPPORTED;
    int64_t now = clock_mono_ms ();
    if (rubbish && now - self->refused_said < REFUSED_SAID_MS)
        return;
    char count[24];
    snprintf (count, sizeof count, "%llu", (unsigned long long) self->counters.refused);
    log_event (rubbish ? LOG_LEVEL_WARNING : LOG_LEVEL_DEBUG, "frame.refused", NULL, NULL, "from",
               to == self->front ? "front" : "back", "code", problem.code, "error", problem.message, "so_far",
               count, NULL);
    if (rubbish)
        self->refused_said = now;
}

//  Leases and silences are measured in the time that the broker was there to listen: when it was stopped,
//  slept with its host or waited for a disk, that is not held against its workers.
static void s_move_time (struct broker *self)
{
    int64_t seen = clock_mono_ms (), step = seen - self->clock_seen;
    self->clock_seen = seen;
    if (!self->stalled)
        self->now += step < STEP_MS ? step : STEP_MS;
}

static void s_take_frames (struct broker *self, zsock_t *from,
                           void (*take) (struct broker *, zframe_t *, zmsg_t *))
{
    for (int i = 0; i < MESSAGES_A_TURN && !turn_is_full (self->turn) && zsock_events (from) & ZMQ_POLLIN;
         i++) {
        zmsg_t *message = zmsg_recv (from);
        zframe_t *identity = message ? zmsg_pop (message) : NULL;
        if (identity)
            take (self, identity, message);
        zframe_destroy (&identity);
        zmsg_destroy (&message);
    }
}

//  The jobs that were taken are the dispatcher's from the commit on, never before.
static void s_open_jobs (struct broker *self)
{
    size_t count;
    const struct store_job *jobs = turn_opened (self->turn, &count);
    for (size_t i = 0; i < count; i++) {
        struct opening opening = {jobs[i].record.job, jobs[i].options.priority, jobs[i].sequence, 0, 0, NULL};
        if (dispatcher_open (self->dispatcher, &opening, 0, self->now) != DMH_OK)
            log_event (LOG_LEVEL_ERROR, "job.not_queued", jobs[i].record.job, jobs[i].record.correlation,
                       "error", "out of memory; it is queued when the broker starts again", NULL);
        log_event (LOG_LEVEL_INFO, "job.accepted", jobs[i].record.job, jobs[i].record.correlation, NULL);
        self->counters.submitted++;
        herald_tell (self, &jobs[i].record);
    }
}

//  Everything waits until the store is back.
static void s_stall (struct broker *self, const struct error *error)
{
    if (!self->stalled)
        log_event (LOG_LEVEL_ERROR, "store.unavailable", NULL, NULL, "error", error->text, NULL);
    self->stalled = true;
    self->again_at = self->clock_seen + STALLED_MS;
}

//  Commits what the turn has changed and tells it; false: the store is away.
static bool s_settle (struct broker *self)
{
    struct error error = {.code = DMH_OK};
    if (turn_commit (self->turn, &error) != DMH_OK) {
        s_stall (self, &error);
        return false;
    }
    if (self->stalled)
        log_event (LOG_LEVEL_INFO, "store.recovered", NULL, NULL, NULL);
    self->stalled = false;
    s_open_jobs (self);
    const struct job_record *record;
    for (size_t i = 0; (record = turn_changed (self->turn, i)); i++)
        herald_tell (self, record);
    struct undelivered order;
    for (size_t i = 0; turn_undelivered (self->turn, i, &order); i++)
        dispatcher_undelivered (self->dispatcher, order.worker, order.job, order.attempt);
    turn_clear (self->turn);
    return true;
}

//  What the dispatcher has decided, in order; false: the store is away, and the rest has to wait.
static bool s_act (struct broker *self)
{
    struct error error = {.code = DMH_OK};
    dispatcher_tick (self->dispatcher, self->now);
    while (self->acting || dispatcher_action (self->dispatcher, &self->action)) {
        self->acting = true;
        //  A job that was queued in this turn is told so before it runs.
        if (self->action.sort == ACTION_GIVE && turn_has_changed (self->turn, self->action.job) &&
            !s_settle (self))
            return false;
        int rc = back_act (self, &self->action, &error);
        if (rc == DMH_UNAVAILABLE) {
            s_stall (self, &error);
            return false;
        }
        self->acting = false;
        if (rc != DMH_OK)
            log_event (LOG_LEVEL_ERROR, "job.lost_sight_of", self->action.job, NULL, "error", error.text,
                       NULL);
    }
    return true;
}

//  Decides, commits and says, until nothing is left: what was committed may let the dispatcher decide more.
static void s_turn (struct broker *self)
{
    if (self->stalled && (self->clock_seen < self->again_at || !s_settle (self)))
        return;
    while (s_act (self) && !turn_is_empty (self->turn) && s_settle (self))
        ;
}

static int s_wait_ms (struct broker *self)
{
    if (self->stalled)
        return STALLED_MS;
    int64_t wait = dispatcher_deadline (self->dispatcher) - self->now;
    return wait < 0 ? 0 : wait > TICK_MS ? TICK_MS : (int) wait;
}

static void s_loop (struct broker *self, zsock_t *pipe)
{
    zsock_t *sockets[] = {pipe, self->front, self->back, self->feed_in, self->feed_out};
    enum { COUNT = sizeof sockets / sizeof *sockets };
    zmq_pollitem_t items[COUNT];
    for (int i = 0; i < COUNT; i++)
        items[i] = (zmq_pollitem_t){zsock_resolve (sockets[i]), 0, ZMQ_POLLIN, 0};
    for (;;) {
        //  Who cannot be heard now is not waited for.
        int count = turn_is_full (self->turn) ? 1 : COUNT;
        if (zmq_poll (items, count, s_wait_ms (self)) < 0 && zmq_errno () != EINTR)
            return;
        s_move_time (self);
        if (zsock_events (pipe) & ZMQ_POLLIN) {
            char *word = zstr_recv (pipe);
            bool leave = !word || streq (word, "$TERM");
            zstr_free (&word);
            if (leave)
                return;
        }
        s_take_frames (self, self->back, back_take);
        s_take_frames (self, self->front, front_take);
        s_turn (self);
        for (int i = 0; i < MESSAGES_A_TURN && zsock_events (self->feed_in) & ZMQ_POLLIN; i++)
            herald_take_progress (self);
        for (int i = 0; i < MESSAGES_A_TURN && zsock_events (self->feed_out) & ZMQ_POLLIN; i++)
            herald_take_subscription (self);
    }
}

void broker_actor (zsock_t *pipe, void *config)
{
    struct broker self = {.config = config};
    struct error error = {.code = DMH_OK};
    zsock_signal (pipe, 0);
    int rc = broker_open (&self, &error);
    if (rc == DMH_OK) {
        zsock_send (pipe, "sssss", "READY", self.front_endpoint, self.back_endpoint, self.feed_in_endpoint,
                    self.feed_endpoint);
        log_event (LOG_LEVEL_INFO, "broker.started", NULL, NULL, "front", self.front_endpoint, "back",
                   self.back_endpoint, "feed_in", self.feed_in_endpoint, "feed", self.feed_endpoint, NULL);
        s_loop (&self, pipe);
        log_event (LOG_LEVEL_INFO, "broker.stopped", NULL, NULL, NULL);
    } else
        zsock_send (pipe, "sis", "FAILED", error.code, error.text);
    broker_close (&self);
    while (rc != DMH_OK) {    //  a failed start leaves when it is told to
        char *word = zstr_recv (pipe);
        rc = !word || streq (word, "$TERM") ? DMH_OK : rc;
        zstr_free (&word);
    }
}
