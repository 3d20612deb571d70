//  orders.c: see orders.h.
#include "broker/workers/orders.h"

#include "broker/file_tickets.h"
#include "broker/jobs/job_end.h"
#include "broker/jobs/split.h"
#include "broker/splits.h"
#include "broker/workers/followed.h"
#include "messages/base/clock.h"
#include "messages/base/log.h"
#include "messages/base/metrics.h"

static void s_run (struct job_record *record, const struct action *action, const struct peer *peer)
{
    job_state_set (record->state, JOB_RUNNING);
    memcpy (record->worker, action->worker, sizeof record->worker);
    memcpy (record->host, peer->host, sizeof record->host);
    record->attempt = action->attempt;
    record->started_at = clock_wall_ms ();
    record->bytes_done = 0;
    record->counts = (struct counts){.read = 0};
    *record->code = *record->message = 0;
    metrics_add (METRIC_JOBS_STARTED, 0, 1);
    log_event (LOG_LEVEL_INFO, "job.started", record->job, record->correlation, "worker", action->worker,
               LOG_NUMBER ("attempt", record->attempt), NULL);
}

//  What a JOB has room for beside its options and tickets; the worker asks for the rest.
static size_t s_room (const struct job_order *order)
{
    enum { FIXED_BYTES = 12 * 1024, TICKETS_BYTES = (1 + TABLES_MAX) * (HEX_BYTES + TICKET_BYTES + 20) };
    const struct options *options = &order->options;
    size_t used = FIXED_BYTES + TICKETS_BYTES + (options->mapping ? strlen (options->mapping) : 0) +
                  (options->schema ? strlen (options->schema) : 0) +
                  (options->mapping_folder ? strlen (options->mapping_folder) : 0);
    return used < BODY_BYTES_MAX ? BODY_BYTES_MAX - used : 0;
}

static int s_give (struct broker *self, const struct action *action, struct job_record *record,
                   struct error *error)
{
    struct store_job job;
    int rc = store_find (self->store, action->job, &job, error);
    if (rc != DMH_OK)
        return rc;
    struct job_order order = {.attempt = action->attempt, .lease_ms = LEASE_MS};
    memcpy (order.job, action->job, sizeof order.job);
    memcpy (order.correlation, record->correlation, sizeof order.correlation);
    order.input = job.input;
    order.options = job.options;    //  its strings are borrowed from job
    split_set_task (record, &order.options);
    const struct peer *peer = peers_of_worker (self->peers, action->worker);
    struct file_ticket tickets[1 + TABLES_MAX];
    order.follows = record->follows;
    order.part = record->part;
    order.parts = record->parts;
    order.split_bytes = record->parts && job.options.split_bytes ? job.options.split_bytes - 1 : 0;
    file_tickets_order (self, peer ? peer->user : "", job.record.owner, &order, tickets);
    if (peer && record->follows)
        rc = followed_read (self, record, peer->user, 0, FOLLOWED_AT_ONCE, s_room (&order), &order.followed,
                            &order.followed_count, error);
    if (rc != DMH_OK) {
        store_job_clear (&job);
        return rc;
    }
    if (peer && turn_send_order (self->turn, self->back, peer->identity, &job_order_shape, &order,
                                 action->worker, action->job, action->attempt, error) == DMH_OK)
        s_run (record, action, peer);
    else
        dispatcher_undelivered (self->dispatcher, action->worker, action->job, action->attempt);
    followed_free (&order.followed, order.followed_count);
    store_job_clear (&job);
    return DMH_OK;
}

static void s_stop (struct broker *self, const struct action *action)
{
    const struct peer *peer = peers_of_worker (self->peers, action->worker);
    struct stop_job stop = {.attempt = action->attempt};
    memcpy (stop.job, action->job, sizeof stop.job);
    if (peer)    //  else it is stopped when it registers anew
        turn_send (self->turn, self->back, peer->identity, &stop_job_shape, &stop, NULL);
}

static void s_queue (const struct action *action, struct job_record *record)
{
    job_state_set (record->state, JOB_QUEUED);
    *record->worker = *record->host = 0;
    record->started_at = 0;
    record->bytes_done = 0;
    record->counts = (struct counts){.read = 0};
    metrics_add (METRIC_JOBS_QUEUED_AGAIN, 0, 1);
    log_event (LOG_LEVEL_WARNING, "job.queued_again", record->job, record->correlation, "worker",
               action->worker, "reason", action->message, NULL);
}

static void s_end (struct broker *self, const struct action *action, struct job_record *record)
{
    job_state_set (record->state, JOB_FAILED);
    memcpy (record->code, action->code, sizeof record->code);
    memcpy (record->message, action->message, sizeof record->message);
    job_end (record);
    splits_ended (self, record);
}

static void s_forget (struct broker *self, const struct action *action)
{
    metrics_add (METRIC_WORKERS_LOST, 0, *action->code != 0);
    log_event (LOG_LEVEL_WARNING, "worker.gone", NULL, NULL, "worker", action->worker, "reason",
               action->message, NULL);
    peers_forget (self->peers, action->worker);
}

int orders_perform (struct broker *self, const struct action *action, struct error *error)
{
    unsigned *tries = NULL;
    if (action->sort == ACTION_STOP || action->sort == ACTION_GONE) {
        (action->sort == ACTION_STOP ? s_stop : s_forget) (self, action);
        return DMH_OK;
    }
    struct job_record *record = turn_change (self->turn, action->job, &tries, error);
    if (!record)
        return error->code;
    //  An action that had to wait for the store may find its job cancelled since.
    if (!job_state_is (record->state, action->sort == ACTION_GIVE ? JOB_QUEUED : JOB_RUNNING))
        return DMH_OK;
    *tries = action->tries;
    record->deaths = action->deaths;
    if (action->sort == ACTION_GIVE)
        return s_give (self, action, record, error);
    if (action->sort == ACTION_QUEUED)
        s_queue (action, record);
    else
        s_end (self, action, record);
    return DMH_OK;
}
