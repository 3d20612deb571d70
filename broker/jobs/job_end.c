//  job_end.c: see job_end.h.
#include "broker/jobs/job_end.h"

#include "messages/base/clock.h"
#include "messages/base/log.h"
#include "messages/base/metrics.h"

static const struct {
    const char *event;
    enum log_level level;
} ENDS[] = {
    [METRIC_END_DONE] = {"job.done", LOG_LEVEL_INFO},
    [METRIC_END_FAILED] = {"job.failed", LOG_LEVEL_WARNING},
    [METRIC_END_CANCELLED] = {"job.cancelled", LOG_LEVEL_INFO},
};

void job_end (struct job_record *record)
{
    const struct counts *counts = &record->counts;
    enum metric_end end = job_state_is (record->state, JOB_DONE)        ? METRIC_END_DONE
                          : job_state_is (record->state, JOB_CANCELLED) ? METRIC_END_CANCELLED
                                                                        : METRIC_END_FAILED;
    record->finished_at = clock_wall_ms ();
    metrics_add (METRIC_JOBS_ENDED, end, *record->part_of == 0);
    log_event (ENDS[end].level, ENDS[end].event, record->job, record->correlation, "name", record->name,
               "worker", record->worker,
               LOG_SECONDS ("seconds", record->started_at ? record->finished_at - record->started_at : 0),
               LOG_NUMBER ("bytes", record->bytes_done), LOG_NUMBER ("read", counts->read),
               LOG_NUMBER ("written", counts->written), LOG_NUMBER ("duplicates", counts->duplicates),
               LOG_NUMBER ("conflicts", counts->conflicts), LOG_NUMBER ("rejected", counts->rejected),
               end == METRIC_END_FAILED ? "code" : NULL, record->code, "error", record->message, NULL);
}
