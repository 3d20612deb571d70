//  service_test.c: dmh-gateway as a server of HTTP: what is the same for every path, and what it says of its
//  broker.
#include "test/support/processes/gateway_process.h"

#include <criterion/criterion.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void s_expect (unsigned port, const char *method, const char *target, const char *headers,
                      unsigned status, const char *code)
{
    char member[64];
    struct http_answer answer = http_request (port, method, target, headers, NULL, 0);
    cr_assert_eq (answer.status, status, "%s %s: %u %s", method, target, answer.status, answer.body);
    if (code) {
        cr_assert_str_eq (http_answer_header (&answer, "Content-Type"), "application/problem+json");
        snprintf (member, sizeof member, "\"code\":\"%s\"", code);
        cr_assert (http_answer_has (&answer, member), "%s", answer.body);
        snprintf (member, sizeof member, "\"status\":%u", status);
        cr_assert (http_answer_has (&answer, member), "%s", answer.body);
    }
    http_answer_clear (&answer);
}

Test (gateway_service, says_what_is_wrong_with_a_path_or_a_method_as_a_problem)
{
    struct gateway_process self = {.pid = 0};
    gateway_process_start (&self);
    s_expect (self.port, "GET", "/healthz", NULL, 200, NULL);
    s_expect (self.port, "GET", "/readyz", NULL, 200, NULL);
    s_expect (self.port, "GET", "/api/v1/jobs", NULL, 200, NULL);
    s_expect (self.port, "GET", "/nowhere", NULL, 404, "not_found");
    s_expect (self.port, "GET", "/api/v1/jobs/", NULL, 404, "not_found");
    s_expect (self.port, "GET", "/api/v1/jobs/zzzz", NULL, 404, "not_found");
    s_expect (self.port, "GET", "/api/v1/jobs/0123456789012345678901234567890123456789", NULL, 404,
              "not_found");
    s_expect (self.port, "GET", "/api/v1/jobs?state=lost", NULL, 400, "malformed");
    s_expect (self.port, "GET", "/api/v1/jobs?limit=0", NULL, 400, "malformed");
    s_expect (self.port, "GET", "/api/v1/jobs?limit=-1", NULL, 400, "malformed");
    s_expect (self.port, "GET", "/api/v1/jobs?after=zzzz", NULL, 404, "not_found");
    s_expect (self.port, "GET", "/api/v1//jobs", NULL, 400, "malformed");
    s_expect (self.port, "GET", "/api/v1/%2e%2e/jobs", NULL, 400, "malformed");
    s_expect (self.port, "GET", "/api/v1/jobs%00", NULL, 400, "malformed");
    s_expect (self.port, "PUT", "/api/v1/jobs", NULL, 405, "unsupported");
    s_expect (self.port, "BREW", "/api/v1/jobs", NULL, 405, "unsupported");
    gateway_process_stop (&self);
}

Test (gateway_service, names_the_methods_of_a_path_and_answers_HEAD_as_GET_without_a_body)
{
    struct gateway_process self = {.pid = 0};
    gateway_process_start (&self);
    struct http_answer answer = http_request (self.port, "DELETE", "/healthz", NULL, NULL, 0);
    cr_assert_eq (answer.status, 405);
    cr_assert_str_eq (http_answer_header (&answer, "Allow"), "GET, HEAD, OPTIONS");
    http_answer_clear (&answer);
    answer = http_request (self.port, "OPTIONS", "/healthz", NULL, NULL, 0);
    cr_assert_eq (answer.status, 204);
    cr_assert_str_eq (http_answer_header (&answer, "Allow"), "GET, HEAD, OPTIONS");
    cr_assert_null (http_answer_header (&answer, "Access-Control-Allow-Origin"));
    http_answer_clear (&answer);
    //  Both on one connection: had HEAD a body, the next answer would not begin where it does.
    char text[256];
    int fd = http_connect (self.port);
    snprintf (
        text, sizeof text,
        "HEAD /healthz HTTP/1.1\r\nHost: localhost\r\n\r\nGET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n");
    http_send (fd, text, strlen (text));
    struct http_answer head = http_receive (fd, true);
    answer = http_receive (fd, false);
    cr_assert_eq (head.status, 200);
    cr_assert_eq (strtoul (http_answer_header (&head, "Content-Length"), NULL, 10), answer.bytes);
    cr_assert (http_answer_has (&answer, "\"status\":\"alive\""));
    http_answer_clear (&head);
    http_answer_clear (&answer);
    close (fd);
    gateway_process_stop (&self);
}

Test (gateway_service, is_reached_by_no_name_and_no_page_of_others)
{
    struct gateway_process self = {.options = {"--host-names", "gateway.example, other.example"}};
    gateway_process_start (&self);
    static const struct {
        const char *text;
        unsigned status;
    } CASES[] = {
        {"GET /healthz HTTP/1.1\r\nHost: attacker.example\r\n", 403},
        {"GET /healthz HTTP/1.1\r\nHost: gateway.example:8443\r\n", 200},
        {"GET /healthz HTTP/1.1\r\nHost: gateway.example.attacker.example\r\n", 403},
        {"GET /healthz HTTP/1.1\r\nHost: [::1]:80\r\n", 200},
        {"POST /healthz HTTP/1.1\r\nHost: localhost\r\nOrigin: http://attacker.example\r\n", 403},
        {"POST /healthz HTTP/1.1\r\nHost: localhost\r\nOrigin: null\r\n", 403},
        {"POST /healthz HTTP/1.1\r\nHost: localhost\r\nSec-Fetch-Site: cross-site\r\n", 403},
        {"POST /healthz HTTP/1.1\r\nHost: localhost:80\r\nOrigin: http://localhost:80\r\n", 405},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        int fd = http_connect (self.port);
        http_send (fd, CASES[i].text, strlen (CASES[i].text));
        http_send (fd, "\r\n", 2);
        struct http_answer answer = http_receive (fd, false);
        cr_assert_eq (answer.status, CASES[i].status, "%s: %u", CASES[i].text, answer.status);
        http_answer_clear (&answer);
        close (fd);
    }
    gateway_process_stop (&self);
}

Test (gateway_service, answers_503_while_its_broker_is_away_and_heals_by_itself)
{
    struct gateway_process self = {.pid = 0};
    gateway_process_start (&self);
    cr_assert_eq (servers_end (&self.servers, &self.servers.broker, SIGKILL), 128 + SIGKILL);
    struct http_answer answer = http_get (self.port, "/api/v1/jobs");
    cr_assert_eq (answer.status, 503);
    cr_assert_not_null (http_answer_header (&answer, "Retry-After"));
    cr_assert (http_answer_has (&answer, "\"code\":\"unavailable\""), "%s", answer.body);
    http_answer_clear (&answer);
    process_await (&self.place, "gateway.log", "broker.lost");
    answer = http_get (self.port, "/readyz");
    cr_assert_eq (answer.status, 503);
    http_answer_clear (&answer);
    answer = http_get (self.port, "/healthz");
    cr_assert_eq (answer.status, 200);
    http_answer_clear (&answer);
    servers_start_broker (&self.servers, true);
    process_await_times (&self.place, "gateway.log", "broker.found", 2);
    answer = http_get (self.port, "/api/v1/jobs");
    cr_assert_eq (answer.status, 200, "%s", answer.body);
    http_answer_clear (&answer);
    gateway_process_stop (&self);
}

//  One request is said while nobody answers, and again to the broker that comes.
Test (gateway_service, a_request_outlives_a_short_restart_of_the_broker)
{
    struct gateway_process self = {.pid = 0};
    gateway_process_start (&self);
    servers_end (&self.servers, &self.servers.broker, SIGKILL);
    int fd = http_connect (self.port);
    const char *text = "GET /api/v1/jobs HTTP/1.1\r\nHost: localhost\r\n\r\n";
    http_send (fd, text, strlen (text));
    servers_start_broker (&self.servers, true);
    struct http_answer answer = http_receive (fd, false);
    cr_assert_eq (answer.status, 200, "%s", answer.body);
    http_answer_clear (&answer);
    close (fd);
    gateway_process_stop (&self);
}

Test (gateway_service, ends_while_a_call_waits_for_a_broker_that_never_comes)
{
    struct gateway_process self = {.pid = 0};
    workplace_make (&self.place);
    self.servers.place = &self.place;
    snprintf (self.servers.front, sizeof self.servers.front, "ipc://nobody");
    gateway_process_start_alone (&self);
    int fd = http_connect (self.port);
    const char *text = "GET /api/v1/jobs HTTP/1.1\r\nHost: localhost\r\n\r\nGET /healthz HTTP/1.1\r\nHost: "
                       "localhost\r\n\r\n";
    http_send (fd, text, strlen (text));
    struct http_answer answer = http_get (self.port, "/healthz");    //  so the first one has been taken
    cr_assert_eq (answer.status, 200);
    http_answer_clear (&answer);
    gateway_process_stop (&self);
    close (fd);
}

Test (gateway_service, each_answer_has_the_correlation_of_its_request_which_the_log_has)
{
    struct gateway_process self = {.pid = 0};
    gateway_process_start (&self);
    static const char *const CASES[][2] = {
        {"traceparent: 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01\r\n",
         "4bf92f3577b34da6a3ce929d0e0e4736"},
        {"X-Correlation-ID: 123E4567-e89b-12d3-a456-426614174000\r\n", "123e4567e89b12d3a456426614174000"},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        struct http_answer answer =
            http_request (self.port, "GET", "/api/v1/jobs/none", CASES[i][0], NULL, 0);
        cr_assert_str_eq (http_answer_header (&answer, "X-Correlation-ID"), CASES[i][1]);
        cr_assert (http_answer_has (&answer, CASES[i][1]), "%s", answer.body);
        http_answer_clear (&answer);
        process_await (&self.place, "gateway.log", CASES[i][1]);
    }
    gateway_process_stop (&self);
}

static void s_refused (const struct workplace *place, const char *const argv[], int status, const char *part)
{
    char *output = NULL;
    cr_assert_eq (process_run (place, argv, &output), status, "%s %s: %s", argv[1], argv[2], output);
    cr_assert (strstr (output, part), "%s: %s", argv[1], output);
    free (output);
}

Test (gateway_service, wrong_usage_ends_with_2_and_one_sentence)
{
    struct workplace place;
    workplace_make (&place);
    static const struct {
        const char *argv[8];
        int status;
        const char *part;
    } CASES[] = {
        {{"dmh-gateway", "--liste", "x", NULL}, 2, "did you mean --listen?"},
        {{"dmh-gateway", "--broker", "ipc:///x", "--spool", "s", "--listen", "8080", NULL},
         2,
         "--listen 8080"},
        {{"dmh-gateway", "--broker", "ipc:///x", "--spool", "s", "--listen", "0.0.0.0:0", NULL},
         2,
         "--insecure"},
        {{"dmh-gateway", "--broker", "ipc:///x", "--spool", "s", "--tls-key", "none.pem", NULL}, 2, "both"},
        {{"dmh-gateway", "--log-format", "xml", NULL}, 2, "text or json"},
        {{"dmh-gateway", "--config", "nowhere.conf", NULL}, 2, "nowhere.conf cannot be read"},
        {{"dmh-gateway", "more", NULL}, 2, "more"},
        {{"dmh-gateway", "--version", NULL}, 0, "dmh-gateway "},
        {{"dmh-gateway", "--help", NULL}, 0, "--listen ADDRESS:PORT"},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++)
        s_refused (&place, CASES[i].argv, CASES[i].status, CASES[i].part);
    workplace_remove (&place);
}
