//  played_peers.c: see played_peers.h.
#include "test/support/peers/played_peers.h"

#include "test/support/processes/reserved_port.h"

#include "messages/base/log.h"

#include <criterion/criterion.h>

enum { PATIENCE_MS = 20000 };

static void s_pop (zmsg_t *message, char out[128])
{
    char *word = zmsg_popstr (message);
    cr_assert_not_null (word);
    snprintf (out, 128, "%s", word);
    zstr_free (&word);
}

static void s_come (struct played_peers *self)
{
    self->client = zsock_new_dealer (self->front);
    cr_assert_not_null (self->client);
    zsock_set_rcvtimeo (self->client, PATIENCE_MS);
    zsock_set_linger (self->client, 0);
}

void played_peers_visit (struct played_peers *self, const char *front, const char *back, const char *feed)
{
    memset (self, 0, sizeof *self);
    snprintf (self->front, sizeof self->front, "%s", front);
    snprintf (self->back, sizeof self->back, "%s", back);
    snprintf (self->feed, sizeof self->feed, "%s", feed);
    s_come (self);
}

void played_peers_leave (struct played_peers *self)
{
    zsock_destroy (&self->client);
}

static void s_start (struct played_peers *self)
{
    self->broker = zactor_new (broker_actor, &self->config);
    cr_assert_not_null (self->broker);
    zmsg_t *first = zmsg_recv (self->broker);
    char word[128], code[128];
    s_pop (first, word);
    if (strcmp (word, "READY") != 0) {
        s_pop (first, code);
        s_pop (first, word);
        cr_assert_fail ("the broker does not start: %s", word);
    }
    s_pop (first, self->front);
    s_pop (first, self->back);
    s_pop (first, self->feed_in);
    s_pop (first, self->feed);
    zmsg_destroy (&first);
    s_come (self);
}

static void s_stop (struct played_peers *self)
{
    zsock_destroy (&self->client);
    zactor_destroy (&self->broker);
}

void played_peers_open (struct played_peers *self, size_t queue_max)
{
    memset (self, 0, sizeof *self);
    log_open ("stage", LOG_FORMAT_TEXT, LOG_LEVEL_NONE);
    workplace_make (&self->place);
    snprintf (self->store, sizeof self->store, "sqlite:%s/jobs.db", self->place.folder);
    reserved_port_endpoint (self->front);
    reserved_port_endpoint (self->back);
    reserved_port_endpoint (self->feed_in);
    reserved_port_endpoint (self->feed);
    self->config = (struct broker_config){.front = self->front,
                                          .back = self->back,
                                          .feed_in = self->feed_in,
                                          .feed = self->feed,
                                          .store = self->store,
                                          .queue_max = queue_max};
    s_start (self);
}

void played_peers_restart (struct played_peers *self)
{
    s_stop (self);
    reserved_port_await_free (self->front);
    reserved_port_await_free (self->back);
    reserved_port_await_free (self->feed_in);
    reserved_port_await_free (self->feed);
    s_start (self);
}

void played_peers_close (struct played_peers *self)
{
    s_stop (self);
    workplace_remove (&self->place);
}

void played_peers_send (zsock_t *socket, const struct shape *shape, const void *message)
{
    struct error error = {.code = DMH_OK};
    cr_assert_eq (frame_send (socket, NULL, shape, message, &error), DMH_OK, "%s", error.text);
}

void played_peers_expect (zsock_t *socket, const struct shape *shape, void *out)
{
    struct error error = {.code = DMH_OK};
    struct frame frame;
    for (;;) {
        zmsg_t *message = zmsg_recv (socket);
        cr_assert_not_null (message, "no %s came", shape->name);
        cr_assert_eq (frame_open (message, &frame, &error), DMH_OK, "%s", error.text);
        bool skip = strcmp (frame.kind, "HEARTBEAT") == 0 && strcmp (shape->name, "HEARTBEAT") != 0;
        struct problem problem;
        if (strcmp (frame.kind, "ERROR") == 0 && strcmp (shape->name, "ERROR") != 0 &&
            problem_decode (frame.body, frame.body_bytes, &problem, NULL) == DMH_OK)
            cr_assert_fail ("%s instead of %s", problem.message, shape->name);
        if (!skip) {
            cr_assert_str_eq (frame.kind, shape->name);
            cr_assert_leq (frame.body_bytes, BODY_BYTES_MAX);
            cr_assert_eq (shape_decode (shape, frame.body, frame.body_bytes, out, &error), DMH_OK, "%s",
                          error.text);
        }
        zmsg_destroy (&message);
        if (!skip)
            return;
    }
}

//  Every request begins with its id.
void played_peers_ask (struct played_peers *self, const struct shape *shape, void *message,
                       const struct shape *answer_shape, void *answer)
{
    char request[ID_BYTES];
    snprintf (request, sizeof request, "r%u", ++self->requests);
    memcpy (message, request, sizeof request);
    played_peers_send (self->client, shape, message);
    played_peers_expect (self->client, answer_shape, answer);
    cr_assert_eq (memcmp (answer, request, strlen (request) + 1), 0, "the answer to another request");
}

void played_peers_ask_refused (struct played_peers *self, const struct shape *shape, void *message,
                               const char *code, const char *part)
{
    struct problem problem;
    played_peers_ask (self, shape, message, &problem_shape, &problem);
    cr_assert_str_eq (problem.code, code, "%s: %s", problem.code, problem.message);
    cr_assert (strstr (problem.message, part), "%s", problem.message);
}

void played_peers_submit (struct played_peers *self, const char *name, const char *key, char job[ID_BYTES])
{
    struct input input = {.uri = "file:///in", .bytes = 1000};
    struct submit submit = {.inputs = &input, .inputs_count = 1};
    struct accepted accepted;
    snprintf (input.name, sizeof input.name, "%s", name);
    snprintf (submit.submit_key, sizeof submit.submit_key, "%s", key);
    played_peers_ask (self, &submit_shape, &submit, &accepted_shape, &accepted);
    cr_assert_eq (accepted.jobs_count, 1);
    memcpy (job, accepted.jobs[0].job, ID_BYTES);
    accepted_clear (&accepted);
}

struct job_record played_peers_status (struct played_peers *self, const char *job)
{
    struct job_request status = {.request = ""};
    struct job_state_reply reply;
    snprintf (status.job, sizeof status.job, "%s", job);
    played_peers_ask (self, &status_shape, &status, &job_state_reply_shape, &reply);
    return reply.job;
}

static bool s_is_state (struct played_peers *self, const char *job, const char *state, char was[WORD_BYTES])
{
    struct job_record record = played_peers_status (self, job);
    memcpy (was, record.state, WORD_BYTES);
    shape_clear (&job_record_shape, &record);
    return strcmp (was, state) == 0;
}

void played_peers_expect_state (struct played_peers *self, const char *job, const char *state)
{
    char was[WORD_BYTES];
    cr_assert (s_is_state (self, job, state, was), "%s is %s", job, was);
}

void played_peers_await_state (struct played_peers *self, const char *job, const char *state)
{
    zsock_t *sub = played_peers_subscribe (self, job);
    struct event event;
    char was[WORD_BYTES];
    if (s_is_state (self, job, state, was)) {
        zsock_destroy (&sub);
        return;
    }
    do {    //  a state that was passed is waited for to the end
        event = played_peers_event (sub);
        cr_assert_str_eq (event.job, job);
    } while (strcmp (event.state, state) != 0);
    zsock_destroy (&sub);
}

zsock_t *played_peers_worker_that (struct played_peers *self, const struct ready *ready)
{
    struct registered registered;
    zsock_t *socket = zsock_new_dealer (self->back);
    zsock_set_rcvtimeo (socket, PATIENCE_MS);
    zsock_set_linger (socket, 0);
    played_peers_send (socket, &ready_shape, ready);
    played_peers_expect (socket, &registered_shape, &registered);
    cr_assert_eq (registered.heartbeat_ms, HEARTBEAT_MS);
    return socket;
}

zsock_t *played_peers_worker (struct played_peers *self, const char *worker, uint64_t slots,
                              const struct running_job *running, size_t count)
{
    struct ready ready = {.host = "stage", .pid = 1, .slots = slots, .threads = 1, .version = "0"};
    snprintf (ready.worker, sizeof ready.worker, "%s", worker);
    ready.running = calloc (count + 1, sizeof *running);
    for (size_t i = 0; i < count; i++)
        ready.running[i] = running[i];
    ready.running_count = count;
    zsock_t *socket = played_peers_worker_that (self, &ready);
    free (ready.running);
    return socket;
}

void played_peers_expect_nothing (zsock_t *socket)
{
    struct fail fail = {.job = "nothing", .code = "io", .attempt = 1};
    struct result_ack ack;
    played_peers_send (socket, &fail_shape, &fail);
    played_peers_expect (socket, &result_ack_shape, &ack);
    cr_assert_str_eq (ack.job, "nothing");
}

struct result played_peers_result_of (const char *job, uint64_t attempt)
{
    struct result result = {
        .attempt = attempt, .kind = "patient", .counts = {10, 7, 1, 1, 1}, .bytes_done = 1000};
    snprintf (result.job, sizeof result.job, "%s", job);
    snprintf (result.uri, sizeof result.uri, "file:///results/%s.%llu", job, (unsigned long long) attempt);
    return result;
}

static bool s_accepted (zsock_t *worker, const char *job, uint64_t attempt)
{
    struct result_ack ack;
    played_peers_expect (worker, &result_ack_shape, &ack);
    cr_assert_str_eq (ack.job, job);
    cr_assert_eq (ack.attempt, attempt);
    return ack.accepted;
}

bool played_peers_result (zsock_t *worker, const char *job, uint64_t attempt)
{
    struct result result = played_peers_result_of (job, attempt);
    played_peers_send (worker, &result_shape, &result);
    return s_accepted (worker, job, attempt);
}

bool played_peers_fail (zsock_t *worker, const char *job, uint64_t attempt, bool retryable, bool returned)
{
    struct fail fail = {.attempt = attempt,
                        .code = "bad_input",
                        .message = "in, line 1: this is no table",
                        .retryable = retryable,
                        .returned = returned};
    snprintf (fail.job, sizeof fail.job, "%s", job);
    played_peers_send (worker, &fail_shape, &fail);
    return s_accepted (worker, job, attempt);
}

zsock_t *played_peers_subscribe (struct played_peers *self, const char *job)
{
    char topic[EVENT_TOPIC_BYTES];
    zsock_t *sub = zsock_new (ZMQ_SUB);
    zsock_set_rcvtimeo (sub, PATIENCE_MS);
    zsock_set_linger (sub, 0);
    zsock_set_subscribe (sub, event_topic (job, topic));
    cr_assert_eq (zsock_connect (sub, "%s", self->feed), 0);
    return sub;
}

struct event played_peers_event (zsock_t *sub)
{
    struct event event;
    struct error error = {.code = DMH_OK};
    zmsg_t *message = zmsg_recv (sub);
    cr_assert_not_null (message, "no event came");
    cr_assert_eq (zmsg_size (message), 2);
    zframe_t *topic = zmsg_first (message), *body = zmsg_next (message);
    cr_assert_eq (event_decode (zframe_data (body), zframe_size (body), &event, &error), DMH_OK, "%s",
                  error.text);
    char expected[EVENT_TOPIC_BYTES];
    size_t n = zframe_size (topic), word = strlen (EVENT_OWNER_TOPIC), id = strlen (event.job);
    const char *text = (const char *) zframe_data (topic);
    bool of_owner = n > word + id && memcmp (text, EVENT_OWNER_TOPIC, word) == 0;
    cr_assert (of_owner ? text[n - id - 1] == ' ' && memcmp (text + n - id, event.job, id) == 0
                        : zframe_streq (topic, event_topic (event.job, expected)));
    zmsg_destroy (&message);
    return event;
}
