//  config.h: what the bridge is told at its start.
#ifndef DMH_CLIENT_BRIDGE_CONFIG_H
#define DMH_CLIENT_BRIDGE_CONFIG_H

#include "client/bridge/queue.h"
#include "messages/keys/credential.h"

struct bridge_config {
    const char *broker;    //  its front, or a list
    const struct credential *credential;
    const struct queue *queue;
    struct queue_config queue_config;
    const char *data_roots;    //  folders of inputs, as input_source_roots; NULL: no paths
    int64_t drain_ms;
    int signals;    //  readable when it is to end: at first after what it holds, at the second time at once
};

#endif
