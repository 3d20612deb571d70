//  session.c: see session.h. One loop: the broker's DEALER, the session's owner, the runners' pipes.
#include "worker/session/session.h"

#include "messages/base/clock.h"
#include "messages/base/log.h"
#include "messages/base/metrics.h"
#include "messages/base/random.h"
#include "messages/sockets/limits.h"
#include "messages/sockets/socket_wait.h"
#include "worker/input/fetched_files.h"
#include "worker/results/attempt_folder.h"
#include "worker/session/capacity.h"
#include "worker/session/incoming.h"
#include "worker/session/outgoing.h"

#include <unistd.h>

static void s_count_end (const struct slot *slot, int64_t ms)
{
    const struct counts *counts = &slot->result.counts;
    bool failed = slot->state == SLOT_FAILED, good = !failed && !*slot->result.code,
         cancelled = failed && streq (slot->fail.code, error_word (DMH_CANCELLED));
    metrics_add (METRIC_WORKER_ATTEMPTS,
                 good        ? METRIC_END_DONE
                 : cancelled ? METRIC_END_CANCELLED
                             : METRIC_END_FAILED,
                 1);
    metrics_observe (METRIC_WORKER_ATTEMPT_SECONDS, ms > 0 ? (uint64_t) ms * 1000 : 0);
    metrics_observe (METRIC_WORKER_ATTEMPT_BYTES, failed ? slot->bytes_done : slot->result.bytes_done);
    if (failed)
        return;
    metrics_add (METRIC_WORKER_READ, 0, counts->read);
    metrics_add (METRIC_WORKER_RECORDS, METRIC_RECORD_WRITTEN, counts->written);
    metrics_add (METRIC_WORKER_RECORDS, METRIC_RECORD_DUPLICATE, counts->duplicates);
    metrics_add (METRIC_WORKER_RECORDS, METRIC_RECORD_CONFLICT, counts->conflicts);
    metrics_add (METRIC_WORKER_RECORDS, METRIC_RECORD_REJECTED, counts->rejected);
    metrics_add (METRIC_WORKER_BYTES, 0, slot->result.bytes_done);
}

static void s_tell_end (const struct slot *slot)
{
    const struct job_order *order = &slot->order;
    const struct counts *counts = &slot->result.counts;
    int64_t ms = clock_mono_ms () - slot->started_at;
    s_count_end (slot, ms);
    const char *code = slot->state == SLOT_FAILED ? slot->fail.code : slot->result.code,
               *error = slot->state == SLOT_FAILED ? slot->fail.message : slot->result.message;
    if (slot->state == SLOT_FAILED)    //  it counts nothing
        log_event (LOG_LEVEL_WARNING, "job.failed", order->job, order->correlation, "name", order->input.name,
                   LOG_SECONDS ("seconds", ms), LOG_NUMBER ("bytes", slot->bytes_done), "code", code, "error",
                   error, NULL);
    else
        log_event (*code ? LOG_LEVEL_WARNING : LOG_LEVEL_INFO, *code ? "job.failed" : "job.done", order->job,
                   order->correlation, "name", order->input.name, LOG_SECONDS ("seconds", ms),
                   LOG_NUMBER ("bytes", slot->result.bytes_done), LOG_NUMBER ("read", counts->read),
                   LOG_NUMBER ("written", counts->written), LOG_NUMBER ("duplicates", counts->duplicates),
                   LOG_NUMBER ("conflicts", counts->conflicts), LOG_NUMBER ("rejected", counts->rejected),
                   *code ? "code" : NULL, code, "error", error, NULL);
}

static void s_take_news (struct session *self, struct slot *slot)
{
    char *word = NULL;
    struct runner_news *news = NULL;
    if (zsock_recv (actor_pipe (slot->runner), "sp", &word, &news) != 0 || !word)
        goto cleanup;
    if (news) {
        slot->bytes_done = news->bytes_done;
        slot->moved = news->moved;
    }
    if (news && streq (word, "BRING"))
        outgoing_bring (self, slot, news->wanted);
    else if (news && streq (word, "PROGRESS")) {
        if (*news->kind)    //  before, nothing is known that subscribers want to hear
            outgoing_progress (self, slot, news);
    } else {
        slot_end (slot, news);
        s_tell_end (slot);
        outgoing_end (self, slot);
    }
cleanup:
    if (news)
        runner_news_clear (news);
    free (news);
    zstr_free (&word);
}

//  READY on a fresh socket to the next broker.
static int s_connect (struct session *self, struct error *error)
{
    int rc = broker_link_connect (&self->link, error);
    if (rc == DMH_OK)
        outgoing_ready (self);
    return rc;
}

//  Heartbeats while registered; silence of the broker ends the link, and a new one is tried after a back-off.
static void s_keep_alive (struct session *self)
{
    int64_t now = clock_mono_ms ();
    if (broker_link_beats (&self->link, now)) {
        outgoing_heartbeat (self);
        for (size_t i = 0; i < self->slot_count; i++)
            outgoing_gather (self, &self->slots[i]);    //  what was lost is asked for again
        self->link.beat_at = now;
        if (self->link.unheard)
            outgoing_ready (self);
    }
    struct error error = {.code = DMH_OK};
    if (broker_link_is_silent (&self->link, now) && s_connect (self, &error) != DMH_OK)
        log_event (LOG_LEVEL_WARNING, "link.not_made", NULL, NULL, "error", error.text, NULL);
}

static bool s_is_idle (const struct session *self)
{
    for (size_t i = 0; i < self->slot_count; i++)
        if (self->slots[i].state != SLOT_FREE)
            return false;
    return true;
}

//  true: leave.
static bool s_take_word (struct session *self)
{
    char *word = zstr_recv (self->pipe);
    bool leave = !word || streq (word, "$TERM");
    if (word && streq (word, "DRAIN") && !self->draining) {
        self->draining = true;
        outgoing_drain (self);
    }
    zstr_free (&word);
    return leave;
}

static void s_count_slots (const struct session *self)
{
    size_t busy = 0;
    for (size_t i = 0; i < self->slot_count; i++)
        busy += self->slots[i].state != SLOT_FREE;
    metrics_set (METRIC_WORKER_SLOTS, METRIC_SLOT_BUSY, busy);
    metrics_set (METRIC_WORKER_SLOTS, METRIC_SLOT_FREE, self->slot_count - busy);
}

//  Only who has said or heard something since is asked before it is waited for.
static zmq_pollitem_t s_item_of (const struct slot *slot)
{
    short events = slot->quiet ? ZMQ_POLLIN | SOCKET_QUIET : ZMQ_POLLIN;
    return (zmq_pollitem_t){zsock_resolve (actor_pipe (slot->runner)), 0, events, 0};
}

//  A result that was to leave the object store.
static void s_take_removed (struct session *self)
{
    struct removed removed;
    if (uploader_taken (self->uploader, &removed))
        broker_link_send (&self->link, &removed_shape, &removed);
}

enum { FIRST_SLOT = 3 };    //  of what is waited for

static void s_loop (struct session *self)
{
    zmq_pollitem_t items[FIRST_SLOT + SLOTS_MAX];
    bool drained = false;
    for (;;) {
        struct slot *polled[SLOTS_MAX];
        int count = FIRST_SLOT;
        items[0] = (zmq_pollitem_t){zsock_resolve (self->pipe), 0, ZMQ_POLLIN, 0};
        items[1] = (zmq_pollitem_t){zsock_resolve (self->link.socket), 0, ZMQ_POLLIN, 0};
        items[2] = (zmq_pollitem_t){zsock_resolve (uploader_pipe (self->uploader)), 0, ZMQ_POLLIN, 0};
        for (size_t i = 0; i < self->slot_count; i++)
            if (self->slots[i].state == SLOT_RUNNING) {
                polled[count - FIRST_SLOT] = &self->slots[i];
                items[count++] = s_item_of (&self->slots[i]);
            }
        s_count_slots (self);
        int waited = socket_wait (items, count, broker_link_wait_ms (&self->link, clock_mono_ms ()));
        if (waited < 0 && errno != EINTR)
            return;
        for (int i = FIRST_SLOT; i < count; i++)
            polled[i - FIRST_SLOT]->quiet = waited >= 0 && !items[i].revents;
        if (items[0].revents && s_take_word (self))
            return;
        if (items[1].revents)
            incoming_take (self);
        if (items[2].revents)
            s_take_removed (self);
        for (int i = FIRST_SLOT; i < count; i++)
            if (items[i].revents && polled[i - FIRST_SLOT]->state == SLOT_RUNNING)
                s_take_news (self, polled[i - FIRST_SLOT]);
        s_keep_alive (self);
        if (self->draining && !drained && s_is_idle (self)) {
            zstr_send (self->pipe, "DRAINED");
            drained = true;
        }
    }
}

//  What runs goes back to the queue at once; what is finished was handed in. The link's linger lets the words
//  leave.
static void s_goodbye (struct session *self)
{
    for (size_t i = 0; i < self->slot_count; i++) {
        struct slot *slot = &self->slots[i];
        if (slot->state == SLOT_RUNNING || slot->state == SLOT_GATHERING)
            outgoing_give_back (self, &slot->order, "its worker was stopped");
        slot_clear (slot);
    }
    outgoing_bye (self);
}

static void s_close_slots (struct session *self)
{
    for (size_t i = 0; self->slots && i < self->slot_count; i++)
        slot_close (&self->slots[i]);
    free (self->slots);
    self->slots = NULL;
    self->slot_count = 0;
    harmonizers_destroy (&self->harmonizers);
}

static int s_open_slots (struct session *self, struct capacity capacity, struct error *error)
{
    self->harmonizers = harmonizers_new (capacity.threads, capacity.slots, error);
    if (!self->harmonizers)
        return error->code;
    self->slots = calloc (capacity.slots, sizeof *self->slots);
    if (!self->slots)
        return error_set (error, DMH_INTERNAL, "out of memory while starting the worker");
    int rc = DMH_OK;
    for (size_t i = 0; rc == DMH_OK && i < capacity.slots; i++) {
        self->slot_count++;
        rc = slot_open (&self->slots[i], self->harmonizers, i, error);
    }
    return rc;
}

static void s_say_capacity (const struct session *self, struct capacity capacity, const char *why)
{
    log_event (LOG_LEVEL_WARNING, "worker.smaller", NULL, NULL, LOG_NUMBER ("slots", capacity.slots),
               LOG_NUMBER ("threads", capacity.threads), LOG_NUMBER ("slots_wanted", self->config->slots),
               LOG_NUMBER ("threads_wanted", self->config->threads), "why", why, NULL);
}

//  As many slots and threads as are wanted, or fewer where descriptors or threads are too few.
static int s_open_some_slots (struct session *self, struct error *error)
{
    struct capacity capacity = {self->config->slots, self->config->threads};
    size_t left = limits_free (), wanted = capacity_descriptors (capacity);
    if (!capacity_fit (&capacity, left))
        return error_set (
            error, DMH_INTERNAL,
            "one slot with one thread needs %zu open files, and of the %zu that this process may "
            "have %zu are left; allow more with ulimit -n or LimitNOFILE=",
            capacity_descriptors (capacity), limits_descriptors (), left);
    if (wanted > left) {
        char why[120];
        snprintf (why, sizeof why,
                  "all of them need %zu open files and this process may have %zu more (ulimit -n)", wanted,
                  left);
        s_say_capacity (self, capacity, why);
    }
    int rc = s_open_slots (self, capacity, error);
    while (rc == DMH_INTERNAL && capacity_halve (&capacity)) {
        s_close_slots (self);
        s_say_capacity (self, capacity, error->text);
        rc = s_open_slots (self, capacity, error);
    }
    return rc;
}

static int s_open (struct session *self, struct error *error)
{
    const struct session_config *config = self->config;
    char random[9];
    gethostname (self->host, sizeof self->host - 1);
    if (config->name)
        snprintf (self->worker, sizeof self->worker, "%s", config->name);
    else
        snprintf (self->worker, sizeof self->worker, "%.16s-%d-%s", self->host, (int) getpid (),
                  random_hex (random, 8));
    if (config->slots < 1 || config->slots > SLOTS_MAX || config->threads < 1)
        return error_set (error, DMH_USAGE, "a worker has 1 to %d slots and at least one thread", SLOTS_MAX);
    if (access (config->results, W_OK | X_OK) != 0)
        return error_set (error, DMH_IO, "the results folder %s cannot be written to: %s", config->results,
                          strerror (errno));
    fetched_files_sweep (config->results);
    attempt_folder_sweep (config->results);
    self->catalog = catalog_new (config->schemas, error);
    if (!self->catalog)
        return error->code;
    if (!(self->route = route_new ()) || !(self->group = commit_group_new (config->results)))
        return error_set (error, DMH_INTERNAL, "the worker cannot start: %s", strerror (errno));
    self->uploader = uploader_new (config->results, config->objects, config->credential, self->route);
    if (!self->uploader)
        return error_set (error, DMH_INTERNAL, "the thread that hands results over cannot be started: %s",
                          strerror (errno));
    int rc = s_open_some_slots (self, error);
    if (rc != DMH_OK)
        return rc;
    rc = broker_link_open (&self->link, config->broker, config->credential, error);
    return rc == DMH_OK ? s_connect (self, error) : rc;
}

void session_actor (zsock_t *pipe, void *config)
{
    struct session self = {.config = config, .pipe = pipe};
    struct error error = {.code = DMH_OK};
    zsock_signal (pipe, 0);
    int rc = s_open (&self, &error);
    if (rc == DMH_OK) {
        metrics_disk (METRIC_WORKER_DISK_FREE, self.config->results);
        zsock_send (pipe, "s88", "READY", (uint64_t) self.slot_count,
                    (uint64_t) harmonizers_threads (self.harmonizers));
        s_loop (&self);
        s_goodbye (&self);
        metrics_disk (METRIC_WORKER_DISK_FREE, NULL);
    } else {
        zsock_send (pipe, "sis", "FAILED", error.code, error.text);
        while (!s_take_word (&self))
            ;
    }
    broker_link_close (&self.link);
    uploader_destroy (&self.uploader);
    s_close_slots (&self);
    commit_group_destroy (&self.group);
    route_destroy (&self.route);
    catalog_destroy (&self.catalog);
}

actor_t *session_new (struct session_config *config, struct error *error)
{
    actor_t *self = actor_new (session_actor, config);
    if (!self) {
        error_set (error, DMH_INTERNAL, "its thread cannot be started: %s", strerror (errno));
        return NULL;
    }
    zmsg_t *first = zmsg_recv (actor_pipe (self));
    char *word = first ? zmsg_popstr (first) : NULL;
    if (!word || !streq (word, "READY")) {
        char *code = first ? zmsg_popstr (first) : NULL, *text = first ? zmsg_popstr (first) : NULL;
        error_set (error, DMH_INTERNAL, "%s", text ? text : "it could not be started");
        zstr_free (&code);
        zstr_free (&text);
        actor_destroy (&self);
    }
    zstr_free (&word);
    zmsg_destroy (&first);
    return self;
}
