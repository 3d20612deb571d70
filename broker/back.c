//  back.c: the workers' messages and the dispatcher's actions. See state.h and messages/work.h.
#include "../messages/base/clock.h"
#include "../messages/base/log.h"
#include "state.h"

static void s_say (struct broker *self, zframe_t *identity, const struct shape *shape, const void *message)
{
    if (identity)
        turn_say (self->turn, self->back, identity, shape, message);
}

//  The worker that speaks under this identity; NULL before its READY.
static const char *s_worker (struct broker *self, zframe_t *identity)
{
    char *hex = zframe_strhex (identity);
    const char *worker = hex ? zhashx_lookup (self->worker_ids, hex) : NULL;
    zstr_free (&hex);
    return worker;
}

static void s_remember (struct broker *self, zframe_t *identity, const char *worker)
{
    char *hex = zframe_strhex (identity);
    if (!hex)
        return;
    zhashx_update (self->worker_ids, hex, (void *) worker);
    zhashx_update (self->workers, worker, identity);
    zstr_free (&hex);
}

static int s_ready (struct broker *self, zframe_t *identity, const struct frame *frame, struct error *error)
{
    struct ready ready;
    int rc = ready_decode (frame->body, frame->body_bytes, &ready, error);
    if (rc != DMH_OK)
        return rc;
    if (!*ready.worker || ready.slots == 0 || ready.slots > 1024)
        rc = error_set (error, DMH_MALFORMED, "READY needs a worker id and 1 to 1024 slots");
    if (rc == DMH_OK)
        rc = dispatcher_ready (self->dispatcher, &ready, clock_mono_ms ());
    if (rc == DMH_OK) {
        s_remember (self, identity, ready.worker);
        struct registered registered = {.heartbeat_ms = HEARTBEAT_MS, .lease_ms = LEASE_MS};
        memcpy (registered.feed, self->feed_in_endpoint, sizeof registered.feed);
        s_say (self, identity, &registered_shape, &registered);
        char slots[24];
        snprintf (slots, sizeof slots, "%llu", (unsigned long long) ready.slots);
        log_event (LOG_LEVEL_INFO, "worker.registered", NULL, NULL, "worker", ready.worker, "host",
                   ready.host, "slots", slots, NULL);
    }
    ready_clear (&ready);
    return rc;
}

static int s_heartbeat (struct broker *self, zframe_t *identity, const char *worker,
                        const struct frame *frame, struct error *error)
{
    struct heartbeat heartbeat, answer = {.running = NULL};
    int rc = heartbeat_decode (frame->body, frame->body_bytes, &heartbeat, error);
    if (rc != DMH_OK)
        return rc;
    if (!dispatcher_heartbeat (self->dispatcher, worker, heartbeat.running, heartbeat.running_count,
                               clock_mono_ms ()))
        rc = error_set (error, DMH_NOT_FOUND, "the worker is not registered; send READY");
    else
        s_say (self, identity, &heartbeat_shape, &answer);
    heartbeat_clear (&heartbeat);
    return rc;
}

static void s_done (struct broker *self, struct job_record *record, struct result *result)
{
    snprintf (record->state, sizeof record->state, "%s", job_state_word (JOB_DONE));
    memcpy (record->kind, result->kind, sizeof record->kind);
    memcpy (record->result, result->uri, sizeof record->result);
    record->counts = result->counts;
    record->bytes_done = record->bytes_total = result->bytes_done;
    record->finished_at = clock_wall_ms ();
    free (record->outputs);
    record->outputs = result->outputs;
    record->outputs_count = result->outputs_count;
    result->outputs = NULL;
    result->outputs_count = 0;
    log_event (LOG_LEVEL_INFO, "job.done", record->job, record->correlation, "worker", record->worker, NULL);
    (void) self;
}

static int s_result (struct broker *self, zframe_t *identity, const char *worker, const struct frame *frame,
                     struct error *error)
{
    struct result result;
    int rc = result_decode (frame->body, frame->body_bytes, &result, error);
    if (rc != DMH_OK)
        return rc;
    struct result_ack ack = {.attempt = result.attempt};
    memcpy (ack.job, result.job, sizeof ack.job);
    struct job_record *record = NULL;
    if (dispatcher_result (self->dispatcher, worker, result.job, result.attempt, clock_mono_ms ()))
        record = turn_change (self->turn, self->store, result.job, NULL, error);
    else
        //  Said again because the acknowledgement was lost: the store knows that it was this attempt's.
        ack.accepted = false;
    if (record) {
        s_done (self, record, &result);
        ack.accepted = true;
    } else {
        struct store_job job;
        if (store_find (self->store, result.job, &job, NULL) == DMH_OK) {
            ack.accepted = streq (job.record.state, "done") && job.record.attempt == result.attempt &&
                           streq (job.record.worker, worker);
            store_job_clear (&job);
        }
    }
    s_say (self, identity, &result_ack_shape, &ack);
    result_clear (&result);
    return DMH_OK;
}

static int s_fail (struct broker *self, zframe_t *identity, const char *worker, const struct frame *frame,
                   struct error *error)
{
    struct fail fail;
    int rc = fail_decode (frame->body, frame->body_bytes, &fail, error);
    if (rc != DMH_OK)
        return rc;
    struct result_ack ack = {.attempt = fail.attempt};
    memcpy (ack.job, fail.job, sizeof ack.job);
    ack.accepted = dispatcher_fail (self->dispatcher, worker, &fail, clock_mono_ms ());
    s_say (self, identity, &result_ack_shape, &ack);
    fail_clear (&fail);
    return DMH_OK;
}

static int s_known (struct broker *self, zframe_t *identity, const char *worker, const struct frame *frame,
                    struct error *error)
{
    if (streq (frame->kind, "HEARTBEAT"))
        return s_heartbeat (self, identity, worker, frame, error);
    if (streq (frame->kind, "RESULT"))
        return s_result (self, identity, worker, frame, error);
    if (streq (frame->kind, "FAIL"))
        return s_fail (self, identity, worker, frame, error);
    if (streq (frame->kind, "DRAIN")) {
        dispatcher_drain (self->dispatcher, worker);
        return DMH_OK;
    }
    if (streq (frame->kind, "BYE")) {
        log_event (LOG_LEVEL_INFO, "worker.left", NULL, NULL, "worker", worker, NULL);
        dispatcher_bye (self->dispatcher, worker, clock_mono_ms ());
        char *hex = zframe_strhex (identity);
        zhashx_delete (self->workers, worker);
        if (hex)
            zhashx_delete (self->worker_ids, hex);
        zstr_free (&hex);
        return DMH_OK;
    }
    return error_set (error, DMH_UNSUPPORTED, "a broker's back does not know “%s”", frame->kind);
}

void back_take (struct broker *self, zframe_t *identity, zmsg_t *message)
{
    struct error error = {.code = DMH_OK};
    struct frame frame;
    int rc = frame_open (message, &frame, &error);
    if (rc == DMH_OK && streq (frame.kind, "READY"))
        rc = s_ready (self, identity, &frame, &error);
    else if (rc == DMH_OK) {
        const char *worker = s_worker (self, identity);
        rc = worker ? s_known (self, identity, worker, &frame, &error)
                    : error_set (&error, DMH_NOT_FOUND, "the worker is not registered; send READY");
    }
    if (rc != DMH_OK)
        broker_refuse (self, self->back, identity, "", &error);
}

static zframe_t *s_identity (struct broker *self, const char *worker)
{
    return zhashx_lookup (self->workers, worker);
}

static void s_give (struct broker *self, const struct action *action, struct job_record *record)
{
    struct store_job job;
    if (store_find (self->store, action->job, &job, NULL) != DMH_OK)
        return;    //  the lease ends, and it is tried again
    snprintf (record->state, sizeof record->state, "%s", job_state_word (JOB_RUNNING));
    memcpy (record->worker, action->worker, sizeof record->worker);
    record->attempt = action->attempt;
    record->started_at = clock_wall_ms ();
    record->bytes_done = 0;
    struct job_order order = {.attempt = action->attempt, .lease_ms = LEASE_MS};
    memcpy (order.job, action->job, sizeof order.job);
    memcpy (order.correlation, record->correlation, sizeof order.correlation);
    order.input = job.input;
    order.options = job.options;    //  its mapping is borrowed from job
    s_say (self, s_identity (self, action->worker), &job_order_shape, &order);
    store_job_clear (&job);
    log_event (LOG_LEVEL_INFO, "job.started", record->job, record->correlation, "worker", action->worker,
               NULL);
}

static void s_stop (struct broker *self, const struct action *action)
{
    struct stop_job stop = {.attempt = action->attempt};
    memcpy (stop.job, action->job, sizeof stop.job);
    s_say (self, s_identity (self, action->worker), &stop_job_shape, &stop);
}

void back_act (struct broker *self, const struct action *action)
{
    struct error error = {.code = DMH_OK};
    unsigned *tries = NULL;
    if (action->sort == ACTION_STOP) {
        s_stop (self, action);
        return;
    }
    struct job_record *record = turn_change (self->turn, self->store, action->job, &tries, &error);
    if (!record) {
        log_event (LOG_LEVEL_ERROR, "store.unavailable", action->job, NULL, "error", error.text, NULL);
        return;
    }
    *tries = action->tries;
    if (action->sort == ACTION_GIVE)
        s_give (self, action, record);
    else if (action->sort == ACTION_QUEUED) {
        snprintf (record->state, sizeof record->state, "%s", job_state_word (JOB_QUEUED));
        *record->worker = 0;
        log_event (LOG_LEVEL_WARNING, "job.queued_again", record->job, record->correlation, "worker",
                   action->worker, NULL);
    } else {
        snprintf (record->state, sizeof record->state, "%s", job_state_word (JOB_FAILED));
        memcpy (record->code, action->code, sizeof record->code);
        memcpy (record->message, action->message, sizeof record->message);
        record->finished_at = clock_wall_ms ();
        log_event (LOG_LEVEL_WARNING, "job.failed", record->job, record->correlation, "code", record->code,
                   "error", record->message, NULL);
    }
}
