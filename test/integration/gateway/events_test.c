//  events_test.c: Server-Sent Events: what a page or a script hears of jobs.
#include "test/support/processes/gateway_process.h"

#include <criterion/criterion.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PATIENTS "patient_id,given_name\n1,Ann\n"

static char *s_submit (struct gateway_process *self)
{
    struct http_answer answer = http_request (self->port, "POST", "/api/v1/jobs?name=p.csv&kind=patient",
                                              NULL, PATIENTS, strlen (PATIENTS));
    cr_assert_eq (answer.status, 202, "%s", answer.body);
    char *id = http_answer_text (&answer, "id");
    http_answer_clear (&answer);
    return id;
}

static int s_open (unsigned port, const char *target, const char *headers)
{
    char text[512];
    int fd = http_connect (port);
    snprintf (text, sizeof text, "GET %s HTTP/1.1\r\nHost: localhost\r\n%s\r\n", target, headers);
    http_send (fd, text, strlen (text));
    return fd;
}

//  The id of the last event in a text; yours to free.
static char *s_last_id (const char *text)
{
    const char *last = NULL;
    for (const char *at = text; (at = strstr (at, "id: ")) != NULL; at++)
        last = at;
    cr_assert_not_null (last, "%s", text);
    return strndup (last + 4, strcspn (last + 4, "\n"));
}

//  A broker and gateways; the worker comes later.
static void s_start (struct gateway_process *self)
{
    workplace_make (&self->place);
    self->servers.place = &self->place;
    servers_start_broker (&self->servers, false);
    gateway_process_start_alone (self);
    process_await (&self->place, "gateway.log", "broker.found");
}

Test (gateway_events, a_jobs_stream_ends_with_it_and_any_gateway_goes_on_from_the_last_id)
{
    struct gateway_process self = {.pid = 0};
    s_start (&self);
    struct gateway_process other = self;
    gateway_process_start_alone (&other);
    process_await_times (&self.place, "gateway.log", "broker.found", 2);
    char *job = s_submit (&self), target[128], headers[256];
    snprintf (target, sizeof target, "/api/v1/jobs/%s/events", job);
    int fd = s_open (self.port, target, "");
    char *text = http_read_until (fd, "\"state\":\"queued\"");
    cr_assert (strstr (text, "Content-Type: text/event-stream"), "%s", text);
    cr_assert (strstr (text, "event: state\n"), "%s", text);
    char *queued = s_last_id (text);
    free (text);
    servers_start_worker (&self.servers, 0, "1");
    text = http_read_until (fd, "event: end\n");
    free (text);
    cr_assert (http_is_closed (fd));
    close (fd);
    //  Who has seen less is told the last state; who has that, nothing.
    snprintf (headers, sizeof headers, "Last-Event-ID: %s\r\n", queued);
    struct http_answer answer = http_request (other.port, "GET", target, headers, NULL, 0);
    cr_assert_eq (answer.status, 200);
    cr_assert (http_answer_has (&answer, "event: end\ndata: {") &&
                   http_answer_has (&answer, "\"state\":\"done\""),
               "%s", answer.body);
    cr_assert_str_eq (answer.body + answer.bytes - 2, "\n\n");
    char *ended = s_last_id (answer.body);
    http_answer_clear (&answer);
    snprintf (headers, sizeof headers, "Last-Event-ID: %s\r\n", ended);
    answer = http_request (other.port, "GET", target, headers, NULL, 0);
    cr_assert_eq (answer.status, 204);
    http_answer_clear (&answer);
    answer = http_get (self.port, "/api/v1/jobs/zzzz/events");
    cr_assert_eq (answer.status, 404);
    http_answer_clear (&answer);
    free (job);
    free (queued);
    free (ended);
    kill (other.pid, SIGTERM);
    cr_assert_eq (process_wait (other.pid, 20), 0);
    gateway_process_stop (&self);
}

Test (gateway_events, all_jobs_are_heard_by_who_listens_to_all)
{
    struct gateway_process self = {.pid = 0};
    gateway_process_start (&self);
    int fd = s_open (self.port, "/api/v1/events", "");
    free (http_read_until (fd, "text/event-stream"));
    char *one = s_submit (&self), *two = s_submit (&self), part[160];
    struct http_answer answer = gateway_process_await (&self, one, "done");
    http_answer_clear (&answer);
    answer = gateway_process_await (&self, two, "done");
    http_answer_clear (&answer);
    char *text = NULL;
    snprintf (part, sizeof part, "id: %s:3\n", two);
    text = http_read_until (fd, part);
    snprintf (part, sizeof part, "id: %s:3\n", one);
    if (!strstr (text, part))
        free (http_read_until (fd, part));
    free (text);
    free (one);
    free (two);
    close (fd);
    gateway_process_stop (&self);
}

//  None of them reads; the gateway answers others, and ends.
Test (gateway_events, many_streams_that_nobody_reads_hold_up_nobody)
{
    enum { STREAMS = 200 };
    struct gateway_process self = {.pid = 0};
    gateway_process_start (&self);
    int fds[STREAMS];
    for (int i = 0; i < STREAMS; i++)
        fds[i] = s_open (self.port, "/api/v1/events", "");
    for (int i = 0; i < 10; i++) {
        char *job = s_submit (&self);
        struct http_answer answer = gateway_process_await (&self, job, "done");
        http_answer_clear (&answer);
        free (job);
    }
    gateway_process_stop (&self);
    for (int i = 0; i < STREAMS; i++)
        close (fds[i]);
}

//  The feed is found again, at a broker that was started anew.
Test (gateway_events, a_stream_outlives_its_broker)
{
    struct gateway_process self = {.pid = 0};
    s_start (&self);
    char *job = s_submit (&self), target[128];
    snprintf (target, sizeof target, "/api/v1/jobs/%s/events", job);
    int fd = s_open (self.port, target, "");
    free (http_read_until (fd, "\"state\":\"queued\""));
    servers_end (&self.servers, &self.servers.broker, SIGKILL);
    servers_start_broker (&self.servers, true);
    servers_start_worker (&self.servers, 0, "1");
    free (http_read_until (fd, "event: end\n"));
    close (fd);
    free (job);
    gateway_process_stop (&self);
}

static void s_change (unsigned port, const char *job, const char *action)
{
    char target[128];
    snprintf (target, sizeof target, "/api/v1/jobs/%s/%s", job, action);
    struct http_answer answer = http_request (port, "POST", target, NULL, NULL, 0);
    cr_assert_eq (answer.status, 200, "%s", answer.body);
    http_answer_clear (&answer);
}

//  The broker itself is started anew in between: the revision is the record's.
Test (gateway_events, whose_job_is_tried_again_goes_on_from_the_end_that_it_has, .timeout = 120)
{
    struct gateway_process self = {.pid = 0};
    s_start (&self);
    char *job = s_submit (&self), target[128];
    snprintf (target, sizeof target, "/api/v1/jobs/%s/events", job);
    s_change (self.port, job, "cancel");
    struct http_answer answer = http_get (self.port, target);
    cr_expect (http_answer_has (&answer, "id: 2\nevent: end\n"), "%s", answer.body);
    http_answer_clear (&answer);
    answer = http_request (self.port, "GET", target, "Last-Event-ID: 2\r\n", NULL, 0);
    cr_expect_eq (answer.status, 204);
    http_answer_clear (&answer);
    s_change (self.port, job, "retry");
    servers_end (&self.servers, &self.servers.broker, SIGKILL);
    servers_start_broker (&self.servers, true);
    unsigned status;
    do {    //  until the gateway has found it
        answer = http_get (self.port, "/api/v1/jobs");
        status = answer.status;
        http_answer_clear (&answer);
    } while (status == 503);
    cr_assert_eq (status, 200);
    int fd = s_open (self.port, target, "Last-Event-ID: 2\r\n");
    char *text = http_read_until (fd, "\"state\":\"queued\"");
    cr_expect (strstr (text, "id: 3\nevent: state\n") && !strstr (text, "event: end"), "%s", text);
    free (text);
    s_change (self.port, job, "cancel");
    free (http_read_until (fd, "id: 4\nevent: end\n"));
    cr_expect (http_is_closed (fd));
    close (fd);
    free (job);
    gateway_process_stop (&self);
}
