//  broker.c: see broker.h. The loop: sockets in, turn committed, messages out.
#include "broker/broker.h"

#include "broker/clients/backup.h"
#include "broker/clients/front.h"
#include "broker/clients/stats.h"
#include "broker/commit.h"
#include "broker/endpoints.h"
#include "broker/entry.h"
#include "broker/follows.h"
#include "broker/publisher.h"
#include "broker/splits.h"
#include "broker/start.h"
#include "broker/upkeep/expiry.h"
#include "broker/upkeep/file_sweep.h"
#include "broker/upkeep/removals.h"
#include "broker/upkeep/revocation.h"
#include "broker/workers/back.h"
#include "broker/workers/orders.h"
#include "messages/base/clock.h"
#include "messages/base/log.h"
#include "messages/base/narrow.h"
#include "messages/sockets/metrics_server.h"
#include "messages/sockets/socket_wait.h"

enum {
    MESSAGES_A_TURN = 256,    //  from one socket before the others have their turn,
    TAKING_MS = 2,            //  and no longer: answers leave at its end, and others wait for theirs
    TICK_MS = 1000,           //  the longest wait
    STEP_MS = 2000,           //  the most that a turn moves the dispatcher's time on
    STALLED_MS = 250,
    FEED_UNBOUND_MS = 5,    //  until its address is free
    STANDBY_MS = 500,       //  between two looks whether the store is free
    MEASURE_MS = 5000       //  between two looks at what the gauges stand at
};

//  Leases and silences are measured in the time that the broker was there to listen: when it was stopped,
//  slept with its host or waited for a disk, that is not held against its workers.
static void s_move_time (struct broker *self)
{
    int64_t seen = clock_mono_ms (), step = seen - self->clock_seen;
    self->clock_seen = seen;
    if (!self->recovery.stalled)
        self->now += step < STEP_MS ? step : STEP_MS;
}

static void s_take_frames (struct broker *self, zsock_t *from,
                           void (*take) (struct broker *, zframe_t *, zmsg_t *))
{
    int64_t until = clock_mono_ms () + TAKING_MS;
    for (int i = 0; i < MESSAGES_A_TURN && !turn_is_full (self->turn) && zsock_events (from) & ZMQ_POLLIN &&
                    clock_mono_ms () < until;
         i++) {
        zmsg_t *message = zmsg_recv (from);
        zframe_t *identity = message ? zmsg_pop (message) : NULL;
        connections_heard (self->connections, identity);
        if (identity && entry_check (self, from, identity, message))
            take (self, identity, message);
        zframe_destroy (&identity);
        zmsg_destroy (&message);
    }
}

//  Everything waits until the store is back; unless it is another broker's now.
static void s_stall (struct broker *self, const struct error *error)
{
    self->recovery.deposed = self->recovery.deposed || error->code == DMH_CONFLICT;
    if (!self->recovery.stalled)
        log_event (LOG_LEVEL_ERROR, "store.unavailable", NULL, NULL, "error", error->text, NULL);
    self->recovery.stalled = true;
    metrics_server_ready (false);
    self->recovery.again_at = self->clock_seen + STALLED_MS;
}

//  A commit whose answer was lost may have been one.
static void s_recover (struct broker *self)
{
    log_event (LOG_LEVEL_INFO, "store.recovered", NULL, NULL, NULL);
    self->recovery.stalled = false;
    metrics_server_ready (true);
    self->recovery.unknown = true;
}

//  Jobs that the store has and the dispatcher has not are taken in, those that it has stay as they are.
//  Nothing may be left to be done, or a job that has just ended here would be open there. False: nothing was
//  to be taken in.
static bool s_take_in (struct broker *self)
{
    struct error error = {.code = DMH_OK};
    if (!self->recovery.unknown || self->recovery.stalled)
        return false;
    int rc = start_restore (self, &error);
    self->recovery.unknown = rc != DMH_OK;
    if (rc != DMH_OK)
        s_stall (self, &error);
    return rc == DMH_OK;
}

//  Commits what the turn has changed; false: the store is away.
static bool s_settle (struct broker *self)
{
    struct error error = {.code = DMH_OK};
    int rc = commit_turn (self, &error);
    if (rc != DMH_OK)
        s_stall (self, &error);
    else if (self->recovery.stalled)
        s_recover (self);
    return rc == DMH_OK;
}

//  What the dispatcher has decided, in order; false: the store is away, and the rest has to wait.
static bool s_act (struct broker *self)
{
    struct error error = {.code = DMH_OK};
    int rc = follows_act (self, &error);
    if (rc == DMH_OK)
        rc = splits_act (self, &error);
    if (rc != DMH_OK) {
        s_stall (self, &error);
        return false;
    }
    dispatcher_tick (self->dispatcher, self->now);
    while (self->acting || dispatcher_action (self->dispatcher, &self->action)) {
        self->acting = true;
        //  A job that was queued in this turn is told so before it runs.
        if (self->action.sort == ACTION_GIVE && turn_has_changed (self->turn, self->action.job) &&
            !s_settle (self))
            return false;
        rc = orders_perform (self, &self->action, &error);
        if (rc == DMH_UNAVAILABLE || rc == DMH_CONFLICT) {
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
    if (self->recovery.stalled && (self->clock_seen < self->recovery.again_at || !s_settle (self)))
        return;
    do
        while (s_act (self) && !turn_is_empty (self->turn) && s_settle (self))
            ;
    while (s_take_in (self));
}

//  An idle broker notices by itself that its store is away, or another one's.
static void s_check_store (struct broker *self)
{
    struct error error = {.code = DMH_OK};
    if (self->clock_seen - self->recovery.checked_at < TICK_MS)
        return;
    self->recovery.checked_at = self->clock_seen;
    int rc = store_check (self->store, &error);
    if (rc == DMH_CONFLICT || (rc != DMH_OK && !self->recovery.stalled))
        s_stall (self, &error);
}

static int s_wait_ms (struct broker *self)
{
    if (self->publisher.is_unbound)
        return FEED_UNBOUND_MS;
    if (self->recovery.stalled)
        return STALLED_MS;
    if (retention_due (self->retention) <= self->clock_seen ||
        removal_due (self->removal) <= self->clock_seen || file_sweep_walks (self) ||
        replay_goes_on (self->publisher.replay))
        return 0;
    int64_t wait = dispatcher_deadline (self->dispatcher) - self->now;
    int64_t most = connections_count (self->connections) ? CONNECTIONS_CHECK_MS : TICK_MS;
    if (wait < 0)
        return 0;
    return NARROW (int, wait > most ? most : wait);
}

//  The owner's next word. RELOAD's numbers go to `config`. "$TERM" when the pipe is broken.
static char *s_word (zsock_t *pipe, struct broker_config *config)
{
    zmsg_t *message = zmsg_recv (pipe);
    char *word = message ? zmsg_popstr (message) : NULL;
    if (word && streq (word, "RELOAD")) {
        uint64_t numbers[6] = {0};
        for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
            char *text = zmsg_popstr (message);
            numbers[i] = text ? strtoull (text, NULL, 10) : 0;
            zstr_free (&text);
        }
        config->queue_max = (size_t) numbers[0];
        config->client_jobs = numbers[1];
        config->client_bytes = numbers[2];
        config->client_rate = numbers[3];
        config->keep_days = numbers[4];
        config->keep_bytes = numbers[5];
    }
    zmsg_destroy (&message);
    return word ? word : strdup ("$TERM");
}

//  What the owner says; true: leave.
static bool s_take_word (struct broker *self, zsock_t *pipe)
{
    char *word = s_word (pipe, self->config);
    bool leave = !word || streq (word, "$TERM");
    if (!leave && streq (word, "RELOAD")) {
        start_limit (self);
        revocation_reload (self);
    }
    free (word);
    return leave;
}

//  Who has something to say; who was not asked may have.
struct heard {
    bool owner, front, back, progress, subscribers;
};

//  Waits for the owner, the keys and the sockets; the sockets and the connections come last in `items`.
static int s_wait (struct broker *self, zsock_t *pipe, struct heard *heard)
{
    zmq_pollitem_t items[8 + CONNECTIONS_SOCKETS_MAX] = {{zsock_resolve (pipe), 0, ZMQ_POLLIN, 0}};
    zsock_t *sockets[] = {self->front, self->back, self->publisher.in, self->publisher.out};
    int count = 1;
    if (self->authorization) {
        items[count++] =
            (zmq_pollitem_t){zsock_resolve (authorization_questions (self->authorization)), 0, ZMQ_POLLIN, 0};
        if (authorization_watch (self->authorization) >= 0)
            items[count++] = (zmq_pollitem_t){NULL, authorization_watch (self->authorization), ZMQ_POLLIN, 0};
    }
    int keys = count;
    if (self->files && !self->recovery.stalled)    //  it is heard when the store is back
        items[count++] = (zmq_pollitem_t){zsock_resolve (files_word (self->files)), 0, ZMQ_POLLIN, 0};
    int asked = count;
    //  Who cannot be heard now is not waited for.
    for (int i = 0; i < 4 && !turn_is_full (self->turn); i++)
        items[count++] = (zmq_pollitem_t){zsock_resolve (sockets[i]), 0, ZMQ_POLLIN, 0};
    bool all = count == asked;
    for (size_t i = 0; i < CONNECTIONS_SOCKETS_MAX; i++)
        if (connections_events (self->connections, i))
            items[count++] =
                (zmq_pollitem_t){zsock_resolve (connections_events (self->connections, i)), 0, ZMQ_POLLIN, 0};
    if (socket_wait (items, count, s_wait_ms (self)) < 0 && zmq_errno () != EINTR)
        return -1;
    const zmq_pollitem_t *at = &items[asked];
    *heard = (struct heard){.owner = items[0].revents,
                            .front = all || at[0].revents,
                            .back = all || at[1].revents,
                            .progress = all || at[2].revents,
                            .subscribers = all || at[3].revents};
    if (self->authorization && keys == 3 && items[2].revents)
        revocation_reload (self);
    if (self->authorization)
        authorization_answer (self->authorization);
    if (self->publisher.is_unbound)
        endpoints_bind_feed (&self->publisher, &self->endpoints);
    return 0;
}

//  For who reads /metrics: what nobody asks for by STATS.
static void s_measure (struct broker *self)
{
    struct error error = {.code = DMH_OK};
    if (!self->config->measured || self->clock_seen - self->measured_at < MEASURE_MS)
        return;
    self->measured_at = self->clock_seen;
    if (stats_gauges (self, &error) != DMH_OK)
        s_stall (self, &error);
}

//  Until it is told to leave or is deposed.
static void s_loop (struct broker *self, zsock_t *pipe)
{
    for (;;) {
        struct heard heard;
        struct error error = {.code = DMH_OK};
        if (s_wait (self, pipe, &heard) != 0)
            return;
        s_move_time (self);
        connections_check (self->connections, self->clock_seen);
        if (heard.owner && s_take_word (self, pipe))
            return;
        s_check_store (self);
        if (self->recovery.deposed)
            return;
        if (heard.back)
            s_take_frames (self, self->back, back_take);
        if (heard.front)
            s_take_frames (self, self->front, front_take);
        s_turn (self);
        if (!self->recovery.stalled) {
            expiry_step (self);
            removals_step (self);
            backup_answer (self);
            s_measure (self);
            if (publisher_replay (self, &error) != DMH_OK)
                s_stall (self, &error);
        }
        for (int i = 0;
             heard.progress && i < MESSAGES_A_TURN && zsock_events (self->publisher.in) & ZMQ_POLLIN; i++)
            publisher_take_progress (self);
        if (heard.subscribers)
            publisher_take_subscriptions (self);
        if (file_sweep (self, &error) != DMH_OK)
            log_event (LOG_LEVEL_WARNING, "files.not_swept", NULL, NULL, "error", error.text, NULL);
    }
}

//  Waits at most `wait_ms` for the owner's word; true: leave.
static bool s_told_to_leave (zsock_t *pipe, struct broker_config *config, int wait_ms)
{
    zmq_pollitem_t item = {zsock_resolve (pipe), 0, ZMQ_POLLIN, 0};
    if (socket_wait (&item, 1, wait_ms) <= 0)
        return false;
    char *word = s_word (pipe, config);
    bool leave = !word || streq (word, "$TERM");
    free (word);
    return leave;
}

//  Opened as soon as no other broker has the store. DMH_CANCELLED: told to leave meanwhile.
static int s_open (struct broker *self, zsock_t *pipe, struct broker_config *config, struct error *error)
{
    for (bool logged = false;; logged = true) {
        *self = (struct broker){.config = config};
        int rc = start_open (self, error);
        if (rc != DMH_CONFLICT)
            return rc;
        start_close (self);
        if (!logged) {
            log_event (LOG_LEVEL_INFO, "broker.standby", NULL, NULL, "why", error->text, NULL);
            zsock_send (pipe, "s", "STANDBY");
        }
        if (s_told_to_leave (pipe, config, STANDBY_MS))
            return DMH_CANCELLED;
    }
}

void broker_actor (zsock_t *pipe, void *config)
{
    struct broker self;
    struct broker_config own = *(const struct broker_config *) config;
    struct error error = {.code = DMH_OK};
    int rc;
    zsock_signal (pipe, 0);
    while ((rc = s_open (&self, pipe, &own, &error)) == DMH_OK) {
        zsock_send (pipe, "ssssss", "READY", self.endpoints.front, self.endpoints.back,
                    self.endpoints.feed_in, self.endpoints.feed, self.endpoints.files);
        log_event (LOG_LEVEL_INFO, "broker.started", NULL, NULL, "front", self.endpoints.front, "back",
                   self.endpoints.back, "feed_in", self.endpoints.feed_in, "feed", self.endpoints.feed,
                   "files", self.endpoints.files, NULL);
        self.measured_at = clock_mono_ms () - MEASURE_MS;
        metrics_server_ready (true);
        s_loop (&self, pipe);
        metrics_server_ready (false);
        log_event (self.recovery.deposed ? LOG_LEVEL_WARNING : LOG_LEVEL_INFO,
                   self.recovery.deposed ? "broker.deposed" : "broker.stopped", NULL, NULL, NULL);
        if (!self.recovery.deposed)
            break;
        start_close (&self);
    }
    start_close (&self);
    if (rc == DMH_OK || rc == DMH_CANCELLED)
        return;
    zsock_send (pipe, "sis", "FAILED", error.code, error.text);
    while (!s_told_to_leave (pipe, &own, -1))    //  a failed start leaves when it is told to
        ;
}
