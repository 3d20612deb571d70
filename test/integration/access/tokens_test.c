//  tokens_test.c: who may do what at a gateway that has tokens, in front of a broker that has keys.
#include "test/support/processes/gateway_process.h"

#include "messages/base/digest.h"

#include <criterion/criterion.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define ANNA "annas-token-of-32-letters-000001"
#define ANNA_READS "annas-token-of-32-letters-000002"
#define BEN "bens-token-of-32-letters-0000003"
#define ADMIN "admins-token-of-32-letters-00004"
#define BEARER(TOKEN) "Authorization: Bearer " TOKEN "\r\n"

static void s_start (struct gateway_process *self)
{
    static const struct gateway_token TOKENS[] = {{"anna", "submit", ANNA},
                                                  {"anna", "read", ANNA_READS},
                                                  {"ben", "submit", BEN},
                                                  {"root", "admin", ADMIN},
                                                  {NULL, NULL, NULL}};
    gateway_process_start_guarded (self, TOKENS);
}

static void s_expect (struct gateway_process *self, const char *method, const char *target,
                      const char *headers, unsigned status, const char *part)
{
    struct http_answer answer = http_request (self->port, method, target, headers, NULL, 0);
    cr_assert_eq (answer.status, status, "%s %s %s: %u %s", method, target, headers, answer.status,
                  answer.body);
    cr_assert (http_answer_has (&answer, part), "%s %s: %s", target, headers, answer.body);
    http_answer_clear (&answer);
}

Test (gateway_tokens, each_sees_and_does_what_its_name_and_role_allow)
{
    struct gateway_process self = {.pid = 0};
    s_start (&self);
    s_expect (&self, "GET", "/healthz", NULL, 200, "alive");
    s_expect (&self, "GET", "/metrics", NULL, 200, "dmh_gateway");
    s_expect (&self, "GET", "/api/v1/jobs", NULL, 401, "\"unauthorized\"");
    s_expect (&self, "GET", "/api/v1/jobs", BEARER ("somebodys-token-of-32-letters-01"), 401,
              "\"unauthorized\"");
    s_expect (&self, "GET", "/api/v1/jobs", "Authorization: Basic " ANNA "\r\n", 401, "\"unauthorized\"");
    struct http_answer answer =
        http_request (self.port, "POST", "/api/v1/jobs?name=p.csv", BEARER (ANNA), "patient_id\n1\n", 13);
    cr_assert_eq (answer.status, 202, "%s", answer.body);
    char *job = http_answer_text (&answer, "id"), target[128], cancel[128];
    http_answer_clear (&answer);
    snprintf (target, sizeof target, "/api/v1/jobs/%s", job);
    snprintf (cancel, sizeof cancel, "/api/v1/jobs/%s/cancel", job);
    s_expect (&self, "GET", target, BEARER (ANNA), 200, "queued");
    s_expect (&self, "GET", target, BEARER (ANNA_READS), 200, "queued");
    s_expect (&self, "GET", target, BEARER (ADMIN), 200, "queued");
    s_expect (&self, "GET", target, BEARER (BEN), 404, "not_found");
    s_expect (&self, "GET", "/api/v1/jobs", BEARER (BEN), 200, "\"jobs\":[]");
    s_expect (&self, "GET", "/api/v1/jobs", BEARER (ANNA_READS), 200, job);
    s_expect (&self, "GET", "/api/v1/jobs", BEARER (ADMIN), 200, job);
    s_expect (&self, "POST", cancel, BEARER (ANNA_READS), 403, "role");
    s_expect (&self, "POST", cancel, BEARER (BEN), 404, "not_found");
    s_expect (&self, "DELETE", target, BEARER (BEN), 404, "not_found");
    s_expect (&self, "POST", cancel, BEARER (ANNA), 200, "cancelled");
    answer =
        http_request (self.port, "POST", "/api/v1/jobs?name=p.csv", BEARER (ANNA_READS), "patient_id\n", 11);
    cr_assert_eq (answer.status, 403);
    http_answer_clear (&answer);
    free (job);
    gateway_process_stop (&self);
}

//  A session of that token: its cookie as a header, and the word against forged requests.
static void s_open_session (struct gateway_process *self, const char *bearer, char cookie[256], char **check)
{
    struct http_answer answer = http_request (self->port, "POST", "/api/v1/session", bearer, NULL, 0);
    cr_assert_eq (answer.status, 200, "%s", answer.body);
    const char *set = http_answer_header (&answer, "Set-Cookie");
    cr_assert_not_null (set);
    snprintf (cookie, 256, "Cookie: a=b; %.*s\r\n", (int) strcspn (set, ";"), set);
    *check = http_answer_text (&answer, "csrf");
    http_answer_clear (&answer);
}

Test (gateway_tokens, a_session_is_a_cookie_that_no_page_elsewhere_can_use)
{
    struct gateway_process self = {.pid = 0};
    char cookie[256], headers[512], *check = NULL;
    s_start (&self);
    s_expect (&self, "POST", "/api/v1/session", NULL, 401, "unauthorized");
    struct http_answer answer = http_request (self.port, "POST", "/api/v1/session", BEARER (ANNA), NULL, 0);
    const char *set = http_answer_header (&answer, "Set-Cookie");
    cr_assert (set && strncmp (set, "dmh_session=", 12) == 0 && !strstr (set, ANNA) &&
                   strstr (set, "; HttpOnly; SameSite=Strict; Path=/; Max-Age=28800"),
               "%s", set);
    http_answer_clear (&answer);
    s_open_session (&self, BEARER (ANNA), cookie, &check);
    s_expect (&self, "GET", "/api/v1/jobs", cookie, 200, "jobs");
    s_expect (&self, "GET", "/api/v1/jobs", "Cookie: dmh_session=" ANNA "\r\n", 401, "session is over");
    s_expect (&self, "POST", "/api/v1/jobs/none/cancel", cookie, 403, "X-CSRF-Token");
    snprintf (headers, sizeof headers, "%sX-CSRF-Token: 1\r\n", cookie);
    s_expect (&self, "POST", "/api/v1/jobs/none/cancel", headers, 403, "X-CSRF-Token");
    snprintf (headers, sizeof headers, "%sX-CSRF-Token: %s\r\n", cookie, check);
    s_expect (&self, "POST", "/api/v1/jobs/none/cancel", headers, 404, "not_found");
    s_expect (&self, "POST", "/api/v1/session", headers, 200, "\"csrf\":null");
    free (check);
    gateway_process_stop (&self);
}

Test (gateway_tokens, a_session_that_was_ended_opens_nothing_any_more_and_others_go_on)
{
    struct gateway_process self = {.pid = 0};
    char first[256], second[256], *check[2];
    s_start (&self);
    s_open_session (&self, BEARER (ANNA), first, &check[0]);
    s_open_session (&self, BEARER (ANNA), second, &check[1]);
    struct http_answer answer = http_request (self.port, "DELETE", "/api/v1/session", first, NULL, 0);
    cr_expect_eq (answer.status, 204, "%s", answer.body);
    cr_expect_str_eq (http_answer_header (&answer, "Set-Cookie"),
                      "dmh_session=; HttpOnly; SameSite=Strict; Path=/; Max-Age=0");
    http_answer_clear (&answer);
    s_expect (&self, "GET", "/api/v1/jobs", first, 401, "session is over");
    s_expect (&self, "GET", "/api/v1/jobs", second, 200, "jobs");
    free (check[0]);
    free (check[1]);
    gateway_process_stop (&self);
}

Test (gateway_tokens, a_file_of_tokens_that_is_wrong_or_promises_too_much_starts_nothing)
{
    struct workplace place;
    char *output = NULL;
    workplace_make (&place);
    workplace_write (&place, "tokens", "anna submit secret\n", 19);
    const char *without[] = {"dmh-gateway", "--broker",    "ipc://none", "--spool", "s",
                             "--listen",    "127.0.0.1:0", "--tokens",   "tokens",  NULL};
    cr_assert_eq (process_run (&place, without, &output), 2, "%s", output);
    cr_assert (strstr (output, "--tokens needs --key"), "%s", output);
    free (output);
    const char *server[] = {"dmh", "keys", "new", "server", "--keys", "KEYS", NULL};
    const char *gateway[] = {"dmh", "keys", "new", "gw", "--keys", "KEYS", "--rights", "gateway", NULL};
    cr_assert_eq (process_run (&place, server, NULL), 0);
    cr_assert_eq (process_run (&place, gateway, NULL), 0);
    const char *wrong[] = {"dmh-gateway", "--broker",     "ipc://none",      "--spool", "s",
                           "--listen",    "127.0.0.1:0",  "--tokens",        "tokens",  "--key",
                           "KEYS/gw.key", "--server-key", "KEYS/server.pub", NULL};
    cr_assert_eq (process_run (&place, wrong, &output), 2, "%s", output);
    cr_assert (strstr (output, "tokens, line 1: ") && !strstr (output, "secret"), "%s", output);
    free (output);
    workplace_remove (&place);
}

//  The file of tokens as it is with that many of TOKENS, and SIGHUP; until the gateway has read it.
static void s_reload (struct gateway_process *self, const char *text, const char *event)
{
    size_t before = process_log_count (&self->place, "gateway.log", event);
    workplace_write (&self->place, "tokens", text, strlen (text));
    kill (self->pid, SIGHUP);
    process_await_times (&self->place, "gateway.log", event, before + 1);
}

Test (gateway_tokens, that_leave_the_file_are_refused_at_once_with_their_sessions_and_streams, .timeout = 120)
{
    struct gateway_process self = {.pid = 0};
    char cookie[256], text[512], hex[DIGEST_HEX_BYTES], request[512], *check = NULL;
    s_start (&self);
    s_open_session (&self, BEARER (ADMIN), cookie, &check);
    s_expect (&self, "GET", "/api/v1/jobs", cookie, 200, "jobs");
    int stream = http_connect (self.port), upload = http_connect (self.port);
    snprintf (request, sizeof request, "GET /api/v1/events HTTP/1.1\r\nHost: localhost\r\n%s\r\n", cookie);
    cr_assert (http_send (stream, request, strlen (request)));
    free (http_read_until (stream, "text/event-stream"));
    snprintf (request, sizeof request,
              "POST /api/v1/jobs?name=p.csv HTTP/1.1\r\nHost: localhost\r\n" BEARER (
                  ADMIN) "Expect: 100-continue\r\nContent-Length: 13\r\n\r\n");
    cr_assert (http_send (upload, request, strlen (request)));
    free (http_read_until (upload, "100 Continue\r\n\r\n"));
    snprintf (text, sizeof text, "ben submit %s\n", digest_of (BEN, strlen (BEN), hex));
    s_reload (&self, text, "tokens.reloaded");
    s_expect (&self, "GET", "/api/v1/jobs", BEARER (ADMIN), 401, "unauthorized");
    s_expect (&self, "GET", "/api/v1/jobs", cookie, 401, "unauthorized");
    s_expect (&self, "GET", "/api/v1/jobs", BEARER (BEN), 200, "jobs");
    cr_expect (http_is_closed (stream));
    cr_assert (http_send (upload, "patient_id\n1\n", 13));
    struct http_answer answer = http_receive (upload, false);
    cr_expect_eq (answer.status, 401, "%s", answer.body);
    http_answer_clear (&answer);
    //  A file that is wrong changes nothing; an empty one lets in nobody.
    s_reload (&self, "ben submit\n", "tokens.not_reloaded");
    s_expect (&self, "GET", "/api/v1/jobs", BEARER (BEN), 200, "jobs");
    s_reload (&self, "", "tokens.reloaded");
    s_expect (&self, "GET", "/api/v1/jobs", BEARER (BEN), 401, "unauthorized");
    close (stream);
    close (upload);
    free (check);
    gateway_process_stop (&self);
}

Test (gateway_tokens, the_end_of_a_session_ends_the_events_that_it_follows, .timeout = 120)
{
    struct gateway_process self = {.pid = 0};
    char cookie[256], request[512], *check = NULL;
    s_start (&self);
    s_open_session (&self, BEARER (ADMIN), cookie, &check);
    int stream = http_connect (self.port), other = http_connect (self.port);
    snprintf (request, sizeof request, "GET /api/v1/events HTTP/1.1\r\nHost: localhost\r\n%s\r\n", cookie);
    cr_assert (http_send (stream, request, strlen (request)));
    free (http_read_until (stream, "text/event-stream"));
    snprintf (request, sizeof request,
              "GET /api/v1/events HTTP/1.1\r\nHost: localhost\r\n" BEARER (ADMIN) "\r\n");
    cr_assert (http_send (other, request, strlen (request)));
    free (http_read_until (other, "text/event-stream"));
    struct http_answer answer = http_request (self.port, "DELETE", "/api/v1/session", cookie, NULL, 0);
    cr_expect_eq (answer.status, 204, "%s", answer.body);
    http_answer_clear (&answer);
    cr_expect (http_is_closed (stream));
    answer =
        http_request (self.port, "POST", "/api/v1/jobs?name=p.csv", BEARER (ANNA), "patient_id\n1\n", 13);
    cr_expect_eq (answer.status, 202, "%s", answer.body);
    http_answer_clear (&answer);
    free (http_read_until (other, "queued"));
    close (stream);
    close (other);
    free (check);
    gateway_process_stop (&self);
}

//  Follows all that a token may see. `known`: a header, or empty.
static int s_follow (const struct gateway_process *self, const char *bearer, const char *known)
{
    char request[512];
    int fd = http_connect (self->port);
    snprintf (request, sizeof request, "GET /api/v1/events HTTP/1.1\r\nHost: localhost\r\n%s%s\r\n", bearer,
              known);
    cr_assert (http_send (fd, request, strlen (request)));
    free (http_read_until (fd, "text/event-stream"));
    return fd;
}

static char *s_submit (const struct gateway_process *self, const char *bearer)
{
    struct http_answer answer =
        http_request (self->port, "POST", "/api/v1/jobs?name=p.csv", bearer, "patient_id\n1\n", 13);
    cr_assert_eq (answer.status, 202, "%s", answer.body);
    char *job = http_answer_text (&answer, "id");
    http_answer_clear (&answer);
    return job;
}

Test (gateway_tokens, hear_the_events_of_their_own_jobs_and_admin_those_of_all, .timeout = 120)
{
    struct gateway_process self = {.pid = 0};
    char cancel[128], id[128];
    s_start (&self);
    //  A name that another one begins with is another one's.
    static const struct gateway_token TOKENS[] = {
        {"anna", "submit", ANNA}, {"ann", "submit", BEN}, {"root", "admin", ADMIN}, {NULL, NULL, NULL}};
    size_t before = process_log_count (&self.place, "gateway.log", "tokens.reloaded");
    gateway_process_write_tokens (&self, TOKENS);
    kill (self.pid, SIGHUP);
    process_await_times (&self.place, "gateway.log", "tokens.reloaded", before + 1);
    int anna = s_follow (&self, BEARER (ANNA), ""), ann = s_follow (&self, BEARER (BEN), ""),
        root = s_follow (&self, BEARER (ADMIN), "");
    char *annas = s_submit (&self, BEARER (ANNA)), *anns = s_submit (&self, BEARER (BEN)),
         *last = s_submit (&self, BEARER (ANNA)), *text = http_read_until (anna, last);
    cr_expect (strstr (text, annas) && !strstr (text, anns), "%s", text);
    free (text);
    snprintf (cancel, sizeof cancel, "/api/v1/jobs/%s/cancel", anns);
    s_expect (&self, "POST", cancel, BEARER (BEN), 200, "cancelled");
    text = http_read_until (ann, "\"state\":\"cancelled\"");
    cr_expect (strstr (text, anns) && !strstr (text, annas) && !strstr (text, last), "%s", text);
    snprintf (id, sizeof id, "id: %s:2\n", anns);
    cr_expect (strstr (text, id), "%s", text);
    free (text);
    snprintf (id, sizeof id, "id: %s:2\n", anns);
    text = http_read_until (root, id);
    cr_expect (strstr (text, annas) && strstr (text, last), "%s", text);
    free (text);
    free (annas);
    free (anns);
    free (last);
    close (anna);
    close (ann);
    close (root);
    gateway_process_stop (&self);
}
