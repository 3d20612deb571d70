//  context.h: what the parts of the bridge share. One thread.
#ifndef DMH_CLIENT_BRIDGE_CONTEXT_H
#define DMH_CLIENT_BRIDGE_CONTEXT_H

#include "client/bridge/config.h"
#include "client/bridge/delivery.h"
#include "client/connection/connection.h"

enum { LATER_MS = 500, LATER_MOST_MS = 30000 };    //  of who waits to try again, doubled each time

//  One end of the bridge: there, or looked for again after a while that doubles.
struct reach {
    bool there;
    int64_t again_at, patience;    //  mono ms
    char said[512];                //  the last reason why not, so that it is logged once
};

struct bridge {
    const struct bridge_config *config;
    void *queue;    //  what config->queue opened
    struct reach queue_reach, broker_reach;
    connection_t *connection;    //  NULL: none was reached yet
    deliveries_t *deliveries;
    struct published *published;    //  changes that are to be published, in their order
    bool draining, over;
    int64_t drain_until;
    bool busy;    //  something was done in this turn, so the next one comes at once
};

#endif
