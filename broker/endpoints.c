//  endpoints.c: see endpoints.h.
#include "broker/endpoints.h"

#include "broker/access/address.h"
#include "broker/access/socket_file.h"
#include "broker/feed/feed_outlet.h"
#include "messages/base/folder.h"
#include "messages/base/log.h"
#include "messages/files/file.h"
#include "messages/sockets/socket.h"
#include "messages/sockets/unix_socket.h"

#include <limits.h>
#include <unistd.h>

enum {
    FRAME_BYTES_MAX = 2 * 1024 * 1024,    //  beyond it ZeroMQ closes the connection
    SUBSCRIPTION_BYTES_MAX =
        4096,                       //  the same of a subscriber: each byte of a subscription costs 50 to keep
    QUEUE_MESSAGES = 10000,         //  high-water mark of a socket: a slow peer loses what is beyond
    FRONT_MESSAGES = 1000,          //  the same of a client: one that never reads costs no more
    REQUEST_MESSAGES = 64,          //  of a client that wait here; the others wait where it is
    SUBSCRIPTION_MESSAGES = 100,    //  of a subscriber; libzmq takes all that wait, and the loop waits for it
    FILES_IN =
        2,    //  a peer has no more than its credit under way; what waits is memory that strangers fill
    LINGER_MS = 500
};

//  How long a peer may keep a connection by doing nothing for it.
enum {
    HANDSHAKE_MS = 10000,    //  half a greeting
    UNREAD_MS = 30000,       //  not one byte taken of what was sent to it; with it goes its queue
    IDLE_S = 60,             //  then its host is asked whether it is still there,
    ASK_S = 10               //  and again, three times
};

//  A socket to be made.
struct socket_kind {
    const char *name;    //  of the option that says where: --NAME
    int type;
    int out, in;    //  messages that may wait for each peer
};
static const struct socket_kind FRONT = {"front", ZMQ_ROUTER, FRONT_MESSAGES, REQUEST_MESSAGES},
                                BACK = {"back", ZMQ_ROUTER, QUEUE_MESSAGES, QUEUE_MESSAGES},
                                FEED_IN = {"feed-in", ZMQ_XSUB, QUEUE_MESSAGES, QUEUE_MESSAGES},
                                FILES = {"files", ZMQ_ROUTER, CREDIT_CHUNKS, FILES_IN};

//  A newcomer's pipe takes the last event of every job that the feed may know.
static struct socket_kind s_feed (const struct broker *self)
{
    int out = (int) self->queue_max + FEED_ENDED_MAX + QUEUE_MESSAGES;
    return (struct socket_kind){"feed", ZMQ_XPUB, out, SUBSCRIPTION_MESSAGES};
}

static int s_no_endpoint (const char *name, const char *endpoint, struct error *error)
{
    return error_set (error, DMH_USAGE, "--%s %.300s is no endpoint; write tcp://HOST:PORT", name, endpoint);
}

static int s_check (const struct broker_config *config, const char *name, const char *endpoint,
                    struct error *error)
{
    if (unix_socket_path (endpoint))
        return unix_socket_check (endpoint, error);
    bool is_tcp = strncmp (endpoint, "tcp://", 6) == 0;
    if (is_tcp ? !address_is_tcp (endpoint) : strncmp (endpoint, "inproc://", 9) != 0)
        return s_no_endpoint (name, endpoint, error);
    if (config->keys || config->insecure || address_is_local (endpoint))
        return DMH_OK;
    return error_set (
        error, DMH_USAGE,
        "--%s %.300s is open to other hosts and there are no keys: give --keys DIR, an address of "
        "127.0.0.1, or --insecure to let in whoever reaches it",
        name, endpoint);
}

int endpoints_check (const struct broker_config *config, struct error *error)
{
    int rc = s_check (config, FRONT.name, config->front, error);
    if (rc == DMH_OK)
        rc = s_check (config, BACK.name, config->back, error);
    if (rc == DMH_OK)
        rc = s_check (config, FEED_IN.name, config->feed_in, error);
    if (rc == DMH_OK)
        rc = s_check (config, "feed", config->feed, error);
    return rc == DMH_OK && config->files ? s_check (config, FILES.name, config->files, error) : rc;
}

static int s_refused (const char *name, const char *endpoint, struct error *error)
{
    int why = zmq_errno ();
    const char *hint = why == EADDRINUSE      ? "; is another broker running there?"
                       : why == EADDRNOTAVAIL ? "; this host has no such address"
                       : why == EACCES        ? "; ports below 1024 need more rights"
                                              : "";
    bool usage = why == EINVAL || why == EPROTONOSUPPORT || why == ENODEV;
    if (usage)
        return s_no_endpoint (name, endpoint, error);
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

//  Without keys a Unix socket is this user's alone, whatever its folder lets in. Where the kernel does not
//  tell who connects, libzmq knows no such option, and the folder and the file's mode are what is left.
static void s_guard_by_user (zsock_t *socket)
{
    uid_t own = geteuid ();
    zmq_setsockopt (zsock_resolve (socket), ZMQ_IPC_FILTER_UID, &own, sizeof own);
}

//  With all its options and guarded by keys, for `endpoint`, but not bound. NULL with `error` set.
static zsock_t *s_make (const struct broker *self, const struct socket_kind *kind, const char *endpoint,
                        struct error *error)
{
    zsock_t *socket = socket_new (kind->type);
    if (!socket) {
        error_set (error, DMH_INTERNAL, "a socket cannot be made: %s", zmq_strerror (zmq_errno ()));
        return NULL;
    }
    void *handle = zsock_resolve (socket);
    int64_t most = kind->type == ZMQ_XPUB ? SUBSCRIPTION_BYTES_MAX : FRAME_BYTES_MAX;
    zmq_setsockopt (handle, ZMQ_MAXMSGSIZE, &most, sizeof most);
    zsock_set_linger (socket, LINGER_MS);
    zsock_set_sndhwm (socket, kind->out);
    zsock_set_rcvhwm (socket, kind->in);
    s_set_patience (socket);
    zsock_set_sndtimeo (socket, 0);
    if (strchr (endpoint, '['))    //  tcp://[::1]:5570
        zsock_set_ipv6 (socket, 1);
    if (kind->type == ZMQ_ROUTER) {
        zsock_set_router_mandatory (socket, 1);
        zsock_set_router_handover (socket, 1);
    }
    if (kind->type == ZMQ_XPUB) {
        zsock_set_xpub_verbose (socket, 1);
        feed_outlet_prepare (socket);
    }
    if (!self->authorization && unix_socket_path (endpoint))
        s_guard_by_user (socket);
    if (kind->type == ZMQ_XPUB && self->authorization)    //  see publisher.c
        zsock_set_xpub_manual (socket, 1);
    if (!self->authorization || authorization_guard (self->authorization, socket, kind->name) == 0)
        return socket;
    error_set (error, DMH_INTERNAL, "the socket for --%s cannot be guarded by keys: %s", kind->name,
               zmq_strerror (zmq_errno ()));
    zsock_destroy (&socket);
    return NULL;
}

//  The files' socket belongs to another thread, which watches it.
static void s_watch (const struct broker *self, zsock_t *socket, const struct socket_kind *kind,
                     const char *endpoint)
{
    bool is_remote = strncmp (endpoint, "tcp://", 6) == 0 || unix_socket_path (endpoint);
    if (!is_remote || kind == &FILES)
        return;
    if (connections_watch (self->connections, socket,
                           kind->type == ZMQ_XPUB ? CONNECTIONS_SUBSCRIPTIONS : CONNECTIONS_MESSAGES) != 0)
        log_event (LOG_LEVEL_WARNING, "peers.not_watched", NULL, NULL, "at", kind->name, "error",
                   zmq_strerror (zmq_errno ()), NULL);
}

//  What libzmq would do to the file of a Unix socket's name is asked for before.
static int s_bind_at (zsock_t *socket, const struct socket_kind *kind, const char *endpoint,
                      struct error *error)
{
    int lock = -1, rc = DMH_OK;
    if (unix_socket_path (endpoint))
        rc = socket_file_claim (endpoint, &lock, error);
    if (rc == DMH_OK && zmq_bind (zsock_resolve (socket), endpoint) != 0)
        rc = s_refused (kind->name, endpoint, error);
    if (lock >= 0)
        close (lock);
    return rc;
}

//  The same, bound. NULL with `error` set.
static zsock_t *s_bind (const struct broker *self, const struct socket_kind *kind, const char *endpoint,
                        struct error *error)
{
    zsock_t *socket = s_make (self, kind, endpoint, error);
    if (!socket)
        return NULL;
    if (s_bind_at (socket, kind, endpoint, error) == DMH_OK) {
        s_watch (self, socket, kind, endpoint);
        return socket;
    }
    zsock_destroy (&socket);
    return NULL;
}

static void s_bound (zsock_t *socket, char out[URI_BYTES])
{
    size_t n = URI_BYTES;
    memset (out, 0, URI_BYTES);
    zmq_getsockopt (zsock_resolve (socket), ZMQ_LAST_ENDPOINT, out, &n);
}

//  As peers are told, who may stand in another folder.
static void s_told (zsock_t *socket, char out[URI_BYTES])
{
    static const char *const ANY[] = {"tcp://0.0.0.0:", "tcp://[::]:"};
    char bound[URI_BYTES], path[PATH_MAX];
    s_bound (socket, bound);
    memcpy (out, bound, URI_BYTES);
    if (unix_socket_path (bound) && realpath (unix_socket_path (bound), path) &&
        strlen (path) <= UNIX_SOCKET_PATH_MAX)
        snprintf (out, URI_BYTES, "ipc://%.*s", UNIX_SOCKET_PATH_MAX, path);
    for (size_t i = 0; i < sizeof ANY / sizeof *ANY; i++)
        if (strncmp (bound, ANY[i], strlen (ANY[i])) == 0)
            snprintf (out, URI_BYTES, "tcp://*:%.8s", bound + strlen (ANY[i]));
}

static zsock_t *s_bind_told (const struct broker *self, const struct socket_kind *kind, const char *endpoint,
                             char out[URI_BYTES], struct error *error)
{
    zsock_t *socket = s_bind (self, kind, endpoint, error);
    if (socket)
        s_told (socket, out);
    return socket;
}

static int s_open_sockets (struct broker *self, struct error *error)
{
    const struct broker_config *config = self->config;
    struct endpoints *endpoints = &self->endpoints;
    struct publisher *publisher = &self->publisher;
    struct socket_kind feed = s_feed (self);
    self->front = s_bind_told (self, &FRONT, config->front, endpoints->front, error);
    if (self->front)
        self->back = s_bind_told (self, &BACK, config->back, endpoints->back, error);
    if (self->back)
        publisher->in = s_bind_told (self, &FEED_IN, config->feed_in, endpoints->feed_in, error);
    if (publisher->in)
        publisher->out = s_bind_told (self, &feed, config->feed, endpoints->feed, error);
    if (!publisher->out)
        return error->code;
    //  An XSUB subscribes by a message.
    if (!frame_put (publisher->in, "\001" EVENT_TOPIC, 1 + strlen (EVENT_TOPIC), false))
        return error_set (error, DMH_INTERNAL, "the workers' progress cannot be subscribed to: %s",
                          zmq_strerror (zmq_errno ()));
    s_bound (publisher->out, endpoints->feed_bound);
    return DMH_OK;
}

//  The files service of the configuration, begun.
static int s_open_files (struct broker *self, struct error *error)
{
    const struct broker_config *config = self->config;
    if (!config->files)
        return DMH_OK;
    int rc = folder_make (config->files_dir, error);
    uint64_t room = config->files_bytes ? config->files_bytes : UINT64_MAX;
    blob_store_t *blob_store = rc == DMH_OK ? blob_store_new (config->files_dir, room, error) : NULL;
    rc = !blob_store           ? DMH_IO
         : self->authorization ? ticket_secret_open (config->files_dir, &self->ticket_secret, error)
                               : DMH_OK;
    zsock_t *socket =
        rc == DMH_OK ? s_bind_told (self, &FILES, config->files, self->endpoints.files, error) : NULL;
    if (!socket) {
        blob_store_destroy (&blob_store);
        return error->code;
    }
    s_bound (socket, self->endpoints.files_bound);
    self->files = files_new (&socket, &blob_store, self->authorization ? &self->ticket_secret : NULL, error);
    return self->files ? DMH_OK : error->code;
}

int endpoints_open (struct broker *self, struct error *error)
{
    int rc = s_open_sockets (self, error);
    return rc == DMH_OK ? s_open_files (self, error) : rc;
}

void endpoints_leave (const struct endpoints *endpoints)
{
    const char *const bound[] = {endpoints->front, endpoints->back, endpoints->feed_in, endpoints->feed,
                                 endpoints->files};
    for (size_t i = 0; i < sizeof bound / sizeof *bound; i++)
        socket_file_remove (bound[i]);
}

//  The old socket's address is free a moment after it is gone.
void endpoints_bind_feed (struct publisher *publisher, const struct endpoints *endpoints)
{
    publisher->is_unbound = zmq_bind (zsock_resolve (publisher->out), endpoints->feed_bound) != 0;
}

static void s_renew_feed (struct broker *self)
{
    struct error error = {.code = DMH_OK};
    struct publisher *publisher = &self->publisher;
    struct socket_kind feed = s_feed (self);
    zsock_t *fresh = s_make (self, &feed, self->endpoints.feed_bound, &error);
    if (!fresh) {
        log_event (LOG_LEVEL_ERROR, "feed.not_renewed", NULL, NULL, "error", error.text, NULL);
        return;
    }
    connections_unwatch (self->connections, publisher->out);
    zsock_destroy (&publisher->out);
    publisher->out = fresh;
    s_watch (self, fresh, &feed, self->endpoints.feed_bound);
    endpoints_bind_feed (publisher, &self->endpoints);
}

static void s_renew_files (struct broker *self)
{
    struct error error = {.code = DMH_OK};
    if (!self->files)
        return;
    zsock_t *fresh = s_make (self, &FILES, self->endpoints.files_bound, &error);
    if (fresh)
        files_renew (self->files, &fresh, self->endpoints.files_bound);
    else
        log_event (LOG_LEVEL_ERROR, "files.not_renewed", NULL, NULL, "error", error.text, NULL);
}

void endpoints_renew (struct broker *self)
{
    s_renew_feed (self);
    s_renew_files (self);
}
