//  session_test.c: a worker in R at a broker that the test plays: what it says it can, that its heartbeats do
//  not wait for R, and what they say of how it gets on.
#include "test/support/processes/processes.h"
#include "test/support/processes/r_program.h"

#include "messages/codec/frame.h"
#include "messages/request.h"
#include "messages/uri.h"
#include "messages/work.h"

#include <criterion/criterion.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

static const char PACKAGE[] =
    "{\"name\":\"labs.csv\",\"resources\":[{\"name\":\"records\",\"path\":\"records.csv\","
    "\"format\":\"csv\",\"schema\":{\"fields\":[{\"name\":\"patient_id\",\"type\":"
    "\"string\"},{\"name\":\"value_number\",\"type\":\"number\"}]}}]}",
                  REPORT[] = "{\"format\":\"dmh-report/1\",\"job\":{\"kind\":\"lab_result\"}}",
                  RECORDS[] = "patient_id,value_number\n007,1.5\n008,\n";

struct stage {
    struct workplace place;
    zsock_t *back;    //  ROUTER
    zframe_t *identity;
    pid_t worker;
};

//  false: there is no R. `code` is what the task does.
static bool s_open (struct stage *self, const char *code)
{
    char endpoint[64], all[2048];
    *self = (struct stage){.back = NULL};
    workplace_make (&self->place);
    if (!r_program_is ()) {
        workplace_remove (&self->place);
        return false;
    }
    self->back = zsock_new (ZMQ_ROUTER);
    zsock_set_rcvtimeo (self->back, 60000);
    zsock_set_linger (self->back, 0);
    snprintf (endpoint, sizeof endpoint, "tcp://127.0.0.1:%d", zsock_bind (self->back, "tcp://127.0.0.1:*"));
    snprintf (
        all, sizeof all,
        "dmhr::work('%s', function(input) { %s }, name = 'mine', results = 'results', data_root = getwd())",
        endpoint, code);
    self->worker = r_program_start (&self->place, "r.log", all);
    return true;
}

static void s_close (struct stage *self)
{
    cr_expect_eq (kill (self->worker, SIGTERM), 0);
    cr_expect_eq (process_wait (self->worker, 60), 0);
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

static void s_register (struct stage *self, struct ready *ready)
{
    struct registered registered = {.heartbeat_ms = HEARTBEAT_MS, .lease_ms = LEASE_MS};
    s_expect (self, &ready_shape, ready);
    s_send (self, &registered_shape, &registered);
}

//  A heartbeat of the broker's, so that the worker does not think it gone.
static void s_beat (struct stage *self)
{
    struct heartbeat beat = {.running = NULL};
    s_send (self, &heartbeat_shape, &beat);
}

//  A job that follows a result which lies in the workplace.
static void s_give (struct stage *self)
{
    char path[512];
    struct followed_result followed = {.place = 0, .job = "j0", .name = "labs.csv", .kind = "lab_result"};
    struct job_order order = {.job = "j1", .attempt = 1, .lease_ms = LEASE_MS, .followed = &followed};
    snprintf (path, sizeof path, "%s/labs", self->place.folder);
    cr_assert_eq (mkdir (path, 0700), 0);
    workplace_write (&self->place, "labs/datapackage.json", PACKAGE, strlen (PACKAGE));
    workplace_write (&self->place, "labs/report.json", REPORT, strlen (REPORT));
    workplace_write (&self->place, "labs/records.csv", RECORDS, strlen (RECORDS));
    cr_assert_eq (uri_from_path (path, followed.uri, sizeof followed.uri, NULL), DMH_OK);
    snprintf (order.input.uri, sizeof order.input.uri, "%s", FOLLOWED_URI);
    snprintf (order.input.name, sizeof order.input.name, "mine");
    snprintf (order.options.task, sizeof order.options.task, "mine");
    order.followed_count = order.follows = 1;
    s_send (self, &job_order_shape, &order);
}

//  The next heartbeat that names the job; its `moved`.
static uint64_t s_expect_beat (struct stage *self)
{
    for (;;) {
        struct heartbeat beat;
        s_expect (self, &heartbeat_shape, &beat);
        bool named = beat.running_count == 1;
        uint64_t moved = named ? beat.running[0].moved : 0;
        if (named)
            cr_expect_str_eq (beat.running[0].job, "j1");
        heartbeat_clear (&beat);
        s_beat (self);
        if (named)
            return moved;
    }
}

static void s_expect_result (struct stage *self)
{
    struct result result;
    struct result_ack ack = {.job = "j1", .attempt = 1, .accepted = true};
    s_expect (self, &result_shape, &result);
    cr_expect_str_eq (result.job, "j1");
    cr_expect_str_eq (result.kind, "lab_result");
    cr_expect_eq (result.counts.read, 2);
    cr_expect_eq (result.counts.written, 2);
    cr_assert_eq (result.outputs_count, 2);
    cr_expect_str_eq (result.outputs[0].name, "mean.csv");
    cr_expect_eq (result.outputs[0].bytes, strlen ("mean,id\n1.5,007\n"));
    //  printf 'mean,id\n1.5,007\n' | sha256sum
    cr_expect_str_eq (result.outputs[0].sha256,
                      "ceca57aca807fb13624787a111d8708603887c86d079a4260ddaece3e3e2f839");
    cr_expect_str_eq (result.outputs[1].name, "report.json");
    result_clear (&result);
    s_send (self, &result_ack_shape, &ack);
}

Test (r_session, says_its_task_and_writes_nothing_that_an_input_is_harmonized_to, .timeout = 180)
{
    struct stage stage;
    struct ready ready;
    if (!s_open (&stage, "NULL"))
        return;
    s_register (&stage, &ready);
    cr_expect_eq (ready.slots, 1);
    cr_assert_eq (ready.tasks_count, 1);
    cr_expect_str_eq (ready.tasks[0].word, "mine");
    cr_assert_eq (ready.writes_count, 1);
    cr_expect_str_eq (ready.writes[0].word, "mine");
    ready_clear (&ready);
    s_close (&stage);
}

Test (r_session, beats_while_R_computes_and_hands_in_what_R_has_made, .timeout = 180)
{
    struct stage stage;
    struct ready ready;
    if (!s_open (&stage, "x <- input[[1]]; while (!file.exists('go')) NULL; list(tables = list(mean = "
                         "data.frame(mean = mean(x$value_number, na.rm = TRUE), id = x$patient_id[1])))"))
        return;
    s_register (&stage, &ready);
    ready_clear (&ready);
    s_give (&stage);
    uint64_t moved = s_expect_beat (&stage);
    process_await (&stage.place, "r.log", "job.started");
    for (int i = 0; i < 4; i++)
        moved = s_expect_beat (&stage);
    cr_expect_eq (s_expect_beat (&stage), moved, "R has not said that it gets on");
    workplace_write (&stage.place, "go", "", 0);
    s_expect_result (&stage);
    s_close (&stage);
}

Test (r_session, tells_that_the_task_gets_on_where_that_says_so, .timeout = 180)
{
    struct stage stage;
    struct ready ready;
    if (!s_open (&stage, "x <- input[[1]]; while (!file.exists('go')) dmhr::task_progress(); list(tables = "
                         "list(mean = data.frame(mean = mean(x$value_number, na.rm = TRUE), id = "
                         "x$patient_id[1])))"))
        return;
    s_register (&stage, &ready);
    ready_clear (&ready);
    s_give (&stage);
    uint64_t moved = s_expect_beat (&stage), grown = 0;
    for (int i = 0; grown < 3; i++) {
        uint64_t now = s_expect_beat (&stage);
        grown += now > moved;
        moved = now;
        cr_assert_lt (i, 100, "nothing moves");
    }
    workplace_write (&stage.place, "go", "", 0);
    s_expect_result (&stage);
    s_close (&stage);
}

//  What nobody can take as a result is the task's failure: no tables, names that lead elsewhere, too many.
Test (r_session, fails_for_what_is_no_result, .timeout = 240)
{
    static const struct {
        const char *code, *part;
    } CASES[] = {{"list()", "neither tables nor plots"},
                 {"7", "list of tables, plots and document"},
                 {"list(tables = list(`../a` = data.frame(a = 1)))", "names of tables"},
                 {"list(document = list(1), plots = list(p = 7))", "a plot has to be SVG"},
                 {"list(document = list(1), plots = stats::setNames(as.list(rep('<svg/>', 40)), paste0('p', "
                  "1:40)))",
                  "at most 28 files"},
                 {"list(tables = list(a = data.frame(a = 1)), plots = list(p = function(path) "
                  "file.symlink('/etc/hostname', path)))",
                  "no file"}};
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        struct stage stage;
        struct ready ready;
        struct fail fail;
        struct result_ack ack = {.job = "j1", .attempt = 1, .accepted = true};
        if (!s_open (&stage, CASES[i].code))
            return;
        s_register (&stage, &ready);
        ready_clear (&ready);
        s_give (&stage);
        s_expect (&stage, &fail_shape, &fail);
        cr_expect (strstr (fail.message, CASES[i].part), "%s", fail.message);
        cr_expect_not (fail.retryable);
        fail_clear (&fail);
        s_send (&stage, &result_ack_shape, &ack);
        s_close (&stage);
    }
}
