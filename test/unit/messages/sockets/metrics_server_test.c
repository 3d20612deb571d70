//  metrics_server_test.c: what a program says of itself over HTTP, to whom, and what it says of everything
//  else.
#define _GNU_SOURCE
#include "messages/sockets/metrics_server.h"

#include "messages/base/metrics.h"
#include "test/support/peers/http_client.h"
#include "test/support/processes/descriptors.h"
#include "test/support/processes/reserved_port.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static metrics_server_t *s_server;
static unsigned s_port;

static void s_setup (void)
{
    char endpoint[ENDPOINT_BYTES];
    struct error error = {.code = DMH_OK};
    reserved_port_endpoint (endpoint);
    const char *at = endpoint + strlen ("tcp://");
    s_port = (unsigned) strtoul (strrchr (at, ':') + 1, NULL, 10);
    cr_assert_eq (metrics_server_open (at, "worker", "7.8", &s_server, &error), DMH_OK, "%s", error.text);
    cr_assert_not_null (s_server);
}

static void s_teardown (void)
{
    metrics_server_destroy (&s_server);
    cr_assert_null (s_server);
    metrics_server_destroy (&s_server);
}

TestSuite (metrics_server, .init = s_setup, .fini = s_teardown, .timeout = 60);

static void s_expect (const char *method, const char *target, unsigned status, const char *body)
{
    struct http_answer answer = http_request (s_port, method, target, NULL, NULL, 0);
    cr_expect_eq (answer.status, status, "%s %s: %u", method, target, answer.status);
    cr_expect_str_eq (answer.body, body, "%s %s", method, target);
    cr_expect_str_eq (http_answer_header (&answer, "Content-Type"), "text/plain; charset=utf-8");
    cr_expect_str_eq (http_answer_header (&answer, "Cache-Control"), "no-store");
    const char *allow = http_answer_header (&answer, "Allow");
    cr_expect_eq (allow != NULL, status == 405, "%s %s", method, target);
    cr_expect (!allow || strcmp (allow, "GET, HEAD") == 0);
    http_answer_clear (&answer);
}

Test (metrics_server, it_is_alive_at_once_and_ready_when_that_is_said)
{
    s_expect ("GET", "/healthz", 200, "alive\n");
    s_expect ("GET", "/readyz", 503, "not ready\n");
    metrics_server_ready (true);
    s_expect ("GET", "/readyz", 200, "ready\n");
    s_expect ("GET", "/healthz", 200, "alive\n");
    metrics_server_ready (false);
    s_expect ("GET", "/readyz", 503, "not ready\n");
}

Test (metrics_server, what_is_not_there_and_what_would_change_something_is_refused)
{
    s_expect ("GET", "/", 404, "there are /metrics, /healthz and /readyz\n");
    s_expect ("GET", "/metrics/x", 404, "there are /metrics, /healthz and /readyz\n");
    s_expect ("POST", "/elsewhere", 404, "there are /metrics, /healthz and /readyz\n");
    s_expect ("POST", "/metrics", 405, "it is read alone\n");
    s_expect ("PUT", "/readyz", 405, "it is read alone\n");
    s_expect ("DELETE", "/healthz", 405, "it is read alone\n");
    //  A body is not even read.
    int fd = http_connect (s_port);
    static const char BODY[] = "POST /metrics HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello";
    cr_assert (http_send (fd, BODY, sizeof BODY - 1));
    cr_expect (http_is_closed (fd));
    close (fd);
}

Test (metrics_server, metrics_are_told_in_the_form_that_is_asked_for)
{
    static const struct {
        const char *headers, *type, *line;
        bool ends;
    } CASES[] = {
        {NULL, "text/plain; version=0.0.4; charset=utf-8", "# TYPE dmh_worker_input_bytes_total counter\n",
         false},
        {"Accept: text/plain\r\n", "text/plain; version=0.0.4; charset=utf-8",
         "# TYPE dmh_worker_input_bytes_total counter\n", false},
        {"Accept: application/openmetrics-text;version=1.0.0,text/plain;q=0.3\r\n",
         "application/openmetrics-text; version=1.0.0; charset=utf-8",
         "# TYPE dmh_worker_input_bytes counter\n", true},
    };
    metrics_add (METRIC_WORKER_BYTES, 0, 41);
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        struct http_answer answer = http_request (s_port, "GET", "/metrics", CASES[i].headers, NULL, 0);
        cr_expect_eq (answer.status, 200);
        cr_expect_str_eq (http_answer_header (&answer, "Content-Type"), CASES[i].type);
        cr_expect (strstr (answer.body, CASES[i].line), "%s", answer.body);
        cr_expect (strstr (answer.body, "dmh_worker_input_bytes_total 41\n"), "%s", answer.body);
        cr_expect (strstr (answer.body, "dmh_build_info{component=\"worker\",version=\"7.8\"} 1\n"));
        cr_expect_eq (strstr (answer.body, "# EOF\n") != NULL, CASES[i].ends);
        http_answer_clear (&answer);
    }
    //  Of HEAD there is the length alone.
    int fd = http_connect (s_port);
    static const char HEAD[] =
        "HEAD /metrics HTTP/1.1\r\nHost: a\r\n\r\nGET /healthz HTTP/1.1\r\nHost: a\r\n\r\n";
    cr_assert (http_send (fd, HEAD, sizeof HEAD - 1));
    struct http_answer head = http_receive (fd, true), alive = http_receive (fd, false);
    cr_expect_eq (head.status, 200);
    cr_expect_gt (strtoul (http_answer_header (&head, "Content-Length"), NULL, 10), 100);
    cr_expect_str_eq (alive.body, "alive\n");
    http_answer_clear (&head);
    http_answer_clear (&alive);
    close (fd);
}

Test (metrics_server, without_its_option_there_is_none_and_where_it_cannot_be_it_says_why)
{
    char taken[40];
    metrics_server_t *other = s_server;
    struct error error = {.code = DMH_OK};
    size_t before = descriptors_count ();
    cr_expect_eq (metrics_server_open (NULL, "worker", "7.8", &other, &error), DMH_OK);
    cr_expect_null (other);
    snprintf (taken, sizeof taken, "127.0.0.1:%u", s_port);
    other = s_server;
    cr_expect_eq (metrics_server_open (taken, "worker", "7.8", &other, &error), DMH_UNAVAILABLE);
    cr_expect_null (other);
    cr_expect (strstr (error.text, "--metrics-listen 127.0.0.1:"), "%s", error.text);
    cr_expect_eq (metrics_server_open ("nowhere", "worker", "7.8", &other, &error), DMH_USAGE);
    cr_expect_eq (descriptors_count (), before);
}

Test (metrics_server, without_descriptors_there_is_none_and_nothing_of_it_stays)
{
    metrics_server_t *server = NULL;
    struct error error = {.code = DMH_OK};
    size_t before = descriptors_count ();
    descriptors_exhaust ();
    cr_expect_eq (metrics_server_open ("127.0.0.1:0", "worker", "7.8", &server, &error), DMH_UNAVAILABLE);
    descriptors_free ();
    cr_expect_null (server);
    cr_expect (strstr (error.text, "Too many open files"), "%s", error.text);
    cr_expect_eq (descriptors_count (), before);
}
