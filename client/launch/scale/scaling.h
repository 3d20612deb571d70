//  scaling.h: how many workers there should be: starts some while jobs wait, and lets idle ones go after a
//  while. Pure: no socket, no clock, no engine; the time (monotonic ms) is an argument.
#ifndef DMH_CLIENT_LAUNCH_SCALE_SCALING_H
#define DMH_CLIENT_LAUNCH_SCALE_SCALING_H

#include "messages/job.h"
#include "messages/keys/key.h"

enum {
    SCALING_WAIT_MS = 3000,          //  jobs have waited for so long before workers are started for them
    SCALING_REFUSED_MS = 5000,       //  after an engine's refusal, twice as long after the next one,
    SCALING_REFUSED_MOST = 300000    //  and so long at most
};

struct scaling_limits {
    size_t min, max;    //  workers, max counting those that are about to leave
    uint64_t slots;     //  of a worker that would be started
    int64_t idle_ms;    //  without a job, after which it may go
};

//  A worker that is scaled; others only count with their slots.
struct scaling_worker {
    char name[KEY_NAME_BYTES];
    enum scaling_state {
        SCALING_STARTING,    //  launched, not registered yet
        SCALING_WORKS,
        SCALING_LEAVES    //  drains
    } state;
    uint64_t busy;         //  slots with a job
    int64_t idle_since;    //  kept by scaling_decide; 0: it has a job
    bool drain;            //  decided: it is to leave
};

//  What is seen at one moment.
struct scaling_view {
    uint64_t queued;         //  jobs that wait
    uint64_t slots, busy;    //  of all workers that take jobs, scaled or not
    struct scaling_worker *workers;
    size_t count;
};

//  What is remembered; begins with zeros.
struct scaling {
    int64_t waiting_since;    //  0: no job waits that no worker is there for
    int64_t refused_until, refused_ms;
};

//  How many workers are to be started now; whose `drain` is set is to leave: never one with a job, and the
//  one that is idle longest first. Never both at once.
size_t scaling_decide (struct scaling *self, const struct scaling_limits *limits, struct scaling_view *view,
                       int64_t now);

//  The engine did not start what was decided, or what it started did not come.
void scaling_refused (struct scaling *self, int64_t now);
//  A worker has come.
void scaling_came (struct scaling *self);

#endif
