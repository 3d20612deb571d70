//  broker_link.c: see broker_link.h.
#include "worker/session/broker_link.h"

#include "messages/base/clock.h"
#include "messages/base/log.h"
#include "messages/codec/frame.h"
#include "messages/request.h"
#include "messages/sockets/socket.h"
#include "messages/uri.h"
#include "messages/version.h"
#include "worker/pipeline/harmonizers.h"
#include "worker/results/attempt_folder.h"
#include "worker/rules/schema/catalog.h"

#include <unistd.h>

void broker_link_send (struct session *self, const struct shape *shape, const void *message)
{
    struct error error;
    if (frame_send (self->link, NULL, shape, message, &error) == DMH_OK)
        return;
    self->unheard = true;    //  said again with the next heartbeat
    log_event (LOG_LEVEL_DEBUG, "link.full", NULL, NULL, "error", error.text, NULL);
}

//  The attempts that run here, for READY and HEARTBEAT.
size_t broker_link_running (const struct session *self, struct running_job *out)
{
    size_t count = 0;
    for (size_t i = 0; i < self->slot_count; i++) {
        const struct slot *slot = &self->slots[i];
        if (slot->state == SLOT_FREE)
            continue;
        memcpy (out[count].job, slot->order.job, sizeof out[count].job);
        out[count].attempt = slot->order.attempt;
        out[count++].bytes_done = slot->bytes_done;
    }
    return count;
}

void broker_link_register (struct session *self)
{
    struct running_job running[SLOTS_MAX];
    struct word formats[] = {{"csv"}, {"json"}};
    struct word kinds[16];
    struct ready ready = {.pid = (uint64_t) getpid (),
                          .slots = self->slot_count,
                          .threads = harmonizers_threads (self->harmonizers),
                          .kinds = kinds,
                          .formats = formats,
                          .formats_count = 2,
                          .version = DMH_VERSION,
                          .running = running,
                          .running_count = broker_link_running (self, running)};
    for (; ready.kinds_count < catalog_size (self->catalog) && ready.kinds_count < 16; ready.kinds_count++)
        snprintf (kinds[ready.kinds_count].word, WORD_BYTES, "%.31s",
                  catalog_at (self->catalog, ready.kinds_count)->name);
    memcpy (ready.worker, self->worker, sizeof ready.worker);
    memcpy (ready.host, self->host, sizeof ready.host);
    //  Who may read nothing there shares no disk.
    if (!self->config->roots || !data_roots_is_empty (self->config->roots))
        disk_name (ready.disk);
    broker_link_send (self, &ready_shape, &ready);
}

//  A fresh socket: what an old one still holds for a broker that is gone must not arrive late.
int broker_link_connect (struct session *self, struct error *error)
{
    int64_t most = FRAME_BYTES_MAX;
    self->registered = false;
    self->heard_at = clock_mono_ms ();
    zsock_t *fresh = socket_new (ZMQ_DEALER);
    if (!fresh)
        return error_set (error, DMH_INTERNAL, "a socket to the broker cannot be made: %s", strerror (errno));
    zsock_destroy (&self->link);
    self->link = fresh;
    zsock_set_linger (self->link, GOODBYE_MS);
    zsock_set_sndhwm (self->link, QUEUE_MESSAGES);
    zsock_set_rcvhwm (self->link, QUEUE_MESSAGES);
    zmq_setsockopt (zsock_resolve (self->link), ZMQ_MAXMSGSIZE, &most, sizeof most);
    size_t last =
        self->broker ? (size_t) (self->broker - self->brokers[0]) / URI_BYTES : self->broker_count - 1;
    self->broker = self->brokers[(last + 1) % self->broker_count];
    if (credential_show (self->config->credential, self->link) != 0 ||
        zsock_connect (self->link, "%s", self->broker) != 0)
        return error_set (error, DMH_USAGE, "%s is no endpoint; write tcp://HOST:PORT", self->broker);
    broker_link_register (self);
    return DMH_OK;
}

void broker_link_hand_in (struct session *self, const struct slot *slot)
{
    if (slot->state == SLOT_DONE)
        broker_link_send (self, &result_shape, &slot->result);
    else if (slot->state == SLOT_FAILED)
        broker_link_send (self, &fail_shape, &slot->fail);
}

static void s_registered (struct session *self, const struct frame *frame)
{
    struct registered registered;
    if (registered_decode (frame->body, frame->body_bytes, &registered, NULL) != DMH_OK)
        return;
    if (!self->registered)
        log_event (LOG_LEVEL_INFO, "worker.registered", NULL, NULL, "broker", self->broker, NULL);
    self->registered = true;
    self->back_off = BACK_OFF_FIRST_MS;
    char endpoint[URI_BYTES];
    uri_seen_from (registered.feed, self->broker, endpoint);
    uri_seen_from (registered.files, self->broker, self->files);
    zsock_destroy (&self->progress);
    self->progress = socket_new (ZMQ_PUB);
    if (self->progress) {
        zsock_set_sndhwm (self->progress, QUEUE_MESSAGES);
        zsock_set_linger (self->progress, 0);
        if (credential_show (self->config->credential, self->progress) != 0 ||
            zsock_connect (self->progress, "%s", endpoint) != 0)
            zsock_destroy (&self->progress);
    }
    self->unheard = false;
    for (size_t i = 0; i < self->slot_count; i++)
        broker_link_hand_in (self, &self->slots[i]);
    if (self->draining) {
        struct drain drain = {.worker = ""};
        broker_link_send (self, &drain_shape, &drain);
    }
}

void broker_link_give_back (struct session *self, const struct job_order *order, const char *why)
{
    struct fail fail = {
        .attempt = order->attempt, .code = "unavailable", .retryable = true, .returned = true};
    memcpy (fail.job, order->job, sizeof fail.job);
    snprintf (fail.message, sizeof fail.message, "%s", why);
    broker_link_send (self, &fail_shape, &fail);
}

static struct slot *s_find (struct session *self, const char *job, uint64_t attempt)
{
    for (size_t i = 0; i < self->slot_count; i++)
        if (self->slots[i].state != SLOT_FREE && streq (self->slots[i].order.job, job) &&
            self->slots[i].order.attempt == attempt)
            return &self->slots[i];
    return NULL;
}

static struct slot *s_free_slot (struct session *self)
{
    for (size_t i = 0; i < self->slot_count; i++)
        if (self->slots[i].state == SLOT_FREE)
            return &self->slots[i];
    return NULL;
}

static void s_take_job (struct session *self, const struct frame *frame)
{
    struct job_order order;
    struct error error = {.code = DMH_OK};
    if (job_order_decode (frame->body, frame->body_bytes, &order, &error) != DMH_OK) {
        log_event (LOG_LEVEL_WARNING, "frame.refused", NULL, NULL, "error", error.text, NULL);
        return;
    }
    if (order.options.block_bytes == 0)
        order.options.block_bytes = self->config->block_bytes;
    struct assignment terms = {.catalog = self->catalog,
                               .roots = self->config->roots,
                               .results = self->config->results,
                               .files = self->files,
                               .credential = self->config->credential};
    struct slot *slot = s_find (self, order.job, order.attempt) ? NULL : s_free_slot (self);
    if (s_find (self, order.job, order.attempt))
        log_event (LOG_LEVEL_DEBUG, "job.known", order.job, order.correlation, NULL);
    else if (!slot || self->draining)
        broker_link_give_back (self, &order, "the worker takes nothing new");
    else if (slot_start (slot, &order, &terms, &error) != DMH_OK)
        broker_link_give_back (self, &order, error.text);
    else
        log_event (LOG_LEVEL_INFO, "job.started", slot->order.job, slot->order.correlation, NULL);
    job_order_clear (&order);
}

static void s_take_ack (struct session *self, const struct frame *frame)
{
    struct result_ack ack;
    if (result_ack_decode (frame->body, frame->body_bytes, &ack, NULL) != DMH_OK)
        return;
    struct slot *slot = s_find (self, ack.job, ack.attempt);
    if (!slot || slot->state == SLOT_RUNNING)
        return;
    log_event (LOG_LEVEL_INFO, ack.accepted ? "result.accepted" : "result.refused", ack.job,
               slot->order.correlation, NULL);
    if (slot->state == SLOT_DONE && !ack.accepted)
        slot_discard (slot);
    slot_clear (slot);
}

static void s_take_stop (struct session *self, const struct frame *frame)
{
    struct stop_job stop;
    if (stop_job_decode (frame->body, frame->body_bytes, &stop, NULL) != DMH_OK)
        return;
    struct slot *slot = s_find (self, stop.job, stop.attempt);
    if (slot && slot->state == SLOT_RUNNING)
        slot_cancel (slot);
    else if (!slot) {
        //  It ended here already, and the broker has not heard: say so again.
        struct fail fail = {.attempt = stop.attempt, .code = "cancelled", .message = "it does not run here"};
        memcpy (fail.job, stop.job, sizeof fail.job);
        broker_link_send (self, &fail_shape, &fail);
    } else    //  its acknowledgement was not understood here
        broker_link_hand_in (self, slot);
}

//  What runs here, or is not acknowledged, stays.
static void s_take_removal (struct session *self, const struct frame *frame)
{
    struct remove_result removal;
    struct error error = {.code = DMH_OK};
    if (remove_result_decode (frame->body, frame->body_bytes, &removal, &error) != DMH_OK) {
        log_event (LOG_LEVEL_WARNING, "frame.refused", NULL, NULL, "error", error.text, NULL);
        return;
    }
    struct removed removed = {.attempt = removal.attempt};
    memcpy (removed.job, removal.job, sizeof removed.job);
    int rc = s_find (self, removal.job, removal.attempt)
                 ? error_set (&error, DMH_CONFLICT, "the attempt is not over here")
                 : attempt_folder_remove (self->config->results, &removal, &error);
    removed.removed = rc == DMH_OK;
    if (rc == DMH_OK)
        log_event (LOG_LEVEL_INFO, "result.removed", removal.job, NULL, NULL);
    else    //  that it is another worker's is nothing to worry about
        log_event (rc == DMH_NOT_FOUND ? LOG_LEVEL_DEBUG : LOG_LEVEL_WARNING, "result.kept", removal.job,
                   NULL, "error", error.text, NULL);
    broker_link_send (self, &removed_shape, &removed);
    remove_result_clear (&removal);
}

//  Somebody who does not see this disk wants a result that lies here.
static void s_take_hand_over (struct session *self, const struct frame *frame)
{
    struct hand_over order;
    struct error error = {.code = DMH_OK};
    if (hand_over_decode (frame->body, frame->body_bytes, &order, &error) != DMH_OK) {
        log_event (LOG_LEVEL_WARNING, "frame.refused", NULL, NULL, "error", error.text, NULL);
        return;
    }
    if (!self->uploader || !uploader_take (self->uploader, &order, self->files))
        log_event (LOG_LEVEL_WARNING, "result.not_handed_over", order.job, NULL, "error",
                   "too many results are on their way to the broker", NULL);
    hand_over_clear (&order);
}

static void s_take_problem (struct session *self, const struct frame *frame)
{
    struct problem problem;
    bool away = problem_decode (frame->body, frame->body_bytes, &problem, NULL) == DMH_OK &&
                error_code (problem.code) == DMH_UNAVAILABLE;
    //  Its store is away: what it could not take is said again later. Whatever else it is about, the broker
    //  does not know us as we know it: register anew.
    if (self->registered && away)
        self->unheard = true;
    else if (self->registered) {
        self->registered = false;
        broker_link_register (self);
    }
}

void broker_link_take (struct session *self)
{
    zmsg_t *message = zmsg_recv (self->link);
    struct error error = {.code = DMH_OK};
    struct frame frame;
    if (!message)
        return;
    if (frame_open (message, &frame, &error) != DMH_OK)
        log_event (LOG_LEVEL_WARNING, "frame.refused", NULL, NULL, "error", error.text, NULL);
    else {
        self->heard_at = clock_mono_ms ();
        if (streq (frame.kind, "REGISTERED"))
            s_registered (self, &frame);
        else if (streq (frame.kind, "JOB"))
            s_take_job (self, &frame);
        else if (streq (frame.kind, "RESULT_ACK"))
            s_take_ack (self, &frame);
        else if (streq (frame.kind, "CANCEL"))
            s_take_stop (self, &frame);
        else if (streq (frame.kind, "HAND_OVER"))
            s_take_hand_over (self, &frame);
        else if (streq (frame.kind, "REMOVE"))
            s_take_removal (self, &frame);
        else if (streq (frame.kind, "DRAIN"))
            self->draining = true;
        else if (streq (frame.kind, "ERROR"))
            s_take_problem (self, &frame);
    }
    zmsg_destroy (&message);
}
