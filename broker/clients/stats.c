//  stats.c: see stats.h.
#include "broker/clients/stats.h"

#include "messages/base/clock.h"
#include "messages/base/metrics.h"

enum { HOUR_MS = 60 * 60 * 1000 };

//  What the broker keeps, and on how much room: the disks of the store, where it is a file, and of the files.
static int s_add_room (const struct broker *self, struct counters *counters, struct error *error)
{
    const struct broker_config *config = self->config;
    const char *paths[] = {strncmp (config->store, "sqlite:", 7) == 0 ? config->store + 7 : NULL,
                           self->files ? config->files_dir : NULL};
    int rc = store_result_bytes (self->store, &counters->kept_bytes, error);
    if (self->files)
        counters->kept_bytes += files_bytes (self->files);
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
        uint64_t left = paths[i] ? disk_free (paths[i]) : 0;
        if (left && (!counters->disk_free || left < counters->disk_free))
            counters->disk_free = left;
    }
    return rc;
}

static int s_add_recent (const struct broker *self, const char *owner, struct counters *counters,
                         struct error *error)
{
    struct store_recent recent;
    int rc = store_recent (self->store, owner, clock_wall_ms () - HOUR_MS, &recent, error);
    if (rc != DMH_OK)
        return rc;
    counters->done_hour = recent.done;
    counters->failed_hour = recent.failed;
    counters->oldest_at = recent.oldest_at;
    return DMH_OK;
}

//  The gauges stand at what is answered.
static void s_set_gauges (const struct counters *counters)
{
    uint64_t busy = counters->busy < counters->slots ? counters->busy : counters->slots;
    metrics_set (METRIC_JOBS, METRIC_JOB_QUEUED, counters->queued);
    metrics_set (METRIC_JOBS, METRIC_JOB_RUNNING, counters->running);
    metrics_set (METRIC_JOBS, METRIC_JOB_DONE, counters->done);
    metrics_set (METRIC_JOBS, METRIC_JOB_FAILED, counters->failed);
    metrics_set (METRIC_JOBS, METRIC_JOB_CANCELLED, counters->cancelled);
    metrics_set (METRIC_OLDEST_QUEUED, 0,
                 counters->oldest_at > 0 ? (uint64_t) counters->oldest_at / 1000 : 0);
    metrics_set (METRIC_WORKERS, 0, counters->workers);
    metrics_set (METRIC_SLOTS, METRIC_SLOT_BUSY, busy);
    metrics_set (METRIC_SLOTS, METRIC_SLOT_FREE, counters->slots - busy);
    metrics_set (METRIC_KEPT_BYTES, 0, counters->kept_bytes);
    metrics_set (METRIC_DISK_FREE, 0, counters->disk_free);
}

//  `owner`: whose jobs; NULL: everybody's, and the room that is left.
static int s_count (struct broker *self, const char *owner, struct counters *counters, struct error *error)
{
    uint64_t jobs[JOB_STATE_COUNT];
    int rc = turn_flush (self->turn, error);
    if (rc == DMH_OK)
        rc = store_counts (self->store, owner, jobs, error);
    if (rc == DMH_OK)
        rc = s_add_recent (self, owner, counters, error);
    if (rc == DMH_OK && !owner)
        rc = s_add_room (self, counters, error);
    if (rc != DMH_OK)
        return rc;
    counters->queued = jobs[JOB_QUEUED];
    counters->running = jobs[JOB_RUNNING];
    counters->done = jobs[JOB_DONE];
    counters->failed = jobs[JOB_FAILED];
    counters->cancelled = jobs[JOB_CANCELLED];
    struct worker_totals totals = dispatcher_totals (self->dispatcher);
    counters->workers = totals.workers;
    counters->slots = totals.slots;
    counters->busy = totals.busy;
    if (!owner)
        s_set_gauges (counters);
    return DMH_OK;
}

int stats_counters (struct client_request *request, const void *message, struct error *error)
{
    (void) message;
    struct broker *self = request->broker;
    //  How busy the broker was is everybody's jobs' story.
    struct counters counters =
        request->all ? self->counters : (struct counters){.started_at = self->counters.started_at};
    memcpy (counters.request, request->request, sizeof counters.request);
    int rc = s_count (self, request->all ? NULL : request->owner, &counters, error);
    if (rc != DMH_OK)
        return rc;
    bool opened = turn_opens (self->turn) > 0;
    return (opened ? request_answer_opened : request_answer) (request, &counters_shape, &counters, error);
}

int stats_gauges (struct broker *self, struct error *error)
{
    struct counters counters = self->counters;
    return s_count (self, NULL, &counters, error);
}
