//  outgoing.c: see outgoing.h.
#include "worker/session/outgoing.h"

#include "messages/base/clock.h"
#include "messages/base/disk.h"
#include "messages/event.h"
#include "messages/version.h"
#include "worker/session/capabilities.h"

#include <unistd.h>

//  out [SLOTS_MAX]; returns their number.
static size_t s_running (const struct session *self, struct running_job *out)
{
    size_t count = 0;
    for (size_t i = 0; i < self->slot_count; i++) {
        const struct slot *slot = &self->slots[i];
        if (slot->state == SLOT_FREE)
            continue;
        memcpy (out[count].job, slot->order.job, sizeof out[count].job);
        out[count].attempt = slot->order.attempt;
        out[count].moved = slot->moved;
        out[count++].bytes_done = slot->bytes_done;
    }
    return count;
}

void outgoing_ready (struct session *self)
{
    struct running_job running[SLOTS_MAX];
    struct word fetches[] = {{FETCH_S3}};
    struct capabilities can;
    capabilities_of (self->config, self->catalog, &can);
    struct ready ready = {.pid = (uint64_t) getpid (),
                          .slots = self->slot_count,
                          .threads = harmonizers_threads (self->harmonizers),
                          .kinds = can.kinds,
                          .kinds_count = can.kinds_count,
                          .formats = can.formats,
                          .formats_count = can.formats_count,
                          .writes = can.writes,
                          .writes_count = can.writes_count,
                          .tasks = can.tasks,
                          .tasks_count = can.tasks_count,
                          .fetches = fetches,
                          .fetches_count = data_roots_have_objects (self->config->roots),
                          .memory = self->config->memory,
                          .version = DMH_VERSION,
                          .running = running,
                          .running_count = s_running (self, running)};
    memcpy (ready.worker, self->worker, sizeof ready.worker);
    memcpy (ready.host, self->host, sizeof ready.host);
    //  Who may read nothing there shares no disk, nor does one who may read too many folders to name them.
    const data_roots_t *roots = self->config->roots;
    if (!roots || (!data_roots_is_empty (roots) && data_roots_list (roots, ready.roots, sizeof ready.roots)))
        disk_name (ready.disk);
    broker_link_send (&self->link, &ready_shape, &ready);
}

void outgoing_heartbeat (struct session *self)
{
    struct running_job running[SLOTS_MAX];
    struct heartbeat heartbeat = {running, s_running (self, running)};
    broker_link_send (&self->link, &heartbeat_shape, &heartbeat);
}

void outgoing_end (struct session *self, const struct slot *slot)
{
    if (slot->state == SLOT_DONE)
        broker_link_send (&self->link, &result_shape, &slot->result);
    else if (slot->state == SLOT_FAILED)
        broker_link_send (&self->link, &fail_shape, &slot->fail);
}

static void s_follow (struct session *self, const struct slot *slot, uint64_t from, bool bring)
{
    struct followed asked = {.attempt = slot->order.attempt, .from = from, .bring = bring};
    memcpy (asked.job, slot->order.job, sizeof asked.job);
    broker_link_send (&self->link, &followed_shape, &asked);
}

void outgoing_gather (struct session *self, const struct slot *slot)
{
    if (slot->state == SLOT_GATHERING)
        s_follow (self, slot, slot->order.followed_count, false);
}

void outgoing_bring (struct session *self, const struct slot *slot, uint64_t place)
{
    s_follow (self, slot, place, true);
}

void outgoing_give_back (struct session *self, const struct job_order *order, const char *why)
{
    struct fail fail = {
        .attempt = order->attempt, .code = "unavailable", .retryable = true, .returned = true};
    memcpy (fail.job, order->job, sizeof fail.job);
    snprintf (fail.message, sizeof fail.message, "%s", why);
    broker_link_send (&self->link, &fail_shape, &fail);
}

void outgoing_unknown (struct session *self, const struct stop_job *stop)
{
    struct fail fail = {.attempt = stop->attempt, .code = "cancelled", .message = "it does not run here"};
    memcpy (fail.job, stop->job, sizeof fail.job);
    broker_link_send (&self->link, &fail_shape, &fail);
}

void outgoing_drain (struct session *self)
{
    struct drain drain = {.worker = ""};
    broker_link_send (&self->link, &drain_shape, &drain);
}

void outgoing_bye (struct session *self)
{
    struct bye bye = {.worker = ""};
    broker_link_send (&self->link, &bye_shape, &bye);
}

void outgoing_progress (struct session *self, const struct slot *slot, const struct runner_news *news)
{
    struct event event = {.state = "running",
                          .attempt = slot->order.attempt,
                          .bytes_done = news->bytes_done,
                          .bytes_total = news->bytes_total,
                          .counts = news->counts,
                          .records_per_second = news->records_per_second,
                          .eta_ms = -1,
                          .at = clock_wall_ms ()};
    int64_t elapsed = clock_mono_ms () - slot->started_at;
    if (news->bytes_done && elapsed > 0)
        event.eta_ms = (int64_t) ((double) (news->bytes_total - news->bytes_done) * (double) elapsed /
                                  (double) news->bytes_done);
    memcpy (event.job, slot->order.job, sizeof event.job);
    memcpy (event.correlation, slot->order.correlation, sizeof event.correlation);
    memcpy (event.name, slot->order.input.name, sizeof event.name);
    memcpy (event.kind, news->kind, sizeof event.kind);
    memcpy (event.worker, self->worker, sizeof event.worker);
    void *body = NULL;
    size_t n = 0;
    char topic[EVENT_TOPIC_BYTES];
    if (!self->link.feed || shape_encode (&event_shape, &event, &body, &n, NULL) != DMH_OK)
        return;
    event_topic (event.job, topic);
    broker_link_publish (&self->link, topic, body, n);
    free (body);
}
