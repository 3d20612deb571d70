//  connection.c: see connection.h.
#include "client/connection/connection.h"

#include "client/connection/greeting.h"
#include "client/connection/link.h"
#include "messages/base/clock.h"
#include "messages/codec/frame.h"
#include "messages/sockets/socket_wait.h"
#include "messages/uri.h"

enum { FEED_MESSAGES = 10000, REST_MS = 250 };

struct connection {
    char fronts[BROKERS_MAX][URI_BYTES];
    size_t front_count;
    //  Of the one that answered.
    char front_endpoint[URI_BYTES], feed_endpoint[URI_BYTES], files_endpoint[URI_BYTES], roots[URI_BYTES],
        back_endpoint[URI_BYTES];
    bool shares_disk;
    struct credential credential;
    int timeout_ms, interrupt;
    uint64_t requests;        //  their number is the request's id
    zsock_t *front, *feed;    //  front NULL: nobody is known who answers
    void (*rest) (void *context);
    void *context;
};

//  Waits for something to read on `socket`. DMH_OK, DMH_UNAVAILABLE after wait_ms, DMH_CANCELLED.
static int s_wait (const connection_t *self, zsock_t *socket, int64_t until)
{
    zmq_pollitem_t items[] = {{zsock_resolve (socket), 0, ZMQ_POLLIN, 0},
                              {NULL, self->interrupt, ZMQ_POLLIN, 0}};
    for (;;) {
        int64_t left = until - clock_mono_ms ();
        bool rests = self->rest && left > REST_MS;
        int count = socket_wait (items, self->interrupt >= 0 ? 2 : 1,
                                 rests      ? REST_MS
                                 : left > 0 ? (long) left
                                            : 0);
        if (count > 0 && self->interrupt >= 0 && items[1].revents)
            return DMH_CANCELLED;
        if (count > 0 && items[0].revents)
            return DMH_OK;
        if ((count == 0 && !rests) || (count < 0 && errno != EINTR))
            return DMH_UNAVAILABLE;
        if (count == 0)
            self->rest (self->context);
    }
}

//  Says a request for the first time, under a new id.
static int s_say (connection_t *self, const struct shape *request, void *message, struct error *error)
{
    char *id = message;    //  first in every request too
    snprintf (id, ID_BYTES, "%llu", (unsigned long long) ++self->requests);
    return frame_send (self->front, NULL, request, message, error);
}

//  The answer to a request that was said at the broker that is known. *silent: nobody answered until then.
static int s_hear (connection_t *self, const struct shape *request, void *message, const struct shape *answer,
                   void *out, int64_t until, bool *silent, struct error *error)
{
    struct error why = {.code = DMH_OK};
    const char *id = message;
    int rc = DMH_OK;
    *silent = false;
    int64_t patience = LINK_AGAIN_MS, next = link_next_wait (&patience, until);
    while (rc == DMH_OK) {
        rc = s_wait (self, self->front, next);
        if (rc == DMH_CANCELLED)
            return error_set (error, rc, "interrupted");
        if (rc != DMH_OK && next == until)
            break;
        if (rc != DMH_OK) {
            rc = frame_send (self->front, NULL, request, message, error);
            next = link_next_wait (&patience, until);
            continue;
        }
        rc = link_take (self->front, id, answer, out, &why);
        if (rc != DMH_NOT_FOUND || why.code == DMH_NOT_FOUND)
            return rc == DMH_OK ? rc : error_set (error, rc, "%s", why.text);
        rc = DMH_OK;    //  another request's answer
    }
    *silent = rc == DMH_UNAVAILABLE;
    return rc;
}

//  The feed of the broker that answered; what was subscribed to before holds there, too.
static void s_move_feed (connection_t *self, const char *feed)
{
    char before[URI_BYTES];
    memcpy (before, self->feed_endpoint, sizeof before);
    uri_seen_from (feed, self->front_endpoint, self->feed_endpoint);
    if (self->feed && !streq (before, self->feed_endpoint)) {
        zsock_disconnect (self->feed, "%s", before);
        zsock_connect (self->feed, "%s", self->feed_endpoint);
    }
}

static int s_nobody (const connection_t *self, struct error *error)
{
    return error_set (error, DMH_UNAVAILABLE, "no broker answered at %s%s within %g s; is it running%s?",
                      self->fronts[0], self->front_count > 1 ? " or another one of the list" : "",
                      self->timeout_ms / 1000.0,
                      credential_is (&self->credential) ? ", and does it allow this key" : "");
}

//  `at_once`: a refusal is not waited out.
static int s_reach (connection_t *self, int64_t until, bool at_once, struct error *error)
{
    struct welcome welcome;
    struct greeting greeting = {.fronts = self->fronts,
                                .count = self->front_count,
                                .credential = &self->credential,
                                .interrupt = self->interrupt,
                                .at_once = at_once};
    size_t which;
    zsock_destroy (&self->front);
    int rc = greeting_first (&greeting, until, &self->front, &which, &welcome, error);
    if (rc == DMH_UNAVAILABLE && !greeting.told)
        return s_nobody (self, error);
    if (rc != DMH_OK)
        return rc;
    memcpy (self->front_endpoint, self->fronts[which], sizeof self->front_endpoint);
    s_move_feed (self, welcome.feed);
    uri_seen_from (welcome.files, self->front_endpoint, self->files_endpoint);
    uri_seen_from (welcome.back, self->front_endpoint, self->back_endpoint);
    self->shares_disk = welcome.shares_disk;
    memcpy (self->roots, welcome.roots, sizeof self->roots);
    welcome_clear (&welcome);
    return DMH_OK;
}

//  With a list, a broker that is silent for half of the time is looked for anew.
int connection_request (connection_t *self, const struct shape *request, void *message,
                        const struct shape *answer, void *out, struct error *error)
{
    int64_t until = clock_mono_ms () + self->timeout_ms;
    int64_t patience = self->front_count > 1 ? clock_mono_ms () + self->timeout_ms / 2 : until;
    for (;;) {
        int rc = self->front ? DMH_OK : s_reach (self, until, false, error);
        if (rc == DMH_UNAVAILABLE)    //  until then
            return rc;
        bool silent = false;
        if (rc == DMH_OK)
            rc = s_say (self, request, message, error);
        if (rc == DMH_OK)
            rc = s_hear (self, request, message, answer, out, patience, &silent, error);
        if (!silent)
            return rc;
        if (self->front_count > 1)
            zsock_destroy (&self->front);
        if (clock_mono_ms () >= until)
            return s_nobody (self, error);
        patience = until;
    }
}

int connection_request_all (connection_t *self, const struct shape *request, void *messages, size_t count,
                            const struct shape *answer, void *outs, size_t *answered, struct error *error)
{
    int rc = DMH_OK;
    size_t said = 0;
    *answered = 0;
    for (; self->front && rc == DMH_OK && said < count; said += rc == DMH_OK)
        rc = s_say (self, request, (char *) messages + said * request->size, error);
    //  What was not said, or is not answered, is asked one by one.
    for (size_t i = 0; i < count; i++) {
        void *message = (char *) messages + i * request->size, *out = (char *) outs + i * answer->size;
        bool silent = i >= said;
        rc = silent ? DMH_OK
                    : s_hear (self, request, message, answer, out, clock_mono_ms () + self->timeout_ms / 2,
                              &silent, error);
        if (silent)
            rc = connection_request (self, request, message, answer, out, error);
        if (rc != DMH_OK)
            return rc;
        (*answered)++;
    }
    return DMH_OK;
}

connection_t *connection_new (const char *fronts, const struct credential *credential, int timeout_ms,
                              int interrupt, struct error *error)
{
    connection_t *self = calloc (1, sizeof *self);
    if (!self) {
        error_set (error, DMH_INTERNAL, "out of memory");
        return NULL;
    }
    if (credential)
        self->credential = *credential;
    self->timeout_ms = timeout_ms;
    self->interrupt = interrupt;
    self->front_count = uri_list (fronts, self->fronts, BROKERS_MAX);
    int rc = self->front_count ? s_reach (self, clock_mono_ms () + timeout_ms, self->front_count == 1, error)
                               : error_set (error, DMH_USAGE,
                                            "“%s” is no list of at most %d brokers; give "
                                            "--broker tcp://HOST:5570,tcp://OTHER:5570",
                                            fronts, BROKERS_MAX);
    if (rc != DMH_OK)
        connection_destroy (&self);
    return self;
}

void connection_destroy (connection_t **self_p)
{
    connection_t *self = *self_p;
    if (!self)
        return;
    zsock_destroy (&self->front);
    zsock_destroy (&self->feed);
    key_forget (&self->credential.own);
    free (self);
    *self_p = NULL;
}

int connection_greet (connection_t *self, struct error *error)
{
    return s_reach (self, clock_mono_ms () + self->timeout_ms, false, error);
}

const char *connection_files (const connection_t *self)
{
    return self->files_endpoint;
}

const char *connection_back (const connection_t *self)
{
    return self->back_endpoint;
}

const char *connection_roots (const connection_t *self)
{
    return self->shares_disk ? self->roots : NULL;
}

const struct credential *connection_credential (const connection_t *self)
{
    return &self->credential;
}

int connection_interrupt (const connection_t *self)
{
    return self->interrupt;
}

void connection_on_wait (connection_t *self, void (*rest) (void *context), void *context)
{
    self->rest = rest;
    self->context = context;
}

bool connection_pause (const connection_t *self, int wait_ms)
{
    zmq_pollitem_t item = {NULL, self->interrupt, ZMQ_POLLIN, 0};
    return socket_wait (&item, self->interrupt >= 0, wait_ms) > 0;
}

int connection_follow (connection_t *self, const char *job, struct error *error)
{
    char topic[EVENT_TOPIC_BYTES];
    int rc = self->feed ? DMH_OK
                        : link_open (&self->credential, ZMQ_SUB, self->feed_endpoint, FEED_MESSAGES,
                                     &self->feed, error);
    if (rc == DMH_OK)
        zsock_set_subscribe (self->feed, event_topic (job, topic));
    return rc;
}

void connection_unfollow (connection_t *self, const char *job)
{
    char topic[EVENT_TOPIC_BYTES];
    if (self->feed)
        zsock_set_unsubscribe (self->feed, event_topic (job, topic));
}

zsock_t *connection_feed (const connection_t *self)
{
    return self->feed;
}

int connection_event (connection_t *self, int wait_ms, struct event *out)
{
    int64_t until = clock_mono_ms () + wait_ms;
    while (s_wait (self, self->feed, until) == DMH_OK) {
        zmsg_t *message = zmsg_recv_nowait (self->feed);
        zframe_t *body = message && zmsg_size (message) == 2 ? zmsg_last (message) : NULL;
        bool good = body && zframe_size (body) <= BODY_BYTES_MAX &&
                    event_decode (zframe_data (body), zframe_size (body), out, NULL) == DMH_OK;
        zmsg_destroy (&message);
        if (good)
            return 1;
    }
    return connection_pause (self, 0) ? DMH_CANCELLED : 0;
}
