//  metrics_listen_test.c: broker, worker and gateway serve what they count of themselves, and whether they
//  can work, at --metrics-listen; what they say is what was done, in the form that promtool takes.
#include "test/support/processes/gateway_process.h"

#include <criterion/criterion.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void s_expect (unsigned port, const char *path, unsigned status, const char *part)
{
    struct http_answer answer = http_get (port, path);
    cr_expect_eq (answer.status, status, "%s: %u %s", path, answer.status, answer.body);
    cr_expect (strstr (answer.body, part), "%s: no %s in %s", path, part, answer.body);
    http_answer_clear (&answer);
}

//  That is more than 0.
static void s_expect_more (unsigned port, const char *name)
{
    char line[160];
    struct http_answer answer = http_get (port, "/metrics");
    snprintf (line, sizeof line, "\n%s ", name);
    const char *at = strstr (answer.body, line);
    cr_assert_not_null (at, "no %s in %s", name, answer.body);
    cr_expect_gt (strtod (at + strlen (line), NULL), 0, "%s", name);
    http_answer_clear (&answer);
}

//  A job, and its events until it has ended.
static void s_submit_by_http (unsigned port)
{
    char target[128];
    struct http_answer answer =
        http_request (port, "POST", "/api/v1/jobs?name=p.csv&kind=patient", NULL, "patient_id\n1\n", 13);
    cr_assert_eq (answer.status, 202, "%s", answer.body);
    char *job = http_answer_text (&answer, "id");
    http_answer_clear (&answer);
    snprintf (target, sizeof target, "/api/v1/jobs/%s/events", job);
    answer = http_get (port, target);
    cr_expect (strstr (answer.body, "event: end\n"), "%s", answer.body);
    http_answer_clear (&answer);
    free (job);
}

//  Twice on one connection: a request is counted when it is over, which is before the next one begins.
static void s_ask_in_vain (unsigned port)
{
    static const char REQUEST[] = "GET /api/v1/nothing HTTP/1.1\r\nHost: localhost\r\n\r\n";
    int fd = http_connect (port);
    for (int i = 0; i < 2; i++) {
        cr_assert (http_send (fd, REQUEST, sizeof REQUEST - 1));
        struct http_answer answer = http_receive (fd, false);
        cr_expect_eq (answer.status, 404, "%s", answer.body);
        http_answer_clear (&answer);
    }
    close (fd);
}

//  promtool, where there is one, finds nothing wrong with it.
static void s_ask_promtool (const struct workplace *place, unsigned port)
{
    char command[1200];
    struct http_answer answer = http_get (port, "/metrics");
    workplace_write (place, "metrics", answer.body, answer.bytes);
    http_answer_clear (&answer);
    if (system ("command -v promtool >/dev/null") != 0) {
        return;    //  deploy/validators.sh brings it
    }
    snprintf (command, sizeof command, "promtool check metrics <'%s/metrics' >'%s/said' 2>&1", place->folder,
              place->folder);
    int status = system (command);
    char *said = workplace_read (place->folder, "said", NULL);
    cr_expect_eq (status, 0, "%s", said);
    free (said);
}

Test (metrics_listen, each_program_says_what_it_has_done_and_whether_it_can_work, .timeout = 120)
{
    struct gateway_process self = {.options = {"--metrics-listen", "127.0.0.1:0"},
                                   .servers = {.options = {"--metrics-listen", "127.0.0.1:0", NULL}}};
    char *said = NULL;
    workplace_make (&self.place);
    self.servers.place = &self.place;
    servers_start_broker (&self.servers, false);
    unsigned broker = process_metrics_port (&self.place, "broker.log");
    s_expect (broker, "/readyz", 200, "ready");
    s_expect (broker, "/metrics", 200, "dmh_broker_workers 0\n");
    const char *worker_words[] = {
        "dmh-worker", "--broker", self.servers.back,  "--results",   "results", "--data-root", "/",
        "--slots",    "3",        "--metrics-listen", "127.0.0.1:0", NULL};
    self.servers.workers[0] = process_start (&self.place, "worker0.log", worker_words);
    unsigned worker = process_metrics_port (&self.place, "worker0.log");
    process_await (&self.place, "worker0.log", "worker.registered");
    gateway_process_start_alone (&self);
    process_await (&self.place, "gateway.log", "broker.found");
    unsigned gateway = process_metrics_port (&self.place, "gateway.log");
    workplace_write (&self.place, "good.csv", "patient_id\n1\n2\n2\n", 17);
    workplace_write (&self.place, "bad.csv", "what,is,this\n1,2,3\n", 19);
    const char *const submit[] = {"dmh", "submit", "good.csv", "bad.csv", "--wait", "--quiet", NULL};
    cr_assert_eq (servers_dmh (&self.servers, submit, &said), 1, "%s", said);
    free (said);
    s_expect (broker, "/metrics", 200, "dmh_broker_jobs_submitted_total 2\n");
    s_expect (broker, "/metrics", 200, "dmh_broker_jobs_ended_total{state=\"done\"} 1\n");
    s_expect (broker, "/metrics", 200, "dmh_broker_jobs_ended_total{state=\"failed\"} 1\n");
    s_expect (worker, "/metrics", 200, "dmh_worker_records_total{became=\"written\"} 2\n");
    s_expect (worker, "/metrics", 200, "dmh_worker_records_total{became=\"duplicate\"} 1\n");
    s_expect (worker, "/metrics", 200, "dmh_worker_records_read_total 3\n");
    s_expect (worker, "/metrics", 200, "dmh_worker_attempts_total{end=\"done\"} 1\n");
    s_expect (worker, "/metrics", 200, "dmh_worker_attempts_total{end=\"failed\"} 1\n");
    s_expect (worker, "/metrics", 200, "dmh_worker_attempt_seconds_count 2\n");
    s_expect (worker, "/metrics", 200, "dmh_worker_attempt_bytes_count 2\n");
    s_expect (worker, "/metrics", 200, "dmh_worker_slots{state=\"free\"} ");
    s_expect_more (worker, "dmh_worker_disk_free_bytes");
    s_expect_more (worker, "dmh_worker_stage_busy_seconds_total{stage=\"read\"}");
    s_expect_more (worker, "dmh_worker_stage_busy_seconds_total{stage=\"harmonize\"}");
    s_expect_more (worker, "dmh_worker_stage_busy_seconds_total{stage=\"write\"}");
    s_expect (worker, "/readyz", 200, "ready");
    s_expect (gateway, "/metrics", 200, "dmh_build_info{component=\"gateway\"");
    s_expect_more (gateway, "dmh_gateway_disk_free_bytes");
    s_expect (gateway, "/metrics", 200, "dmh_gateway_submit_seconds_count 0\n");
    s_submit_by_http (self.port);
    s_expect (gateway, "/metrics", 200, "dmh_gateway_submit_seconds_count 1\n");
    s_expect (gateway, "/metrics", 200, "dmh_gateway_http_request_seconds_count 2\n");
    s_expect (gateway, "/metrics", 200, "dmh_gateway_uploads_total 1\n");
    s_expect (gateway, "/metrics", 200, "dmh_gateway_upload_bytes_total 13\n");
    s_expect (gateway, "/metrics", 200, "dmh_gateway_upload_errors_total 0\n");
    s_expect_more (gateway, "dmh_gateway_events_total{became=\"sent\"}");
    s_ask_in_vain (self.port);
    s_expect_more (gateway, "dmh_gateway_http_requests_total{status=\"4xx\"}");
    s_expect (gateway, "/metrics", 200, "dmh_gateway_http_requests_total{status=\"5xx\"} 0\n");
    s_expect (gateway, "/readyz", 200, "ready");
    s_expect (gateway, "/healthz", 200, "alive");
    s_expect (broker, "/api", 404, "there are /metrics");
    struct http_answer answer = http_request (broker, "POST", "/metrics", NULL, NULL, 0);
    cr_expect_eq (answer.status, 405);
    cr_expect_str_eq (http_answer_header (&answer, "Allow"), "GET, HEAD");
    http_answer_clear (&answer);
    answer = http_request (broker, "GET", "/metrics", "Accept: application/openmetrics-text\r\n", NULL, 0);
    cr_expect (strstr (http_answer_header (&answer, "Content-Type"), "openmetrics-text; version=1.0.0"));
    cr_expect (strstr (answer.body, "# EOF\n"));
    http_answer_clear (&answer);
    s_ask_promtool (&self.place, broker);
    s_ask_promtool (&self.place, worker);
    s_ask_promtool (&self.place, gateway);
    //  Without a broker the others live and cannot work.
    cr_assert_eq (servers_end (&self.servers, &self.servers.broker, SIGKILL), 128 + SIGKILL);
    process_await (&self.place, "worker0.log", "broker.silent");
    s_expect (worker, "/readyz", 503, "not ready");
    s_expect (worker, "/healthz", 200, "alive");
    gateway_process_stop (&self);
}

//  A reader that sends nothing, or takes nothing, is no reason to wait.
Test (metrics_listen, a_reader_that_is_slow_holds_up_nobody_and_a_taken_port_is_said, .timeout = 120)
{
    struct workplace place;
    struct servers servers = {.place = &place, .options = {"--metrics-listen", "127.0.0.1:0", NULL}};
    char *said = NULL, taken[64];
    workplace_make (&place);
    servers_start_broker (&servers, false);
    unsigned port = process_metrics_port (&place, "broker.log");
    int silent = http_connect (port), half = http_connect (port);
    cr_assert (http_send (half, "GET /metr", 9));
    s_expect (port, "/healthz", 200, "alive");
    const char *const list[] = {"dmh", "list", NULL};
    cr_assert_eq (servers_dmh (&servers, list, &said), 0, "%s", said);
    free (said);
    snprintf (taken, sizeof taken, "127.0.0.1:%u", port);
    const char *const again[] = {"dmh-worker", "--broker",         servers.back, "--results",
                                 "results",    "--metrics-listen", taken,        NULL};
    cr_expect_eq (process_run (&place, again, &said), 1, "%s", said);
    free (said);
    const char *const wrong[] = {"dmh-worker", "--metrics-listen", "nowhere", NULL};
    cr_expect_eq (process_run (&place, wrong, &said), 2, "%s", said);
    free (said);
    close (silent);
    close (half);
    servers_stop (&servers);
    workplace_remove (&place);
}

Test (metrics_listen, an_upload_that_the_broker_has_no_room_for_is_counted_by_both, .timeout = 120)
{
    struct gateway_process self = {
        .options = {"--metrics-listen", "127.0.0.1:0"},
        .servers = {.options = {"--metrics-listen", "127.0.0.1:0", "--files-bytes", "10", NULL}}};
    workplace_make (&self.place);
    self.servers.place = &self.place;
    servers_start_broker (&self.servers, false);
    gateway_process_start_alone (&self);
    process_await (&self.place, "gateway.log", "broker.found");
    unsigned broker = process_metrics_port (&self.place, "broker.log"),
             gateway = process_metrics_port (&self.place, "gateway.log");
    struct http_answer answer =
        http_request (self.port, "POST", "/api/v1/jobs?name=p.csv", NULL, "patient_id\n1\n", 13);
    cr_expect_eq (answer.status, 413, "%s", answer.body);
    http_answer_clear (&answer);
    s_expect (gateway, "/metrics", 200, "dmh_gateway_upload_errors_total 1\n");
    s_expect (gateway, "/metrics", 200, "dmh_gateway_uploads_total 0\n");
    s_expect (gateway, "/metrics", 200, "dmh_gateway_upload_bytes_total 0\n");
    s_expect (gateway, "/metrics", 200, "dmh_gateway_submit_seconds_count 0\n");
    s_expect (broker, "/metrics", 200, "dmh_broker_transfer_errors_total{direction=\"in\"} 1\n");
    gateway_process_stop (&self);
}
