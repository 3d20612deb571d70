//  bridge.c: see bridge.h. A turn does what can be done now and then waits for the queue, the feed, a signal,
//  or a second. Whatever is lost is looked for again; what was held of a lost queue is forgotten, as it comes
//  again.
#include "client/bridge/bridge.h"

#include "client/bridge/context.h"
#include "client/bridge/intake.h"
#include "client/bridge/job_watch.h"
#include "client/bridge/published.h"
#include "messages/base/clock.h"
#include "messages/base/log.h"
#include "messages/base/narrow.h"
#include "messages/base/signals.h"
#include "messages/sockets/socket_wait.h"

#include <unistd.h>

enum { TAKE_MOST = 128, SETTLE_MOST = 128, TURN_MS = 1000 };

//  It cannot be reached, or was lost.
static void s_lose (struct reach *self, const char *event, const char *reason)
{
    bool is_new = self->there || strcmp (self->said, reason) != 0;
    self->there = false;
    self->patience = self->patience ? self->patience * 2 : LATER_MS;
    if (self->patience > LATER_MOST_MS)
        self->patience = LATER_MOST_MS;
    self->again_at = clock_mono_ms () + self->patience;
    snprintf (self->said, sizeof self->said, "%s", reason);
    log_event (is_new ? LOG_LEVEL_WARNING : LOG_LEVEL_DEBUG, event, NULL, NULL, "reason", reason,
               LOG_SECONDS ("again_in", self->patience), NULL);
}

//  It has done what it was asked for: who is found and refuses is not asked again at once.
static void s_good (struct reach *self)
{
    self->patience = 0;
    *self->said = 0;
}

static void s_found (struct reach *self, const char *event, const char *at)
{
    self->there = true;
    log_event (LOG_LEVEL_INFO, event, NULL, NULL, "at", at, NULL);
}

//  All that is held, as somebody gets it again.
static void s_forget (struct bridge *self)
{
    struct delivery *at;
    while ((at = deliveries_first (self->deliveries)) != NULL) {
        for (size_t i = 0; i < at->count; i++)
            if (!at->jobs[i].ended)
                connection_unfollow (self->connection, at->jobs[i].record.job);
        deliveries_remove (self->deliveries, at);
    }
}

//  What the queue answered; DMH_OK: it is there still. Out of memory is lost, too: there will be some.
static int s_queue_said (struct bridge *self, int rc, const struct error *error)
{
    if (rc != DMH_OK) {
        s_lose (&self->queue_reach, "queue.lost", error->text);
        s_forget (self);
    } else
        s_good (&self->queue_reach);
    return rc;
}

//  What the broker answered. DMH_CANCELLED: a signal has come, which the next turn takes.
static void s_broker_said (struct bridge *self, int rc, const struct error *error)
{
    if (rc == DMH_CANCELLED)
        self->busy = true;
    else if (rc != DMH_OK)
        s_lose (&self->broker_reach, "broker.lost", error->text);
    else
        s_good (&self->broker_reach);
}

static void s_take_signals (struct bridge *self)
{
    while (signals_take (self->config->signals)) {
        if (self->draining)
            self->over = true;
        else
            log_event (LOG_LEVEL_INFO, "bridge.draining", NULL, NULL,
                       LOG_NUMBER ("messages", deliveries_count (self->deliveries)), NULL);
        if (!self->draining)
            self->drain_until = clock_mono_ms () + self->config->drain_ms;
        self->draining = true;
    }
}

//  DMH_USAGE: it can never be.
static int s_reach_broker (struct bridge *self, struct error *error)
{
    struct error why = {.code = DMH_OK};
    const struct bridge_config *config = self->config;
    if (self->broker_reach.there || clock_mono_ms () < self->broker_reach.again_at)
        return DMH_OK;
    int rc = DMH_OK;
    if (self->connection)
        rc = connection_greet (self->connection, &why);
    else if (!(self->connection =
                   connection_new (config->broker, config->credential, ANSWER_MS, config->signals, &why)))
        rc = why.code;
    if (rc == DMH_USAGE)
        return error_set (error, rc, "%s", why.text);
    if (rc == DMH_OK)
        s_found (&self->broker_reach, "broker.found", config->broker);
    else
        s_broker_said (self, rc, &why);
    return DMH_OK;
}

//  Before a broker is there nothing is taken.
static void s_reach_queue (struct bridge *self)
{
    struct error why = {.code = DMH_OK};
    char shown[QUEUE_SHOWN_BYTES];
    if (!self->connection || self->queue_reach.there || clock_mono_ms () < self->queue_reach.again_at)
        return;
    if (self->config->queue->connect (self->queue, &why) == DMH_OK)
        s_found (&self->queue_reach, "queue.found", queue_url_show (&self->config->queue_config.url, shown));
    else
        s_lose (&self->queue_reach, "queue.lost", why.text);
}

static void s_take (struct bridge *self)
{
    struct queue_message messages[TAKE_MOST];
    struct error why = {.code = DMH_OK};
    size_t held = deliveries_count (self->deliveries), most = self->config->queue_config.held_most, count = 0;
    size_t room = most > held ? most - held : 0;
    if (self->draining || !self->broker_reach.there)
        room = 0;
    int rc =
        self->config->queue->take (self->queue, room < TAKE_MOST ? room : TAKE_MOST, messages, &count, &why);
    for (size_t i = 0; i < count; i++)
        if (!deliveries_add (self->deliveries, &messages[i])) {
            free (messages[i].body);
            rc = error_set (&why, DMH_INTERNAL, "out of memory");
        }
    self->busy = self->busy || count;
    s_queue_said (self, rc, &why);
}

static struct settlement s_settlement (const struct delivery *self)
{
    struct settlement out = {.end = self->reason.code == DMH_OK ? QUEUE_ENDED : QUEUE_DEAD,
                             .message = &self->message};
    out.id = self->id;
    out.code = error_word (self->reason.code);
    out.reason = self->reason.text;
    if (out.end == QUEUE_ENDED) {
        const struct job_record *record = &self->jobs[0].record;
        out.line = (struct queue_line){.id = self->id,
                                       .job = self->count > 1 ? self->batch : record->job,
                                       .correlation = self->correlation,
                                       .state = self->state,
                                       .is_end = true,
                                       .text = self->line,
                                       .n = self->n};
    }
    return out;
}

//  What is over. Changes that came before go before.
static void s_settle (struct bridge *self)
{
    struct delivery *over[SETTLE_MOST];
    struct settlement settlements[SETTLE_MOST];
    struct error why = {.code = DMH_OK};
    size_t count = 0;
    if (s_queue_said (self, published_flush (self->published, self->config->queue, self->queue, &why),
                      &why) != DMH_OK)
        return;
    for (struct delivery *at = deliveries_first (self->deliveries); at && count < SETTLE_MOST;
         at = deliveries_next (self->deliveries))
        if (at->over) {
            over[count] = at;
            settlements[count++] = s_settlement (at);
        }
    if (!count)
        return;
    int rc = self->config->queue->settle (self->queue, settlements, count, &why);
    for (size_t i = 0; rc == DMH_OK && i < count; i++) {
        if (over[i]->reason.code == DMH_OK)
            log_event (LOG_LEVEL_INFO, "message.ended", NULL, over[i]->correlation, "id", over[i]->id,
                       "state", over[i]->state, NULL);
        deliveries_remove (self->deliveries, over[i]);
    }
    self->busy = true;
    s_queue_said (self, rc, &why);
}

static void s_work (struct bridge *self)
{
    struct error why = {.code = DMH_OK};
    if (self->queue_reach.there)
        s_take (self);
    if (self->broker_reach.there && !self->draining)
        s_broker_said (self, intake_submit (self, &why), &why);
    if (self->broker_reach.there)
        s_broker_said (self, job_watch_take (self, &why), &why);
    if (self->queue_reach.there)
        s_settle (self);
}

//  A message whose jobs are there; others are of no use when it ends.
static size_t s_under_way (struct bridge *self)
{
    size_t count = 0;
    for (const struct delivery *at = deliveries_first (self->deliveries); at;
         at = deliveries_next (self->deliveries))
        count += at->jobs || at->over;
    return count;
}

static void s_rest (struct bridge *self)
{
    zmq_pollitem_t items[3] = {{NULL, self->config->signals, ZMQ_POLLIN, 0}};
    int count = 1, queue = self->queue_reach.there ? self->config->queue->descriptor (self->queue) : -1;
    bool has_room = deliveries_count (self->deliveries) < self->config->queue_config.held_most;
    zsock_t *feed = self->connection ? connection_feed (self->connection) : NULL;
    if (queue >= 0 && !self->draining && has_room && self->broker_reach.there)
        items[count++] = (zmq_pollitem_t){NULL, queue, ZMQ_POLLIN, 0};
    if (feed)
        items[count++] = (zmq_pollitem_t){zsock_resolve (feed), 0, ZMQ_POLLIN, 0};
    int64_t now = clock_mono_ms (), wait = self->busy ? 0 : TURN_MS;
    const struct reach *const reaches[] = {&self->queue_reach, &self->broker_reach};
    for (size_t i = 0; i < 2; i++)
        if (!reaches[i]->there && reaches[i]->again_at - now < wait)
            wait = reaches[i]->again_at > now ? reaches[i]->again_at - now : 0;
    socket_wait (items, count, NARROW (long, wait));
}

int bridge_run (const struct bridge_config *config, struct error *error)
{
    struct bridge self = {.config = config};
    self.deliveries = deliveries_new ();
    self.published = published_new ();
    int rc = self.deliveries && self.published
                 ? config->queue->open (&config->queue_config, &self.queue, error)
                 : error_set (error, DMH_INTERNAL, "out of memory");
    while (rc == DMH_OK && !self.over) {
        self.busy = false;
        s_take_signals (&self);
        if (self.draining &&
            (!s_under_way (&self) || !self.queue_reach.there || clock_mono_ms () >= self.drain_until))
            self.over = true;
        if (self.over)
            break;
        rc = s_reach_broker (&self, error);
        if (rc == DMH_OK) {
            s_reach_queue (&self);
            s_work (&self);
            s_rest (&self);
        }
    }
    log_event (LOG_LEVEL_INFO, "bridge.ends", NULL, NULL,
               LOG_NUMBER ("given_back", deliveries_count (self.deliveries)), NULL);
    config->queue->close (self.queue);
    deliveries_destroy (&self.deliveries);
    published_destroy (&self.published);
    connection_destroy (&self.connection);
    return rc;
}
