//  exchange.c: see exchange.h.
#include "client/gateway/broker/exchange.h"

#include "client/connection/greeting.h"
#include "client/connection/link.h"
#include "client/gateway/broker/asked_queue.h"
#include "messages/base/clock.h"
#include "messages/base/log.h"
#include "messages/base/narrow.h"
#include "messages/codec/frame.h"
#include "messages/sockets/actor.h"
#include "messages/sockets/metrics_server.h"
#include "messages/sockets/socket_wait.h"
#include "messages/uri.h"
#include "messages/version.h"

#include <stdatomic.h>

enum { GREET_MS = 1000, QUEUE_MESSAGES = 8192, LOOK_MS = 100 };

struct exchange {
    char brokers[BROKERS_MAX][URI_BYTES];
    size_t broker_count;
    const struct credential *credential;
    route_t *route;
    actor_t *actor;
    _Atomic bool ready, shares_disk;
    _Atomic uint64_t requests;    //  their number is the request's id
    asked_queue_t *queue;         //  what others have asked
    //  The thread's own.
    zsock_t *fronts[BROKERS_MAX];    //  all that are looked at; only [current] once one has answered
    int current;                     //  -1: nobody
    int64_t heard_at, greeted_at;
    zhashx_t *asked;    //  id → struct asked
    char files[URI_BYTES], event_feed_at[URI_BYTES], broker_id[ID_BYTES];
    event_feed_t *feed;    //  listened to by others
};

static void s_end (exchange_t *self, struct asked *asked, int rc, void *answer, const struct error *error)
{
    asked_queue_end (self->queue);
    asked->answer (asked->context, rc, answer, error);
    asked_destroy (&asked);
}

static void s_refuse (exchange_t *self, struct asked *asked, const char *sentence)
{
    struct error error = {.code = DMH_OK};
    error_set (&error, DMH_UNAVAILABLE, "%s", sentence);
    s_end (self, asked, DMH_UNAVAILABLE, NULL, &error);
}

//  To the broker that is known; a queue that is full is tried again later.
static void s_say (const exchange_t *self, struct asked *asked, int64_t now)
{
    asked->next = now + asked->patience;
    if (self->current < 0)
        return;
    asked->patience *= 2;
    asked->next = now + asked->patience;
    zmsg_t *copy = zmsg_dup (asked->frames);
    if (copy && zmsg_send (&copy, self->fronts[self->current]) != 0)
        zmsg_destroy (&copy);
}

static void s_take_asked (exchange_t *self, int64_t now)
{
    struct asked *asked = asked_queue_take (self->queue);
    while (asked) {
        struct asked *following = asked->following;
        asked->following = NULL;
        zhashx_insert (self->asked, asked->id, asked);
        s_say (self, asked, now);
        asked = following;
    }
}

//  All brokers of the list from the beginning; queues of before go with their sockets.
static void s_look_anew (exchange_t *self)
{
    metrics_server_ready (false);
    if (atomic_exchange (&self->ready, false))
        log_event (LOG_LEVEL_WARNING, "broker.lost", NULL, NULL, "broker", self->brokers[self->current],
                   NULL);
    self->current = -1;
    self->heard_at = clock_mono_ms ();
    self->greeted_at = 0;
    for (size_t i = 0; i < self->broker_count; i++)
        zsock_destroy (&self->fronts[i]);
}

static void s_greet (exchange_t *self, int64_t now)
{
    self->greeted_at = now;
    for (size_t i = 0; i < self->broker_count; i++) {
        struct hello hello = {.request = "hello", .version = DMH_VERSION};
        struct error error = {.code = DMH_OK};
        disk_name (hello.disk);
        if (self->current >= 0 && NARROW (int, i) != self->current)
            continue;
        if (self->fronts[i] || link_open (self->credential, ZMQ_DEALER, self->brokers[i], QUEUE_MESSAGES,
                                          &self->fronts[i], &error) == DMH_OK) {
            zsock_set_sndtimeo (self->fronts[i], 0);
            frame_send (self->fronts[i], NULL, &hello_shape, &hello, &error);
        } else
            log_event (LOG_LEVEL_WARNING, "broker.unreachable", NULL, NULL, "broker", self->brokers[i],
                       "error", error.text, NULL);
    }
}

//  A broker has said that it is there.
static void s_welcomed (exchange_t *self, int which, const struct welcome *welcome, int64_t now)
{
    char files[URI_BYTES], feed[URI_BYTES];
    bool is_new = self->current < 0;
    uri_seen_from (welcome->files, self->brokers[which], files);
    uri_seen_from (welcome->feed, self->brokers[which], feed);
    self->current = which;
    self->heard_at = now;
    atomic_store (&self->shares_disk, welcome->shares_disk);
    if (is_new || !streq (files, self->files) || !streq (welcome->broker_id, self->broker_id)) {
        memcpy (self->files, files, sizeof files);
        memcpy (self->broker_id, welcome->broker_id, sizeof self->broker_id);
        route_set (self->route, files);
    }
    if (is_new || !streq (feed, self->event_feed_at)) {
        memcpy (self->event_feed_at, feed, sizeof feed);
        event_feed_connect (self->feed, feed);
    }
    if (!is_new)
        return;
    for (size_t i = 0; i < self->broker_count; i++)
        if (NARROW (int, i) != which)
            zsock_destroy (&self->fronts[i]);
    atomic_store (&self->ready, true);
    metrics_server_ready (true);
    log_event (LOG_LEVEL_INFO, "broker.found", NULL, NULL, "broker", self->brokers[which], "version",
               welcome->version, NULL);
    for (struct asked *asked = zhashx_first (self->asked); asked; asked = zhashx_next (self->asked))
        s_say (self, asked, now);
}

static void s_take_problem (exchange_t *self, const struct frame *frame)
{
    struct problem problem;
    struct error error = {.code = DMH_OK};
    if (problem_decode (frame->body, frame->body_bytes, &problem, NULL) != DMH_OK)
        return;
    struct asked *asked = zhashx_lookup (self->asked, problem.request);
    if (!asked)    //  of nobody, or of all: that asks too often
        return;
    zhashx_delete (self->asked, problem.request);
    int rc = error_set (&error, error_code (problem.code), "%s", problem.message);
    s_end (self, asked, rc, NULL, &error);
}

//  The id that an answer begins with, as every message has it first.
struct any_answer {
    char request[ID_BYTES];
};
static const struct shape_field s_any_fields[] = {
    SHAPE_FIELD_TEXT (struct any_answer, request, true),
};
static const struct shape s_any_shape = SHAPE_OF ("ANY", struct any_answer, s_any_fields);

static void s_take_answer (exchange_t *self, const struct frame *frame)
{
    struct any_answer any;
    struct error error = {.code = DMH_OK};
    if (shape_decode (&s_any_shape, frame->body, frame->body_bytes, &any, NULL) != DMH_OK)
        return;
    struct asked *asked = zhashx_lookup (self->asked, any.request);
    if (!asked || !streq (asked->shape->name, frame->kind))
        return;
    void *answer = calloc (1, asked->shape->size);
    int rc = answer ? shape_decode (asked->shape, frame->body, frame->body_bytes, answer, &error)
                    : error_set (&error, DMH_INTERNAL, "out of memory");
    const struct shape *shape = asked->shape;
    zhashx_delete (self->asked, any.request);
    s_end (self, asked, rc, answer, &error);
    if (rc == DMH_OK)
        shape_clear (shape, answer);
    free (answer);
}

static void s_take_message (exchange_t *self, int which, int64_t now)
{
    struct frame frame;
    struct welcome welcome;
    zmsg_t *message = zmsg_recv_nowait (self->fronts[which]);
    if (message && frame_open (message, &frame, NULL) == DMH_OK) {
        if (streq (frame.kind, welcome_shape.name)) {
            if (welcome_decode (frame.body, frame.body_bytes, &welcome, NULL) == DMH_OK) {
                s_welcomed (self, which, &welcome, now);
                welcome_clear (&welcome);
            }
        } else if (which == self->current) {
            self->heard_at = now;
            if (streq (frame.kind, problem_shape.name))
                s_take_problem (self, &frame);
            else
                s_take_answer (self, &frame);
        }
    }
    zmsg_destroy (&message);
}

//  What is late is said again, and what is too late has no answer.
static void s_check (exchange_t *self, int64_t now)
{
    zlistx_t *ids = NULL;
    for (struct asked *asked = zhashx_first (self->asked); asked; asked = zhashx_next (self->asked))
        if (now >= asked->until) {
            if (ids || (ids = zlistx_new ()))
                zlistx_add_end (ids, asked);
        } else if (now >= asked->next)
            s_say (self, asked, now);
    for (struct asked *asked = ids ? zlistx_first (ids) : NULL; asked; asked = zlistx_next (ids)) {
        zhashx_delete (self->asked, asked->id);
        s_refuse (self, asked, "the broker does not answer; try again later");
    }
    zlistx_destroy (&ids);
    if (self->current >= 0 && now - self->heard_at >= EXCHANGE_SILENCE_MS)
        s_look_anew (self);
    if (now - self->greeted_at >= GREET_MS)
        s_greet (self, now);
}

static void s_turn (exchange_t *self, zsock_t *pipe, bool *ended)
{
    int which[BROKERS_MAX];
    zmq_pollitem_t items[3 + BROKERS_MAX] = {{zsock_resolve (pipe), 0, ZMQ_POLLIN, 0},
                                             {NULL, asked_queue_word (self->queue), ZMQ_POLLIN, 0}};
    int count = 2;
    for (size_t i = 0; i < self->broker_count; i++)
        if (self->fronts[i]) {
            which[count - 2] = NARROW (int, i);
            items[count++] = (zmq_pollitem_t){zsock_resolve (self->fronts[i]), 0, ZMQ_POLLIN, 0};
        }
    int fronts = count;
    if (event_feed_socket (self->feed))
        items[count++] = (zmq_pollitem_t){zsock_resolve (event_feed_socket (self->feed)), 0, ZMQ_POLLIN, 0};
    if (socket_wait (items, count, LOOK_MS) < 0 && zmq_errno () != EINTR) {
        *ended = true;
        return;
    }
    int64_t now = clock_mono_ms ();
    if (items[1].revents)
        s_take_asked (self, now);
    for (int i = 2; i < fronts; i++)
        while (self->fronts[which[i - 2]] && (zsock_events (self->fronts[which[i - 2]]) & ZMQ_POLLIN))
            s_take_message (self, which[i - 2], now);
    s_check (self, now);
    event_feed_subscribe (self->feed);
    event_feed_take (self->feed);
    event_feed_tick (self->feed, now);
    *ended = items[0].revents != 0;    //  its owner has one word
}

static void s_run (zsock_t *pipe, void *argument)
{
    exchange_t *self = argument;
    bool ended = false;
    s_greet (self, clock_mono_ms ());
    zsock_signal (pipe, 0);
    while (!ended)
        s_turn (self, pipe, &ended);
    asked_queue_close (self->queue);
    s_take_asked (self, clock_mono_ms ());
    struct asked *asked;
    while ((asked = zhashx_first (self->asked))) {
        zhashx_delete (self->asked, asked->id);
        s_refuse (self, asked, "the gateway ends; try again later");
    }
    event_feed_close (self->feed);
    for (size_t i = 0; i < self->broker_count; i++)
        zsock_destroy (&self->fronts[i]);
}

exchange_t *exchange_new (const char *fronts, const struct credential *credential, struct error *error)
{
    exchange_t *self = calloc (1, sizeof *self);
    int rc = self ? DMH_OK : error_set (error, DMH_INTERNAL, "out of memory");
    if (rc == DMH_OK) {
        self->queue = asked_queue_new ();
        self->credential = credential;
        self->current = -1;
        self->broker_count = uri_list (fronts, self->brokers, BROKERS_MAX);
        self->route = route_new ();
        self->asked = zhashx_new ();
        self->feed = event_feed_new (credential);
        if (!self->broker_count)
            rc = error_set (error, DMH_USAGE,
                            "“%s” is no list of at most %d brokers; give --broker tcp://HOST:5570", fronts,
                            BROKERS_MAX);
        else if (!self->queue || !self->route || !self->asked || !self->feed ||
                 !(self->actor = actor_new (s_run, self)))
            rc = error_set (error, DMH_INTERNAL, "the gateway's connection to the broker cannot be made: %s",
                            strerror (errno));
    }
    if (rc != DMH_OK)
        exchange_destroy (&self);
    return self;
}

void exchange_close (exchange_t *self)
{
    actor_destroy (&self->actor);
}

void exchange_destroy (exchange_t **self_p)
{
    exchange_t *self = *self_p;
    if (!self)
        return;
    actor_destroy (&self->actor);
    zhashx_destroy (&self->asked);
    route_destroy (&self->route);
    event_feed_destroy (&self->feed);
    asked_queue_destroy (&self->queue);
    free (self);
    *self_p = NULL;
}

int exchange_ask (exchange_t *self, const struct shape *request, void *message, const struct shape *shape,
                  exchange_answer_fn *answer, void *context, struct error *error)
{
    struct asked *asked = calloc (1, sizeof *asked);
    if (!asked)
        return error_set (error, DMH_INTERNAL, "out of memory");
    int64_t now = clock_mono_ms ();
    asked->shape = shape;
    asked->answer = answer;
    asked->context = context;
    asked->until = now + EXCHANGE_TIMEOUT_MS;
    asked->patience = LINK_AGAIN_MS / 2;
    snprintf (asked->id, sizeof asked->id, "%llu",
              (unsigned long long) atomic_fetch_add (&self->requests, 1) + 1);
    memcpy (message, asked->id, sizeof asked->id);    //  first in every request
    int rc = (asked->frames = frame_new (request, message, error)) ? DMH_OK : error->code;
    if (rc == DMH_OK && !asked_queue_put (self->queue, asked))
        rc = error_set (error, DMH_UNAVAILABLE,
                        "too many requests wait for the broker, or the gateway ends; try again later");
    if (rc != DMH_OK)
        asked_destroy (&asked);
    return rc;
}

bool exchange_is_ready (const exchange_t *self)
{
    return atomic_load (&self->ready);
}

bool exchange_shares_disk (const exchange_t *self)
{
    return atomic_load (&self->shares_disk);
}

route_t *exchange_route (const exchange_t *self)
{
    return self->route;
}

bool exchange_listen (exchange_t *self, struct event_listener *listener)
{
    bool taken = event_feed_listen (self->feed, listener);
    if (taken)
        asked_queue_wake (self->queue);
    return taken;
}

void exchange_unlisten (exchange_t *self, struct event_listener *listener)
{
    event_feed_unlisten (self->feed, listener);
}

void exchange_review_listeners (exchange_t *self)
{
    event_feed_review (self->feed);
}
