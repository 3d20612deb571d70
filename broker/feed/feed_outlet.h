//  feed_outlet.h: the XPUB by which publications leave. A subscriber that does not read loses what its queue
//  has no room for, and nobody waits for it. ZeroMQ says nothing about that; here it is counted, once each
//  time that a queue runs full (METRIC_FEED_OVERFLOWS).
#ifndef DMH_BROKER_FEED_FEED_OUTLET_H
#define DMH_BROKER_FEED_FEED_OUTLET_H

#include <czmq.h>

#include "broker/feed/feed.h"

//  Makes a new XPUB ready for feed_outlet_send.
void feed_outlet_prepare (zsock_t *out);
//  Sends by its topic, and by that of its owner where it has one, to every subscriber that has room for it.
//  Does not wait.
void feed_outlet_send (zsock_t *out, const struct publication *publication);

#endif
