//  lease.c: see lease.h.
#include "broker/dispatch/lease.h"

//  A worker that has just come back may hold the result.
int64_t lease_time_end (const struct open_job *open_job)
{
    const struct pool_member *member = open_job->member;
    if (!open_job->time_limit_ms || open_job->intent != INTENT_RESULT || !member->registered)
        return INT64_MAX;
    int64_t end = open_job->began_at + open_job->time_limit_ms, back = member->since + LEASE_MS;
    return open_job->began_at < member->since && end < back ? back : end;
}

void lease_watch (struct dispatcher *self, struct open_job *open_job, int64_t due)
{
    int64_t time_end = lease_time_end (open_job);
    heap_remove (&self->leases, open_job);
    open_job->due = due < time_end ? due : time_end;
    heap_put (&self->leases, open_job);
}

void lease_renew (struct dispatcher *self, struct open_job *open_job, int64_t lease_ms, int64_t now)
{
    open_job->lease_end = now + lease_ms;
    lease_watch (self, open_job, open_job->lease_end);
}
