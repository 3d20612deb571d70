//  broker_link.h: the session's connection to its broker: what is sent there, and what comes from there
//  decoded and acted upon. Private to session.c (the loop around it) and link.c; one thread.
#ifndef DMH_WORKER_SESSION_BROKER_LINK_H
#define DMH_WORKER_SESSION_BROKER_LINK_H

#include "worker/rules/schema/catalog.h"
#include "worker/session/session.h"
#include "worker/session/slot.h"
#include "worker/session/uploader.h"

enum {
    FRAME_BYTES_MAX = 2 * 1024 * 1024,
    QUEUE_MESSAGES = 1000,    //  high-water mark; a full queue means that the broker is away
    BROKERS_MAX = 8,
    BACK_OFF_FIRST_MS = 250,
    BACK_OFF_MOST_MS = 4000,
    GOODBYE_MS = 1000    //  for the last messages to leave
};

struct session {
    const struct session_config *config;
    zsock_t *pipe;
    char brokers[BROKERS_MAX][URI_BYTES];
    size_t broker_count;
    const char *broker;    //  the one of them that is tried or serves
    zsock_t *link;         //  DEALER to the broker's back
    zsock_t *progress;     //  PUB to the broker's feed-in; NULL before REGISTERED
    char worker[ID_BYTES];
    char host[NAME_BYTES];
    char files[URI_BYTES];    //  of the broker's files service; empty: there is none
    harmonizers_t *harmonizers;
    uploader_t *uploader;    //  NULL: results are not handed over
    catalog_t *catalog;
    struct slot *slots;    //  all open
    size_t slot_count;
    bool registered, draining;
    bool unheard;    //  the broker's store is away: READY again at the next heartbeat, and what it did not
                     //  take
    int64_t heard_at, beat_at, back_off;
};

//  Sends without waiting; a full queue means that the broker is away, and what matters is said again.
void broker_link_send (struct session *self, const struct shape *shape, const void *message);

//  A fresh socket to the next broker of the list, and READY on it. DMH_OK; DMH_USAGE: it is no endpoint;
//  DMH_INTERNAL: there is no socket to be had, and an old one stays, to be tried again after the back-off.
int broker_link_connect (struct session *self, struct error *error);

//  READY with all that runs here; when it is answered, results that were not acknowledged are handed in.
void broker_link_register (struct session *self);

//  Takes one message of the broker.
void broker_link_take (struct session *self);

//  The attempts that run here or are not acknowledged: out [SLOTS_MAX]; their number.
size_t broker_link_running (const struct session *self, struct running_job *out);

//  Hands in what a slot's runner has ended with; it stays there until it is acknowledged.
void broker_link_hand_in (struct session *self, const struct slot *slot);

//  FAIL returned: the job goes back to the queue at once.
void broker_link_give_back (struct session *self, const struct job_order *order, const char *why);

#endif
