//  dispatcher.h: which job runs where: queue, workers, slots, leases, retries. A pure state machine: no
//  socket, no clock, no I/O; the time (monotonic ms) is an argument, what has to be done comes out as
//  actions. One thread. It knows open jobs alone; what ended
//  is the store's.
#ifndef DMH_BROKER_DISPATCH_DISPATCHER_H
#define DMH_BROKER_DISPATCH_DISPATCHER_H

#include "broker/dispatch/action.h"
#include "broker/dispatch/needs.h"
#include "broker/dispatch/worker_totals.h"

typedef struct dispatcher dispatcher_t;

//  An open job as it is put in: new, from the store after a restart, or retried.
struct opening {
    const char *job;
    int64_t priority;     //  higher first
    uint64_t sequence;    //  then the smaller
    uint64_t attempt;     //  number of the last attempt; 0: none yet
    unsigned tries;
    const char *worker;    //  NULL: queued; else running there, and given `lease_ms` to say so
    uint64_t deaths;       //  of workers while they ran it
    //  An attempt that by its worker's heartbeats has not got on for so long is taken from it, a try; one
    //  that has run for so long ends the job. 0: for ever.
    int64_t stall_ms, time_limit_ms;
    int64_t ran_ms;               //  where it runs: for how long already
    const struct needs *needs;    //  of its worker; NULL: nothing
};

//  `attempts`: tries after which a job fails, at least 1. NULL when out of memory.
dispatcher_t *dispatcher_new (unsigned attempts);
void dispatcher_destroy (dispatcher_t **self_p);

//  DMH_OK, or DMH_INTERNAL out of memory with nothing changed. A job that is open already stays as it is. One
//  whose cancelled attempt still holds its slot is queued as soon as that is over.
int dispatcher_open (dispatcher_t *self, const struct opening *opening, int64_t lease_ms, int64_t now);

//  A worker's messages. READY, HEARTBEAT, RESULT and FAIL are signs of its life.
//  ready: DMH_OK, or DMH_INTERNAL out of memory. Attempts it names are kept where they are still its own,
//  and stopped where not. Once draining it stays so for its life.
int dispatcher_ready (dispatcher_t *self, const struct ready *ready, int64_t now);
//  false: the worker is not registered and should register anew.
bool dispatcher_heartbeat (dispatcher_t *self, const char *worker, const struct running_job *running,
                           size_t count, int64_t now);
//  true: the attempt is the current one and the job is closed with this; false: throw it away.
bool dispatcher_result (dispatcher_t *self, const char *worker, const char *job, uint64_t attempt,
                        int64_t now);
//  false: not the current attempt. The consequence (queued again, failed) comes as an action, now or after a
//  back-off.
bool dispatcher_fail (dispatcher_t *self, const char *worker, const struct fail *fail, int64_t now);
void dispatcher_drain (dispatcher_t *self, const char *worker);
void dispatcher_bye (dispatcher_t *self, const char *worker, int64_t now);

//  The JOB of this attempt could not be sent: the job goes back to the queue, nothing counts against it, and
//  the worker gets nothing more until it is heard again.
void dispatcher_undelivered (dispatcher_t *self, const char *worker, const char *job, uint64_t attempt);

//  true: the job was open and is closed now; where it runs, an ACTION_STOP comes, and the slot is free when
//  the worker fails the attempt, hands it in, leaves it out of a heartbeat or lets its lease end.
bool dispatcher_cancel (dispatcher_t *self, const char *job, int64_t now);

//  Expires leases and workers, ends back-offs, gives jobs to free slots. What a dead worker ran goes back to
//  the queue and loses no try; a job that DEATHS_ALONE workers died with is given only to a worker without
//  another, which gets none beside it, and fails as `poison` when that one dies, too. A worker that registers
//  again was not dead, and is not counted any more.
void dispatcher_tick (dispatcher_t *self, int64_t now);
//  The time by which dispatcher_tick has to be called again; INT64_MAX: not before something happens.
int64_t dispatcher_deadline (const dispatcher_t *self);

//  The next thing to do, in order; false when there is none.
bool dispatcher_action (dispatcher_t *self, struct action *out);

//  For STATS.
struct worker_totals dispatcher_totals (const dispatcher_t *self);
//  For WORKERS. Calls `each` for every registered worker (times in monotonic ms).
struct worker_state {
    const struct ready *ready;
    size_t busy;
    int64_t since, last_heard;
    bool draining;
};
void dispatcher_workers (dispatcher_t *self, void (*each) (void *context, const struct worker_state *),
                         void *context);
//  Why a job waits that no worker which is registered can ever take; false, and an empty sentence: it runs,
//  or somebody can.
bool dispatcher_why (const dispatcher_t *self, const char *job, char out[SENTENCE_BYTES]);
//  Whether one worker that is registered has the words of all of those needs.
bool dispatcher_can (const dispatcher_t *self, const struct needs *needs, size_t count);
//  Jobs that are queued or running.
size_t dispatcher_open_count (const dispatcher_t *self);

#endif
