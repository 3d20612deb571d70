//  rabbitmq_lock.h: what one bridge at a time may have: an exclusive queue of RabbitMQ's, which goes with its
//  connection, so that a bridge that dies leaves none locked.
#ifndef DMH_CLIENT_BRIDGE_ENGINES_RABBITMQ_LOCK_H
#define DMH_CLIENT_BRIDGE_ENGINES_RABBITMQ_LOCK_H

#include "client/bridge/engines/rabbitmq_link.h"

//  Waits for it, at most QUEUE_ANSWER_MS. `channel` is open and for this alone. DMH_OK; DMH_UNAVAILABLE:
//  another has it all the while; or as rabbitmq_link_said.
int rabbitmq_lock_take (rabbitmq_link_t *link, unsigned channel, const char *name, struct error *error);
int rabbitmq_lock_release (rabbitmq_link_t *link, unsigned channel, const char *name, struct error *error);

#endif
