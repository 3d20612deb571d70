//  member.h: one worker as the dispatcher sees it, with its slots, its memory and the open jobs it holds.
#ifndef DMH_BROKER_DISPATCH_MEMBER_H
#define DMH_BROKER_DISPATCH_MEMBER_H

#include "broker/dispatch/open_job.h"

struct profile;

//  One that was never heard (it ran a job when the broker died) is not registered: it gets nothing.
struct pool_member {
    struct ready ready;    //  without its lists
    bool registered, draining;
    bool unreachable;    //  a message to it could not be sent: nothing more until it is heard again
    size_t busy;
    size_t alone;    //  of those that it holds, how many suffer nothing beside them
    struct open_job *held;
    struct profile *profile;    //  of those that can the same; NULL before it is registered
    uint64_t memory;            //  for all its jobs; UINT64_MAX: it does not say
    uint64_t taken;             //  of that, by those that it holds
    int64_t since, last_heard;
    uint64_t given;                        //  when it was last given a job, counted in jobs
    uint64_t order;                        //  of arrival
    size_t in_free, in_there, in_heard;    //  places in the heaps
};

static inline size_t pool_member_slots (const struct pool_member *self)
{
    return self->ready.slots > self->busy ? (size_t) self->ready.slots - self->busy : 0;
}

//  Memory that is left; of who does not say how much there is, all of it.
static inline uint64_t pool_member_room (const struct pool_member *self)
{
    return self->memory == UINT64_MAX   ? UINT64_MAX
           : self->memory > self->taken ? self->memory - self->taken
                                        : 0;
}

//  Which of two takes the next job: most memory left, most free slots, least recently given one.
static inline bool pool_member_goes_before (const void *a, const void *b)
{
    const struct pool_member *x = a, *y = b;
    uint64_t p = pool_member_room (x), q = pool_member_room (y);
    size_t n = pool_member_slots (x), m = pool_member_slots (y);
    if (p != q)
        return p > q;
    if (n != m)
        return n > m;
    return x->given != y->given ? x->given < y->given : x->order < y->order;
}

//  Which of two is kept for a job that there is no room for: the larger one, then the one with more room.
static inline bool pool_member_is_larger (const void *a, const void *b)
{
    const struct pool_member *x = a, *y = b;
    return x->memory != y->memory ? x->memory > y->memory : pool_member_goes_before (a, b);
}

#endif
