//  replay.h: which queued jobs new subscribers are to be told of: those whose topics begin as they have asked
//  for. A walk over the store, a few a turn of the loop, however many wait; whoever comes meanwhile is told
//  by the next one, all of them together. No socket: what is to be told is given back.
#ifndef DMH_BROKER_JOBS_REPLAY_H
#define DMH_BROKER_JOBS_REPLAY_H

#include "broker/store/store.h"

typedef struct replay replay_t;

replay_t *replay_new (store_t *store);    //  NULL when out of memory; the store is borrowed
void replay_destroy (replay_t **self_p);

//  Somebody has subscribed to topics that begin so (n bytes), and not to one job's alone.
void replay_add (replay_t *self, const void *prefix, size_t n);
//  Whether there is more to be told.
bool replay_goes_on (const replay_t *self);
//  The next few: looks at `limit` jobs at most, and calls `each` for those that are asked for. DMH_OK, or the
//  store's reason; then the same ones come again.
int replay_step (replay_t *self, size_t limit, void (*each) (void *context, const struct job_record *record),
                 void *context, struct error *error);

#endif
