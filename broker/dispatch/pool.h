//  pool.h: the workers, each a member with its slots and the open jobs it holds: who is there, who was silent
//  for too long, who takes the next job. Owns members, never open jobs.
#ifndef DMH_BROKER_DISPATCH_POOL_H
#define DMH_BROKER_DISPATCH_POOL_H

#include "broker/dispatch/matching.h"
#include "broker/dispatch/member.h"
#include "broker/dispatch/worker_totals.h"

struct pool {
    zhashx_t *members;    //  by worker
    struct heap heard;    //  those registered: longest silence first
    struct matching matching;
    struct pool_member
        *reserved;    //  gets nothing until it is idle, for a job that is to run alone; or NULL
    uint64_t given, arrived;
    struct worker_totals totals;
};

int pool_init (struct pool *self);    //  0, or -1 out of memory
void pool_clear (struct pool *self);

//  The member of that worker; NULL when there is none.
struct pool_member *pool_find (struct pool *self, const char *worker);
//  The same, made when missing; NULL when out of memory.
struct pool_member *pool_take_in (struct pool *self, const char *worker);
//  Frees a member that holds nothing.
void pool_remove (struct pool *self, struct pool_member *member);

//  0; -1: out of memory, and the member is as it was.
int pool_register (struct pool *self, struct pool_member *member, const struct ready *ready, int64_t now);
void pool_heard (struct pool *self, struct pool_member *member, int64_t now);
void pool_drain (struct pool *self, struct pool_member *member);
void pool_unreachable (struct pool *self, struct pool_member *member);

//  An open job takes a slot and gives it back. `fresh`: the job is given now, not found running there.
void pool_hold (struct pool *self, struct pool_member *member, struct open_job *open_job, bool fresh);
void pool_release (struct pool *self, struct open_job *open_job);

//  The first job in order that a member can take now, and which; NULL when there is none. A job that all who
//  could take it have no memory left for is passed over, and one of those reserved for it.
struct pool_member *pool_choose (struct pool *self, struct open_job **open_job);
//  The member for a job that is to run alone: one that holds nothing. NULL when there is none; then the one
//  that holds the fewest is reserved.
struct pool_member *pool_choose_idle (struct pool *self, const struct open_job *open_job);
//  No job waits for an idle member.
void pool_unreserve (struct pool *self);
//  A registered member that has been silent for WORKER_SILENT_MS; NULL when none has.
struct pool_member *pool_silent (const struct pool *self, int64_t now);
//  When the next one will have been; INT64_MAX: never.
int64_t pool_deadline (const struct pool *self);

#endif
