//  connection.c: see connection.h.
#include "client/connection/connection.h"

#include "messages/base/clock.h"
#include "messages/base/narrow.h"
#include "messages/codec/frame.h"
#include "messages/sockets/socket.h"
#include "messages/uri.h"
#include "messages/version.h"

enum { QUEUE_MESSAGES = 1000, FEED_MESSAGES = 10000, AGAIN_MS = 1000 };

struct connection {
    char fronts[BROKERS_MAX][URI_BYTES];
    size_t front_count;
    //  Of the one that answered.
    char front_endpoint[URI_BYTES], feed_endpoint[URI_BYTES], files_endpoint[URI_BYTES], roots[URI_BYTES];
    bool shares_disk;
    struct credential credential;
    int timeout_ms, interrupt;
    uint64_t requests;        //  their number is the request's id
    zsock_t *front, *feed;    //  front NULL: nobody is known who answers
};

//  Waits for something to read on `socket`. DMH_OK, DMH_UNAVAILABLE after wait_ms, DMH_CANCELLED.
static int s_wait (const connection_t *self, zsock_t *socket, int64_t until)
{
    zmq_pollitem_t items[] = {{zsock_resolve (socket), 0, ZMQ_POLLIN, 0},
                              {NULL, self->interrupt, ZMQ_POLLIN, 0}};
    for (;;) {
        int64_t left = until - clock_mono_ms ();
        int count = zmq_poll (items, self->interrupt >= 0 ? 2 : 1, left > 0 ? (long) left : 0);
        if (count > 0 && self->interrupt >= 0 && items[1].revents)
            return DMH_CANCELLED;
        if (count > 0 && items[0].revents)
            return DMH_OK;
        if (count == 0 || (count < 0 && errno != EINTR))
            return DMH_UNAVAILABLE;
    }
}

//  One answer off the socket. DMH_NOT_FOUND: it belongs to another request and is dropped.
static int s_take (connection_t *self, const char *request, const struct shape *shape, void *out,
                   struct error *error)
{
    zmsg_t *message = zmsg_recv_nowait (self->front);
    struct frame frame;
    int rc = message ? frame_open (message, &frame, error) : DMH_NOT_FOUND;
    if (rc == DMH_OK && streq (frame.kind, "ERROR")) {
        struct problem problem;
        rc = problem_decode (frame.body, frame.body_bytes, &problem, error);
        if (rc == DMH_OK && *problem.request && !streq (problem.request, request))
            rc = DMH_NOT_FOUND;
        else if (rc == DMH_OK)
            rc = error_set (error, error_code (problem.code), "%s", problem.message);
    } else if (rc == DMH_OK && streq (frame.kind, shape->name)) {
        rc = shape_decode (shape, frame.body, frame.body_bytes, out, error);
        if (rc == DMH_OK && !streq ((const char *) out, request)) {    //  `request` is first in every answer
            shape_clear (shape, out);
            rc = DMH_NOT_FOUND;
        }
    } else if (rc == DMH_OK)
        rc = DMH_NOT_FOUND;
    zmsg_destroy (&message);
    return rc;
}

//  The end of the next wait: an answer that does not come may be to a request that a broker took to its
//  grave, so it is said again after 1 s, 2 s, 4 s … Every answer is to the first one that arrived.
static int64_t s_next_wait (int64_t *patience, int64_t until)
{
    int64_t next = clock_mono_ms () + *patience;
    *patience *= 2;
    return next < until ? next : until;
}

//  One request at the broker that is known. *silent: nobody answered until then.
static int s_request_once (connection_t *self, const struct shape *request, void *message,
                           const struct shape *answer, void *out, int64_t until, bool *silent,
                           struct error *error)
{
    struct error why = {.code = DMH_OK};
    char *id = message;    //  first in every request too
    *silent = false;
    snprintf (id, ID_BYTES, "%llu", (unsigned long long) ++self->requests);
    int rc = frame_send (self->front, NULL, request, message, error);
    int64_t patience = AGAIN_MS, next = s_next_wait (&patience, until);
    while (rc == DMH_OK) {
        rc = s_wait (self, self->front, next);
        if (rc == DMH_CANCELLED)
            return error_set (error, rc, "interrupted");
        if (rc != DMH_OK && next == until)
            break;
        if (rc != DMH_OK) {
            rc = frame_send (self->front, NULL, request, message, error);
            next = s_next_wait (&patience, until);
            continue;
        }
        rc = s_take (self, id, answer, out, &why);
        if (rc != DMH_NOT_FOUND || why.code == DMH_NOT_FOUND)
            return rc == DMH_OK ? rc : error_set (error, rc, "%s", why.text);
        rc = DMH_OK;    //  another request's answer
    }
    *silent = rc == DMH_UNAVAILABLE;
    return rc;
}

//  DMH_INTERNAL: there are no descriptors left; DMH_USAGE: it is no address.
static int s_open (const connection_t *self, int type, const char *endpoint, int queue, zsock_t **out,
                   struct error *error)
{
    zsock_t *socket = socket_new (type);
    if (!socket)
        return error_set (error, DMH_INTERNAL, "a socket to the broker cannot be made: %s", strerror (errno));
    zsock_set_linger (socket, 0);
    zsock_set_sndhwm (socket, queue);
    zsock_set_rcvhwm (socket, queue);
    *out = socket;
    if (credential_show (&self->credential, socket) == 0 && zsock_connect (socket, "%s", endpoint) == 0)
        return DMH_OK;
    zsock_destroy (out);
    return error_set (error, DMH_USAGE, "“%s” is not the address of a broker; give --broker tcp://HOST:5570",
                      endpoint);
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

//  HELLO to every broker of the list at once, as one that stands by, or has died, does not answer.
static int s_greet_all (connection_t *self, zsock_t **fronts, struct error *error)
{
    for (size_t i = 0; i < self->front_count; i++) {
        struct hello hello = {.request = "hello", .version = DMH_VERSION};
        disk_name (hello.disk);
        int rc = fronts[i] ? DMH_OK
                           : s_open (self, ZMQ_DEALER, self->fronts[i], QUEUE_MESSAGES, &fronts[i], error);
        if (rc == DMH_OK)
            rc = frame_send (fronts[i], NULL, &hello_shape, &hello, error);
        if (rc != DMH_OK)
            return rc;
    }
    return DMH_OK;
}

//  The first of them that welcomes; DMH_UNAVAILABLE: none did until then.
static int s_first_welcome (connection_t *self, zsock_t **fronts, int64_t until, struct error *error)
{
    zmq_pollitem_t items[BROKERS_MAX + 1];
    int count = NARROW (int, self->front_count);
    for (int i = 0; i < count; i++)
        items[i] = (zmq_pollitem_t){zsock_resolve (fronts[i]), 0, ZMQ_POLLIN, 0};
    items[count] = (zmq_pollitem_t){NULL, self->interrupt, ZMQ_POLLIN, 0};
    int64_t patience = AGAIN_MS, next = s_next_wait (&patience, until);
    for (;;) {
        int64_t left = next - clock_mono_ms ();
        int ready = zmq_poll (items, count + (self->interrupt >= 0), left > 0 ? (long) left : 0);
        if ((ready == 0 && next == until) || (ready < 0 && errno != EINTR))
            return DMH_UNAVAILABLE;
        if (ready == 0) {
            int rc = s_greet_all (self, fronts, error);
            if (rc != DMH_OK)
                return rc;
            next = s_next_wait (&patience, until);
        }
        if (ready > 0 && self->interrupt >= 0 && items[count].revents)
            return error_set (error, DMH_CANCELLED, "interrupted");
        for (int i = 0; ready > 0 && i < count; i++) {
            struct welcome welcome;
            if (!items[i].revents)
                continue;
            self->front = fronts[i];
            int rc = s_take (self, "hello", &welcome_shape, &welcome, error);
            if (rc == DMH_NOT_FOUND) {
                self->front = NULL;
                continue;
            }
            fronts[i] = NULL;
            if (rc != DMH_OK)
                return rc;
            memcpy (self->front_endpoint, self->fronts[i], sizeof self->front_endpoint);
            s_move_feed (self, welcome.feed);
            uri_seen_from (welcome.files, self->front_endpoint, self->files_endpoint);
            self->shares_disk = welcome.shares_disk;
            memcpy (self->roots, welcome.roots, sizeof self->roots);
            welcome_clear (&welcome);
            return DMH_OK;
        }
    }
}

static int s_reach (connection_t *self, int64_t until, struct error *error)
{
    zsock_t *fronts[BROKERS_MAX] = {NULL};
    zsock_destroy (&self->front);
    int rc = s_greet_all (self, fronts, error);
    if (rc == DMH_OK)
        rc = s_first_welcome (self, fronts, until, error);
    if (rc != DMH_OK)
        zsock_destroy (&self->front);
    for (size_t i = 0; i < self->front_count; i++)
        zsock_destroy (&fronts[i]);
    return rc;
}

static int s_nobody (const connection_t *self, struct error *error)
{
    return error_set (error, DMH_UNAVAILABLE, "no broker answered at %s%s within %g s; is it running%s?",
                      self->fronts[0], self->front_count > 1 ? " or another one of the list" : "",
                      self->timeout_ms / 1000.0,
                      credential_is (&self->credential) ? ", and does it allow this key" : "");
}

//  With a list, a broker that is silent for half of the time is looked for anew.
static int s_request (connection_t *self, const struct shape *request, void *message,
                      const struct shape *answer, void *out, struct error *error)
{
    int64_t until = clock_mono_ms () + self->timeout_ms;
    int64_t patience = self->front_count > 1 ? clock_mono_ms () + self->timeout_ms / 2 : until;
    for (;;) {
        int rc = self->front ? DMH_OK : s_reach (self, until, error);
        bool silent = rc == DMH_UNAVAILABLE;
        if (rc == DMH_OK)
            rc = s_request_once (self, request, message, answer, out, patience, &silent, error);
        if (!silent)
            return rc;
        if (self->front_count > 1)
            zsock_destroy (&self->front);
        if (clock_mono_ms () >= until)
            return s_nobody (self, error);
        patience = until;
    }
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
    int rc = self->front_count ? s_reach (self, clock_mono_ms () + timeout_ms, error)
                               : error_set (error, DMH_USAGE,
                                            "“%s” is no list of at most %d brokers; give "
                                            "--broker tcp://HOST:5570,tcp://OTHER:5570",
                                            fronts, BROKERS_MAX);
    if (rc == DMH_UNAVAILABLE)
        s_nobody (self, error);
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
    int rc = s_reach (self, clock_mono_ms () + self->timeout_ms, error);
    return rc == DMH_UNAVAILABLE ? s_nobody (self, error) : rc;
}

const char *connection_files (const connection_t *self)
{
    return self->files_endpoint;
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

bool connection_pause (const connection_t *self, int wait_ms)
{
    zmq_pollitem_t item = {NULL, self->interrupt, ZMQ_POLLIN, 0};
    return zmq_poll (&item, self->interrupt >= 0, wait_ms) > 0;
}

int connection_submit (connection_t *self, struct submit *submit, struct accepted *out, struct error *error)
{
    int rc = s_request (self, &submit_shape, submit, &accepted_shape, out, error);
    if (rc == DMH_OK && out->jobs_count != submit->inputs_count) {
        accepted_clear (out);
        rc = error_set (error, DMH_MALFORMED, "the broker answered with another number of jobs than inputs");
    }
    return rc;
}

//  A job's id in, its record out.
static int s_about_job (connection_t *self, const struct shape *shape, const char *job,
                        struct job_record *out, struct error *error)
{
    struct job_request request = {.request = ""};
    struct job_state_reply reply;
    if (snprintf (request.job, sizeof request.job, "%s", job) >= (int) sizeof request.job)
        return error_set (error, DMH_NOT_FOUND, "there is no job with so long an id");
    int rc = s_request (self, shape, &request, &job_state_reply_shape, &reply, error);
    if (rc == DMH_OK)
        *out = reply.job;    //  with what it owns
    return rc;
}

int connection_status (connection_t *self, const char *job, struct job_record *out, struct error *error)
{
    return s_about_job (self, &status_shape, job, out, error);
}

int connection_cancel (connection_t *self, const char *job, struct job_record *out, struct error *error)
{
    return s_about_job (self, &cancel_shape, job, out, error);
}

int connection_retry (connection_t *self, const char *job, struct job_record *out, struct error *error)
{
    return s_about_job (self, &retry_shape, job, out, error);
}

int connection_bring (connection_t *self, const char *job, struct job_record *out, struct error *error)
{
    return s_about_job (self, &bring_shape, job, out, error);
}

int connection_remove (connection_t *self, const char *job, struct job_record *out, struct error *error)
{
    return s_about_job (self, &remove_shape, job, out, error);
}

int connection_fetched (connection_t *self, const char *job, struct job_record *out, struct error *error)
{
    return s_about_job (self, &fetched_shape, job, out, error);
}

int connection_list (connection_t *self, struct list *list, struct jobs *out, struct error *error)
{
    return s_request (self, &list_shape, list, &jobs_shape, out, error);
}

int connection_workers (connection_t *self, struct worker_list *out, struct error *error)
{
    struct bare_request workers = {.request = ""};
    return s_request (self, &workers_shape, &workers, &worker_list_shape, out, error);
}

int connection_follow (connection_t *self, const char *job, struct error *error)
{
    char topic[EVENT_TOPIC_BYTES];
    int rc =
        self->feed ? DMH_OK : s_open (self, ZMQ_SUB, self->feed_endpoint, FEED_MESSAGES, &self->feed, error);
    if (rc == DMH_OK)
        zsock_set_subscribe (self->feed, event_topic (job, topic));
    return rc;
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
