//  start.c: see start.h.
#include "broker/start.h"

#include "broker/clients/backup.h"
#include "broker/commit.h"
#include "broker/endpoints.h"
#include "broker/follows.h"
#include "broker/opening.h"
#include "broker/publisher.h"
#include "broker/splits.h"
#include "broker/upkeep/expiry.h"
#include "broker/upkeep/file_sweep.h"
#include "broker/upkeep/removals.h"
#include "messages/base/clock.h"
#include "messages/base/log.h"
#include "messages/base/random.h"

enum { QUEUE_JOBS_DEFAULT = 100000, AT_ONCE = 1024 };

//  A walk over all jobs that are open.
struct walk {
    struct broker *broker;
    uint64_t walked;
    size_t seen;
};

//  A queued one that follows others goes to the dispatcher by way of those.
static int s_restore_job (void *context, const struct store_job *job)
{
    struct walk *walk = context;
    struct broker *self = walk->broker;
    walk->walked = job->sequence;
    walk->seen++;
    size_t before = dispatcher_open_count (self->dispatcher);
    struct queue_terms terms = queue_terms_of (job);
    bool waits = job->record.follows && job_state_is (job->record.state, JOB_QUEUED);
    int rc = job->record.follows ? follows_take_in (self, &job->record, NULL) : DMH_OK;
    if (rc == DMH_OK && !waits)
        rc = opening_give (self, &job->record, &terms, job->tries);
    if (rc == DMH_OK)
        rc = splits_take_in (self, &job->record, job->options.task, NULL);
    if (rc == DMH_OK && (waits || dispatcher_open_count (self->dispatcher) > before))
        publisher_tell (self, &job->record);
    return rc;
}

int start_restore (struct broker *self, struct error *error)
{
    size_t before = follows_open_count (self);
    struct walk walk = {.broker = self};
    int rc = DMH_OK;
    for (size_t seen = 0, more = AT_ONCE; rc == DMH_OK && more == AT_ONCE; seen = walk.seen) {
        rc = store_open_jobs (self->store, walk.walked, AT_ONCE, s_restore_job, &walk, error);
        more = walk.seen - seen;
    }
    if (rc != DMH_OK && error->code == DMH_OK)
        error_set (error, rc, "out of memory for the jobs of the store");
    if (rc == DMH_OK)
        rc = splits_restore (self, error);
    size_t count = follows_open_count (self) - before;
    if (rc == DMH_OK && count)
        log_event (LOG_LEVEL_INFO, "store.restored", NULL, NULL, LOG_NUMBER ("jobs", count), NULL);
    return rc;
}

void start_limit (struct broker *self)
{
    const struct broker_config *config = self->config;
    self->queue_max = config->queue_max ? config->queue_max : QUEUE_JOBS_DEFAULT;
    quota_limit (self->quota,
                 &(struct quota_limits){config->client_jobs, config->client_bytes, config->client_rate});
    retention_limit (self->retention, &(struct retention_limits){config->keep_days, config->keep_bytes});
}

int start_open (struct broker *self, struct error *error)
{
    const struct broker_config *config = self->config;
    int rc = endpoints_check (config, error);    //  before anything is made
    if (rc != DMH_OK)
        return rc;
    self->counters.started_at = clock_wall_ms ();
    self->now = self->clock_seen = clock_mono_ms ();
    random_hex (self->broker_id, 16);
    self->store = store_open (config->store, error);
    if (!self->store)
        return error->code;
    if (config->keys && !(self->authorization = authorization_new (config->keys, error)))
        return error->code;
    self->follow = follow_new ();
    self->dispatcher = dispatcher_new (config->attempts ? config->attempts : ATTEMPTS_MAX);
    self->publisher.feed = feed_new ();
    self->publisher.replay = replay_new (self->store);
    self->turn = turn_new (self->store);
    self->peers = peers_new ();
    self->quota = quota_new ();
    self->connections = connections_new (connections_room () - (config->files ? files_connections () : 0));
    self->retention = expiry_new (self);
    self->removal = removals_new (self);
    if (!self->dispatcher || !self->follow || !self->publisher.feed || !self->publisher.replay ||
        !self->turn || !self->peers || !self->quota || !self->connections || !self->retention ||
        !self->removal || splits_open (&self->splits) != DMH_OK)
        return error_set (error, DMH_INTERNAL, "out of memory while starting the broker");
    start_limit (self);
    disk_name (self->disk);
    rc = endpoints_open (self, error);
    return rc == DMH_OK ? start_restore (self, error) : rc;
}

void start_close (struct broker *self)
{
    backup_close (self);
    endpoints_leave (&self->endpoints);
    connections_destroy (&self->connections);
    zsock_destroy (&self->front);
    zsock_destroy (&self->back);
    zsock_destroy (&self->publisher.in);
    zsock_destroy (&self->publisher.out);
    file_sweep_close (&self->file_walk);
    files_destroy (&self->files);
    authorization_destroy (&self->authorization);
    quota_destroy (&self->quota);
    retention_destroy (&self->retention);
    removal_destroy (&self->removal);
    turn_destroy (&self->turn);
    feed_destroy (&self->publisher.feed);
    replay_destroy (&self->publisher.replay);
    dispatcher_destroy (&self->dispatcher);
    follow_destroy (&self->follow);
    splits_close (&self->splits);
    peers_destroy (&self->peers);
    store_close (&self->store);
}
