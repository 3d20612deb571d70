//  state.h: what the broker's loop, its front and its back share. Private to broker.c, front.c and back.c;
//  one thread.
#ifndef DMH_STATE_H
#define DMH_STATE_H

#include "../messages/frame.h"
#include "broker.h"
#include "dispatcher.h"
#include "feed.h"
#include "store/store.h"
#include "turn.h"

struct broker {
    const struct broker_config *config;
    zsock_t *front, *back, *feed_in, *feed_out;
    char broker_id[ID_BYTES];
    char feed_in_endpoint[URI_BYTES], feed_endpoint[URI_BYTES];
    store_t *store;
    dispatcher_t *dispatcher;
    feed_t *feed;
    turn_t *turn;
    zhashx_t *workers;       //  worker id → zframe_t *, the identity it was last heard under
    zhashx_t *worker_ids;    //  identity in hex → worker id
    struct counters counters;
    size_t queue_max;
    bool stalled;    //  the last commit failed; said once
};

//  front.c: one message of a client. `identity` is borrowed.
void front_take (struct broker *self, zframe_t *identity, zmsg_t *message);

//  back.c: one message of a worker; one action of the dispatcher.
void back_take (struct broker *self, zframe_t *identity, zmsg_t *message);
void back_act (struct broker *self, const struct action *action);

//  broker.c: an ERROR answer, counted and logged.
void broker_refuse (struct broker *self, zsock_t *to, zframe_t *identity, const char *request,
                    const struct error *error);

#endif
