//  removals.c: see removals.h.
#include "broker/upkeep/removals.h"

#include "broker/workers/result_host.h"
#include "messages/base/log.h"

static bool s_ask (void *context, const struct job_record *record)
{
    struct remove_result removal = {.attempt = record->attempt};
    memcpy (removal.job, record->job, sizeof removal.job);
    memcpy (removal.uri, record->result, sizeof removal.uri);
    return result_host_ask (context, record, &remove_result_shape, &removal);
}

static bool s_sweep (void *context, zhashx_t **files)
{
    struct broker *self = context;
    if (!self->files)
        return false;
    files_remove (self->files, files);
    return true;
}

static void s_gone (void *context, const struct job_record *record)
{
    struct broker *self = context;
    log_event (LOG_LEVEL_INFO, "job.removed", record->job, record->correlation, "why", "asked", "by",
               record->removal_by, "host", record->host, NULL);
    feed_forget (self->publisher.feed, record->job);
    follow_ended (self->follow, record->job, false);
    self->counters.removed++;
}

removal_t *removals_new (struct broker *self)
{
    return removal_new (self->store, &(struct removal_actions){.context = self,
                                                               .by_owner = self->authorization != NULL,
                                                               .ask = s_ask,
                                                               .sweep = s_sweep,
                                                               .gone = s_gone});
}

void removals_step (struct broker *self)
{
    struct error error = {.code = DMH_OK};
    bool removed;
    if (self->files && files_told (self->files, &removed))
        removal_swept (self->removal, removed, self->clock_seen);
    if (self->clock_seen >= removal_due (self->removal) &&
        removal_step (self->removal, self->clock_seen, &error) != DMH_OK)
        log_event (LOG_LEVEL_WARNING, "removal.failed", NULL, NULL, "error", error.text, NULL);
}
