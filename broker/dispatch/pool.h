//  pool.h: the workers, each a seat with its slots and the open_jobs it holds: who is there, who was silent
//  for too long, who takes the next job. Called by the dispatcher alone. Owns seats, never open_jobs.
#ifndef DMH_BROKER_DISPATCH_POOL_H
#define DMH_BROKER_DISPATCH_POOL_H

#include "broker/dispatch/heap.h"
#include "broker/dispatch/open_job.h"

#include <czmq.h>

//  One that was never heard (it ran a job when the broker died) is not registered: it gets nothing.
struct seat {
    struct ready ready;    //  without its lists
    bool registered, draining;
    bool unreachable;    //  a message to it could not be sent: nothing more until it is heard again
    size_t busy;
    struct open_job *held;
    int64_t since, last_heard;
    uint64_t given;                //  when it was last given a job, counted in jobs
    uint64_t order;                //  of arrival
    size_t in_choice, in_heard;    //  places in the heaps
};

struct roster {
    zhashx_t *seats;       //  by worker
    struct heap choice;    //  those that can take a job: most free slots, then least recently given one
    struct heap heard;     //  those registered: longest silence first
    uint64_t given, arrived;
};

int roster_init (struct roster *self);    //  0, or -1 out of memory
void roster_clear (struct roster *self);

//  The seat of that worker; NULL when there is none.
struct seat *roster_find (struct roster *self, const char *worker);
//  The same, made when missing; NULL when out of memory.
struct seat *roster_seat (struct roster *self, const char *worker);
//  Frees a seat that holds nothing.
void roster_remove (struct roster *self, struct seat *seat);

void roster_register (struct roster *self, struct seat *seat, const struct ready *ready, int64_t now);
void roster_heard (struct roster *self, struct seat *seat, int64_t now);
void roster_drain (struct roster *self, struct seat *seat);
void roster_unreachable (struct roster *self, struct seat *seat);

//  A open_job takes a slot and gives it back. `fresh`: the job is given now, not found running there.
void roster_hold (struct roster *self, struct seat *seat, struct open_job *open_job, bool fresh);
void roster_release (struct roster *self, struct open_job *open_job);

//  The seat that takes the next job; NULL when no slot is free.
struct seat *roster_choose (const struct roster *self);
//  A registered seat that has been silent for WORKER_SILENT_MS; NULL when none has.
struct seat *roster_silent (const struct roster *self, int64_t now);
//  When the next one will have been; INT64_MAX: never.
int64_t roster_deadline (const struct roster *self);

#endif
