//  stage_clock.h: how long a thread of the pipeline works, and how long it waits for another stage while it
//  has a part in a pass; /metrics tells it. Reads the clock once a block and once a wait, never for a record.
//  One thread.
#ifndef DMH_WORKER_PIPELINE_THREADS_STAGE_CLOCK_H
#define DMH_WORKER_PIPELINE_THREADS_STAGE_CLOCK_H

#include "messages/base/metrics.h"

#include <stddef.h>

struct stage_clock {
    enum metric_stage stage;
    size_t passes;    //  that this thread has a part in; without one it idles, and nothing is counted
    enum { STAGE_IDLES, STAGE_WAITS, STAGE_WORKS } state;
    int64_t since;    //  mono us
};

//  A pass begins, or is over, for this thread.
void stage_clock_join (struct stage_clock *self);
void stage_clock_leave (struct stage_clock *self);
//  From now on it works; waits. Both count what was until now.
void stage_clock_work (struct stage_clock *self);
void stage_clock_wait (struct stage_clock *self);

#endif
