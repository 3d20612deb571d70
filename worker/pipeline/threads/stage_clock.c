//  stage_clock.c: see stage_clock.h.
#include "worker/pipeline/threads/stage_clock.h"

#include "messages/base/clock.h"

static void s_count (struct stage_clock *self, int64_t now)
{
    int64_t us = now - self->since;
    if (us > 0 && self->state != STAGE_IDLES)
        metrics_add (self->state == STAGE_WORKS ? METRIC_WORKER_BUSY : METRIC_WORKER_WAITING, self->stage,
                     (uint64_t) us);
    self->since = now;
}

void stage_clock_work (struct stage_clock *self)
{
    s_count (self, clock_mono_us ());
    self->state = STAGE_WORKS;
}

void stage_clock_wait (struct stage_clock *self)
{
    if (self->state == STAGE_IDLES && !self->passes)
        return;
    s_count (self, clock_mono_us ());
    self->state = self->passes ? STAGE_WAITS : STAGE_IDLES;
}

void stage_clock_join (struct stage_clock *self)
{
    self->passes++;
}

void stage_clock_leave (struct stage_clock *self)
{
    if (self->passes)
        self->passes--;
    stage_clock_wait (self);
}
