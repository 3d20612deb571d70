//  expiry.c: see expiry.h.
#include "broker/upkeep/expiry.h"

#include "broker/workers/result_host.h"
#include "messages/base/clock.h"
#include "messages/base/log.h"

static bool s_ask (void *context, const struct job_record *record)
{
    struct remove_result removal = {.attempt = record->attempt};
    memcpy (removal.job, record->job, sizeof removal.job);
    memcpy (removal.uri, record->result, sizeof removal.uri);
    return result_host_ask (context, record, &remove_result_shape, &removal);
}

static void s_gone (void *context, const struct leaving *leaving)
{
    struct broker *self = context;
    log_event (LOG_LEVEL_INFO, "job.removed", leaving->job, leaving->correlation, "why",
               leaving->why == RETENTION_EXPIRED ? "keep-days" : "keep-bytes",
               LOG_NUMBER ("bytes", leaving->bytes), "host", leaving->host, NULL);
    feed_forget (self->publisher.feed, leaving->job);
    follow_ended (self->follow, leaving->job, false);
    self->counters.removed++;
}

static bool s_needs (void *context, const char *job)
{
    return follow_needs (((struct broker *) context)->follow, job);
}

retention_t *expiry_new (struct broker *self)
{
    return retention_new (self->store, &(struct retention_actions){self, s_ask, s_gone, s_needs});
}

void expiry_step (struct broker *self)
{
    struct error error = {.code = DMH_OK};
    if (self->clock_seen < retention_due (self->retention))
        return;
    if (retention_step (self->retention, self->clock_seen, clock_wall_ms (), &error) != DMH_OK)
        log_event (LOG_LEVEL_WARNING, "retention.failed", NULL, NULL, "error", error.text, NULL);
    size_t waiting = retention_waiting (self->retention);
    if (waiting == self->waiting_logged || retention_due (self->retention) <= self->clock_seen)
        return;
    self->waiting_logged = waiting;
    if (waiting)
        log_event (LOG_LEVEL_WARNING, "retention.waits", NULL, NULL, LOG_NUMBER ("jobs", waiting), "why",
                   "no worker is connected on the hosts that have their results", NULL);
}
