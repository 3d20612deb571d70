//  session.c: see session.h. One loop: the broker's DEALER, the session's owner, the runners' pipes. Decode,
//  decide, act, answer.
#include "worker/input/fetched_files.h"
#include "worker/pipeline/harmonizers.h"
#include "worker/results/attempt_folder.h"
#include "worker/rules/schema/catalog.h"
#include "worker/session/broker_link.h"
#include "worker/session/capacity.h"

#include "messages/base/clock.h"
#include "messages/base/log.h"
#include "messages/base/random.h"
#include "messages/codec/frame.h"
#include "messages/event.h"
#include "messages/sockets/limits.h"
#include "messages/uri.h"
#include "messages/version.h"

#include <unistd.h>

static void s_publish (struct session *self, const struct slot *slot, const struct runner_news *news)
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
    if (!self->progress || shape_encode (&event_shape, &event, &body, &n, NULL) != DMH_OK)
        return;
    event_topic (event.job, topic);
    if (frame_put (self->progress, topic, strlen (topic), true))
        frame_put (self->progress, body, n, false);
    free (body);
}

static void s_take_news (struct session *self, struct slot *slot)
{
    char *word = NULL;
    struct runner_news *news = NULL;
    if (zsock_recv (actor_pipe (slot->runner), "sp", &word, &news) != 0 || !word)
        goto cleanup;
    if (news)
        slot->bytes_done = news->bytes_done;
    if (news && streq (word, "PROGRESS"))
        s_publish (self, slot, news);
    else {
        slot_end (slot, news);
        if (slot->state == SLOT_FAILED)
            log_event (LOG_LEVEL_WARNING, "job.failed", slot->order.job, slot->order.correlation, "code",
                       slot->fail.code, "error", slot->fail.message, NULL);
        else
            log_event (LOG_LEVEL_INFO, "job.done", slot->order.job, slot->order.correlation, NULL);
        broker_link_hand_in (self, slot);
    }
cleanup:
    if (news)
        runner_news_clear (news);
    free (news);
    zstr_free (&word);
}

//  Heartbeats while registered; silence of the broker ends the link, and a new one is tried after a back-off.
static void s_keep_alive (struct session *self)
{
    int64_t now = clock_mono_ms ();
    if (self->registered && now - self->beat_at >= HEARTBEAT_MS) {
        struct running_job running[SLOTS_MAX];
        struct heartbeat heartbeat = {running, broker_link_running (self, running)};
        broker_link_send (self, &heartbeat_shape, &heartbeat);
        self->beat_at = now;
        if (self->unheard)
            broker_link_register (self);
    }
    int64_t patience = self->registered ? WORKER_SILENT_MS : self->back_off;
    if (now - self->heard_at < patience)
        return;
    if (self->registered) {
        log_event (LOG_LEVEL_WARNING, "broker.silent", NULL, NULL, "broker", self->broker, NULL);
        self->back_off = BACK_OFF_FIRST_MS;
    } else if (self->broker == self->brokers[self->broker_count - 1])    //  all were tried
        self->back_off = self->back_off * 2 < BACK_OFF_MOST_MS ? self->back_off * 2 : BACK_OFF_MOST_MS;
    struct error error = {.code = DMH_OK};
    if (broker_link_connect (self, &error) != DMH_OK)
        log_event (LOG_LEVEL_WARNING, "link.not_made", NULL, NULL, "error", error.text, NULL);
}

static int s_wait_ms (const struct session *self)
{
    int64_t now = clock_mono_ms ();
    int64_t due = self->heard_at + (self->registered ? WORKER_SILENT_MS : self->back_off);
    if (self->registered && self->beat_at + HEARTBEAT_MS < due)
        due = self->beat_at + HEARTBEAT_MS;
    return due <= now ? 0 : (int) (due - now);
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
        struct drain drain = {.worker = ""};
        self->draining = true;
        broker_link_send (self, &drain_shape, &drain);
    }
    zstr_free (&word);
    return leave;
}

static void s_loop (struct session *self)
{
    zmq_pollitem_t items[2 + SLOTS_MAX];
    bool drained = false;
    for (;;) {
        struct slot *polled[SLOTS_MAX];
        int count = 2;
        items[0] = (zmq_pollitem_t){zsock_resolve (self->pipe), 0, ZMQ_POLLIN, 0};
        items[1] = (zmq_pollitem_t){zsock_resolve (self->link), 0, ZMQ_POLLIN, 0};
        for (size_t i = 0; i < self->slot_count; i++)
            if (self->slots[i].state == SLOT_RUNNING) {
                polled[count - 2] = &self->slots[i];
                items[count++] =
                    (zmq_pollitem_t){zsock_resolve (actor_pipe (self->slots[i].runner)), 0, ZMQ_POLLIN, 0};
            }
        if (zmq_poll (items, count, s_wait_ms (self)) < 0 && errno != EINTR)
            return;
        if (items[0].revents && s_take_word (self))
            return;
        if (items[1].revents)
            broker_link_take (self);
        for (int i = 2; i < count; i++)
            if (items[i].revents && polled[i - 2]->state == SLOT_RUNNING)
                s_take_news (self, polled[i - 2]);
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
        if (slot->state == SLOT_RUNNING)
            broker_link_give_back (self, &slot->order, "its worker was stopped");
        slot_clear (slot);
    }
    struct bye bye = {.worker = ""};
    broker_link_send (self, &bye_shape, &bye);
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
    char slots[48], threads[48];
    snprintf (slots, sizeof slots, "%zu of %zu", capacity.slots, self->config->slots);
    snprintf (threads, sizeof threads, "%zu of %zu", capacity.threads, self->config->threads);
    log_event (LOG_LEVEL_WARNING, "worker.smaller", NULL, NULL, "slots", slots, "threads", threads, "why",
               why, NULL);
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
    snprintf (self->worker, sizeof self->worker, "%.16s-%d-%s", self->host, (int) getpid (),
              random_hex (random, 8));
    self->back_off = BACK_OFF_FIRST_MS;
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
    self->uploader = uploader_new (config->results, config->credential);
    if (!self->uploader)
        return error_set (error, DMH_INTERNAL, "the thread that hands results over cannot be started: %s",
                          strerror (errno));
    int rc = s_open_some_slots (self, error);
    if (rc != DMH_OK)
        return rc;
    self->broker_count = uri_list (config->broker, self->brokers, BROKERS_MAX);
    if (self->broker_count == 0)
        return error_set (error, DMH_USAGE, "%s is no list of at most %d endpoints; write tcp://HOST:PORT",
                          config->broker, BROKERS_MAX);
    return broker_link_connect (self, error);
}

void session_actor (zsock_t *pipe, void *config)
{
    struct session self = {.config = config, .pipe = pipe};
    struct error error = {.code = DMH_OK};
    zsock_signal (pipe, 0);
    int rc = s_open (&self, &error);
    if (rc == DMH_OK) {
        zsock_send (pipe, "s88", "READY", (uint64_t) self.slot_count,
                    (uint64_t) harmonizers_threads (self.harmonizers));
        s_loop (&self);
        s_goodbye (&self);
    } else {
        zsock_send (pipe, "sis", "FAILED", error.code, error.text);
        while (!s_take_word (&self))
            ;
    }
    zsock_destroy (&self.link);
    zsock_destroy (&self.progress);
    uploader_destroy (&self.uploader);
    s_close_slots (&self);
    catalog_destroy (&self.catalog);
}
