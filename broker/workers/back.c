//  back.c: see back.h.
#include "broker/workers/back.h"

#include "broker/jobs/job_end.h"
#include "broker/reply.h"
#include "broker/splits.h"
#include "broker/workers/claims.h"
#include "broker/workers/followed.h"
#include "messages/base/log.h"

//  A worker's message on its way through.
struct worker_message {
    struct broker *broker;
    zframe_t *identity;
    const char *user;         //  its public key; NULL without keys
    char worker[ID_BYTES];    //  who speaks; empty before READY
};

//  After the commit.
static int s_answer (struct worker_message *message, const struct shape *shape, const void *answer,
                     struct error *error)
{
    return turn_send (message->broker->turn, message->broker->back, message->identity, shape, answer, error);
}

static int s_ready (struct worker_message *message, void *body, struct error *error)
{
    struct broker *self = message->broker;
    const struct ready *ready = body;
    int rc = claims_ready (ready, error);
    const struct peer *other = peers_of_worker (self->peers, ready->worker);
    if (rc == DMH_OK && other && !streq (other->user, message->user ? message->user : ""))
        rc = error_set (error, DMH_UNAUTHORIZED, "another key's worker has that id");
    if (rc == DMH_OK && (peers_put (self->peers, message->identity, ready, message->user) != 0 ||
                         dispatcher_ready (self->dispatcher, ready, self->now) != DMH_OK))
        rc = error_set (error, DMH_UNAVAILABLE, "the broker is out of memory; try again later");
    if (rc != DMH_OK)
        return rc;
    struct registered registered = {.heartbeat_ms = HEARTBEAT_MS, .lease_ms = LEASE_MS};
    memcpy (registered.feed, self->endpoints.feed_in, sizeof registered.feed);
    memcpy (registered.files, self->endpoints.files, sizeof registered.files);
    rc = s_answer (message, &registered_shape, &registered, error);
    log_event (LOG_LEVEL_INFO, "worker.registered", NULL, NULL, "worker", ready->worker, "host", ready->host,
               LOG_NUMBER ("slots", ready->slots), NULL);
    retention_wake (self->retention, self->clock_seen);
    removal_wake (self->removal, self->clock_seen);
    return rc;
}

//  Answered at once: nothing in it depends on the store.
static int s_heartbeat (struct worker_message *message, void *body, struct error *error)
{
    struct broker *self = message->broker;
    const struct heartbeat *heartbeat = body;
    struct heartbeat answer = {.running = NULL};
    if (!dispatcher_heartbeat (self->dispatcher, message->worker, heartbeat->running,
                               heartbeat->running_count, self->now))
        return error_set (error, DMH_NOT_FOUND, "the worker is not registered; send READY");
    frame_send (self->back, message->identity, &heartbeat_shape, &answer, NULL);
    const struct peer *peer = peers_of_worker (self->peers, message->worker);
    struct drain drain = {.worker = ""};
    if (peer && peer->drains)    //  the first one may have been lost
        frame_send (self->back, message->identity, &drain_shape, &drain, NULL);
    return DMH_OK;
}

//  Takes the outputs over.
static void s_done (struct job_record *record, struct result *result)
{
    bool good = *result->code == '\0';
    job_state_set (record->state, good ? JOB_DONE : JOB_FAILED);
    memcpy (record->kind, result->kind, sizeof record->kind);
    memcpy (record->result, result->uri, sizeof record->result);
    record->counts = result->counts;
    record->bytes_done = record->bytes_total = result->bytes_done;
    memcpy (record->code, result->code, sizeof record->code);
    memcpy (record->message, result->message, sizeof record->message);
    free (record->outputs);
    record->outputs = result->outputs;
    record->outputs_count = result->outputs_count;
    result->outputs = NULL;
    result->outputs_count = 0;
    job_end (record);
}

//  Whether the record speaks of this very attempt.
static bool s_is_of (const struct worker_message *message, const struct job_record *record,
                     enum job_state state, uint64_t attempt)
{
    return job_state_is (record->state, state) && record->attempt == attempt &&
           streq (record->worker, message->worker);
}

//  The worker is wrong and would be wrong again: the job fails, and what was made is thrown away.
static int s_disown (struct worker_message *message, const struct result *result, const char *why,
                     struct error *error)
{
    struct fail fail = {.attempt = result->attempt};
    snprintf (fail.message, sizeof fail.message, "%s", why);
    struct result_ack ack = {.attempt = result->attempt};
    snprintf (fail.code, sizeof fail.code, "%s", error_word (DMH_INTERNAL));
    memcpy (fail.job, result->job, sizeof fail.job);
    memcpy (ack.job, result->job, sizeof ack.job);
    dispatcher_fail (message->broker->dispatcher, message->worker, &fail, message->broker->now);
    return s_answer (message, &result_ack_shape, &ack, error);
}

static int s_result (struct worker_message *message, void *body, struct error *error)
{
    struct result *result = body;
    struct error wrong = {.code = DMH_OK};
    struct broker *self = message->broker;
    struct result_ack ack = {.attempt = result->attempt};
    memcpy (ack.job, result->job, sizeof ack.job);
    struct store_job found;
    bool runs = false;
    int rc = turn_flush (self->turn, error);
    if (rc == DMH_OK)
        rc = store_find (self->store, result->job, &found, error);
    if (rc == DMH_OK) {
        runs = s_is_of (message, &found.record, JOB_RUNNING, result->attempt);
        claims_clean (result->message);
        claims_result (result, &found.input, &wrong);
        //  Said again because the acknowledgement was lost.
        ack.accepted =
            job_has_result (&found.record) &&
            s_is_of (message, &found.record, *result->code ? JOB_FAILED : JOB_DONE, result->attempt);
        store_job_clear (&found);
    } else if (rc != DMH_NOT_FOUND)
        return rc;    //  the worker keeps it and says it again
    if (runs && wrong.code != DMH_OK)
        return s_disown (message, result, wrong.text, error);
    struct job_record *record = runs ? turn_change (self->turn, result->job, NULL, error) : NULL;
    if (runs && !record)
        return error->code;
    if (dispatcher_result (self->dispatcher, message->worker, result->job, result->attempt, self->now) &&
        record) {
        s_done (record, result);
        splits_ended (self, record);
        ack.accepted = true;
    }
    return s_answer (message, &result_ack_shape, &ack, error);
}

static int s_fail (struct worker_message *message, void *body, struct error *error)
{
    struct broker *self = message->broker;
    struct fail *fail = body;
    struct result_ack ack = {.attempt = fail->attempt};
    memcpy (ack.job, fail->job, sizeof ack.job);
    claims_clean (fail->message);
    claims_clean_code (fail->code);
    ack.accepted = dispatcher_fail (self->dispatcher, message->worker, fail, self->now);
    return s_answer (message, &result_ack_shape, &ack, error);
}

//  Answered by nobody: the job is forgotten, or asked for again.
static int s_removed (struct worker_message *message, void *body, struct error *error)
{
    (void) error;
    const struct removed *removed = body;
    const struct peer *peer = peers_of_worker (message->broker->peers, message->worker);
    if (removed->removed && peer) {
        retention_hear (message->broker->retention, removed->job, removed->attempt, peer->host);
        removal_hear (message->broker->removal, removed->job, removed->attempt, peer->host);
    }
    return DMH_OK;
}

static int s_followed (struct worker_message *message, void *body, struct error *error)
{
    struct broker *self = message->broker;
    return followed_take (self, message->identity, peers_of_worker (self->peers, message->worker), body,
                          error);
}

static int s_drain (struct worker_message *message, void *body, struct error *error)
{
    (void) body;
    (void) error;
    dispatcher_drain (message->broker->dispatcher, message->worker);
    log_event (LOG_LEVEL_INFO, "worker.draining", NULL, NULL, "worker", message->worker, NULL);
    return DMH_OK;
}

static int s_bye (struct worker_message *message, void *body, struct error *error)
{
    (void) body;
    (void) error;
    dispatcher_bye (message->broker->dispatcher, message->worker, message->broker->now);
    return DMH_OK;
}

static const struct {
    const struct shape *shape;
    int (*take) (struct worker_message *message, void *body, struct error *error);
    bool unregistered;    //  also of a worker that is not registered
} MESSAGES[] = {{&ready_shape, s_ready, true},      {&heartbeat_shape, s_heartbeat, false},
                {&result_shape, s_result, false},   {&fail_shape, s_fail, false},
                {&drain_shape, s_drain, false},     {&bye_shape, s_bye, false},
                {&removed_shape, s_removed, false}, {&followed_shape, s_followed, false}};
enum { MESSAGE_COUNT = sizeof MESSAGES / sizeof *MESSAGES };

union body {
    struct ready ready;
    struct heartbeat heartbeat;
    struct result result;
    struct fail fail;
    struct drain drain;
    struct bye bye;
    struct removed removed;
    struct followed followed;
};

static int s_take (struct worker_message *message, const struct frame *frame, struct error *error)
{
    union body body;
    size_t i = 0;
    while (i < MESSAGE_COUNT && !streq (frame->kind, MESSAGES[i].shape->name))
        i++;
    if (i == MESSAGE_COUNT)
        return error_set (error, DMH_UNSUPPORTED, "a broker's back does not know “%s”", frame->kind);
    const struct peer *peer = peers_of_identity (message->broker->peers, message->identity);
    if (!peer && !MESSAGES[i].unregistered)
        return error_set (error, DMH_NOT_FOUND, "the worker is not registered; send READY");
    if (peer)
        memcpy (message->worker, peer->worker, sizeof message->worker);
    int rc = shape_decode (MESSAGES[i].shape, frame->body, frame->body_bytes, &body, error);
    if (rc != DMH_OK)
        return rc;
    rc = MESSAGES[i].take (message, &body, error);
    shape_clear (MESSAGES[i].shape, &body);
    return rc;
}

void back_take (struct broker *self, zframe_t *identity, zmsg_t *frames)
{
    struct worker_message message = {.broker = self,
                                     .identity = identity,
                                     .user = self->authorization ? authorization_user (zmsg_first (frames))
                                                                 : NULL};
    struct error error = {.code = DMH_OK};
    struct frame frame;
    int rc = frame_open (frames, &frame, &error);
    if (rc == DMH_OK)
        rc = s_take (&message, &frame, &error);
    if (rc != DMH_OK)
        reply_refuse (self, self->back, identity, "", &error);
}
