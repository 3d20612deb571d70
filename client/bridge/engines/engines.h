//  engines.h: the message queues that there are, a file each.
#ifndef DMH_CLIENT_BRIDGE_ENGINES_ENGINES_H
#define DMH_CLIENT_BRIDGE_ENGINES_ENGINES_H

#include "client/bridge/queue.h"

extern const struct queue redis_queue, rabbitmq_queue;

#endif
