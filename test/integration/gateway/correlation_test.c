//  correlation_test.c: one request is found by its correlation in the logs of gateway, broker and worker, and
//  in the report of what it submitted.
#include "test/support/processes/gateway_process.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PATIENTS "patient_id,given_name\n1,Ann\n"

enum { WORDS_MAX = 4 };

//  A broker, a worker and a gateway whose logs are JSON.
static void s_start (struct gateway_process *self)
{
    workplace_make (&self->place);
    self->servers.place = &self->place;
    self->servers.options[0] = self->options[0] = "--log-format";
    self->servers.options[1] = self->options[1] = "json";
    servers_start_broker (&self->servers, false);
    const char *worker[] = {"dmh-worker",  "--broker", self->servers.back, "--results", "results",
                            "--data-root", "/",        "--log-format",     "json",      NULL};
    self->servers.workers[0] = process_start (&self->place, "worker0.log", worker);
    gateway_process_start_alone (self);
    process_await (&self->place, "gateway.log", "broker.found");
}

//  Waits for a line of that event, that job (NULL: of none) and that correlation in a log.
static void s_await_line (const struct workplace *place, const char *log, const char *event, const char *job,
                          const char *id)
{
    char line[256], named[64] = "";
    if (job)
        snprintf (named, sizeof named, "\"job\":\"%s\",", job);
    snprintf (line, sizeof line, "\"event\":\"%s\",%s\"correlation\":\"%s\"", event, named, id);
    process_await (place, log, line);
}

//  What a request with those headers leaves behind, by the correlation that they give it.
static void s_follow (struct gateway_process *self, const char *headers, const char *id)
{
    static const struct {
        const char *log, *events[WORDS_MAX];
    } LOGS[] = {{"broker.log", {"job.accepted", "job.started", "job.done"}},
                {"worker0.log", {"job.started", "job.done"}}};
    char target[128], member[64];
    struct http_answer answer = http_request (self->port, "POST", "/api/v1/jobs?name=p.csv&kind=patient",
                                              headers, PATIENTS, strlen (PATIENTS));
    cr_assert_eq (answer.status, 202, "%s", answer.body);
    cr_expect_str_eq (http_answer_header (&answer, "X-Correlation-ID"), id);
    char *job = http_answer_text (&answer, "id");
    http_answer_clear (&answer);
    answer = gateway_process_await (self, job, "done");
    http_answer_clear (&answer);
    s_await_line (&self->place, "gateway.log", "http.call", NULL, id);
    for (size_t i = 0; i < sizeof LOGS / sizeof *LOGS; i++)
        for (size_t k = 0; LOGS[i].events[k]; k++)
            s_await_line (&self->place, LOGS[i].log, LOGS[i].events[k], job, id);
    snprintf (target, sizeof target, "/api/v1/jobs/%s/report", job);
    snprintf (member, sizeof member, "\"correlation_id\": \"%s\"", id);
    answer = http_get (self->port, target);
    cr_expect (http_answer_has (&answer, member), "%s", answer.body);
    http_answer_clear (&answer);
    free (job);
}

Test (gateway_correlation, one_id_is_found_in_the_logs_of_gateway_broker_and_worker_and_in_the_report)
{
    struct gateway_process self = {.pid = 0};
    s_start (&self);
    s_follow (&self, "traceparent: 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01\r\n",
              "4bf92f3577b34da6a3ce929d0e0e4736");
    s_follow (&self, "X-Correlation-ID: 123E4567-e89b-12d3-a456-426614174000\r\n",
              "123e4567e89b12d3a456426614174000");
    gateway_process_stop (&self);
}
