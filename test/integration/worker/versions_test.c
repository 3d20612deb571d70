//  versions_test.c: the real worker at brokers of another version: an older one, which says less, a newer
//  one, which says more, one of another protocol, and one that refuses it. The brokers are played.
#include "test/support/processes/processes.h"

#include "messages/codec/frame.h"
#include "messages/request.h"
#include "messages/uri.h"
#include "messages/work.h"

#include <criterion/criterion.h>
#include <signal.h>

static const char PATIENTS[] = "Patient ID,First Name,Last Name,DOB,Sex\nP1,Ann,Lee,1980-01-02,F\n";

struct stage {
    struct workplace place;
    zsock_t *back;    //  ROUTER
    zframe_t *identity;
    pid_t worker;
};

static void s_open (struct stage *self, const char *option, const char *value)
{
    char endpoint[64];
    *self = (struct stage){.back = zsock_new (ZMQ_ROUTER)};
    workplace_make (&self->place);
    workplace_write (&self->place, "in.csv", PATIENTS, strlen (PATIENTS));
    zsock_set_rcvtimeo (self->back, 20000);
    zsock_set_linger (self->back, 0);
    snprintf (endpoint, sizeof endpoint, "tcp://127.0.0.1:%d", zsock_bind (self->back, "tcp://127.0.0.1:*"));
    const char *const worker[] = {"dmh-worker", "--broker",    endpoint, "--results", "results", "--slots",
                                  "1",          "--data-root", "/",      option,      value,     NULL};
    self->worker = process_start (&self->place, "worker.log", worker);
}

static void s_close (struct stage *self)
{
    cr_expect_eq (kill (self->worker, SIGTERM), 0);
    cr_expect_eq (process_wait (self->worker, 20), 0);
    zframe_destroy (&self->identity);
    zsock_destroy (&self->back);
    workplace_remove (&self->place);
}

//  The worker's next message of that kind; others are passed over.
static void s_expect (struct stage *self, const struct shape *shape, void *out)
{
    for (bool found = false; !found;) {
        struct error error = {.code = DMH_OK};
        struct frame frame;
        zmsg_t *message = zmsg_recv (self->back);
        cr_assert_not_null (message, "no %s came", shape->name);
        zframe_destroy (&self->identity);
        self->identity = zmsg_pop (message);
        cr_assert_eq (frame_open (message, &frame, &error), DMH_OK, "%s", error.text);
        found = strcmp (frame.kind, shape->name) == 0;
        if (found)
            cr_assert_eq (shape_decode (shape, frame.body, frame.body_bytes, out, &error), DMH_OK, "%s",
                          error.text);
        zmsg_destroy (&message);
    }
}

static void s_send (struct stage *self, const struct shape *shape, const void *message)
{
    struct error error = {.code = DMH_OK};
    cr_assert_eq (frame_send (self->back, self->identity, shape, message, &error), DMH_OK, "%s", error.text);
}

static bool s_has (const struct word *words, size_t count, const char *word)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp (words[i].word, word) == 0)
            return true;
    return false;
}

//  What an older broker says of itself, and a newer one of what nobody understands yet.
struct old_registered {
    uint64_t heartbeat_ms, lease_ms;
};
static const struct shape_field s_old_registered[] = {
    SHAPE_FIELD_U64 (struct old_registered, heartbeat_ms, true),
    SHAPE_FIELD_U64 (struct old_registered, lease_ms, true),
};
static const struct shape OLD_REGISTERED = SHAPE_OF ("REGISTERED", struct old_registered, s_old_registered);

struct later {
    char sky[WORD_BYTES];
    struct word *words;
    size_t words_count;
    struct job_order order;
    struct registered registered;
};
static const struct shape_field s_word[] = {SHAPE_FIELD_TEXT (struct word, word, true)};
static const struct shape s_word_shape = SHAPE_OF ("word", struct word, s_word);
static const struct shape_field s_new_order[] = {
    SHAPE_FIELD_TEXT (struct later, sky, false),
    SHAPE_FIELD_LIST (struct later, words, false, 64, &s_word_shape),
    {"job", SHAPE_TEXT, true, offsetof (struct later, order.job), ID_BYTES, NULL, 0},
    {"attempt", SHAPE_U64, true, offsetof (struct later, order.attempt), 0, NULL, 0},
    {"input", SHAPE_STRUCT, true, offsetof (struct later, order.input), 0, &input_shape, 0},
    {"options", SHAPE_STRUCT, false, offsetof (struct later, order.options), 0, &options_shape, 0},
};
static const struct shape NEW_ORDER = SHAPE_OF ("JOB", struct later, s_new_order);
static const struct shape_field s_new_registered[] = {
    {"heartbeat_ms", SHAPE_U64, true, offsetof (struct later, registered.heartbeat_ms), 0, NULL, 0},
    {"lease_ms", SHAPE_U64, true, offsetof (struct later, registered.lease_ms), 0, NULL, 0},
    SHAPE_FIELD_TEXT (struct later, sky, false),
    SHAPE_FIELD_LIST (struct later, words, false, 64, &s_word_shape),
};
static const struct shape NEW_REGISTERED = SHAPE_OF ("REGISTERED", struct later, s_new_registered);
static const struct shape_field s_weather[] = {SHAPE_FIELD_TEXT (struct later, sky, true)};
static const struct shape WEATHER = SHAPE_OF ("WEATHER", struct later, s_weather);

static struct job_order s_order (const struct stage *self)
{
    struct job_order order = {.job = "j1", .attempt = 1, .lease_ms = LEASE_MS};
    char path[512];
    snprintf (path, sizeof path, "%s/in.csv", self->place.folder);
    snprintf (order.input.name, sizeof order.input.name, "in.csv");
    cr_assert_eq (uri_from_path (path, order.input.uri, sizeof order.input.uri, NULL), DMH_OK);
    return order;
}

static void s_expect_result (struct stage *self)
{
    struct result result;
    s_expect (self, &result_shape, &result);
    cr_expect_str_eq (result.job, "j1");
    cr_expect_eq (result.counts.written, 1);
    struct result_ack ack = {.job = "j1", .attempt = 1, .accepted = true};
    s_send (self, &result_ack_shape, &ack);
    result_clear (&result);
}

Test (versions, a_worker_says_what_its_tables_hold_and_its_memory, .timeout = 60)
{
    struct stage stage;
    struct ready ready;
    static const char *const KINDS[] = {"patient", "lab_result", "imaging_study"},
                             *const READS[] = {"csv", "json", "fhir"},
                             *const WRITES[] = {"csv", "ndjson", "fhir", "sqlite"};
    s_open (&stage, "--memory", "536870912");
    s_expect (&stage, &ready_shape, &ready);
    for (size_t i = 0; i < 3; i++)
        cr_expect (s_has (ready.kinds, ready.kinds_count, KINDS[i]), "%s", KINDS[i]);
    for (size_t i = 0; i < 3; i++)
        cr_expect (s_has (ready.formats, ready.formats_count, READS[i]), "%s", READS[i]);
    for (size_t i = 0; i < 4; i++)
        cr_expect (s_has (ready.writes, ready.writes_count, WRITES[i]), "%s", WRITES[i]);
    cr_expect (s_has (ready.tasks, ready.tasks_count, "join"));
    cr_expect_eq (ready.memory, 536870912);
    ready_clear (&ready);
    s_close (&stage);
}

//  One that names no feed and no files service.
Test (versions, at_an_older_broker_it_works, .timeout = 60)
{
    struct stage stage;
    struct ready ready;
    s_open (&stage, NULL, NULL);
    s_expect (&stage, &ready_shape, &ready);
    cr_expect_eq (ready.memory, 0);
    ready_clear (&ready);
    s_send (&stage, &OLD_REGISTERED, &(struct old_registered){HEARTBEAT_MS, LEASE_MS});
    struct job_order order = s_order (&stage);
    s_send (&stage, &job_order_shape, &order);
    s_expect_result (&stage);
    s_close (&stage);
}

Test (versions, at_a_newer_broker_it_works_and_passes_over_what_it_does_not_know, .timeout = 60)
{
    struct stage stage;
    struct ready ready;
    struct word words[] = {{"one"}, {"two"}};
    struct later later = {.sky = "clear", .words = words, .words_count = 2};
    s_open (&stage, NULL, NULL);
    s_expect (&stage, &ready_shape, &ready);
    ready_clear (&ready);
    later.registered = (struct registered){.heartbeat_ms = HEARTBEAT_MS, .lease_ms = LEASE_MS};
    s_send (&stage, &NEW_REGISTERED, &later);
    s_send (&stage, &WEATHER, &later);
    later.order = s_order (&stage);
    s_send (&stage, &NEW_ORDER, &later);
    s_expect_result (&stage);
    s_close (&stage);
}

//  A task that came later, should a broker give it all the same: what it is given fails with a sentence.
Test (versions, a_task_that_it_does_not_know_fails_with_a_sentence, .timeout = 60)
{
    struct stage stage;
    struct ready ready;
    struct fail fail;
    s_open (&stage, NULL, NULL);
    s_expect (&stage, &ready_shape, &ready);
    ready_clear (&ready);
    s_send (&stage, &OLD_REGISTERED, &(struct old_registered){HEARTBEAT_MS, LEASE_MS});
    struct job_order order = s_order (&stage);
    snprintf (order.input.uri, sizeof order.input.uri, "%s", FOLLOWED_URI);
    snprintf (order.options.task, sizeof order.options.task, "later");
    struct followed_result followed = {.job = "j0", .uri = "file:///results/j0.1"};
    order.followed = &followed;
    order.followed_count = order.follows = 1;
    s_send (&stage, &job_order_shape, &order);
    s_expect (&stage, &fail_shape, &fail);
    cr_expect_not (fail.retryable);
    cr_expect (strstr (fail.message, "does not know the task “later”"), "%s: %s", fail.code, fail.message);
    s_close (&stage);
}

Test (versions, what_refuses_it_is_logged_with_its_sentence_and_it_goes_on_trying, .timeout = 60)
{
    struct stage stage;
    struct ready ready;
    struct problem problem = {.code = "unsupported", .message = "this side speaks DMH7 alone"};
    s_open (&stage, NULL, NULL);
    s_expect (&stage, &ready_shape, &ready);
    ready_clear (&ready);
    s_send (&stage, &problem_shape, &problem);
    process_await (&stage.place, "worker.log", "this side speaks DMH7 alone");
    zsock_send (stage.back, "fsss", stage.identity, "DMH7", "ERROR", "");
    process_await (&stage.place, "worker.log", "this side speaks DMH1 alone");
    s_expect (&stage, &ready_shape, &ready);
    ready_clear (&ready);
    s_send (&stage, &OLD_REGISTERED, &(struct old_registered){HEARTBEAT_MS, LEASE_MS});
    struct job_order order = s_order (&stage);
    s_send (&stage, &job_order_shape, &order);
    s_expect_result (&stage);
    s_close (&stage);
}
