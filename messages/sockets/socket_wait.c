//  socket_wait.c: see socket_wait.h. The descriptor of a socket becomes readable when there is something for
//  the socket to look at, and stays silent afterwards until there is something more. So each is asked what is
//  ready before anything is waited for, and again when its descriptor says so.
#include "messages/sockets/socket_wait.h"

#include "messages/base/clock.h"
#include "messages/base/narrow.h"

#include <poll.h>

enum { ITEMS_MOST = 128 };

//  Fills `revents`. 0 or -1.
static int s_ask (zmq_pollitem_t *item)
{
    int events = 0;
    size_t size = sizeof events;
    if (zmq_getsockopt (item->socket, ZMQ_EVENTS, &events, &size) != 0)
        return -1;
    item->revents = NARROW (short, events & item->events);
    return 0;
}

//  What is waited for in its place.
static int s_descriptor (const zmq_pollitem_t *item, struct pollfd *out)
{
    size_t size = sizeof out->fd;
    *out = (struct pollfd){.fd = item->fd, .events = POLLIN};
    if (item->socket)
        return zmq_getsockopt (item->socket, ZMQ_FD, &out->fd, &size);
    out->events =
        NARROW (short, (item->events & ZMQ_POLLIN ? POLLIN : 0) | (item->events & ZMQ_POLLOUT ? POLLOUT : 0) |
                           (item->events & ZMQ_POLLPRI ? POLLPRI : 0));
    return 0;
}

//  What a descriptor that is no socket's is ready for.
static short s_of_descriptor (const struct pollfd *at)
{
    int ready = (at->revents & POLLIN ? ZMQ_POLLIN : 0) | (at->revents & POLLOUT ? ZMQ_POLLOUT : 0) |
                (at->revents & POLLPRI ? ZMQ_POLLPRI : 0) |
                (at->revents & ~(POLLIN | POLLOUT | POLLPRI) ? ZMQ_POLLERR : 0);
    return NARROW (short, ready);
}

//  Waits for the descriptors and asks the sockets of those that have become readable. How many are ready, or
//  -1. *over: nothing came until then; a descriptor may also speak of what is no message.
static int s_wait (zmq_pollitem_t *items, struct pollfd *at, int count, int wait_ms, bool *over)
{
    int ready = 0, spoke = poll (at, (nfds_t) count, wait_ms);
    *over = spoke == 0;
    if (spoke < 0)
        return -1;
    for (int i = 0; i < count; i++) {
        if (!items[i].socket)
            items[i].revents = s_of_descriptor (&at[i]);
        else if (at[i].revents && s_ask (&items[i]) != 0)
            return -1;
        ready += items[i].revents != 0;
    }
    return ready;
}

int socket_wait (zmq_pollitem_t *items, int count, long wait_ms)
{
    struct pollfd at[ITEMS_MOST];
    int ready = 0, plain = 0;
    if (count > ITEMS_MOST)
        return zmq_poll (items, count, wait_ms);
    for (int i = 0; i < count; i++) {
        items[i].revents = 0;
        bool asked = items[i].socket && !(items[i].events & SOCKET_QUIET);
        if (s_descriptor (&items[i], &at[i]) != 0 || (asked && s_ask (&items[i]) != 0))
            return -1;
        plain += !items[i].socket;
        ready += items[i].revents != 0;
    }
    bool over = ready && !plain;
    int64_t until = wait_ms > 0 ? clock_mono_ms () + wait_ms : 0, left = ready ? 0 : wait_ms;
    while (!over) {
        ready = s_wait (items, at, count, left > 0 ? NARROW (int, left) : left < 0 ? -1 : 0, &over);
        if (ready != 0)
            break;
        if (wait_ms > 0 && (left = until - clock_mono_ms ()) < 0)
            left = 0;
    }
    return ready;
}
