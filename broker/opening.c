//  opening.c: see opening.h.
#include "broker/opening.h"

#include "messages/base/clock.h"

//  However it came into the store.
static uint64_t s_seconds (uint64_t seconds)
{
    return seconds < LIMIT_SECONDS_MOST ? seconds : LIMIT_SECONDS_MOST;
}

int opening_give (struct broker *self, const struct job_record *record, const struct queue_terms *terms,
                  unsigned tries)
{
    bool runs = job_state_is (record->state, JOB_RUNNING);
    int64_t ran_ms = runs ? clock_wall_ms () - record->started_at : 0;
    uint64_t stall_seconds = terms->stall_seconds ? terms->stall_seconds : STALL_SECONDS;
    struct opening opening = {.job = record->job,
                              .priority = terms->priority,
                              .sequence = terms->sequence,
                              .stall_ms = (int64_t) s_seconds (stall_seconds) * 1000,
                              .time_limit_ms = (int64_t) s_seconds (terms->time_limit) * 1000,
                              .ran_ms = ran_ms > 0 ? ran_ms : 0,
                              .attempt = record->attempt,
                              .tries = tries,
                              .deaths = record->deaths,
                              .needs = &terms->needs,
                              .worker = runs ? record->worker : NULL};
    //  Twice the usual time, so that its worker can find the broker again.
    return dispatcher_open (self->dispatcher, &opening, 2 * (int64_t) LEASE_MS, self->now);
}
