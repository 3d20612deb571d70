//  broker_link.h: a worker's connection to its broker: the list of brokers of which one serves, the sockets
//  to it, and how long it has been silent. Knows no job and no slot; one thread.
#ifndef DMH_WORKER_SESSION_BROKER_LINK_H
#define DMH_WORKER_SESSION_BROKER_LINK_H

#include <czmq.h>

#include "messages/codec/frame.h"
#include "messages/keys/credential.h"
#include "messages/work.h"

enum {
    BROKERS_MAX = 8,
    BACK_OFF_FIRST_MS = 250,
    BACK_OFF_MOST_MS = 4000,
    GOODBYE_MS = 1000    //  for the last messages to leave
};

struct broker_link {
    const struct credential *credential;    //  borrowed; NULL: none
    char brokers[BROKERS_MAX][URI_BYTES];
    size_t broker_count;
    const char *broker;       //  the one of them that is tried or serves
    zsock_t *socket;          //  DEALER to the broker's back
    zsock_t *feed;            //  PUB to the broker's feed-in; NULL before REGISTERED
    char files[URI_BYTES];    //  of the broker's files service; empty: there is none
    bool registered;
    bool unheard;    //  the broker's store is away: READY again at the next heartbeat, and what it did not
                     //  take
    int64_t heard_at, beat_at, back_off;    //  mono ms; ms
};

//  `list`: endpoints with commas between them. DMH_OK, or DMH_USAGE: it is no such list. Nothing is connected
//  yet.
int broker_link_open (struct broker_link *self, const char *list, const struct credential *credential,
                      struct error *error);
//  Lets the last messages leave. A link that was not opened is fine.
void broker_link_close (struct broker_link *self);

//  A fresh socket to the next broker of the list; READY has to follow. DMH_OK; DMH_USAGE: it is no endpoint;
//  DMH_INTERNAL: there is no socket to be had, and an old one stays, to be tried again after the back-off.
int broker_link_connect (struct broker_link *self, struct error *error);

//  The broker has answered READY: its endpoints are taken over.
void broker_link_register (struct broker_link *self, const struct registered *registered);

//  Sends without waiting; a full queue means that the broker is away, and what matters is said again.
void broker_link_send (struct broker_link *self, const struct shape *shape, const void *message);

//  One message of the broker, yours to destroy once `frame`, which borrows from it, is done with. NULL: there
//  is none, or none that can be read, which is logged.
zmsg_t *broker_link_receive (struct broker_link *self, struct frame *frame);

//  Publishes an event's body under its topic, where there is a feed.
void broker_link_publish (struct broker_link *self, const char *topic, const void *body, size_t n);

//  Whether a heartbeat is due.
bool broker_link_beats (const struct broker_link *self, int64_t now);

//  Whether the broker has been silent for too long. Then the time until another connection is tried is set:
//  broker_link_connect.
bool broker_link_is_silent (struct broker_link *self, int64_t now);

//  How long nothing is due, at least 0.
int broker_link_wait_ms (const struct broker_link *self, int64_t now);

#endif
