//  queue.h: the jobs that wait: those that may run, higher priority first and then in order of submission,
//  and those that wait out a back-off. Called by the dispatcher alone. Never owns a open_job.
#ifndef DMH_BROKER_DISPATCH_QUEUE_H
#define DMH_BROKER_DISPATCH_QUEUE_H

#include "broker/dispatch/heap.h"
#include "broker/dispatch/open_job.h"

struct backlog {
    struct heap queue, later;
};

void backlog_init (struct backlog *self);
void backlog_clear (struct backlog *self);    //  frees its own memory

//  Room for `count` open_jobs in all, so that putting one in does not fail. 0, or -1 out of memory.
int backlog_reserve (struct backlog *self, size_t count);

void backlog_put (struct backlog *self, struct open_job *open_job);
//  Not before `due`.
void backlog_put_later (struct backlog *self, struct open_job *open_job, int64_t due);
//  Takes it out of wherever it waits.
void backlog_remove (struct backlog *self, struct open_job *open_job);

//  The next to run; NULL when none may. Stays in.
struct open_job *backlog_first (const struct backlog *self);

//  Ends the back-offs that are over.
void backlog_wake (struct backlog *self, int64_t now);
//  When the next back-off is over; INT64_MAX: none.
int64_t backlog_deadline (const struct backlog *self);

#endif
