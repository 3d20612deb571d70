//  versions_test.c: workers of another version than the broker's: an older one, which says and understands
//  less, a newer one, which says more, and one of another protocol. The older one's messages are the tables
//  of then.
#include "test/support/peers/played_peers.h"

#include <criterion/criterion.h>

//  READY, JOB and RESULT as they were when a worker said its formats and nobody listened.
struct old_ready {
    char worker[ID_BYTES], host[NAME_BYTES];
    uint64_t pid, slots, threads;
    struct word *kinds;
    size_t kinds_count;
    struct word *formats;
    size_t formats_count;
    char version[WORD_BYTES];
};
static const struct shape_field s_word[] = {SHAPE_FIELD_TEXT (struct word, word, true)};
static const struct shape s_word_shape = SHAPE_OF ("word", struct word, s_word);
static const struct shape_field s_old_ready[] = {
    SHAPE_FIELD_TEXT (struct old_ready, worker, true),
    SHAPE_FIELD_TEXT (struct old_ready, host, false),
    SHAPE_FIELD_U64 (struct old_ready, pid, false),
    SHAPE_FIELD_U64 (struct old_ready, slots, true),
    SHAPE_FIELD_U64 (struct old_ready, threads, false),
    SHAPE_FIELD_LIST (struct old_ready, kinds, false, 64, &s_word_shape),
    SHAPE_FIELD_LIST (struct old_ready, formats, false, 64, &s_word_shape),
    SHAPE_FIELD_TEXT (struct old_ready, version, false),
};
static const struct shape OLD_READY = SHAPE_OF ("READY", struct old_ready, s_old_ready);

struct old_registered {
    uint64_t heartbeat_ms, lease_ms;
};
static const struct shape_field s_old_registered[] = {
    SHAPE_FIELD_U64 (struct old_registered, heartbeat_ms, true),
    SHAPE_FIELD_U64 (struct old_registered, lease_ms, true),
};
static const struct shape OLD_REGISTERED = SHAPE_OF ("REGISTERED", struct old_registered, s_old_registered);

struct old_input {
    char uri[URI_BYTES], name[NAME_BYTES];
};
struct old_options {
    char format[WORD_BYTES];
};
struct old_order {
    char job[ID_BYTES];
    uint64_t attempt;
    struct old_input input;
    struct old_options options;
};
static const struct shape_field s_old_input[] = {SHAPE_FIELD_TEXT (struct old_input, uri, true),
                                                 SHAPE_FIELD_TEXT (struct old_input, name, true)};
static const struct shape s_old_input_shape = SHAPE_OF ("input", struct old_input, s_old_input);
static const struct shape_field s_old_options[] = {SHAPE_FIELD_TEXT (struct old_options, format, false)};
static const struct shape s_old_options_shape = SHAPE_OF ("options", struct old_options, s_old_options);
static const struct shape_field s_old_order[] = {
    SHAPE_FIELD_TEXT (struct old_order, job, true),
    SHAPE_FIELD_U64 (struct old_order, attempt, true),
    SHAPE_FIELD_STRUCT (struct old_order, input, true, &s_old_input_shape),
    SHAPE_FIELD_STRUCT (struct old_order, options, false, &s_old_options_shape),
};
static const struct shape OLD_ORDER = SHAPE_OF ("JOB", struct old_order, s_old_order);

//  READY and RESULT of a time to come: with keys that nobody knows yet.
struct accelerator {
    char name[WORD_BYTES];
    double speed;
    struct word *dialects;
    size_t dialects_count;
};
static const struct shape_field s_accelerator[] = {
    SHAPE_FIELD_TEXT (struct accelerator, name, true),
    SHAPE_FIELD_F64 (struct accelerator, speed, false),
    SHAPE_FIELD_LIST (struct accelerator, dialects, false, 64, &s_word_shape),
};
static const struct shape s_accelerator_shape = SHAPE_OF ("accelerator", struct accelerator, s_accelerator);

struct new_ready {
    char worker[ID_BYTES];
    uint64_t slots;
    struct word *tasks;
    size_t tasks_count;
    struct accelerator *accelerators;
    size_t accelerators_count;
    int64_t born_at;
};
static const struct shape_field s_new_ready[] = {
    SHAPE_FIELD_LIST (struct new_ready, accelerators, false, 8, &s_accelerator_shape),
    SHAPE_FIELD_I64 (struct new_ready, born_at, false),
    SHAPE_FIELD_TEXT (struct new_ready, worker, true),
    SHAPE_FIELD_U64 (struct new_ready, slots, true),
    SHAPE_FIELD_LIST (struct new_ready, tasks, false, 64, &s_word_shape),
};
static const struct shape NEW_READY = SHAPE_OF ("READY", struct new_ready, s_new_ready);

struct new_result {
    char job[ID_BYTES], kind[WORD_BYTES], uri[URI_BYTES], weather[WORD_BYTES];
    uint64_t attempt;
    struct counts counts;
};
static const struct shape_field s_new_result[] = {
    SHAPE_FIELD_TEXT (struct new_result, job, true),    SHAPE_FIELD_TEXT (struct new_result, weather, false),
    SHAPE_FIELD_U64 (struct new_result, attempt, true), SHAPE_FIELD_TEXT (struct new_result, kind, false),
    COUNTS_FIELDS (struct new_result, counts),          SHAPE_FIELD_TEXT (struct new_result, uri, true),
};
static const struct shape NEW_RESULT = SHAPE_OF ("RESULT", struct new_result, s_new_result);

//  A message of a kind that came later.
struct weather {
    char sky[WORD_BYTES];
};
static const struct shape_field s_weather[] = {SHAPE_FIELD_TEXT (struct weather, sky, true)};
static const struct shape WEATHER = SHAPE_OF ("WEATHER", struct weather, s_weather);

static zsock_t *s_connect (struct played_peers *peers)
{
    zsock_t *socket = zsock_new_dealer (peers->back);
    cr_assert_not_null (socket);
    zsock_set_rcvtimeo (socket, 20000);
    zsock_set_linger (socket, 0);
    return socket;
}

static void s_submit (struct played_peers *peers, const struct options *options, const char *uri,
                      char job[ID_BYTES])
{
    static unsigned keys;
    struct input inputs[2] = {{.uri = "file:///a", .name = "a.csv"}, {.name = "in"}};
    struct follow_entry follow = {.input = 1, .count = 1};
    bool follows = strcmp (uri, FOLLOWED_URI) == 0;
    struct submit submit = {.inputs = inputs,
                            .inputs_count = follows ? 2 : 1,
                            .options = *options,
                            .follows = &follow,
                            .follows_count = follows};
    struct accepted accepted;
    snprintf (inputs[follows].uri, sizeof inputs[follows].uri, "%s", uri);
    snprintf (submit.submit_key, sizeof submit.submit_key, "k%u", ++keys);
    played_peers_ask (peers, &submit_shape, &submit, &accepted_shape, &accepted);
    memcpy (job, accepted.jobs[accepted.jobs_count - 1].job, ID_BYTES);
    accepted_clear (&accepted);
}

static zsock_t *s_old_worker (struct played_peers *peers)
{
    struct word kinds[] = {{"imaging_study"}, {"lab_result"}, {"patient"}}, formats[] = {{"csv"}, {"json"}};
    struct old_ready ready = {.worker = "old",
                              .host = "stage",
                              .slots = 2,
                              .threads = 1,
                              .kinds = kinds,
                              .kinds_count = 3,
                              .formats = formats,
                              .formats_count = 2,
                              .version = "0.0.9"};
    struct old_registered registered;
    zsock_t *socket = s_connect (peers);
    played_peers_send (socket, &OLD_READY, &ready);
    played_peers_expect (socket, &OLD_REGISTERED, &registered);
    cr_expect_eq (registered.heartbeat_ms, HEARTBEAT_MS);
    return socket;
}

Test (versions, an_older_worker_does_what_it_always_did_whatever_keys_have_come_since, .timeout = 60)
{
    struct played_peers peers;
    struct old_order order;
    char jobs[2][ID_BYTES];
    played_peers_open (&peers, 0);
    zsock_t *worker = s_old_worker (&peers);
    s_submit (&peers, &(struct options){.kind = "patient", .format = "fhir"}, "file:///in", jobs[0]);
    s_submit (&peers, &(struct options){.delimiter = "tab", .job_memory = 1 << 30}, "file:///in", jobs[1]);
    for (size_t i = 0; i < 2; i++) {
        played_peers_expect (worker, &OLD_ORDER, &order);
        cr_assert_str_eq (order.job, jobs[i]);
        cr_assert_str_eq (order.input.uri, "file:///in");
        cr_expect_str_eq (order.options.format, i ? "" : "fhir");
    }
    for (size_t i = 0; i < 2; i++) {
        cr_assert (played_peers_result (worker, jobs[i], 1));
        played_peers_expect_state (&peers, jobs[i], "done");
    }
    zsock_destroy (&worker);
    played_peers_close (&peers);
}

Test (versions, an_older_worker_is_not_given_what_came_after_it_and_the_job_says_why, .timeout = 60)
{
    struct played_peers peers;
    struct old_order order;
    char job[ID_BYTES];
    played_peers_open (&peers, 0);
    zsock_t *worker = s_old_worker (&peers);
    s_submit (&peers, &(struct options){.task = "later"}, FOLLOWED_URI, job);
    played_peers_expect (worker, &OLD_ORDER, &order);
    cr_assert (played_peers_result (worker, order.job, order.attempt));
    played_peers_expect_nothing (worker);
    struct job_record record = played_peers_status (&peers, job);
    cr_expect_str_eq (record.state, "queued");
    cr_expect_str_eq (record.waiting, "no worker that is registered does the task later");
    shape_clear (&job_record_shape, &record);
    struct word tasks[] = {{"join"}, {"later"}};
    struct ready ready = {.worker = "new", .slots = 1, .tasks = tasks, .tasks_count = 2};
    struct registered registered;
    zsock_t *other = s_connect (&peers);
    played_peers_send (other, &ready_shape, &ready);
    played_peers_expect (other, &registered_shape, &registered);
    played_peers_expect (other, &OLD_ORDER, &order);
    cr_assert_str_eq (order.job, job);
    record = played_peers_status (&peers, job);
    cr_expect_str_eq (record.state, "running");
    cr_expect_str_eq (record.waiting, "");
    shape_clear (&job_record_shape, &record);
    zsock_destroy (&other);
    zsock_destroy (&worker);
    played_peers_close (&peers);
}

Test (versions, a_newer_worker_is_understood_as_far_as_the_broker_knows_its_keys, .timeout = 60)
{
    struct played_peers peers;
    struct registered registered;
    struct job_order order;
    struct result_ack ack;
    struct problem problem;
    char job[ID_BYTES];
    struct word words[] = {{"sm_90"}, {"join"}};
    struct accelerator accelerators[] = {
        {.name = "one", .speed = 0.5, .dialects = words, .dialects_count = 1}, {.name = "two"}};
    struct new_ready ready = {.worker = "new",
                              .slots = 1,
                              .tasks = words + 1,
                              .tasks_count = 1,
                              .accelerators = accelerators,
                              .accelerators_count = 2,
                              .born_at = -1};
    played_peers_open (&peers, 0);
    zsock_t *worker = s_connect (&peers);
    played_peers_send (worker, &NEW_READY, &ready);
    played_peers_expect (worker, &registered_shape, &registered);
    played_peers_submit (&peers, "in.csv", "key", job);
    played_peers_expect (worker, &job_order_shape, &order);
    //  What it says that nobody knows is refused with a sentence, and costs it nothing else.
    played_peers_send (worker, &WEATHER, &(struct weather){.sky = "clear"});
    played_peers_expect (worker, &problem_shape, &problem);
    cr_expect_str_eq (problem.code, "unsupported");
    cr_expect (strstr (problem.message, "does not know “WEATHER”"), "%s", problem.message);
    struct new_result result = {
        .attempt = 1, .kind = "patient", .weather = "fair", .counts = {3, 3, 0, 0, 0}};
    memcpy (result.job, job, sizeof result.job);
    snprintf (result.uri, sizeof result.uri, "file:///results/%s.1", job);
    played_peers_send (worker, &NEW_RESULT, &result);
    played_peers_expect (worker, &result_ack_shape, &ack);
    cr_expect (ack.accepted);
    played_peers_expect_state (&peers, job, "done");
    job_order_clear (&order);
    zsock_destroy (&worker);
    played_peers_close (&peers);
}

//  Both what the worker says first, and what one says that has registered.
Test (versions, another_protocol_is_refused_with_a_sentence_and_leaves_the_broker_as_it_was, .timeout = 60)
{
    struct played_peers peers;
    struct problem problem;
    struct ready ready = {.worker = "later", .slots = 1};
    char job[ID_BYTES];
    void *body = NULL;
    size_t n = 0;
    played_peers_open (&peers, 0);
    zsock_t *worker = s_connect (&peers);
    cr_assert_eq (shape_encode (&ready_shape, &ready, &body, &n, NULL), DMH_OK);
    zsock_send (worker, "ssb", "DMH2", "READY", body, n);
    free (body);
    played_peers_expect (worker, &problem_shape, &problem);
    cr_expect_str_eq (problem.code, "unsupported");
    cr_expect (strstr (problem.message, "speaks DMH1 alone"), "%s", problem.message);
    played_peers_submit (&peers, "in.csv", "key", job);
    struct job_record record = played_peers_status (&peers, job);
    cr_expect (strstr (record.waiting, "no worker is registered"), "%s", record.waiting);
    shape_clear (&job_record_shape, &record);
    zsock_t *other = played_peers_worker (&peers, "now", 1, NULL, 0);
    struct job_order order;
    played_peers_expect (other, &job_order_shape, &order);
    cr_expect_str_eq (order.job, job);
    cr_expect (played_peers_result (other, job, 1));
    job_order_clear (&order);
    zsock_destroy (&other);
    zsock_destroy (&worker);
    played_peers_close (&peers);
}
