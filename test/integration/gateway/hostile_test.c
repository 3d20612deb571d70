//  hostile_test.c: clients that are slow, broken or clever harm themselves alone: whatever they do, another
//  one is answered meanwhile.
#include "test/support/processes/gateway_process.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void s_send (int fd, const char *text)
{
    cr_assert (http_send (fd, text, strlen (text)), "%s", text);
}

static void s_expect_served (const struct gateway_process *self)
{
    struct http_answer answer = http_get (self->port, "/api/v1/jobs");
    cr_assert_eq (answer.status, 200, "%s", answer.body);
    http_answer_clear (&answer);
}

//  The status of one request as it is.
static unsigned s_status (const struct gateway_process *self, const char *text)
{
    int fd = http_connect (self->port);
    s_send (fd, text);
    struct http_answer answer = http_receive (fd, false);
    unsigned status = answer.status;
    http_answer_clear (&answer);
    close (fd);
    return status;
}

#define HOST "Host: localhost\r\n"

Test (gateway_hostile, who_is_slow_is_cut_off_and_others_are_answered_meanwhile, .timeout = 120)
{
    struct gateway_process self = {.options = {"--slow-seconds", "1"}};
    gateway_process_start (&self);
    int headers = http_connect (self.port), body = http_connect (self.port), line = http_connect (self.port),
        reader = http_connect (self.port);
    s_send (headers, "GET /api/v1/jobs HTTP/1.1\r\n" HOST "X-A: ");    //  and never an end of it
    s_send (body, "POST /api/v1/jobs?name=a.csv HTTP/1.1\r\n" HOST "Content-Length: 100000\r\n\r\npatient");
    s_send (line, "GE");
    s_send (reader, "GET /api/v1/events HTTP/1.1\r\n" HOST "\r\n");    //  whose answers are never read
    s_expect_served (&self);
    cr_expect (http_is_closed (headers));
    cr_expect (http_is_closed (body));
    cr_expect (http_is_closed (line));
    s_expect_served (&self);
    free (http_read_until (reader, "HTTP/1.1 200"));    //  an answer has all the time there is
    process_await (&self.place, "gateway.log", "http.too_slow");
    close (headers);
    close (body);
    close (line);
    close (reader);
    gateway_process_stop (&self);
}

Test (gateway_hostile, requests_that_two_readers_would_see_differently_are_refused, .timeout = 120)
{
    static const char *const REQUESTS[] = {
        "GET /api/v1/jobs HTTP/1.1\r\n" HOST HOST "\r\n",
        "POST /api/v1/jobs?name=a.csv HTTP/1.1\r\n" HOST
        "Content-Length: 4\r\nContent-Length: 4\r\n\r\na,b\n",
        "POST /api/v1/jobs?name=a.csv HTTP/1.1\r\n" HOST
        "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "POST /api/v1/jobs?name=a.csv HTTP/1.1\r\n" HOST
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "GET /api/v1/jobs HTTP/1.1\r\n" HOST "Authorization: Bearer a\r\nAuthorization: Bearer b\r\n\r\n",
        "GET /api/v1/jobs/%00 HTTP/1.1\r\n" HOST "\r\n",
        "GET /api/v1/jobs/%2e%2e/workers HTTP/1.1\r\n" HOST "\r\n",
        "GET /api/v1//jobs HTTP/1.1\r\n" HOST "\r\n",
        "GET /api/v1/jobs/a%2fb HTTP/1.1\r\n" HOST "\r\n",
        "GET /api/v1/jobs HTTP/1.1\r\n\r\n",
        "GET /api/v1/stats HTTP/1.1\r\n" HOST "Content-Length: 2\r\n\r\n{}",
        "GET /api/v1/stats HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    };
    struct gateway_process self = {.pid = 0};
    gateway_process_start (&self);
    for (size_t i = 0; i < sizeof REQUESTS / sizeof *REQUESTS; i++)
        cr_expect_eq (s_status (&self, REQUESTS[i]), 400, "%s", REQUESTS[i]);
    s_expect_served (&self);
    gateway_process_stop (&self);
}

Test (gateway_hostile, floods_and_bodies_that_break_off_end_their_own_connection_alone, .timeout = 120)
{
    struct gateway_process self = {.pid = 0};
    gateway_process_start (&self);
    int flood = http_connect (self.port), cut = http_connect (self.port), pipeline = http_connect (self.port),
        unwanted = http_connect (self.port);
    s_send (flood, "GET /api/v1/jobs HTTP/1.1\r\n" HOST);
    for (int i = 0; i < 4000 && http_send (flood, "X-Header: 0123456789abcdef\r\n", 28); i++)
        ;
    s_send (cut,
            "POST /api/v1/jobs?name=a.csv HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n40\r\npat");
    close (cut);
    s_send (pipeline, "GET /healthz HTTP/1.1\r\n" HOST "\r\nGET /api/v1/stats HTTP/1.1\r\n" HOST "\r\n");
    for (int i = 0; i < 2; i++) {
        struct http_answer answer = http_receive (pipeline, false);
        cr_expect_eq (answer.status, 200, "%s", answer.body);
        http_answer_clear (&answer);
    }
    //  A body where none is wanted ends the connection.
    s_send (unwanted, "GET /api/v1/jobs HTTP/1.1\r\n" HOST "Content-Length: 1000000000\r\n\r\n");
    static char bytes[1 << 16];
    for (int i = 0; i < 16000 && http_send (unwanted, bytes, sizeof bytes); i++)
        ;
    cr_expect (http_is_closed (unwanted));
    s_expect_served (&self);
    struct http_answer answer = http_get (self.port, "/api/v1/jobs");
    cr_expect (http_answer_has (&answer, "\"jobs\":[]"), "nothing was submitted: %s", answer.body);
    http_answer_clear (&answer);
    close (flood);
    close (pipeline);
    close (unwanted);
    gateway_process_stop (&self);
}

//  Pages of records wait for slow readers on the disk.
Test (gateway_hostile, who_does_not_read_a_page_holds_no_memory_of_the_gateway, .timeout = 120)
{
    enum { ROWS = 8000, NAME = 300, READERS = 4 };
    struct gateway_process self = {.pid = 0};
    char name[NAME + 1], request[256], *table = malloc (ROWS * (NAME + 16) + 64);
    size_t n = (size_t) sprintf (table, "patient_id,given_name\n");
    memset (name, 'a', NAME);
    name[NAME] = 0;
    for (int i = 0; i < ROWS; i++)
        n += (size_t) sprintf (table + n, "%d,%s\n", i, name);
    gateway_process_start (&self);
    struct http_answer answer =
        http_request (self.port, "POST", "/api/v1/jobs?name=p.csv&kind=patient", NULL, table, n);
    cr_assert_eq (answer.status, 202, "%s", answer.body);
    char *job = http_answer_text (&answer, "id");
    http_answer_clear (&answer);
    answer = gateway_process_await (&self, job, "done");
    http_answer_clear (&answer);
    gateway_process_await_spooled (&self, 0);
    //  The file itself may have to be brought, and is kept for a while then.
    snprintf (request, sizeof request, "/api/v1/jobs/%s/records?limit=1", job);
    answer = http_get (self.port, request);
    cr_assert_eq (answer.status, 200, "%s", answer.body);
    http_answer_clear (&answer);
    int readers[READERS], kept = gateway_process_spooled (&self);
    snprintf (request, sizeof request, "GET /api/v1/jobs/%s/records?limit=10000 HTTP/1.1\r\n" HOST "\r\n",
              job);
    for (int i = 0; i < READERS; i++) {
        readers[i] = http_connect (self.port);
        s_send (readers[i], request);
    }
    gateway_process_await_spooled (&self, kept + READERS);
    s_expect_served (&self);
    answer = http_receive (readers[0], false);
    cr_expect_eq (answer.status, 200);
    cr_expect (http_answer_has (&answer, "{\"records\":[{\"patient_id\":\"0\"") &&
               http_answer_has (&answer, "\"patient_id\":\"7999\"") &&
               http_answer_has (&answer, "\"next\":null}"));
    http_answer_clear (&answer);
    for (int i = 0; i < READERS; i++)
        close (readers[i]);
    gateway_process_await_spooled (&self, kept);
    free (table);
    free (job);
    gateway_process_stop (&self);
}
