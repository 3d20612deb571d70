//  open_job.h: one open job as the dispatcher sees it. It is in one place at a time: queued or
//  waiting out a back-off (queue), or at a member with a lease.
#ifndef DMH_BROKER_DISPATCH_OPEN_JOB_H
#define DMH_BROKER_DISPATCH_OPEN_JOB_H

#include "messages/work.h"

//  What is to become of a job when its attempt is over.
enum intent {
    INTENT_RESULT,    //  to be done; tried again where it may be
    INTENT_END,       //  cancelled while it ran: it holds its slot until the worker lets go
    INTENT_AGAIN      //  cancelled and then retried while the old attempt still holds its slot
};

struct lane;
struct pool_member;

struct open_job {
    char job[ID_BYTES];
    int64_t priority;
    uint64_t sequence;
    uint64_t attempt;                   //  number of the last one given
    unsigned tries;                     //  attempts that count against the limit
    uint64_t deaths;                    //  of workers while it ran
    uint64_t dead[DEATHS_MAX];          //  those of them that this broker missed, hashed; 0: none
    int64_t stall_ms, time_limit_ms;    //  see struct opening
    bool abandoned;    //  not the job any more, only its attempt, which holds a slot until the worker lets go
    bool alone;        //  where it runs, nothing else may
    enum intent intent;
    int64_t stopped_at;                                //  when the intent became another than INTENT_RESULT
    int64_t lease_end;                                 //  unless a heartbeat names it before
    int64_t began_at;                                  //  when the attempt was given
    int64_t moved_at;                                  //  when it last got on
    uint64_t moved;                                    //  as the worker said then
    uint64_t beat;                                     //  the last heartbeat that named it
    struct lane *lane;                                 //  of jobs that need the same
    struct lane *next_lane;                            //  INTENT_AGAIN: when that is over; else NULL
    struct pool_member *member;                        //  where it runs; NULL when it does not
    struct open_job *before, *after;                   //  others at that member
    struct open_job *blamed_before, *blamed_after;     //  others that are blamed, see struct dispatcher
    int64_t due;                                       //  end of its lease, or of its back-off
    size_t in_queue, in_alone, in_later, in_leases;    //  places in the heaps
};

//  Whether it is only to run where nothing else does.
static inline bool open_job_wants_alone (const struct open_job *self)
{
    return self->deaths >= DEATHS_ALONE;
}

//  Which of two comes first where both may run: higher priority, then the order of submission.
static inline bool open_job_before (const void *a, const void *b)
{
    const struct open_job *x = a, *y = b;
    return x->priority != y->priority ? x->priority > y->priority : x->sequence < y->sequence;
}

#endif
