//  published.h: lines that are to be published, in their order.
#ifndef DMH_CLIENT_BRIDGE_PUBLISHED_H
#define DMH_CLIENT_BRIDGE_PUBLISHED_H

#include "client/bridge/context.h"

struct published;

struct published *published_new (void);                //  NULL: out of memory
void published_destroy (struct published **self_p);    //  takes NULL

//  A change of a job of a message. What has no memory is left out, as a change that is lost costs nothing.
void published_add (struct published *self, const struct delivery *delivery, const struct event *event);

//  Publishes all of them; they are gone in any case. As the queue's publish.
int published_flush (struct published *self, const struct queue *queue, void *to, struct error *error);

#endif
