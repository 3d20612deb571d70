//  connections.h: who is connected to the broker by TCP, told by libzmq's monitors, and what libzmq itself
//  does not bound: how many connections there are, and how much comes on one without a message getting whole
//  (a message of endless parts) or without an end (wishes of a subscriber). Whoever goes beyond is shut out;
//  it may come back. Part of the broker's loop, its thread.
#ifndef DMH_BROKER_ACCESS_CONNECTIONS_H
#define DMH_BROKER_ACCESS_CONNECTIONS_H

#include <czmq.h>

typedef struct door door_t;

enum { DOOR_CHECK_MS = 250, DOOR_SOCKETS_MAX = 8 };

//  What a socket's peers may send.
enum door_terms {
    DOOR_MESSAGES,    //  messages that door_heard is told of
    DOOR_WISHES,      //  subscriptions, a bounded number of them
    DOOR_FILES        //  anything
};

//  There may be as many connections as the process may have files, less some for itself; beyond them the one
//  that was silent longest is shut out. NULL when out of memory.
door_t *door_new (void);
//  The sockets are not watched any more; NULL is fine.
void door_destroy (door_t **self_p);

//  Watches a socket that is not bound yet. 0; -1: it cannot be watched, and nothing else changes. Before it
//  is destroyed, door_unwatch.
int door_watch (door_t *self, zsock_t *socket, enum door_terms terms);
void door_unwatch (door_t *self, zsock_t *socket);

//  To be polled for door_check: the i-th monitor; NULL: there is none at that place.
zsock_t *door_events (const door_t *self, size_t i);

//  A whole message that came with this frame (NULL: none) was taken.
void door_heard (door_t *self, zframe_t *frame);

//  Takes what the monitors tell, and every DOOR_CHECK_MS looks at the connections; `now` in monotonic ms.
void door_check (door_t *self, int64_t now);

size_t door_count (const door_t *self);

#endif
