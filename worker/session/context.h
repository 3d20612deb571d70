//  context.h: what the parts of a session share: its configuration, its link to the broker, its slots. One
//  thread.
#ifndef DMH_WORKER_SESSION_CONTEXT_H
#define DMH_WORKER_SESSION_CONTEXT_H

#include "worker/rules/schema/catalog.h"
#include "worker/session/broker_link.h"
#include "worker/session/config.h"
#include "worker/session/slot.h"
#include "worker/session/uploader.h"

struct session {
    const struct session_config *config;
    zsock_t *pipe;
    char worker[ID_BYTES];
    char host[NAME_BYTES];
    struct broker_link link;
    harmonizers_t *harmonizers;
    uploader_t *uploader;
    commit_group_t *group;    //  of the slots
    route_t *route;           //  to the files service of the broker that it is registered with
    catalog_t *catalog;
    struct slot *slots;    //  all open
    size_t slot_count;
    bool draining;
};

#endif
