//  event_feed.h: the broker's feed of events, for any number of listeners: one SUB socket, which the
//  exchange's thread owns. Who listens hears each event of its job, or of all, in that thread, while the feed
//  is locked: it never waits there. An event is a job's whole state, so that a listener keeps the last one
//  alone.
#ifndef DMH_CLIENT_GATEWAY_BROKER_EVENT_FEED_H
#define DMH_CLIENT_GATEWAY_BROKER_EVENT_FEED_H

#include <czmq.h>

#include "messages/event.h"
#include "messages/keys/credential.h"

enum { FEED_LISTENERS_MAX = 2048, FEED_TICK_MS = 15000 };

typedef struct event_feed event_feed_t;

struct event_listener {
    char job[ID_BYTES];         //  empty: all jobs,
    char owner[OWNER_BYTES];    //  of that one; empty: of everybody
    //  `event` is borrowed; NULL: nothing came for FEED_TICK_MS, or (`ended`) nothing will come any more.
    void (*heard) (void *context, const struct event *event, bool ended);
    //  Whether it may listen any longer; asked by event_feed_review. NULL: it may.
    bool (*stays) (void *context);
    void *context;
    //  The feed's.
    char topic[EVENT_OWNER_TOPIC_BYTES];
    size_t topic_bytes;
    struct event_listener *following;
};

//  `credential` is borrowed. NULL: out of memory.
event_feed_t *event_feed_new (const struct credential *credential);
void event_feed_destroy (event_feed_t **self_p);    //  takes NULL; without listeners

//  Any thread. false: there are FEED_LISTENERS_MAX, or it is closed. The listener is borrowed until
//  event_feed_unlisten; after that it is not called.
bool event_feed_listen (event_feed_t *self, struct event_listener *listener);
void event_feed_unlisten (event_feed_t *self, struct event_listener *listener);

//  Any thread. Those that may not listen any longer hear the end.
void event_feed_review (event_feed_t *self);

//  Of the exchange's thread. The feed is at `endpoint` from now on, of a broker that may be another one.
void event_feed_connect (event_feed_t *self, const char *endpoint);
zsock_t *
event_feed_socket (const event_feed_t *self);    //  NULL: nowhere yet; borrowed until event_feed_connect
//  Tells the broker whose events are wanted now.
void event_feed_subscribe (event_feed_t *self);
//  Takes what has come.
void event_feed_take (event_feed_t *self);
void event_feed_tick (event_feed_t *self, int64_t now);    //  mono ms
//  All listeners hear that nothing comes any more.
void event_feed_close (event_feed_t *self);

#endif
