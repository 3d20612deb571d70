//  broker.c: the loop: sockets in, turn committed, messages out. See broker.h. Decisions are front.c's,
//  back.c's and the dispatcher's.
#include "../messages/base/clock.h"
#include "../messages/base/log.h"
#include "../messages/base/random.h"
#include "state.h"

enum {
    MESSAGES_A_TURN = 256,                //  from one socket before the others have their turn
    FRAME_BYTES_MAX = 2 * 1024 * 1024,    //  beyond it ZeroMQ closes the connection
    QUEUE_MESSAGES = 10000,    //  high-water mark of each socket; beyond it a slow peer loses messages
    QUEUE_JOBS_DEFAULT = 100000,
    TICK_MS = 1000,
    STALLED_MS = 250
};

void broker_refuse (struct broker *self, zsock_t *to, zframe_t *identity, const char *request,
                    const struct error *error)
{
    struct problem problem = {.code = ""};
    snprintf (problem.request, sizeof problem.request, "%s", request);
    snprintf (problem.code, sizeof problem.code, "%s", error_word (error->code));
    snprintf (problem.message, sizeof problem.message, "%s", error->text);
    self->counters.refused++;
    log_event (LOG_LEVEL_DEBUG, "frame.refused", NULL, NULL, "code", problem.code, "error", problem.message,
               NULL);
    frame_send (to, identity, &problem_shape, &problem, NULL);
}

//  Publishes on the XPUB; a slow subscriber loses events, never the state: each event holds all of it.
static void s_publish (void *context, const struct event *event)
{
    struct broker *self = context;
    void *body = NULL;
    size_t n = 0;
    char topic[EVENT_TOPIC_BYTES];
    if (event_encode (event, &body, &n, NULL) != DMH_OK)
        return;
    void *handle = zsock_resolve (self->feed_out);
    event_topic (event->job, topic);
    if (zmq_send (handle, topic, strlen (topic), ZMQ_SNDMORE | ZMQ_DONTWAIT) >= 0)
        zmq_send (handle, body, n, ZMQ_DONTWAIT);
    free (body);
}

static void s_tell (struct broker *self, const struct event *event)
{
    if (feed_put (self->feed, event) == 0)
        s_publish (self, event);
}

//  The event of a job whose state has changed and is committed.
static void s_tell_record (struct broker *self, const struct job_record *record)
{
    struct event event = {.attempt = record->attempt,
                          .bytes_done = record->bytes_done,
                          .bytes_total = record->bytes_total,
                          .counts = record->counts,
                          .eta_ms = streq (record->state, "done") ? 0 : -1,
                          .at = clock_wall_ms ()};
    memcpy (event.job, record->job, sizeof event.job);
    memcpy (event.correlation, record->correlation, sizeof event.correlation);
    memcpy (event.name, record->name, sizeof event.name);
    memcpy (event.state, record->state, sizeof event.state);
    memcpy (event.kind, record->kind, sizeof event.kind);
    memcpy (event.worker, record->worker, sizeof event.worker);
    memcpy (event.code, record->code, sizeof event.code);
    memcpy (event.message, record->message, sizeof event.message);
    s_tell (self, &event);
}

//  Progress counts when it is that of the attempt that runs.
static void s_take_progress (struct broker *self)
{
    zmsg_t *message = zmsg_recv (self->feed_in);
    zframe_t *topic = message ? zmsg_first (message) : NULL;
    zframe_t *body = topic ? zmsg_next (message) : NULL;
    struct event event;
    if (body && event_decode (zframe_data (body), zframe_size (body), &event, NULL) == DMH_OK) {
        const struct event *last = feed_last (self->feed, event.job);
        if (last && streq (last->state, "running") && streq (event.state, "running") &&
            last->attempt == event.attempt && streq (last->worker, event.worker)) {
            memcpy (event.name, last->name, sizeof event.name);
            s_tell (self, &event);
        }
        event_clear (&event);
    }
    zmsg_destroy (&message);
}

//  A subscription arrives on the XPUB as 1 and its prefix: the newcomer gets what was last said.
static void s_take_subscription (struct broker *self)
{
    zframe_t *frame = zframe_recv (self->feed_out);
    if (frame && zframe_size (frame) > 0 && zframe_data (frame)[0] == 1)
        feed_replay (self->feed, (const char *) zframe_data (frame) + 1, zframe_size (frame) - 1, s_publish,
                     self);
    zframe_destroy (&frame);
}

static void s_take_frames (struct broker *self, zsock_t *from,
                           void (*take) (struct broker *, zframe_t *, zmsg_t *))
{
    for (int i = 0; i < MESSAGES_A_TURN && zsock_events (from) & ZMQ_POLLIN; i++) {
        zmsg_t *message = zmsg_recv (from);
        zframe_t *identity = message ? zmsg_pop (message) : NULL;
        if (identity)
            take (self, identity, message);
        zframe_destroy (&identity);
        zmsg_destroy (&message);
    }
}

static void s_open_jobs (struct broker *self)
{
    size_t count;
    const struct store_job *jobs = turn_opened (self->turn, &count);
    for (size_t i = 0; i < count; i++) {
        struct opening opening = {jobs[i].record.job, jobs[i].options.priority, jobs[i].sequence, 0, 0, NULL};
        dispatcher_open (self->dispatcher, &opening, 0, clock_mono_ms ());
        log_event (LOG_LEVEL_INFO, "job.accepted", jobs[i].record.job, jobs[i].record.correlation, NULL);
        s_tell_record (self, &jobs[i].record);
    }
}

//  Commits what the turn has changed and tells it; false: the store is away, everything waits.
static bool s_settle (struct broker *self)
{
    struct error error = {.code = DMH_OK};
    int rc = turn_commit (self->turn, self->store, &error);
    if (rc != DMH_OK) {
        if (!self->stalled)
            log_event (LOG_LEVEL_ERROR, "store.unavailable", NULL, NULL, "error", error.text, NULL);
        self->stalled = true;
        return false;
    }
    if (self->stalled)
        log_event (LOG_LEVEL_INFO, "store.recovered", NULL, NULL, NULL);
    self->stalled = false;
    s_open_jobs (self);
    const struct job_record *record;
    for (size_t i = 0; (record = turn_changed (self->turn, i)); i++)
        s_tell_record (self, record);
    turn_clear (self->turn);
    return true;
}

//  Until nothing is left to do: what was decided is committed and said, which may let the dispatcher decide
//  more.
static void s_turn (struct broker *self)
{
    struct action action;
    do {
        if (!s_settle (self))
            return;
        dispatcher_tick (self->dispatcher, clock_mono_ms ());
        while (dispatcher_action (self->dispatcher, &action))
            back_act (self, &action);
    } while (!turn_is_empty (self->turn));
}

static int s_wait_ms (struct broker *self)
{
    if (self->stalled)
        return STALLED_MS;
    int64_t wait = dispatcher_deadline (self->dispatcher) - clock_mono_ms ();
    return wait < 0 ? 0 : wait > TICK_MS ? TICK_MS : (int) wait;
}

static void s_loop (struct broker *self, zsock_t *pipe)
{
    zsock_t *sockets[] = {pipe, self->front, self->back, self->feed_in, self->feed_out};
    zmq_pollitem_t items[5];
    for (int i = 0; i < 5; i++)
        items[i] = (zmq_pollitem_t){zsock_resolve (sockets[i]), 0, ZMQ_POLLIN, 0};
    for (;;) {
        if (zmq_poll (items, 5, s_wait_ms (self)) < 0 && errno != EINTR)
            return;
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
            s_take_progress (self);
        for (int i = 0; i < MESSAGES_A_TURN && zsock_events (self->feed_out) & ZMQ_POLLIN; i++)
            s_take_subscription (self);
    }
}

static zsock_t *s_bind (int type, const char *endpoint, struct error *error)
{
    zsock_t *socket = zsock_new (type);
    if (!socket) {
        error_set (error, DMH_INTERNAL, "a socket cannot be made: %s", zmq_strerror (errno));
        return NULL;
    }
    int64_t most = FRAME_BYTES_MAX;
    zsock_set_linger (socket, 500);
    zsock_set_sndhwm (socket, QUEUE_MESSAGES);
    zsock_set_rcvhwm (socket, QUEUE_MESSAGES);
    zsock_set_sndtimeo (socket, 0);
    zmq_setsockopt (zsock_resolve (socket), ZMQ_MAXMSGSIZE, &most, sizeof most);
    if (type == ZMQ_ROUTER) {
        zsock_set_router_mandatory (socket, 1);
        zsock_set_router_handover (socket, 1);
    }
    if (type == ZMQ_XPUB)
        zsock_set_xpub_verbose (socket, 1);
    if (zmq_bind (zsock_resolve (socket), endpoint) == 0)
        return socket;
    error_set (error, DMH_UNAVAILABLE, "%s cannot be bound: %s; is another broker running there?", endpoint,
               zmq_strerror (errno));
    zsock_destroy (&socket);
    return NULL;
}

//  The endpoint as bound; "0.0.0.0" becomes "*", which tells peers to use the host they know.
static void s_endpoint (zsock_t *socket, char out[URI_BYTES])
{
    char bound[URI_BYTES] = "";
    size_t n = sizeof bound;
    static const char ANY[] = "tcp://0.0.0.0:";
    zmq_getsockopt (zsock_resolve (socket), ZMQ_LAST_ENDPOINT, bound, &n);
    if (strncmp (bound, ANY, sizeof ANY - 1) == 0)
        snprintf (out, URI_BYTES, "tcp://*:%.*s", 16, bound + sizeof ANY - 1);
    else
        snprintf (out, URI_BYTES, "%s", bound);
}

static int s_restore_job (void *context, const struct store_job *job)
{
    struct broker *self = context;
    bool running = streq (job->record.state, "running");
    struct opening opening = {job->record.job, job->options.priority,
                              job->sequence,   job->record.attempt,
                              job->tries,      running ? job->record.worker : NULL};
    //  Twice the usual time, so that its worker can find the broker again.
    int rc = dispatcher_open (self->dispatcher, &opening, 2 * (int64_t) LEASE_MS, clock_mono_ms ());
    if (rc == DMH_OK)
        s_tell_record (self, &job->record);
    return rc;
}

static int s_open (struct broker *self, struct error *error)
{
    const struct broker_config *config = self->config;
    self->queue_max = config->queue_max ? config->queue_max : QUEUE_JOBS_DEFAULT;
    self->counters.started_at = clock_wall_ms ();
    random_hex (self->broker_id, 16);
    self->dispatcher = dispatcher_new (config->attempts ? config->attempts : ATTEMPTS_MAX);
    self->feed = feed_new ();
    self->turn = turn_new ();
    self->workers = zhashx_new ();
    self->worker_ids = zhashx_new ();
    if (!self->dispatcher || !self->feed || !self->turn || !self->workers || !self->worker_ids)
        return error_set (error, DMH_INTERNAL, "out of memory while starting the broker");
    zhashx_set_duplicator (self->workers, (zhashx_duplicator_fn *) zframe_dup);
    zhashx_set_destructor (self->workers, (zhashx_destructor_fn *) zframe_destroy);
    zhashx_set_duplicator (self->worker_ids, (zhashx_duplicator_fn *) strdup);
    zhashx_set_destructor (self->worker_ids, (zhashx_destructor_fn *) zstr_free);
    self->store = store_open (config->store, error);
    if (!self->store)
        return error->code;
    self->front = s_bind (ZMQ_ROUTER, config->front, error);
    self->back = self->front ? s_bind (ZMQ_ROUTER, config->back, error) : NULL;
    self->feed_in = self->back ? s_bind (ZMQ_XSUB, config->feed_in, error) : NULL;
    self->feed_out = self->feed_in ? s_bind (ZMQ_XPUB, config->feed, error) : NULL;
    if (!self->feed_out)
        return error->code;
    zmq_send (zsock_resolve (self->feed_in), "\001" EVENT_TOPIC, 1 + strlen (EVENT_TOPIC), 0);
    s_endpoint (self->feed_in, self->feed_in_endpoint);
    s_endpoint (self->feed_out, self->feed_endpoint);
    return store_open_jobs (self->store, s_restore_job, self, error);
}

static void s_close (struct broker *self)
{
    zsock_destroy (&self->front);
    zsock_destroy (&self->back);
    zsock_destroy (&self->feed_in);
    zsock_destroy (&self->feed_out);
    turn_destroy (&self->turn);
    feed_destroy (&self->feed);
    dispatcher_destroy (&self->dispatcher);
    zhashx_destroy (&self->workers);
    zhashx_destroy (&self->worker_ids);
    store_close (&self->store);
}

void broker_actor (zsock_t *pipe, void *config)
{
    struct broker self = {.config = config};
    struct error error = {.code = DMH_OK};
    zsock_signal (pipe, 0);
    int rc = s_open (&self, &error);
    if (rc == DMH_OK) {
        char front[URI_BYTES], back[URI_BYTES];
        s_endpoint (self.front, front);
        s_endpoint (self.back, back);
        zsock_send (pipe, "sssss", "READY", front, back, self.feed_in_endpoint, self.feed_endpoint);
        log_event (LOG_LEVEL_INFO, "broker.started", NULL, NULL, "front", front, "back", back, "feed",
                   self.feed_endpoint, NULL);
        s_loop (&self, pipe);
        log_event (LOG_LEVEL_INFO, "broker.stopped", NULL, NULL, NULL);
    } else
        zsock_send (pipe, "sis", "FAILED", error.code, error.text);
    s_close (&self);
    while (rc != DMH_OK) {
        char *word = zstr_recv (pipe);
        rc = !word || streq (word, "$TERM") ? DMH_OK : rc;
        zstr_free (&word);
    }
}
