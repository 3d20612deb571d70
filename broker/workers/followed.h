//  followed.h: the results of the jobs that a job follows, as they are handed over to the worker that runs
//  it.
#ifndef DMH_BROKER_WORKERS_FOLLOWED_H
#define DMH_BROKER_WORKERS_FOLLOWED_H

#include "broker/context.h"

//  Those from place `from` on, at most `most` (FOLLOWED_AT_ONCE), as many as fit into `bytes` of a body.
//  `user`: the key of the worker, for the tickets. *out [*count] is to be freed by followed_free. DMH_OK, or
//  the store's reason.
int followed_read (struct broker *self, const struct job_record *record, const char *user, uint64_t from,
                   size_t most, size_t bytes, struct followed_result **out, size_t *count,
                   struct error *error);
void followed_free (struct followed_result **out, size_t count);

//  FOLLOWED of a worker: answered with RESULTS for its current attempt. DMH_OK; DMH_NOT_FOUND: it has no such
//  attempt; or the store's reason.
int followed_take (struct broker *self, zframe_t *identity, const struct peer *peer,
                   const struct followed *asked, struct error *error);

#endif
