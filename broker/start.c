//  start.c: the broker's beginning and end: store, dispatcher, sockets, the jobs of before. See
//  broker/context.h.
#include "broker/access/address.h"
#include "broker/context.h"
#include "messages/base/clock.h"
#include "messages/base/log.h"
#include "messages/base/random.h"
#include "messages/sockets/socket.h"

enum {
    FRAME_BYTES_MAX = 2 * 1024 * 1024,    //  beyond it ZeroMQ closes the connection
    SUBSCRIPTION_BYTES_MAX = 4096,    //  the same of a subscriber, each byte of whose wish costs 50 to keep
    QUEUE_MESSAGES = 10000,           //  high-water mark of a socket: a slow peer loses what is beyond
    FRONT_MESSAGES = 1000,            //  the same of a client: one that never reads costs no more
    REQUEST_MESSAGES = 64,            //  of a client that wait here; the others wait where it is
    SUBSCRIPTION_MESSAGES = 100,    //  of a subscriber; libzmq takes all that wait, and the loop waits for it
    QUEUE_JOBS_DEFAULT = 100000,
    LINGER_MS = 500
};

//  How long a peer may keep a connection by doing nothing for it.
enum {
    HANDSHAKE_MS = 10000,    //  half a greeting
    UNREAD_MS = 30000,       //  not one byte taken of what was sent to it; with it goes its queue
    IDLE_S = 60,             //  then its host is asked whether it is still there,
    ASK_S = 10               //  and again, three times
};

static int s_refused (const char *name, const char *endpoint, struct error *error)
{
    int why = zmq_errno ();
    const char *hint = why == EADDRINUSE      ? "; is another broker running there?"
                       : why == EADDRNOTAVAIL ? "; this host has no such address"
                       : why == EACCES        ? "; ports below 1024 need more rights"
                                              : "";
    bool usage = why == EINVAL || why == EPROTONOSUPPORT || why == ENODEV;
    if (usage)
        return error_set (error, DMH_USAGE, "--%s %s is no endpoint; write tcp://HOST:PORT", name, endpoint);
    return error_set (error, DMH_UNAVAILABLE, "%s (--%s) cannot be bound: %s%s", endpoint, name,
                      zmq_strerror (why), hint);
}

static void s_set_patience (zsock_t *socket)
{
    zsock_set_handshake_ivl (socket, HANDSHAKE_MS);
    zsock_set_tcp_maxrt (socket, UNREAD_MS);
    zsock_set_tcp_keepalive (socket, 1);
    zsock_set_tcp_keepalive_idle (socket, IDLE_S);
    zsock_set_tcp_keepalive_intvl (socket, ASK_S);
    zsock_set_tcp_keepalive_cnt (socket, 3);
}

zsock_t *broker_socket (const struct broker *self, int type, const char *name, const char *endpoint, int out,
                        int in, struct error *error)
{
    zsock_t *socket = socket_new (type);
    if (!socket) {
        error_set (error, DMH_INTERNAL, "a socket cannot be made: %s", zmq_strerror (zmq_errno ()));
        return NULL;
    }
    void *handle = zsock_resolve (socket);
    int64_t most = type == ZMQ_XPUB ? SUBSCRIPTION_BYTES_MAX : FRAME_BYTES_MAX;
    zmq_setsockopt (handle, ZMQ_MAXMSGSIZE, &most, sizeof most);
    zsock_set_linger (socket, LINGER_MS);
    zsock_set_sndhwm (socket, out);
    zsock_set_rcvhwm (socket, in);
    s_set_patience (socket);
    zsock_set_sndtimeo (socket, 0);
    if (strchr (endpoint, '['))    //  tcp://[::1]:5570
        zsock_set_ipv6 (socket, 1);
    if (type == ZMQ_ROUTER) {
        zsock_set_router_mandatory (socket, 1);
        zsock_set_router_handover (socket, 1);
    }
    if (type == ZMQ_XPUB)
        zsock_set_xpub_verbose (socket, 1);
    if (!self->authorization || authorization_guard (self->authorization, socket, name) == 0)
        return socket;
    error_set (error, DMH_INTERNAL, "the socket for --%s cannot be guarded by keys: %s", name,
               zmq_strerror (zmq_errno ()));
    zsock_destroy (&socket);
    return NULL;
}

//  The files' socket belongs to another thread.
static void s_watch (const struct broker *self, zsock_t *socket, int type, const char *name,
                     const char *endpoint)
{
    if (strncmp (endpoint, "tcp://", 6) != 0 || streq (name, "files"))
        return;
    if (connections_watch (self->connections, socket,
                           type == ZMQ_XPUB ? CONNECTIONS_WISHES : CONNECTIONS_MESSAGES) != 0)
        log_event (LOG_LEVEL_WARNING, "peers.not_watched", NULL, NULL, "at", name, "error",
                   zmq_strerror (zmq_errno ()), NULL);
}

zsock_t *broker_bind (const struct broker *self, int type, const char *name, const char *endpoint, int out,
                      int in, struct error *error)
{
    if (!self->authorization && !self->config->insecure && strstr (endpoint, "://") &&
        !address_is_local (endpoint)) {
        error_set (error, DMH_USAGE,
                   "--%s %s is open to other hosts and there are no keys: give --keys DIR, an address of "
                   "127.0.0.1, or --insecure to let in whoever reaches it",
                   name, endpoint);
        return NULL;
    }
    zsock_t *socket = broker_socket (self, type, name, endpoint, out, in, error);
    if (!socket)
        return NULL;
    if (zmq_bind (zsock_resolve (socket), endpoint) == 0) {
        s_watch (self, socket, type, name, endpoint);
        return socket;
    }
    s_refused (name, endpoint, error);
    zsock_destroy (&socket);
    return NULL;
}

void broker_endpoint (zsock_t *socket, char out[URI_BYTES])
{
    static const char *const ANY[] = {"tcp://0.0.0.0:", "tcp://[::]:"};
    char bound[URI_BYTES] = "";
    size_t n = sizeof bound;
    zmq_getsockopt (zsock_resolve (socket), ZMQ_LAST_ENDPOINT, bound, &n);
    memcpy (out, bound, URI_BYTES);
    for (size_t i = 0; i < sizeof ANY / sizeof *ANY; i++)
        if (strncmp (bound, ANY[i], strlen (ANY[i])) == 0)
            snprintf (out, URI_BYTES, "tcp://*:%.8s", bound + strlen (ANY[i]));
}

//  A newcomer's pipe takes the last event of every job that the feed may know.
static int s_feed_queue (const struct broker *self)
{
    return (int) self->queue_max + FEED_ENDED_MAX + QUEUE_MESSAGES;
}

static int s_open_sockets (struct broker *self, struct error *error)
{
    const struct broker_config *config = self->config;
    self->front =
        broker_bind (self, ZMQ_ROUTER, "front", config->front, FRONT_MESSAGES, REQUEST_MESSAGES, error);
    if (self->front)
        self->back =
            broker_bind (self, ZMQ_ROUTER, "back", config->back, QUEUE_MESSAGES, QUEUE_MESSAGES, error);
    if (self->back)
        self->feed_in =
            broker_bind (self, ZMQ_XSUB, "feed-in", config->feed_in, QUEUE_MESSAGES, QUEUE_MESSAGES, error);
    if (self->feed_in)
        self->feed_out = broker_bind (self, ZMQ_XPUB, "feed", config->feed, s_feed_queue (self),
                                      SUBSCRIPTION_MESSAGES, error);
    if (!self->feed_out)
        return error->code;
    //  An XSUB subscribes by a message.
    if (!frame_put (self->feed_in, "\001" EVENT_TOPIC, 1 + strlen (EVENT_TOPIC), false))
        return error_set (error, DMH_INTERNAL, "the workers' progress cannot be subscribed to: %s",
                          zmq_strerror (zmq_errno ()));
    size_t n = sizeof self->feed_bound;
    zmq_getsockopt (zsock_resolve (self->feed_out), ZMQ_LAST_ENDPOINT, self->feed_bound, &n);
    broker_endpoint (self->front, self->front_endpoint);
    broker_endpoint (self->back, self->back_endpoint);
    broker_endpoint (self->feed_in, self->feed_in_endpoint);
    broker_endpoint (self->feed_out, self->feed_endpoint);
    return DMH_OK;
}

//  The old socket's address is free a moment after it is gone.
void broker_bind_feed (struct broker *self)
{
    self->feed_is_off = zmq_bind (zsock_resolve (self->feed_out), self->feed_bound) != 0;
}

void broker_renew_feed (struct broker *self)
{
    struct error error = {.code = DMH_OK};
    zsock_t *fresh = broker_socket (self, ZMQ_XPUB, "feed", self->feed_bound, s_feed_queue (self),
                                    SUBSCRIPTION_MESSAGES, &error);
    if (!fresh) {
        log_event (LOG_LEVEL_ERROR, "feed.not_renewed", NULL, NULL, "error", error.text, NULL);
        return;
    }
    connections_unwatch (self->connections, self->feed_out);
    zsock_destroy (&self->feed_out);
    self->feed_out = fresh;
    s_watch (self, fresh, ZMQ_XPUB, "feed", self->feed_bound);
    broker_bind_feed (self);
}

static int s_restore_job (void *context, const struct store_job *job)
{
    struct broker *self = context;
    bool running = streq (job->record.state, "running");
    struct opening opening = {job->record.job, job->options.priority,
                              job->sequence,   job->record.attempt,
                              job->tries,      running ? job->record.worker : NULL};
    //  Twice the usual time, so that its worker can find the broker again.
    size_t before = dispatcher_open_count (self->dispatcher);
    int rc = dispatcher_open (self->dispatcher, &opening, 2 * (int64_t) LEASE_MS, self->now);
    if (rc == DMH_OK && dispatcher_open_count (self->dispatcher) > before)
        publisher_tell (self, &job->record);
    return rc;
}

int broker_restore (struct broker *self, struct error *error)
{
    size_t before = dispatcher_open_count (self->dispatcher);
    int rc = store_open_jobs (self->store, s_restore_job, self, error);
    if (rc != DMH_OK && error->code == DMH_OK)
        error_set (error, rc, "out of memory for the jobs of the store");
    size_t count = dispatcher_open_count (self->dispatcher) - before;
    if (rc == DMH_OK && count) {
        char jobs[24];
        snprintf (jobs, sizeof jobs, "%zu", count);
        log_event (LOG_LEVEL_INFO, "store.restored", NULL, NULL, "jobs", jobs, NULL);
    }
    return rc;
}

void broker_limit (struct broker *self)
{
    const struct broker_config *config = self->config;
    self->queue_max = config->queue_max ? config->queue_max : QUEUE_JOBS_DEFAULT;
    quota_limit (self->quota,
                 &(struct quota_limits){config->client_jobs, config->client_bytes, config->client_rate});
    retention_limit (self->retention, &(struct retention_limits){config->keep_days, config->keep_bytes});
}

int broker_open (struct broker *self, struct error *error)
{
    const struct broker_config *config = self->config;
    self->counters.started_at = clock_wall_ms ();
    self->now = self->clock_seen = clock_mono_ms ();
    random_hex (self->broker_id, 16);
    self->store = store_open (config->store, error);
    if (!self->store)
        return error->code;
    self->dispatcher = dispatcher_new (config->attempts ? config->attempts : ATTEMPTS_MAX);
    self->feed = feed_new ();
    self->turn = turn_new (self->store);
    self->peers = peers_new ();
    self->quota = quota_new ();
    self->connections = connections_new ();
    self->retention = expiry_new (self);
    if (!self->dispatcher || !self->feed || !self->turn || !self->peers || !self->quota ||
        !self->connections || !self->retention)
        return error_set (error, DMH_INTERNAL, "out of memory while starting the broker");
    broker_limit (self);
    if (config->keys && !(self->authorization = authorization_new (config->keys, error)))
        return error->code;
    disk_name (self->disk);
    int rc = s_open_sockets (self, error);
    if (rc == DMH_OK)
        rc = broker_open_files (self, error);
    return rc == DMH_OK ? broker_restore (self, error) : rc;
}

void broker_close (struct broker *self)
{
    connections_destroy (&self->connections);
    zsock_destroy (&self->front);
    zsock_destroy (&self->back);
    zsock_destroy (&self->feed_in);
    zsock_destroy (&self->feed_out);
    files_destroy (&self->files);
    authorization_destroy (&self->authorization);
    quota_destroy (&self->quota);
    retention_destroy (&self->retention);
    turn_destroy (&self->turn);
    feed_destroy (&self->feed);
    dispatcher_destroy (&self->dispatcher);
    peers_destroy (&self->peers);
    store_close (&self->store);
}
