//  incoming.c: see incoming.h. Decode, decide, act, answer.
#include "worker/session/incoming.h"

#include "messages/base/log.h"
#include "messages/request.h"
#include "worker/results/attempt_folder.h"
#include "worker/session/capabilities.h"
#include "worker/session/outgoing.h"

static void s_refuse (const struct error *error)
{
    log_event (LOG_LEVEL_WARNING, "frame.refused", NULL, NULL, "error", error->text, NULL);
}

static void s_take_registered (struct session *self, const struct frame *frame)
{
    struct registered registered;
    if (registered_decode (frame->body, frame->body_bytes, &registered, NULL) != DMH_OK)
        return;
    bool anew = !self->link.registered;    //  else it has only said so again
    broker_link_register (&self->link, &registered);
    if (anew)
        route_set (self->route, self->link.files);
    for (size_t i = 0; i < self->slot_count; i++)
        outgoing_end (self, &self->slots[i]);
    if (self->draining)
        outgoing_drain (self);
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
        s_refuse (&error);
        return;
    }
    if (order.options.block_bytes == 0)
        order.options.block_bytes = self->config->block_bytes;
    struct assignment terms = {.catalog = self->catalog,
                               .roots = self->config->roots,
                               .results = self->config->results,
                               .objects = self->config->objects,
                               .files = self->link.files,
                               .route = self->route,
                               .credential = self->config->credential,
                               .sign_key = self->config->sign_key,
                               .group = self->config->unsynced ? NULL : self->group,
                               .ceilings = self->config->ceilings,
                               .key_memory = limits_keys (order.options.memory,
                                                          self->config->memory / self->config->slots,
                                                          self->config->slots)};
    if (streq (order.input.uri, FOLLOWED_URI) || task_is_of_split (order.options.task))
        terms.task = capabilities_task (self->config, order.options.task);
    struct slot *slot = s_find (self, order.job, order.attempt) ? NULL : s_free_slot (self);
    if (s_find (self, order.job, order.attempt))
        log_event (LOG_LEVEL_DEBUG, "job.known", order.job, order.correlation, NULL);
    else if (!slot || self->draining)
        outgoing_give_back (self, &order, "the worker takes nothing new");
    else if (slot_start (slot, &order, &terms, &error) != DMH_OK)
        outgoing_give_back (self, &order, error.text);
    else {
        log_event (LOG_LEVEL_INFO, "job.started", slot->order.job, slot->order.correlation, NULL);
        outgoing_gather (self, slot);
    }
    job_order_clear (&order);
}

//  Results that a job follows, as many as fit.
static void s_take_results (struct session *self, const struct frame *frame)
{
    struct followed_results answer;
    struct error error = {.code = DMH_OK};
    if (followed_results_decode (frame->body, frame->body_bytes, &answer, &error) != DMH_OK) {
        s_refuse (&error);
        return;
    }
    struct slot *slot = s_find (self, answer.job, answer.attempt);
    if (slot && slot_take_followed (slot, &answer, &error) != DMH_OK)
        outgoing_end (self, slot);
    else if (slot)
        outgoing_gather (self, slot);
    followed_results_clear (&answer);
}

static void s_take_ack (struct session *self, const struct frame *frame)
{
    struct result_ack ack;
    if (result_ack_decode (frame->body, frame->body_bytes, &ack, NULL) != DMH_OK)
        return;
    struct slot *slot = s_find (self, ack.job, ack.attempt);
    if (!slot || slot->state == SLOT_RUNNING || slot->state == SLOT_GATHERING)
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
    else if (slot && slot->state == SLOT_GATHERING) {
        slot_cancel (slot);
        outgoing_end (self, slot);
    } else if (!slot)    //  it ended here already, and the broker has not heard: say so again
        outgoing_unknown (self, &stop);
    else    //  its acknowledgement was not understood here
        outgoing_end (self, slot);
}

//  What runs here, or is not acknowledged, stays.
static void s_take_removal (struct session *self, const struct frame *frame)
{
    struct remove_result removal;
    struct error error = {.code = DMH_OK};
    if (remove_result_decode (frame->body, frame->body_bytes, &removal, &error) != DMH_OK) {
        s_refuse (&error);
        return;
    }
    if (s3_name_is (removal.uri) && !s_find (self, removal.job, removal.attempt)) {
        uploader_take_removal (self->uploader, &removal);    //  else it is asked for again
        remove_result_clear (&removal);
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
    broker_link_send (&self->link, &removed_shape, &removed);
    remove_result_clear (&removal);
}

//  Somebody who does not see this disk wants a result that lies here.
static void s_take_hand_over (struct session *self, const struct frame *frame)
{
    struct hand_over order;
    struct error error = {.code = DMH_OK};
    if (hand_over_decode (frame->body, frame->body_bytes, &order, &error) != DMH_OK) {
        s_refuse (&error);
        return;
    }
    if (!uploader_take (self->uploader, &order, self->link.files))
        log_event (LOG_LEVEL_WARNING, "result.not_handed_over", order.job, NULL, "error",
                   "too many results are on their way to the broker", NULL);
    hand_over_clear (&order);
}

static void s_take_problem (struct session *self, const struct frame *frame)
{
    struct problem problem = {.code = ""};
    bool away = problem_decode (frame->body, frame->body_bytes, &problem, NULL) == DMH_OK &&
                error_code (problem.code) == DMH_UNAVAILABLE;
    if (!away)
        log_event (LOG_LEVEL_WARNING, "broker.refused", NULL, NULL, "code", problem.code, "error",
                   problem.message, NULL);
    //  Its store is away: what it could not take is said again later. Whatever else it is about, the broker
    //  does not know us as we know it: register anew.
    if (self->link.registered && away)
        self->link.unheard = true;
    else if (self->link.registered) {
        self->link.registered = false;
        outgoing_ready (self);
    }
}

static void s_take_drain (struct session *self, const struct frame *frame)
{
    (void) frame;
    if (!self->draining)
        log_event (LOG_LEVEL_INFO, "worker.draining", NULL, NULL, "why", "its broker was asked to", NULL);
    self->draining = true;
}

static const struct {
    const char *kind;
    void (*take) (struct session *self, const struct frame *frame);
} TABLE[] = {
    {"REGISTERED", s_take_registered}, {"JOB", s_take_job},        {"RESULT_ACK", s_take_ack},
    {"CANCEL", s_take_stop},           {"REMOVE", s_take_removal}, {"HAND_OVER", s_take_hand_over},
    {"DRAIN", s_take_drain},           {"ERROR", s_take_problem},  {"RESULTS", s_take_results},
};

void incoming_take (struct session *self)
{
    struct frame frame;
    zmsg_t *message = broker_link_receive (&self->link, &frame);
    for (size_t i = 0; message && i < sizeof TABLE / sizeof *TABLE; i++)
        if (streq (frame.kind, TABLE[i].kind))
            TABLE[i].take (self, &frame);
    zmsg_destroy (&message);
}
