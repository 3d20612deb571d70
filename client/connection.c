//  connection.c: see connection.h.
#include "connection.h"

#include "../messages/base/clock.h"
#include "../messages/base/random.h"
#include "../messages/frame.h"
#include "../messages/version.h"

enum { QUEUE_MESSAGES = 1000, FEED_MESSAGES = 10000 };

struct connection {
    char front_endpoint[URI_BYTES];
    char feed_endpoint[URI_BYTES];
    int timeout_ms, interrupt;
    uint64_t requests;    //  their number is the request's id
    zsock_t *front, *feed;
};

//  Where the feed is, seen from here: a host of "*" or 0.0.0.0 is the host that the front was reached at.
static void s_feed_endpoint (connection_t *self, const char *feed)
{
    const char *host = strstr (self->front_endpoint, "//"), *end = strrchr (self->front_endpoint, ':');
    const char *port = strrchr (feed, ':');
    bool any = strncmp (feed, "tcp://*:", 8) == 0 || strncmp (feed, "tcp://0.0.0.0:", 14) == 0;
    snprintf (self->feed_endpoint, sizeof self->feed_endpoint, "%s", feed);
    if (any && host && end > host + 2 && port) {
        size_t n = (size_t) (end - self->front_endpoint);
        memcpy (self->feed_endpoint, self->front_endpoint, n);
        snprintf (self->feed_endpoint + n, sizeof self->feed_endpoint - n, "%s", port);
    }
}

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

static int s_ask (connection_t *self, const struct shape *asked, void *message, const struct shape *answered,
                  void *out, struct error *error)
{
    struct error why = {.code = DMH_OK};
    char *request = message;    //  first in every request too
    snprintf (request, ID_BYTES, "%llu", (unsigned long long) ++self->requests);
    int rc = frame_send (self->front, NULL, asked, message, error);
    int64_t until = clock_mono_ms () + self->timeout_ms;
    while (rc == DMH_OK) {
        rc = s_wait (self, self->front, until);
        if (rc == DMH_CANCELLED)
            return error_set (error, rc, "interrupted");
        if (rc != DMH_OK)
            break;
        rc = s_take (self, request, answered, out, &why);
        if (rc != DMH_NOT_FOUND || why.code == DMH_NOT_FOUND)
            return rc == DMH_OK ? rc : error_set (error, rc, "%s", why.text);
        rc = DMH_OK;    //  another request's answer
    }
    if (rc == DMH_UNAVAILABLE)
        error_set (error, rc, "no broker answered at %s within %g s; is it running?", self->front_endpoint,
                   self->timeout_ms / 1000.0);
    return rc;
}

static zsock_t *s_socket (int type, const char *endpoint, int queue)
{
    zsock_t *socket = zsock_new (type);
    if (!socket)
        return NULL;
    zsock_set_linger (socket, 0);
    zsock_set_sndhwm (socket, queue);
    zsock_set_rcvhwm (socket, queue);
    if (zsock_connect (socket, "%s", endpoint) != 0)
        zsock_destroy (&socket);
    return socket;
}

connection_t *connection_new (const char *front, int timeout_ms, int interrupt, struct error *error)
{
    connection_t *self = calloc (1, sizeof *self);
    if (!self) {
        error_set (error, DMH_INTERNAL, "out of memory");
        return NULL;
    }
    self->timeout_ms = timeout_ms;
    self->interrupt = interrupt;
    snprintf (self->front_endpoint, sizeof self->front_endpoint, "%s", front);
    self->front = s_socket (ZMQ_DEALER, self->front_endpoint, QUEUE_MESSAGES);
    if (!self->front) {
        error_set (error, DMH_USAGE, "“%s” is not the address of a broker; give --broker tcp://HOST:5570",
                   front);
        connection_destroy (&self);
        return NULL;
    }
    struct hello hello = {.version = DMH_VERSION};
    struct welcome welcome;
    if (s_ask (self, &hello_shape, &hello, &welcome_shape, &welcome, error) != DMH_OK) {
        connection_destroy (&self);
        return NULL;
    }
    s_feed_endpoint (self, welcome.feed);
    welcome_clear (&welcome);
    return self;
}

void connection_destroy (connection_t **self_p)
{
    connection_t *self = *self_p;
    if (!self)
        return;
    zsock_destroy (&self->front);
    zsock_destroy (&self->feed);
    free (self);
    *self_p = NULL;
}

int connection_submit (connection_t *self, struct submit *submit, struct accepted *out, struct error *error)
{
    int rc = s_ask (self, &submit_shape, submit, &accepted_shape, out, error);
    if (rc == DMH_OK && out->jobs_count != submit->inputs_count) {
        accepted_clear (out);
        rc = error_set (error, DMH_MALFORMED, "the broker answered with another number of jobs than inputs");
    }
    return rc;
}

//  STATUS, CANCEL and RETRY look alike: a job's id in, its record out.
static int s_about_job (connection_t *self, const struct shape *shape, const char *job,
                        struct job_record *out, struct error *error)
{
    struct status status = {.request = ""};
    struct job_state_reply reply;
    if (snprintf (status.job, sizeof status.job, "%s", job) >= (int) sizeof status.job)
        return error_set (error, DMH_NOT_FOUND, "there is no job with so long an id");
    int rc = s_ask (self, shape, &status, &job_state_reply_shape, &reply, error);
    if (rc == DMH_OK)
        *out = reply.job;    //  with what it owns
    return rc;
}

int connection_status (connection_t *self, const char *job, struct job_record *out, struct error *error)
{
    return s_about_job (self, &status_shape, job, out, error);
}

_Static_assert(sizeof (struct cancel) == sizeof (struct status) &&
                   sizeof (struct retry) == sizeof (struct status),
               "STATUS, CANCEL and RETRY are filled as one");

int connection_cancel (connection_t *self, const char *job, struct job_record *out, struct error *error)
{
    return s_about_job (self, &cancel_shape, job, out, error);
}

int connection_retry (connection_t *self, const char *job, struct job_record *out, struct error *error)
{
    return s_about_job (self, &retry_shape, job, out, error);
}

int connection_list (connection_t *self, struct list *list, struct jobs *out, struct error *error)
{
    return s_ask (self, &list_shape, list, &jobs_shape, out, error);
}

int connection_workers (connection_t *self, struct worker_list *out, struct error *error)
{
    struct workers workers = {.request = ""};
    return s_ask (self, &workers_shape, &workers, &worker_list_shape, out, error);
}

int connection_follow (connection_t *self, const char *job, struct error *error)
{
    char topic[EVENT_TOPIC_BYTES];
    if (!self->feed)
        self->feed = s_socket (ZMQ_SUB, self->feed_endpoint, FEED_MESSAGES);
    if (!self->feed)
        return error_set (error, DMH_UNAVAILABLE, "the feed at %s cannot be reached", self->feed_endpoint);
    zsock_set_subscribe (self->feed, event_topic (job, topic));
    return DMH_OK;
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
    zmq_pollitem_t item = {NULL, self->interrupt, ZMQ_POLLIN, 0};
    return self->interrupt >= 0 && zmq_poll (&item, 1, 0) > 0 ? DMH_CANCELLED : 0;
}
