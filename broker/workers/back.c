//  back.c: the workers' messages and the dispatcher's actions. See broker/context.h and messages/work.h.
#include "broker/context.h"
#include "messages/base/clock.h"
#include "messages/base/log.h"

enum { SLOTS_MAX = 1024 };

//  A worker's message on its way through.
struct hearing {
    struct broker *broker;
    zframe_t *identity;
    const char *user;         //  its public key; NULL without keys
    char worker[ID_BYTES];    //  who speaks; empty before READY
};

//  After the commit.
static int s_say (struct hearing *hearing, const struct shape *shape, const void *message,
                  struct error *error)
{
    return turn_say (hearing->broker->turn, hearing->broker->back, hearing->identity, shape, message, error);
}

static int s_check_ready (const struct ready *ready, struct error *error)
{
    if (!*ready->worker || ready->slots == 0 || ready->slots > SLOTS_MAX)
        return error_set (error, DMH_MALFORMED, "READY needs a worker id and 1 to %d slots", SLOTS_MAX);
    return DMH_OK;
}

static int s_ready (struct hearing *hearing, const struct frame *frame, struct error *error)
{
    struct broker *self = hearing->broker;
    struct ready ready;
    int rc = ready_decode (frame->body, frame->body_bytes, &ready, error);
    if (rc != DMH_OK)
        return rc;
    rc = s_check_ready (&ready, error);
    const struct peer *other = peers_of_worker (self->peers, ready.worker);
    if (rc == DMH_OK && other && !streq (other->user, hearing->user ? hearing->user : ""))
        rc = error_set (error, DMH_UNAUTHORIZED, "another key's worker has that id");
    if (rc == DMH_OK && (peers_put (self->peers, hearing->identity, &ready, hearing->user) != 0 ||
                         dispatcher_ready (self->dispatcher, &ready, self->now) != DMH_OK))
        rc = error_set (error, DMH_UNAVAILABLE, "the broker is out of memory; try again later");
    if (rc == DMH_OK) {
        struct registered registered = {.heartbeat_ms = HEARTBEAT_MS, .lease_ms = LEASE_MS};
        memcpy (registered.feed, self->feed_in_endpoint, sizeof registered.feed);
        memcpy (registered.files, self->files_endpoint, sizeof registered.files);
        rc = s_say (hearing, &registered_shape, &registered, error);
        char slots[24];
        snprintf (slots, sizeof slots, "%llu", (unsigned long long) ready.slots);
        log_event (LOG_LEVEL_INFO, "worker.registered", NULL, NULL, "worker", ready.worker, "host",
                   ready.host, "slots", slots, NULL);
        retention_wake (self->retention, self->clock_seen);
    }
    ready_clear (&ready);
    return rc;
}

//  Answered at once: nothing in it depends on the store.
static int s_heartbeat (struct hearing *hearing, const struct frame *frame, struct error *error)
{
    struct broker *self = hearing->broker;
    struct heartbeat heartbeat, answer = {.running = NULL};
    int rc = heartbeat_decode (frame->body, frame->body_bytes, &heartbeat, error);
    if (rc != DMH_OK)
        return rc;
    if (dispatcher_heartbeat (self->dispatcher, hearing->worker, heartbeat.running, heartbeat.running_count,
                              self->now))
        frame_send (self->back, hearing->identity, &heartbeat_shape, &answer, NULL);
    else
        rc = error_set (error, DMH_NOT_FOUND, "the worker is not registered; send READY");
    heartbeat_clear (&heartbeat);
    return rc;
}

//  Takes the outputs over.
static void s_done (struct job_record *record, struct result *result)
{
    snprintf (record->state, sizeof record->state, "%s", job_state_word (JOB_DONE));
    memcpy (record->kind, result->kind, sizeof record->kind);
    memcpy (record->result, result->uri, sizeof record->result);
    record->counts = result->counts;
    record->bytes_done = record->bytes_total = result->bytes_done;
    record->finished_at = clock_wall_ms ();
    *record->code = *record->message = 0;
    free (record->outputs);
    record->outputs = result->outputs;
    record->outputs_count = result->outputs_count;
    result->outputs = NULL;
    result->outputs_count = 0;
    char read[24], written[24];
    snprintf (read, sizeof read, "%llu", (unsigned long long) record->counts.read);
    snprintf (written, sizeof written, "%llu", (unsigned long long) record->counts.written);
    log_event (LOG_LEVEL_INFO, "job.done", record->job, record->correlation, "worker", record->worker, "read",
               read, "written", written, NULL);
}

//  Whether the record speaks of this very attempt.
static bool s_is_of (const struct hearing *hearing, const struct job_record *record, const char *state,
                     uint64_t attempt)
{
    return streq (record->state, state) && record->attempt == attempt &&
           streq (record->worker, hearing->worker);
}

static int s_take_result (struct hearing *hearing, struct result *result, struct error *error)
{
    struct broker *self = hearing->broker;
    struct result_ack ack = {.attempt = result->attempt};
    memcpy (ack.job, result->job, sizeof ack.job);
    struct store_job found;
    bool runs = false;
    int rc = turn_flush (self->turn, error);
    if (rc == DMH_OK)
        rc = store_find (self->store, result->job, &found, error);
    if (rc == DMH_OK) {
        runs = s_is_of (hearing, &found.record, "running", result->attempt);
        //  Said again because the acknowledgement was lost.
        ack.accepted = s_is_of (hearing, &found.record, "done", result->attempt);
        store_job_clear (&found);
    } else if (rc != DMH_NOT_FOUND)
        return rc;    //  the worker keeps it and says it again
    struct job_record *record = runs ? turn_change (self->turn, result->job, NULL, error) : NULL;
    if (runs && !record)
        return error->code;
    if (dispatcher_result (self->dispatcher, hearing->worker, result->job, result->attempt, self->now) &&
        record) {
        s_done (record, result);
        ack.accepted = true;
    }
    return s_say (hearing, &result_ack_shape, &ack, error);
}

static bool s_adds_up (const struct counts *counts)
{
    return counts->read == counts->written + counts->duplicates + counts->conflicts + counts->rejected;
}

//  The worker is wrong and would be wrong again: the job fails, and what was made is thrown away.
static int s_disown (struct hearing *hearing, const struct result *result, struct error *error)
{
    struct fail fail = {.attempt = result->attempt,
                        .code = "internal",
                        .message = "its worker's counts do not add up: records read are not those written, "
                                   "repeated, in conflict and rejected together"};
    struct result_ack ack = {.attempt = result->attempt};
    memcpy (fail.job, result->job, sizeof fail.job);
    memcpy (ack.job, result->job, sizeof ack.job);
    dispatcher_fail (hearing->broker->dispatcher, hearing->worker, &fail, hearing->broker->now);
    return s_say (hearing, &result_ack_shape, &ack, error);
}

static int s_result (struct hearing *hearing, const struct frame *frame, struct error *error)
{
    struct result result;
    int rc = result_decode (frame->body, frame->body_bytes, &result, error);
    if (rc != DMH_OK)
        return rc;
    rc = s_adds_up (&result.counts) ? s_take_result (hearing, &result, error)
                                    : s_disown (hearing, &result, error);
    result_clear (&result);
    return rc;
}

static int s_fail (struct hearing *hearing, const struct frame *frame, struct error *error)
{
    struct broker *self = hearing->broker;
    struct fail fail;
    int rc = fail_decode (frame->body, frame->body_bytes, &fail, error);
    if (rc != DMH_OK)
        return rc;
    struct result_ack ack = {.attempt = fail.attempt};
    memcpy (ack.job, fail.job, sizeof ack.job);
    ack.accepted = dispatcher_fail (self->dispatcher, hearing->worker, &fail, self->now);
    rc = s_say (hearing, &result_ack_shape, &ack, error);
    fail_clear (&fail);
    return rc;
}

//  Answered by nobody: the job is forgotten, or asked for again.
static int s_removed (struct hearing *hearing, const struct frame *frame, struct error *error)
{
    struct removed removed;
    int rc = removed_decode (frame->body, frame->body_bytes, &removed, error);
    if (rc != DMH_OK)
        return rc;
    const struct peer *peer = peers_of_worker (hearing->broker->peers, hearing->worker);
    if (removed.removed && peer)
        retention_hear (hearing->broker->retention, removed.job, removed.attempt, peer->host);
    removed_clear (&removed);
    return DMH_OK;
}

static int s_drain (struct hearing *hearing, const struct frame *frame, struct error *error)
{
    struct drain drain;
    int rc = drain_decode (frame->body, frame->body_bytes, &drain, error);
    if (rc != DMH_OK)
        return rc;
    dispatcher_drain (hearing->broker->dispatcher, hearing->worker);
    log_event (LOG_LEVEL_INFO, "worker.draining", NULL, NULL, "worker", hearing->worker, NULL);
    drain_clear (&drain);
    return DMH_OK;
}

static int s_bye (struct hearing *hearing, const struct frame *frame, struct error *error)
{
    struct bye bye;
    int rc = bye_decode (frame->body, frame->body_bytes, &bye, error);
    if (rc != DMH_OK)
        return rc;
    dispatcher_bye (hearing->broker->dispatcher, hearing->worker, hearing->broker->now);
    bye_clear (&bye);
    return DMH_OK;
}

void back_take (struct broker *self, zframe_t *identity, zmsg_t *message)
{
    static const struct {
        const char *kind;
        int (*take) (struct hearing *, const struct frame *, struct error *);
    } TABLE[] = {{"READY", s_ready},    {"HEARTBEAT", s_heartbeat}, {"RESULT", s_result},
                 {"FAIL", s_fail},      {"DRAIN", s_drain},         {"BYE", s_bye},
                 {"REMOVED", s_removed}};
    enum { KINDS = sizeof TABLE / sizeof *TABLE };
    struct hearing hearing = {.broker = self,
                              .identity = identity,
                              .user = self->authorization ? authorization_user (zmsg_first (message)) : NULL};
    struct error error = {.code = DMH_OK};
    struct frame frame;
    int rc = frame_open (message, &frame, &error);
    size_t kind = 0;
    while (rc == DMH_OK && kind < KINDS && !streq (frame.kind, TABLE[kind].kind))
        kind++;
    const struct peer *peer = rc == DMH_OK ? peers_of_identity (self->peers, identity) : NULL;
    if (peer)
        memcpy (hearing.worker, peer->worker, sizeof hearing.worker);
    if (rc == DMH_OK && kind == KINDS)
        rc = error_set (&error, DMH_UNSUPPORTED, "a broker's back does not know “%s”", frame.kind);
    else if (rc == DMH_OK && !peer && kind > 0)
        rc = error_set (&error, DMH_NOT_FOUND, "the worker is not registered; send READY");
    else if (rc == DMH_OK)
        rc = TABLE[kind].take (&hearing, &frame, &error);
    if (rc != DMH_OK)
        broker_refuse (self, self->back, identity, "", &error);
}
