//  broker.h: the broker as an actor: sockets and loop around the dispatcher and the store.
#ifndef DMH_BROKER_BROKER_H
#define DMH_BROKER_BROKER_H

#include <czmq.h>

#include "broker/config.h"

//  actor_new (broker_actor, &config); config is borrowed until the actor is destroyed. On the pipe comes
//  ("ssssss") "READY", front, back, feed_in, feed, files as bound (with real ports; files empty without
//  one); or ("sis") "FAILED", code, sentence.
//  With a store that another broker has, ("s") "STANDBY" comes, and READY when that one is gone; a broker
//  that loses its store to another stands by again in the same way.
//  It takes ("s888888") "RELOAD", queue_max, client_jobs, client_bytes, client_rate, keep_days, keep_bytes:
//  these hold from now on, and the keys are read again; and "$TERM": leaves at once, with everything
//  acknowledged in the store.
void broker_actor (zsock_t *pipe, void *config);

#endif
