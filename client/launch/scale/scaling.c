//  scaling.c: see scaling.h.
#include "client/launch/scale/scaling.h"

static size_t s_in (const struct scaling_view *view, enum scaling_state state)
{
    size_t count = 0;
    for (size_t i = 0; i < view->count; i++)
        count += view->workers[i].state == state;
    return count;
}

static void s_note_idle (struct scaling_view *view, int64_t now)
{
    for (size_t i = 0; i < view->count; i++) {
        struct scaling_worker *worker = &view->workers[i];
        worker->drain = false;
        if (worker->state != SCALING_WORKS || worker->busy)
            worker->idle_since = 0;
        else if (!worker->idle_since)
            worker->idle_since = now;
    }
}

//  Jobs for which no slot is free, and none comes with a worker that is starting.
static uint64_t s_unserved (const struct scaling_limits *limits, const struct scaling_view *view)
{
    uint64_t free = view->slots > view->busy ? view->slots - view->busy : 0;
    uint64_t served = free + s_in (view, SCALING_STARTING) * limits->slots;
    return view->queued > served ? view->queued - served : 0;
}

static size_t s_least (size_t a, size_t b)
{
    return a < b ? a : b;
}

//  As many as the jobs want that have waited for a while; up to `min` at once.
static size_t s_start (const struct scaling *self, const struct scaling_limits *limits,
                       const struct scaling_view *view, uint64_t unserved, int64_t now)
{
    size_t have = s_in (view, SCALING_STARTING) + s_in (view, SCALING_WORKS);
    size_t lack = have < limits->min ? limits->min - have : 0;
    size_t room = limits->max > view->count ? limits->max - view->count : 0;
    if (unserved && now - self->waiting_since >= SCALING_WAIT_MS) {
        uint64_t wanted = (unserved + limits->slots - 1) / limits->slots;
        lack = wanted > lack ? (wanted < room ? (size_t) wanted : room) : lack;
    }
    return now < self->refused_until ? 0 : s_least (lack, room);
}

static struct scaling_worker *s_longest_idle (const struct scaling_view *view, int64_t before)
{
    struct scaling_worker *found = NULL;
    for (size_t i = 0; i < view->count; i++) {
        struct scaling_worker *worker = &view->workers[i];
        if (!worker->drain && worker->idle_since && worker->idle_since <= before &&
            (!found || worker->idle_since < found->idle_since))
            found = worker;
    }
    return found;
}

//  Those beyond `min` that have had nothing to do, while nothing waits. More than `max` have to go, too, but
//  none in the middle of a job.
static void s_drain (const struct scaling_limits *limits, const struct scaling_view *view, int64_t now)
{
    size_t works = s_in (view, SCALING_WORKS), alive = works + s_in (view, SCALING_STARTING);
    for (size_t left = works; left > 0; left--, alive--) {
        bool beyond = alive > limits->max;
        struct scaling_worker *worker =
            beyond ? s_longest_idle (view, now) : s_longest_idle (view, now - limits->idle_ms);
        if (!worker || alive <= limits->min)
            return;
        worker->drain = true;
    }
}

size_t scaling_decide (struct scaling *self, const struct scaling_limits *limits, struct scaling_view *view,
                       int64_t now)
{
    s_note_idle (view, now);
    uint64_t unserved = s_unserved (limits, view);
    if (!unserved)
        self->waiting_since = 0;
    else if (!self->waiting_since)
        self->waiting_since = now;
    size_t start = s_start (self, limits, view, unserved, now);
    if (start == 0 && view->queued == 0)
        s_drain (limits, view, now);
    return start;
}

void scaling_refused (struct scaling *self, int64_t now)
{
    self->refused_ms = self->refused_ms ? self->refused_ms * 2 : SCALING_REFUSED_MS;
    if (self->refused_ms > SCALING_REFUSED_MOST)
        self->refused_ms = SCALING_REFUSED_MOST;
    self->refused_until = now + self->refused_ms;
}

void scaling_came (struct scaling *self)
{
    self->refused_ms = self->refused_until = 0;
}
