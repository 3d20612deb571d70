//  commit.c: see commit.h.
#include "broker/commit.h"

#include "broker/follows.h"
#include "broker/jobs/split.h"
#include "broker/opening.h"
#include "broker/publisher.h"
#include "broker/splits.h"
#include "broker/upkeep/file_sweep.h"
#include "messages/base/clock.h"
#include "messages/base/log.h"
#include "messages/base/metrics.h"

//  A job that is in the store already.
static void s_open (struct broker *self, const struct job_record *record, const struct queue_terms *terms)
{
    struct error error = {.code = DMH_OK};
    int rc = record->follows ? follows_take_in (self, record, &error) : opening_give (self, record, terms, 0);
    if (rc == DMH_OK)
        return;
    log_event (LOG_LEVEL_ERROR, "job.not_queued", record->job, record->correlation, "error",
               error.code ? error.text : "out of memory; the broker tries again", NULL);
    self->recovery.unknown = true;
}

static void s_open_new (struct broker *self)
{
    size_t count;
    const struct store_job *jobs = turn_opened (self->turn, &count);
    for (size_t i = 0; i < count; i++) {
        const struct job_record *record = &jobs[i].record;
        struct queue_terms terms = queue_terms_of (&jobs[i]);
        s_open (self, record, &terms);
        if (split_is_part (record)) {
            split_progress_add (self->splits.progress, record, jobs[i].options.task);
            continue;
        }
        log_event (LOG_LEVEL_INFO, "job.accepted", record->job, record->correlation, NULL);
        if (record->parts)
            log_event (LOG_LEVEL_INFO, "job.split", record->job, record->correlation,
                       LOG_NUMBER ("parts", record->parts), NULL);
        self->counters.submitted++;
        metrics_add (METRIC_JOBS_SUBMITTED, 0, 1);
        publisher_tell (self, record);
    }
}

//  One that was cancelled in the same turn stays so.
static void s_open_again (struct broker *self, const struct job_record *record,
                          const struct queue_terms *reopened)
{
    if (!job_state_is (record->state, JOB_QUEUED))
        return;
    s_open (self, record, reopened);
    file_sweep_reopened (self, record->job);
    if (split_is_part (record))
        return;
    if (split_is_whole (record) && splits_take_in (self, record, TASK_WRITE, NULL) != DMH_OK)
        log_event (LOG_LEVEL_WARNING, "job.progress_unknown", record->job, record->correlation, NULL);
    log_event (LOG_LEVEL_INFO, "job.retried", record->job, record->correlation, NULL);
    self->counters.retried++;
    metrics_add (METRIC_JOBS_RETRIED, 0, 1);
}

int commit_turn (struct broker *self, struct error *error)
{
    int64_t began = clock_mono_us ();
    int rc = turn_commit (self->turn, error);
    metrics_observe (METRIC_STORE_COMMIT_SECONDS, (uint64_t) (clock_mono_us () - began));
    if (rc != DMH_OK) {
        metrics_add (METRIC_STORE_ERRORS, 0, 1);
        quota_undo (self->quota);
        return rc;
    }
    quota_keep (self->quota);
    const struct job_record *record;
    for (size_t i = 0; (record = turn_changed (self->turn, i)); i++)
        if (!job_state_is (record->state, JOB_QUEUED) && !job_state_is (record->state, JOB_RUNNING))
            follow_ended (self->follow, record->job,
                          job_state_is (record->state, JOB_DONE) && !record->removal_at);
    s_open_new (self);
    for (size_t i = 0; (record = turn_changed (self->turn, i)); i++) {
        const struct queue_terms *reopened = turn_reopened (self->turn, i);
        if (reopened)
            s_open_again (self, record, reopened);
        split_progress_change (self->splits.progress, record);
        if (split_is_part (record) && job_state_is (record->state, JOB_DONE) && !record->removal_at)
            publisher_tell_split (self, record->part_of);
        if (!record->fetched_at)    //  else nothing else has changed: it was done before
            publisher_tell (self, record);
        if (!job_state_is (record->state, JOB_QUEUED) && !job_state_is (record->state, JOB_RUNNING))
            quota_end (self->quota, record->job);
    }
    struct undelivered_order order;
    for (size_t i = 0; turn_undelivered (self->turn, i, &order); i++)
        dispatcher_undelivered (self->dispatcher, order.worker, order.job, order.attempt);
    turn_clear (self->turn);
    return DMH_OK;
}
