//  lease.h: until when a running job is its worker's without another word of it. For the dispatcher alone.
#ifndef DMH_BROKER_DISPATCH_LEASE_H
#define DMH_BROKER_DISPATCH_LEASE_H

#include "broker/dispatch/state.h"

//  When its attempt has run for too long; INT64_MAX: never, or its worker has not come back yet.
int64_t lease_time_end (const struct open_job *open_job);

//  It is looked at again at `due`, or when its time is over.
void lease_watch (struct dispatcher *self, struct open_job *open_job, int64_t due);
void lease_renew (struct dispatcher *self, struct open_job *open_job, int64_t lease_ms, int64_t now);

#endif
