//  retain.c: what ended long enough ago leaves: the workers that hold a result are asked to remove it, and
//  the job is forgotten. When, and which, is retention.c's. See state.h.
#include "../messages/base/clock.h"
#include "../messages/base/log.h"
#include "state.h"

struct asking_around {
    struct broker *broker;
    const struct job_record *record;
    size_t asked;
};

static bool s_ask_worker (void *context, const struct peer *peer)
{
    struct asking_around *asking = context;
    const struct job_record *record = asking->record;
    struct remove_result removal = {.attempt = record->attempt};
    if (!streq (peer->host, record->host))
        return false;
    memcpy (removal.job, record->job, sizeof removal.job);
    memcpy (removal.uri, record->result, sizeof removal.uri);
    asking->asked +=
        frame_send (asking->broker->back, peer->identity, &remove_result_shape, &removal, NULL) == DMH_OK;
    return false;
}

//  The worker that made it, or when it is gone every one of its host: it knows its own by the folder.
static bool s_ask (void *context, const struct job_record *record)
{
    struct asking_around asking = {.broker = context, .record = record};
    const struct peer *maker = peers_of_worker (asking.broker->peers, record->worker);
    if (maker)
        s_ask_worker (&asking, maker);
    else
        peers_any (asking.broker->peers, s_ask_worker, &asking);
    return asking.asked > 0;
}

static void s_gone (void *context, const struct leaving *leaving)
{
    struct broker *self = context;
    char bytes[24];
    snprintf (bytes, sizeof bytes, "%llu", (unsigned long long) leaving->bytes);
    log_event (LOG_LEVEL_INFO, "job.removed", leaving->job, leaving->correlation, "why",
               leaving->why == RETENTION_EXPIRED ? "keep-days" : "keep-bytes", "bytes", bytes, "host",
               leaving->host, NULL);
    feed_forget (self->feed, leaving->job);
    self->counters.removed++;
}

retention_t *retain_new (struct broker *self)
{
    return retention_new (self->store, &(struct retention_hands){self, s_ask, s_gone});
}

void retain_step (struct broker *self)
{
    struct error error = {.code = DMH_OK};
    if (self->clock_seen < retention_due (self->retention))
        return;
    if (retention_step (self->retention, self->clock_seen, clock_wall_ms (), &error) != DMH_OK)
        log_event (LOG_LEVEL_WARNING, "retention.failed", NULL, NULL, "error", error.text, NULL);
    size_t waiting = retention_waiting (self->retention);
    if (waiting == self->waiting_said || retention_due (self->retention) <= self->clock_seen)
        return;
    char jobs[24];
    snprintf (jobs, sizeof jobs, "%zu", waiting);
    self->waiting_said = waiting;
    if (waiting)
        log_event (LOG_LEVEL_WARNING, "retention.waits", NULL, NULL, "jobs", jobs, "why",
                   "no worker is connected on the hosts that have their results", NULL);
}
