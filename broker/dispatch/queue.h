//  queue.h: the jobs that wait: those that may run, each in the lane of what it needs, apart from them those
//  of which each is only to run alone, and those that wait out a back-off. Never owns an open job.
#ifndef DMH_BROKER_DISPATCH_QUEUE_H
#define DMH_BROKER_DISPATCH_QUEUE_H

#include "broker/dispatch/heap.h"
#include "broker/dispatch/open_job.h"

struct queue {
    struct heap later;
};

void queue_init (struct queue *self);
void queue_clear (struct queue *self);    //  frees its own memory

//  Room for `count` open jobs in all, so that putting one in does not fail. 0, or -1 out of memory.
int queue_reserve (struct queue *self, size_t count);

void queue_put (struct open_job *open_job);
//  Not before `due`.
void queue_put_later (struct queue *self, struct open_job *open_job, int64_t due);
//  Takes it out of wherever it waits.
void queue_remove (struct queue *self, struct open_job *open_job);

//  Ends the back-offs that are over.
void queue_wake (struct queue *self, int64_t now);
//  When the next back-off is over; INT64_MAX: none.
int64_t queue_deadline (const struct queue *self);

#endif
