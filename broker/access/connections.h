//  connections.h: who is connected to the broker by TCP or a Unix socket, told by libzmq's monitors, and what
//  libzmq itself does not bound: how many connections there are, and of TCP how much comes on one without a
//  message getting whole (a message of endless parts) or without an end (subscriptions of a subscriber).
//  Whoever goes beyond is shut out; it may come back. Each thread with sockets has one of its own.
#ifndef DMH_BROKER_ACCESS_CONNECTIONS_H
#define DMH_BROKER_ACCESS_CONNECTIONS_H

#include <czmq.h>

typedef struct connections connections_t;

enum { CONNECTIONS_CHECK_MS = 250, CONNECTIONS_SOCKETS_MAX = 8 };

//  What a socket's peers may send.
enum connections_terms {
    CONNECTIONS_MESSAGES,        //  messages that connections_heard is told of
    CONNECTIONS_SUBSCRIPTIONS    //  subscriptions, a bounded number of them
};

//  How many connections the process may have: as many as files, less some for itself.
size_t connections_room (void);

//  There may be `most` connections; beyond them the one that was silent longest is shut out. NULL when out of
//  memory.
connections_t *connections_new (size_t most);
//  The sockets are not watched any more; NULL is fine.
void connections_destroy (connections_t **self_p);

//  Watches a socket; who connected before is not counted. 0; -1: it cannot be watched, and nothing else
//  changes. Before it is destroyed, connections_unwatch.
int connections_watch (connections_t *self, zsock_t *socket, enum connections_terms terms);
void connections_unwatch (connections_t *self, zsock_t *socket);

//  To be polled for connections_check: the i-th monitor; NULL: there is none at that place.
zsock_t *connections_events (const connections_t *self, size_t i);

//  A whole message that came with this frame (NULL: none) was taken.
void connections_heard (connections_t *self, zframe_t *frame);

//  Takes what the monitors tell, and every CONNECTIONS_CHECK_MS looks at the connections; `now` in monotonic
//  ms.
void connections_check (connections_t *self, int64_t now);

size_t connections_count (const connections_t *self);

#endif
