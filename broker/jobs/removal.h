//  removal.h: jobs that were asked to leave for good. The worker that holds a result removes it, the files
//  service what no other job (with keys: of the same one) names, then the store forgets the job; until then
//  its row says that it leaves, so that a broker that dies in between goes on. Knows the store, no socket and
//  no clock.
#ifndef DMH_BROKER_JOBS_REMOVAL_H
#define DMH_BROKER_JOBS_REMOVAL_H

#include <czmq.h>

#include "broker/store/store.h"

typedef struct removal removal_t;

enum { REMOVAL_AGAIN_MS = 10000 };    //  until a worker that did not answer, or was away, is asked again

struct removal_actions {
    void *context;
    //  Asks for the removal of a result; removal_hear tells its end. false: nobody is there to be asked.
    bool (*ask) (void *context, const struct job_record *record);
    //  Files belong to the keys that jobs' owners begin with: each is taken from the leaving job's alone.
    bool by_owner;
    //  Has files thrown away: SHA-256, by_owner "SHA256 KEY" (of nobody an empty one), → int64_t, until when
    //  (wall ms) a use of it counts for nobody else. They are taken over; removal_swept tells the end. false:
    //  nothing keeps files here.
    bool (*sweep) (void *context, zhashx_t **files);
    //  The store has forgotten the job.
    void (*gone) (void *context, const struct job_record *record);
};

//  The store and the context are borrowed. NULL when out of memory.
removal_t *removal_new (store_t *store, const struct removal_actions *actions);
void removal_destroy (removal_t **self_p);

//  A job was asked to leave, or a worker has come. `now`: monotonic ms, as below.
void removal_wake (removal_t *self, int64_t now);

//  The result of that attempt is no more, says a worker of `host`. What was not asked for changes nothing.
void removal_hear (removal_t *self, const char *job, uint64_t attempt, const char *host);

//  The files that `sweep` was given are gone, or could not be removed.
void removal_swept (removal_t *self, bool removed, int64_t now);

//  A little of what is to be done, in groups of its own: no other may be open. DMH_OK; else the store's
//  reason, nothing was forgotten, and it is tried again.
int removal_step (removal_t *self, int64_t now, struct error *error);

//  When removal_step has something to do; INT64_MAX: never.
int64_t removal_due (const removal_t *self);

#endif
