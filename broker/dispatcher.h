//  dispatcher.h: which job runs where: queue, workers, slots, leases, retries. A pure state machine: no
//  socket, no clock, no I/O; the time (monotonic ms) is an argument, what has to be done comes out as
//  actions. Called by the broker's loop and by simulations. It knows open jobs alone; what ended is the
//  store's.
#ifndef DMH_DISPATCHER_H
#define DMH_DISPATCHER_H

#include "../messages/work.h"

typedef struct dispatcher dispatcher_t;

enum action_sort {
    ACTION_GIVE,      //  send JOB (job, attempt) to worker; the job is running now: persist and tell
    ACTION_STOP,      //  send CANCEL (job, attempt) to worker
    ACTION_QUEUED,    //  the job went back to the queue: persist and tell
    ACTION_FAILED     //  the job has failed, reason in `code` and `message`: persist and tell
};

struct action {
    enum action_sort sort;
    char job[ID_BYTES], worker[ID_BYTES];
    uint64_t attempt;
    unsigned tries;    //  attempts that count against the limit so far
    char code[WORD_BYTES];
    char message[SENTENCE_BYTES];
};

//  An open job as it is put in: new, from the store after a restart, or retried.
struct opening {
    const char *job;
    int64_t priority;     //  higher first
    uint64_t sequence;    //  then the smaller
    uint64_t attempt;     //  number of the last attempt; 0: none yet
    unsigned tries;
    const char *worker;    //  NULL: queued; else running there, and given `lease_ms` to say so
};

//  `attempts`: tries after which a job fails. NULL when out of memory.
dispatcher_t *dispatcher_new (unsigned attempts);
void dispatcher_destroy (dispatcher_t **self_p);

//  0, or DMH_INTERNAL out of memory. A job that is open already stays as it is.
int dispatcher_open (dispatcher_t *self, const struct opening *opening, int64_t lease_ms, int64_t now);

//  A worker's messages. heartbeat: false for a worker that is not registered (it should register anew).
int dispatcher_ready (dispatcher_t *self, const struct ready *ready, int64_t now);
bool dispatcher_heartbeat (dispatcher_t *self, const char *worker, const struct running_job *running,
                           size_t count, int64_t now);
//  true: the attempt is the current one and the job is closed with this; false: throw it away.
bool dispatcher_result (dispatcher_t *self, const char *worker, const char *job, uint64_t attempt,
                        int64_t now);
//  false: not the current attempt. The consequence (queued again, failed) comes as an action, at once or
//  after a back-off.
bool dispatcher_fail (dispatcher_t *self, const char *worker, const struct fail *fail, int64_t now);
void dispatcher_drain (dispatcher_t *self, const char *worker);
void dispatcher_bye (dispatcher_t *self, const char *worker, int64_t now);

//  true: the job was open and is closed now; where it runs, an ACTION_STOP comes.
bool dispatcher_cancel (dispatcher_t *self, const char *job, int64_t now);

//  Expires leases and workers, ends back-offs, gives jobs to free slots.
void dispatcher_tick (dispatcher_t *self, int64_t now);
//  The time by which dispatcher_tick has to be called again; INT64_MAX: not before something happens.
int64_t dispatcher_deadline (const dispatcher_t *self);

//  The next thing to do, in order; false when there is none.
bool dispatcher_action (dispatcher_t *self, struct action *out);

//  For WORKERS and STATS. Calls `each` for every registered worker (times in monotonic ms).
struct worker_state {
    const struct ready *ready;
    size_t busy;
    int64_t since, last_heard;
    bool draining;
};
void dispatcher_workers (dispatcher_t *self, void (*each) (void *context, const struct worker_state *),
                         void *context);
size_t dispatcher_open_count (const dispatcher_t *self);

#endif
