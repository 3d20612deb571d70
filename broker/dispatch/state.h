//  state.h: what the dispatcher's own files share. Every job that has not ended is in the queue, or at a
//  member of the pool with a lease here.
#ifndef DMH_BROKER_DISPATCH_STATE_H
#define DMH_BROKER_DISPATCH_STATE_H

#include "broker/dispatch/actions.h"
#include "broker/dispatch/pool.h"
#include "broker/dispatch/queue.h"
#include "messages/base/table.h"

struct dispatcher {
    unsigned attempts;
    struct table open_jobs;     //  by job
    size_t ended;               //  those that only wait for their slot (INTENT_END)
    struct open_job *blamed;    //  those that a death of which this broker knows is counted against
    size_t abandoned;           //  attempts that hold a slot and are no open job's any more
    struct queue queue;
    struct pool pool;
    struct heap leases;
    uint64_t beat;
    actions_t *actions;
};

#endif
