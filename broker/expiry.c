//  expiry.c: what ended long enough ago leaves: the workers that hold a result are asked to remove it, and
//  the job is forgotten. When, and which, is retention.c's. Also: workers are asked to leave a result with
//  the broker for somebody who cannot reach it. See broker/context.h.
#include "broker/context.h"
#include "messages/base/clock.h"
#include "messages/base/log.h"
#include "messages/uri.h"

struct asking_around {
    struct broker *broker;
    const struct job_record *record;
    const struct shape *shape;    //  what they are asked
    const void *message;
    size_t asked;
};

static bool s_ask_worker (void *context, const struct peer *peer)
{
    struct asking_around *asking = context;
    if (streq (peer->host, asking->record->host))
        asking->asked +=
            frame_send (asking->broker->back, peer->identity, asking->shape, asking->message, NULL) == DMH_OK;
    return false;
}

//  The worker that made it, or when it is gone every one of its host: it knows its own by the folder.
static bool s_ask_around (struct broker *self, const struct job_record *record, const struct shape *shape,
                          const void *message)
{
    struct asking_around asking = {self, record, shape, message, 0};
    const struct peer *maker = peers_of_worker (self->peers, record->worker);
    if (maker)
        s_ask_worker (&asking, maker);
    else
        peers_any (self->peers, s_ask_worker, &asking);
    return asking.asked > 0;
}

static bool s_ask (void *context, const struct job_record *record)
{
    struct remove_result removal = {.attempt = record->attempt};
    memcpy (removal.job, record->job, sizeof removal.job);
    memcpy (removal.uri, record->result, sizeof removal.uri);
    return s_ask_around (context, record, &remove_result_shape, &removal);
}

int expiry_bring (struct broker *self, const struct job_record *record, struct error *error)
{
    struct hand_over order = {
        .attempt = record->attempt, .outputs = record->outputs, .outputs_count = record->outputs_count};
    if (!streq (record->state, job_state_word (JOB_DONE)))
        return error_set (error, DMH_CONFLICT, "the job is %s; only one that is done has a result",
                          record->state);
    if (!self->files)
        return error_set (error, DMH_UNAVAILABLE, "the broker keeps no files; its --files is off");
    memcpy (order.job, record->job, sizeof order.job);
    memcpy (order.uri, record->result, sizeof order.uri);
    if (uri_is_stored (record->result))
        return DMH_OK;
    if (s_ask_around (self, record, &hand_over_shape, &order)) {
        log_event (LOG_LEVEL_INFO, "result.wanted", record->job, record->correlation, "host", record->host,
                   NULL);
        return DMH_OK;
    }
    return error_set (error, DMH_NOT_FOUND,
                      "the result is on host %s, of which no worker is connected; try again later",
                      *record->host ? record->host : "(not known)");
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

retention_t *expiry_new (struct broker *self)
{
    return retention_new (self->store, &(struct retention_hands){self, s_ask, s_gone});
}

void expiry_step (struct broker *self)
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
