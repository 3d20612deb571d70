//  connections.c: see connections.h.
#include "broker/access/connections.h"

#include "broker/access/tcp_bytes.h"
#include "messages/base/log.h"
#include "messages/base/narrow.h"
#include "messages/sockets/socket.h"

#include <sys/resource.h>
#include <sys/socket.h>

enum {
    OWN_FILES = 128,                         //  store, keys, threads, files being served
    MOST = 65536,                            //  however many files there may be
    UNHEARD_BYTES_MAX = 16 * 1024 * 1024,    //  more than what may wait in the queues of one peer
    SUBSCRIPTION_BYTES_MAX = 1024 * 1024,    //  some 30,000 jobs
    EVENTS_MAX = 100000,                     //  libzmq's thread waits when so many are not taken
    EVENTS_A_TURN = 1000
};

//  One connection.
struct connection {
    int fd;
    unsigned socket;
    bool heard;         //  since it was last looked at
    int64_t bytes;      //  that had come then
    int64_t settled;    //  those of them up to the last message
    int64_t at;         //  when more had come
    uint64_t number;    //  in the order in which they came
};

struct watched {
    zsock_t *socket;    //  borrowed; NULL: free
    zsock_t *events;
    enum connections_terms terms;
};

struct connections {
    size_t most, count;
    struct connection *items;
    uint32_t *index_of;    //  by descriptor: 1 + the index in `items`, 0: none
    size_t index_count;
    struct watched watched[CONNECTIONS_SOCKETS_MAX];
    int64_t now, checked_at, logged_at;
    uint64_t shut_out, entered;
};

//  Descriptors that this process may have.
static size_t s_files (void)
{
    struct rlimit limit = {.rlim_cur = 1024};
    getrlimit (RLIMIT_NOFILE, &limit);
    return limit.rlim_cur < MOST ? (size_t) limit.rlim_cur : MOST;
}

size_t connections_room (void)
{
    size_t files = s_files ();
    return files > 2 * OWN_FILES ? files - OWN_FILES : files / 2;
}

connections_t *connections_new (size_t most)
{
    connections_t *self = calloc (1, sizeof *self);
    if (!self)
        return NULL;
    self->most = most;
    self->index_count = s_files () + 1;
    //  Those that were shut out are counted until libzmq has let them go.
    self->items = calloc (self->index_count, sizeof *self->items);
    self->index_of = calloc (self->index_count, sizeof *self->index_of);
    if (!self->items || !self->index_of)
        connections_destroy (&self);
    return self;
}

void connections_destroy (connections_t **self_p)
{
    connections_t *self = *self_p;
    if (!self)
        return;
    for (size_t i = 0; i < CONNECTIONS_SOCKETS_MAX; i++)
        if (self->watched[i].socket)
            connections_unwatch (self, self->watched[i].socket);
    free (self->items);
    free (self->index_of);
    free (self);
    *self_p = NULL;
}

int connections_watch (connections_t *self, zsock_t *socket, enum connections_terms terms)
{
    char endpoint[64];
    struct watched *watched = self->watched;
    while (watched < self->watched + CONNECTIONS_SOCKETS_MAX && watched->socket)
        watched++;
    if (watched == self->watched + CONNECTIONS_SOCKETS_MAX)
        return -1;
    snprintf (endpoint, sizeof endpoint, "inproc://connections-%p", (void *) socket);
    int many = EVENTS_MAX, none = 0;
    void *handle = zsock_resolve (socket);
    if (zmq_socket_monitor (handle, endpoint, ZMQ_EVENT_ACCEPTED | ZMQ_EVENT_DISCONNECTED) != 0)
        return -1;
    zsock_t *events = socket_new (ZMQ_PAIR);
    if (events) {
        zmq_setsockopt (zsock_resolve (events), ZMQ_RCVHWM, &many, sizeof many);
        zmq_setsockopt (zsock_resolve (events), ZMQ_LINGER, &none, sizeof none);
    }
    if (!events || zsock_connect (events, "%s", endpoint) != 0) {
        zmq_socket_monitor (handle, NULL, 0);
        zsock_destroy (&events);
        return -1;
    }
    *watched = (struct watched){socket, events, terms};
    return 0;
}

zsock_t *connections_events (const connections_t *self, size_t i)
{
    return self->watched[i].events;
}

static struct connection *s_connection (connections_t *self, int fd)
{
    uint32_t index = fd >= 0 && (size_t) fd < self->index_count ? self->index_of[fd] : 0;
    return index ? &self->items[index - 1] : NULL;
}

static void s_forget (connections_t *self, struct connection *connection)
{
    struct connection *last = &self->items[--self->count];
    self->index_of[connection->fd] = 0;
    if (connection != last) {
        *connection = *last;
        self->index_of[connection->fd] = NARROW (uint32_t, connection - self->items) + 1;
    }
}

void connections_unwatch (connections_t *self, zsock_t *socket)
{
    for (unsigned i = 0; i < CONNECTIONS_SOCKETS_MAX; i++) {
        struct watched *watched = &self->watched[i];
        if (watched->socket != socket)
            continue;
        //  In this order: libzmq would wait for somebody to take an event.
        zmq_socket_monitor (zsock_resolve (socket), NULL, 0);
        zsock_destroy (&watched->events);
        *watched = (struct watched){.socket = NULL};
        for (size_t at = self->count; at > 0; at--)
            if (self->items[at - 1].socket == i)
                s_forget (self, &self->items[at - 1]);
    }
}

//  libzmq finds the connection ended, and ends it.
static void s_shut_out (connections_t *self, const struct connection *connection, const char *why)
{
    struct linger at_once = {.l_onoff = 1};    //  and the peer hears of it, however much it still sends
    self->shut_out++;
    setsockopt (connection->fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    shutdown (connection->fd, SHUT_RDWR);
    if (self->now - self->logged_at < 1000)
        return;
    log_event (LOG_LEVEL_WARNING, "peer.shut_out", NULL, NULL, "why", why,
               LOG_NUMBER ("so_far", self->shut_out), NULL);
    self->logged_at = self->now;
}

//  Of those that were silent since the same millisecond the one that came first.
static bool s_is_longer_silent (const struct connection *a, const struct connection *b)
{
    return a->at != b->at ? a->at < b->at : a->number < b->number;
}

//  The one that was silent longest makes room; it is not chosen twice.
static void s_make_room (connections_t *self)
{
    struct connection *silent = &self->items[0];
    for (size_t i = 1; i < self->count; i++)
        if (s_is_longer_silent (&self->items[i], silent))
            silent = &self->items[i];
    silent->at = INT64_MAX;
    s_shut_out (self, silent, "there are as many connections as this process may have");
}

static void s_enter (connections_t *self, unsigned socket, int fd)
{
    if (!self->items || fd < 0 || (size_t) fd >= self->index_count)
        return;
    //  One of another socket may be there, whose end is not heard of yet.
    size_t index = self->index_of[fd] ? self->index_of[fd] - 1 : self->count++;
    self->items[index] =
        (struct connection){.fd = fd, .socket = socket, .at = self->now, .number = self->entered++};
    self->index_of[fd] = NARROW (uint32_t, index) + 1;
    if (self->count > self->most)
        s_make_room (self);
}

static void s_take_events (connections_t *self, unsigned socket)
{
    struct watched *watched = &self->watched[socket];
    for (int i = 0; i < EVENTS_A_TURN && zsock_events (watched->events) & ZMQ_POLLIN; i++) {
        zmsg_t *message = zmsg_recv (watched->events);
        zframe_t *frame = message ? zmsg_first (message) : NULL;
        if (frame && zframe_size (frame) == 6) {    //  a number of 16 bits and one of 32
            uint16_t event;
            int32_t fd;
            memcpy (&event, zframe_data (frame), sizeof event);
            memcpy (&fd, zframe_data (frame) + sizeof event, sizeof fd);
            struct connection *connection = s_connection (self, fd);
            if (event == ZMQ_EVENT_ACCEPTED)
                s_enter (self, socket, fd);
            else if (connection && connection->socket == socket)
                s_forget (self, connection);
        }
        zmsg_destroy (&message);
    }
}

void connections_heard (connections_t *self, zframe_t *frame)
{
    const char *fd = frame ? zframe_meta (frame, "__fd") : NULL;
    struct connection *connection = fd ? s_connection (self, NARROW (int, strtol (fd, NULL, 10))) : NULL;
    if (connection)
        connection->heard = true;
}

static void s_look (connections_t *self, struct connection *connection)
{
    int64_t bytes = connection->at == INT64_MAX ? -1 : tcp_bytes_received (connection->fd);
    if (bytes < 0) {    //  of a Unix socket the kernel counts no bytes; its peer is this user's
        if (connection->heard && connection->at != INT64_MAX)
            connection->at = self->now;
        connection->heard = false;
        return;
    }
    if (bytes != connection->bytes)
        connection->at = self->now;
    if (connection->heard)
        connection->settled = bytes;
    connection->heard = false;
    connection->bytes = bytes;
    enum connections_terms terms = self->watched[connection->socket].terms;
    if (terms == CONNECTIONS_MESSAGES && bytes > connection->settled + UNHEARD_BYTES_MAX) {
        connection->at = INT64_MAX;
        s_shut_out (self, connection, "a message without end");
    } else if (terms == CONNECTIONS_SUBSCRIPTIONS && bytes > SUBSCRIPTION_BYTES_MAX) {
        connection->at = INT64_MAX;
        s_shut_out (self, connection, "subscriptions without end");
    }
}

void connections_check (connections_t *self, int64_t now)
{
    self->now = now;
    for (unsigned i = 0; i < CONNECTIONS_SOCKETS_MAX; i++)
        if (self->watched[i].socket)
            s_take_events (self, i);
    if (now - self->checked_at < CONNECTIONS_CHECK_MS)
        return;
    self->checked_at = now;
    for (size_t i = 0; i < self->count; i++)
        s_look (self, &self->items[i]);
}

size_t connections_count (const connections_t *self)
{
    return self->count;
}
