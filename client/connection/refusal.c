//  refusal.c: see refusal.h.
#define _GNU_SOURCE
#include "client/connection/refusal.h"

#include "messages/base/clock.h"
#include "messages/base/narrow.h"
#include "messages/sockets/socket.h"
#include "messages/sockets/unix_socket.h"

#include <fcntl.h>
#include <netdb.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
    PROBE_MS = 300,
    BROKEN_MOST = 2,    //  a broker that ends breaks a handshake, too, but not the next one
    HOST_BYTES = 256,
    MECHANISM_AT = 12,
    MECHANISM_BYTES = 20
};

void refusal_watch (struct refusal *self, zsock_t *socket, int64_t may_start_until)
{
    char endpoint[64];
    *self = (struct refusal){.socket = socket, .may_start_until = may_start_until};
    snprintf (endpoint, sizeof endpoint, "inproc://refusal-%p", (void *) socket);
    if (zmq_socket_monitor (zsock_resolve (socket), endpoint,
                            ZMQ_EVENT_CONNECT_RETRIED | ZMQ_EVENT_HANDSHAKE_FAILED_NO_DETAIL |
                                ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL | ZMQ_EVENT_HANDSHAKE_FAILED_AUTH) != 0)
        return;
    self->events = socket_new (ZMQ_PAIR);
    if (!self->events || zsock_connect (self->events, "%s", endpoint) != 0)
        refusal_unwatch (self);
}

void refusal_unwatch (struct refusal *self)
{
    //  In this order: libzmq would wait for somebody to take an event.
    if (self->socket)
        zmq_socket_monitor (zsock_resolve (self->socket), NULL, 0);
    zsock_destroy (&self->events);
    self->socket = NULL;
}

//  The addresses of tcp://HOST:PORT; 0, or what getaddrinfo says.
static int s_find (const char *endpoint, struct addrinfo **out)
{
    char host[HOST_BYTES];
    const char *begin = endpoint + strlen ("tcp://"), *colon = strrchr (begin, ':');
    struct addrinfo hints = {.ai_family = AF_INET, .ai_socktype = SOCK_STREAM};
    *out = NULL;
    if (!colon || colon - begin >= HOST_BYTES)
        return EAI_NONAME;
    snprintf (host, sizeof host, "%.*s", NARROW (int, colon - begin), begin);
    return getaddrinfo (host, colon + 1, &hints, out);
}

//  A connection to one address; -1 and *error: why there is none, 0 where that is not known in time.
static int s_knock (const struct addrinfo *address, int *error)
{
    int fd = socket (address->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    *error = 0;
    if (fd < 0)
        return -1;
    bool there = connect (fd, address->ai_addr, address->ai_addrlen) == 0;
    *error = there ? 0 : errno;
    if (*error == EINPROGRESS) {
        struct pollfd item = {.fd = fd, .events = POLLOUT};
        socklen_t size = sizeof *error;
        *error = 0;
        there = poll (&item, 1, PROBE_MS) == 1 && getsockopt (fd, SOL_SOCKET, SO_ERROR, error, &size) == 0 &&
                *error == 0;
    }
    if (there)
        return fd;
    close (fd);
    return -1;
}

//  libzmq tries again then, and tells again.
static bool s_may_start (const struct refusal *self)
{
    return clock_mono_ms () < self->may_start_until;
}

//  libzmq does not tell why it did not get through to tcp://HOST:PORT, so it is tried again. No sentence:
//  there is nothing wrong now.
static void s_probe_tcp (struct refusal *self, const char *endpoint)
{
    struct addrinfo *found;
    int rc = s_find (endpoint, &found), error = 0;
    if (rc != 0) {
        snprintf (self->sentence, sizeof self->sentence,
                  "the host of %.300s is not known (%s); give the one where dmh-broker runs by --broker",
                  endpoint, gai_strerror (rc));
        return;
    }
    int fd = s_knock (found, &error);
    if (fd >= 0)
        close (fd);
    freeaddrinfo (found);
    if (error == ECONNREFUSED && s_may_start (self))
        return;
    if (error == ECONNREFUSED)
        snprintf (
            self->sentence, sizeof self->sentence,
            "nobody listens at %.300s; start dmh-broker there, or name the port of its front by --broker",
            endpoint);
    else if (error)
        snprintf (self->sentence, sizeof self->sentence, "%.300s cannot be reached: %s", endpoint,
                  strerror (error));
}

//  The mechanism that a peer's greeting names (RFC 23 of ZeroMQ: 10 bytes of signature, 2 of version, 20 of
//  mechanism); empty: none came in time. Who ends the connection first when they differ is chance.
static void s_mechanism (const char *endpoint, char out[MECHANISM_BYTES + 1])
{
    static const char BEGIN[] = {'\xff', 0, 0, 0,      0, 0,
                                 0,      0, 1, '\x7f', 3};    //  enough to be answered by all
    char greeting[MECHANISM_AT + MECHANISM_BYTES];
    struct addrinfo *found = NULL;
    int error;
    size_t got = 0;
    *out = 0;
    if (strncmp (endpoint, "tcp://", 6) != 0 || s_find (endpoint, &found) != 0)
        return;
    int fd = s_knock (found, &error);
    freeaddrinfo (found);
    bool good = fd >= 0 && send (fd, BEGIN, sizeof BEGIN, MSG_NOSIGNAL) == sizeof BEGIN;
    while (good && got < sizeof greeting) {
        struct pollfd item = {.fd = fd, .events = POLLIN};
        ssize_t n = poll (&item, 1, PROBE_MS) == 1 ? recv (fd, greeting + got, sizeof greeting - got, 0) : 0;
        good = n > 0;
        got += good ? (size_t) n : 0;
    }
    if (good)
        snprintf (out, MECHANISM_BYTES + 1, "%.*s", MECHANISM_BYTES, greeting + MECHANISM_AT);
    if (fd >= 0)
        close (fd);
}

static void s_probe (struct refusal *self, const char *endpoint)
{
    if (strncmp (endpoint, "tcp://", 6) == 0)
        s_probe_tcp (self, endpoint);
    else if (unix_socket_path (endpoint) && unix_socket_listener (endpoint) == 0 && !s_may_start (self))
        snprintf (self->sentence, sizeof self->sentence,
                  "nobody listens at %.300s; start dmh-broker, or name another one by --broker", endpoint);
}

static void s_handshake (struct refusal *self, unsigned event, const char *endpoint, bool keyed)
{
    const char *says = NULL;
    char mechanism[MECHANISM_BYTES + 1] = "";
    bool denied = event == ZMQ_EVENT_HANDSHAKE_FAILED_AUTH;
    if (!denied)
        s_mechanism (endpoint, mechanism);
    if (streq (mechanism, "CURVE") && !keyed)
        says = "wants a key: give yours by --key and the broker's by --server-key; see dmh keys";
    else if (streq (mechanism, "NULL") && keyed)
        says = "has no keys: leave --key and --server-key (DMH_KEY, DMH_SERVER_KEY) out";
    else if (denied && keyed)
        says = "does not let this key in: have it allowed there, see dmh keys";
    else if (streq (mechanism, "CURVE") && ++self->broken >= BROKEN_MOST)
        says = "does not take the handshake: --server-key has to be its own server.pub";
    if (says)
        snprintf (self->sentence, sizeof self->sentence, "the broker at %.300s %s", endpoint, says);
}

bool refusal_take (struct refusal *self, const char *endpoint, bool keyed)
{
    while (self->events && zsock_events (self->events) & ZMQ_POLLIN) {
        zmsg_t *message = zmsg_recv_nowait (self->events);
        zframe_t *first = message ? zmsg_first (message) : NULL;
        uint16_t event = 0;
        if (first && zframe_size (first) >= sizeof event)
            memcpy (&event, zframe_data (first), sizeof event);
        zmsg_destroy (&message);
        if (event == ZMQ_EVENT_CONNECT_RETRIED && !*self->sentence)
            s_probe (self, endpoint);
        else if (event && event != ZMQ_EVENT_CONNECT_RETRIED && !*self->sentence)
            s_handshake (self, event, endpoint, keyed);
    }
    return *self->sentence != 0;
}
