//  session.c: see session.h. One loop: the broker's DEALER, the session's owner, the runners' pipes. Decode,
//  decide, act, answer.
#include "session.h"

#include "../messages/base/clock.h"
#include "../messages/base/log.h"
#include "../messages/base/random.h"
#include "../messages/event.h"
#include "../messages/frame.h"
#include "../messages/version.h"
#include "pipeline/runner.h"
#include "slot.h"

#include <unistd.h>

enum {
    FRAME_BYTES_MAX = 2 * 1024 * 1024,
    QUEUE_MESSAGES = 1000,    //  high-water mark; a full queue means that the broker is away
    BACK_OFF_FIRST_MS = 250,
    BACK_OFF_MOST_MS = 4000,
    GOODBYE_MS = 1000    //  for the last messages to leave
};

struct session {
    const struct session_config *config;
    zsock_t *pipe;
    zsock_t *link;        //  DEALER to the broker's back
    zsock_t *progress;    //  PUB to the broker's feed-in; NULL before REGISTERED
    char worker[ID_BYTES];
    char host[NAME_BYTES];
    crew_t *crew;
    catalog_t *catalog;
    struct slot *slots;
    size_t slot_count;
    bool registered, draining;
    int64_t heard_at, beat_at, back_off;
};

static void s_send (struct session *self, const struct shape *shape, const void *message)
{
    struct error error;
    if (frame_send (self->link, NULL, shape, message, &error) != DMH_OK)
        log_event (LOG_LEVEL_DEBUG, "link.full", NULL, NULL, "error", error.text, NULL);
}

//  The attempts that run here, for READY and HEARTBEAT.
static size_t s_running (const struct session *self, struct running_job *out)
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

static void s_register (struct session *self)
{
    struct running_job running[SLOTS_MAX];
    struct word formats[] = {{"csv"}, {"json"}};
    struct word kinds[16];
    struct ready ready = {.pid = (uint64_t) getpid (),
                          .slots = self->slot_count,
                          .threads = self->config->threads,
                          .kinds = kinds,
                          .formats = formats,
                          .formats_count = 2,
                          .version = DMH_VERSION,
                          .running = running,
                          .running_count = s_running (self, running)};
    for (; ready.kinds_count < catalog_size (self->catalog) && ready.kinds_count < 16; ready.kinds_count++)
        snprintf (kinds[ready.kinds_count].word, WORD_BYTES, "%.31s",
                  catalog_at (self->catalog, ready.kinds_count)->name);
    memcpy (ready.worker, self->worker, sizeof ready.worker);
    memcpy (ready.host, self->host, sizeof ready.host);
    s_send (self, &ready_shape, &ready);
}

//  A fresh socket: what an old one still holds for a broker that is gone must not arrive late.
static int s_connect (struct session *self)
{
    int64_t most = FRAME_BYTES_MAX;
    zsock_destroy (&self->link);
    self->link = zsock_new (ZMQ_DEALER);
    if (!self->link)
        return -1;
    zsock_set_linger (self->link, GOODBYE_MS);
    zsock_set_sndhwm (self->link, QUEUE_MESSAGES);
    zsock_set_rcvhwm (self->link, QUEUE_MESSAGES);
    zmq_setsockopt (zsock_resolve (self->link), ZMQ_MAXMSGSIZE, &most, sizeof most);
    if (zsock_connect (self->link, "%s", self->config->broker) != 0)
        return -1;
    self->registered = false;
    self->heard_at = clock_mono_ms ();
    s_register (self);
    return 0;
}

//  Hands in what a slot's runner has ended with; it stays there until it is acknowledged.
static void s_hand_in (struct session *self, const struct slot *slot)
{
    if (slot->state == SLOT_DONE)
        s_send (self, &result_shape, &slot->result);
    else if (slot->state == SLOT_FAILED)
        s_send (self, &fail_shape, &slot->fail);
}

//  "tcp://*:5572" with the host by which the broker was reached.
static void s_feed_endpoint (const struct session *self, const char *feed, char out[URI_BYTES])
{
    static const char ANY[] = "tcp://*:";
    const char *host = self->config->broker + strlen ("tcp://");
    const char *colon = strrchr (self->config->broker, ':');
    if (strncmp (feed, ANY, sizeof ANY - 1) == 0 && strncmp (self->config->broker, "tcp://", 6) == 0 &&
        colon > host)
        snprintf (out, URI_BYTES, "tcp://%.*s:%s", (int) (colon - host), host, feed + sizeof ANY - 1);
    else
        snprintf (out, URI_BYTES, "%s", feed);
}

static void s_registered (struct session *self, const struct frame *frame)
{
    struct registered registered;
    if (registered_decode (frame->body, frame->body_bytes, &registered, NULL) != DMH_OK)
        return;
    if (!self->registered)
        log_event (LOG_LEVEL_INFO, "worker.registered", NULL, NULL, "broker", self->config->broker, NULL);
    self->registered = true;
    self->back_off = BACK_OFF_FIRST_MS;
    char endpoint[URI_BYTES];
    s_feed_endpoint (self, registered.feed, endpoint);
    zsock_destroy (&self->progress);
    self->progress = zsock_new (ZMQ_PUB);
    if (self->progress) {
        zsock_set_sndhwm (self->progress, QUEUE_MESSAGES);
        zsock_set_linger (self->progress, 0);
        if (zsock_connect (self->progress, "%s", endpoint) != 0)
            zsock_destroy (&self->progress);
    }
    for (size_t i = 0; i < self->slot_count; i++)
        s_hand_in (self, &self->slots[i]);
    if (self->draining) {
        struct drain drain = {.worker = ""};
        s_send (self, &drain_shape, &drain);
    }
}

static void s_give_back (struct session *self, const struct job_order *order, const char *why)
{
    struct fail fail = {
        .attempt = order->attempt, .code = "unavailable", .retryable = true, .returned = true};
    memcpy (fail.job, order->job, sizeof fail.job);
    snprintf (fail.message, sizeof fail.message, "%s", why);
    s_send (self, &fail_shape, &fail);
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
    struct slot *slot = s_find (self, order.job, order.attempt) ? NULL : s_free_slot (self);
    if (s_find (self, order.job, order.attempt))
        log_event (LOG_LEVEL_DEBUG, "job.known", order.job, order.correlation, NULL);
    else if (!slot || self->draining)
        s_give_back (self, &order, "the worker takes nothing new");
    else if (slot_start (slot, &order, self->crew, self->catalog, self->config->results, &error) != DMH_OK)
        s_give_back (self, &order, error.text);
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
        zstr_send (slot->runner, "CANCEL");
    else if (!slot) {
        //  It ended here already, and the broker has not heard: say so again.
        struct fail fail = {.attempt = stop.attempt, .code = "cancelled", .message = "it does not run here"};
        memcpy (fail.job, stop.job, sizeof fail.job);
        s_send (self, &fail_shape, &fail);
    }
}

static void s_take_problem (struct session *self)
{
    //  Whatever it is about, the broker does not know us as we know it: register anew.
    if (self->registered) {
        self->registered = false;
        s_register (self);
    }
}

static void s_take_link (struct session *self)
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
        else if (streq (frame.kind, "DRAIN"))
            self->draining = true;
        else if (streq (frame.kind, "ERROR"))
            s_take_problem (self);
    }
    zmsg_destroy (&message);
}

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
    if (!self->progress || event_encode (&event, &body, &n, NULL) != DMH_OK)
        return;
    event_topic (event.job, topic);
    void *handle = zsock_resolve (self->progress);
    if (zmq_send (handle, topic, strlen (topic), ZMQ_SNDMORE | ZMQ_DONTWAIT) >= 0)
        zmq_send (handle, body, n, ZMQ_DONTWAIT);
    free (body);
}

static void s_take_news (struct session *self, struct slot *slot)
{
    char *word = NULL;
    struct runner_news *news = NULL;
    if (zsock_recv (slot->runner, "sp", &word, &news) != 0 || !word || !news)
        goto cleanup;
    slot->bytes_done = news->bytes_done;
    if (streq (word, "PROGRESS"))
        s_publish (self, slot, news);
    else {
        slot_end (slot, news);
        if (slot->state == SLOT_FAILED)
            log_event (LOG_LEVEL_WARNING, "job.failed", slot->order.job, slot->order.correlation, "code",
                       slot->fail.code, "error", slot->fail.message, NULL);
        else
            log_event (LOG_LEVEL_INFO, "job.done", slot->order.job, slot->order.correlation, NULL);
        s_hand_in (self, slot);
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
        struct heartbeat heartbeat = {running, s_running (self, running)};
        s_send (self, &heartbeat_shape, &heartbeat);
        self->beat_at = now;
    }
    int64_t patience = self->registered ? WORKER_SILENT_MS : self->back_off;
    if (now - self->heard_at < patience)
        return;
    if (self->registered) {
        log_event (LOG_LEVEL_WARNING, "broker.silent", NULL, NULL, "broker", self->config->broker, NULL);
        self->back_off = BACK_OFF_FIRST_MS;
    } else
        self->back_off = self->back_off * 2 < BACK_OFF_MOST_MS ? self->back_off * 2 : BACK_OFF_MOST_MS;
    s_connect (self);
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
        s_send (self, &drain_shape, &drain);
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
                items[count++] = (zmq_pollitem_t){zsock_resolve (self->slots[i].runner), 0, ZMQ_POLLIN, 0};
            }
        if (zmq_poll (items, count, s_wait_ms (self)) < 0 && errno != EINTR)
            return;
        if (items[0].revents && s_take_word (self))
            return;
        if (items[1].revents)
            s_take_link (self);
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
            s_give_back (self, &slot->order, "its worker was stopped");
        slot_clear (slot);
    }
    struct bye bye = {.worker = ""};
    s_send (self, &bye_shape, &bye);
}

static int s_open (struct session *self, struct error *error)
{
    const struct session_config *config = self->config;
    char random[9];
    gethostname (self->host, sizeof self->host - 1);
    snprintf (self->worker, sizeof self->worker, "%.16s-%d-%s", self->host, (int) getpid (),
              random_hex (random, 8));
    self->slot_count = config->slots;
    self->back_off = BACK_OFF_FIRST_MS;
    if (config->slots < 1 || config->slots > SLOTS_MAX || config->threads < 1)
        return error_set (error, DMH_USAGE, "a worker has 1 to %d slots and at least one thread", SLOTS_MAX);
    if (access (config->results, W_OK | X_OK) != 0)
        return error_set (error, DMH_IO, "the results folder %s cannot be written to: %s", config->results,
                          strerror (errno));
    self->slots = calloc (config->slots, sizeof *self->slots);
    if (!self->slots)
        return error_set (error, DMH_INTERNAL, "out of memory while starting the worker");
    for (size_t i = 0; i < self->slot_count; i++)
        self->slots[i].index = i;
    self->catalog = catalog_new (config->schemas, error);
    if (!self->catalog)
        return error->code;
    self->crew = crew_new (config->threads, config->slots, error);
    if (!self->crew)
        return error->code;
    return s_connect (self) == 0
               ? DMH_OK
               : error_set (error, DMH_USAGE, "%s is not an endpoint; write tcp://HOST:PORT", config->broker);
}

void session_actor (zsock_t *pipe, void *config)
{
    struct session self = {.config = config, .pipe = pipe};
    struct error error = {.code = DMH_OK};
    zsock_signal (pipe, 0);
    int rc = s_open (&self, &error);
    if (rc == DMH_OK) {
        zstr_send (pipe, "READY");
        s_loop (&self);
        s_goodbye (&self);
    } else {
        zsock_send (pipe, "sis", "FAILED", error.code, error.text);
        while (!s_take_word (&self))
            ;
    }
    zsock_destroy (&self.link);
    zsock_destroy (&self.progress);
    crew_destroy (&self.crew);
    catalog_destroy (&self.catalog);
    free (self.slots);
}
