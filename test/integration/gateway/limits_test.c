//  limits_test.c: what one token may have under way, and how much the spool holds: beyond it that one is
//  asked to wait, and others are served.
#include "test/support/processes/gateway_process.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define ANNA "annas-token-of-32-letters-000001"
#define BEN "bens-token-of-32-letters-0000003"
#define ADMIN "admins-token-of-32-letters-00004"
#define BEARER(TOKEN) "Authorization: Bearer " TOKEN "\r\n"
#define HOST "Host: localhost\r\n"
#define TABLE "patient_id\n1\n"

static const struct gateway_token TOKENS[] = {
    {"anna", "submit", ANNA}, {"ben", "submit", BEN}, {"root", "admin", ADMIN}, {NULL, NULL, NULL}};

//  The answer has that status; one that asks to wait says for how long.
static void s_expect_answer (struct http_answer *answer, unsigned status, const char *part)
{
    cr_expect_eq (answer->status, status, "%u %s", answer->status, answer->body);
    cr_expect (http_answer_has (answer, part), "%s", answer->body);
    if (status == 429 || status == 503) {
        cr_expect (http_answer_has (answer, "\"unavailable\""), "%s", answer->body);
        cr_expect_not_null (http_answer_header (answer, "Retry-After"));
    }
    http_answer_clear (answer);
}

static void s_expect (const struct gateway_process *self, const char *method, const char *target,
                      const char *headers, const char *body, unsigned status, const char *part)
{
    struct http_answer answer =
        http_request (self->port, method, target, headers, body, body ? strlen (body) : 0);
    s_expect_answer (&answer, status, part);
}

static char *s_submit (const struct gateway_process *self, const char *headers)
{
    struct http_answer answer =
        http_request (self->port, "POST", "/api/v1/jobs?name=p.csv", headers, TABLE, strlen (TABLE));
    cr_assert_eq (answer.status, 202, "%s", answer.body);
    char *job = http_answer_text (&answer, "id");
    http_answer_clear (&answer);
    return job;
}

//  An upload that has begun, of which `bytes` are to come.
static int s_begin_upload (const struct gateway_process *self, const char *headers, size_t bytes)
{
    char request[512];
    int fd = http_connect (self->port);
    snprintf (request, sizeof request,
              "POST /api/v1/jobs?name=p.csv HTTP/1.1\r\n" HOST
              "%sExpect: 100-continue\r\nContent-Length: %zu\r\n\r\n",
              headers, bytes);
    cr_assert (http_send (fd, request, strlen (request)));
    free (http_read_until (fd, "100 Continue\r\n\r\n"));
    return fd;
}

Test (gateway_limits, jobs_of_a_token_that_have_not_ended_are_bounded_and_those_of_another_are_not,
      .timeout = 120)
{
    struct gateway_process self = {.options = {"--token-jobs", "2"}};
    char target[128];
    gateway_process_start_guarded (&self, TOKENS);
    char *first = s_submit (&self, BEARER (ANNA)), *second = s_submit (&self, BEARER (ANNA));
    s_expect (&self, "POST", "/api/v1/jobs?name=p.csv", BEARER (ANNA), TABLE, 429, "--token-jobs");
    free (s_submit (&self, BEARER (BEN)));
    free (s_submit (&self, BEARER (ADMIN)));
    snprintf (target, sizeof target, "/api/v1/jobs/%s/cancel", first);
    s_expect (&self, "POST", target, BEARER (ANNA), NULL, 200, "cancelled");
    free (s_submit (&self, BEARER (ANNA)));
    snprintf (target, sizeof target, "/api/v1/jobs/%s/retry", first);
    s_expect (&self, "POST", target, BEARER (ANNA), NULL, 429, "--token-jobs");
    snprintf (target, sizeof target, "/api/v1/jobs/%s/cancel", second);
    s_expect (&self, "POST", target, BEARER (ANNA), NULL, 200, "cancelled");
    snprintf (target, sizeof target, "/api/v1/jobs/%s/retry", first);
    s_expect (&self, "POST", target, BEARER (ANNA), NULL, 200, "queued");
    free (first);
    free (second);
    gateway_process_stop (&self);
}

Test (gateway_limits, a_request_for_more_jobs_than_a_token_may_ever_have_is_too_large)
{
    static const char BODY[] =
        "--xyzxyz\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.csv\"\r\n\r\n" TABLE
        "\r\n--xyzxyz\r\nContent-Disposition: form-data; name=\"file\"; filename=\"b.csv\"\r\n\r\n" TABLE
        "\r\n--xyzxyz--\r\n";
    struct gateway_process self = {.options = {"--token-jobs", "1"}};
    gateway_process_start_guarded (&self, TOKENS);
    s_expect (&self, "POST", "/api/v1/jobs",
              BEARER (ANNA) "Content-Type: multipart/form-data; boundary=xyzxyz\r\n", BODY, 413,
              "--token-jobs");
    s_expect (&self, "GET", "/api/v1/jobs", BEARER (ANNA), NULL, 200, "\"jobs\":[]");
    gateway_process_stop (&self);
}

Test (gateway_limits, uploads_and_calls_of_a_token_at_once_are_bounded, .timeout = 120)
{
    struct gateway_process self = {.options = {"--token-uploads", "1", "--token-calls", "3"}};
    gateway_process_start_guarded (&self, TOKENS);
    int upload = s_begin_upload (&self, BEARER (ANNA), strlen (TABLE));
    s_expect (&self, "POST", "/api/v1/jobs?name=p.csv", BEARER (ANNA), TABLE, 429, "--token-uploads");
    free (s_submit (&self, BEARER (BEN)));
    s_expect (&self, "GET", "/api/v1/jobs", BEARER (ANNA), NULL, 200, "jobs");
    char *job = s_submit (&self, BEARER (ADMIN)), request[256];
    int streams[3];
    for (int i = 0; i < 3; i++) {
        snprintf (request, sizeof request,
                  "GET /api/v1/jobs/%s/events HTTP/1.1\r\n" HOST BEARER (ADMIN) "\r\n", job);
        streams[i] = http_connect (self.port);
        cr_assert (http_send (streams[i], request, strlen (request)));
        free (http_read_until (streams[i], "queued"));
    }
    s_expect (&self, "GET", "/api/v1/jobs", BEARER (ADMIN), NULL, 429, "--token-calls");
    s_expect (&self, "GET", "/api/v1/jobs", BEARER (BEN), NULL, 200, "jobs");
    //  What ends makes room.
    cr_assert (http_send (upload, TABLE, strlen (TABLE)));
    struct http_answer answer = http_receive (upload, false);
    s_expect_answer (&answer, 202, "queued");
    for (int i = 0; i < 50; i++)    //  each at once behind the answer to the one before
        free (s_submit (&self, BEARER (ANNA)));
    for (int i = 0; i < 3; i++)
        close (streams[i]);
    close (upload);
    free (job);
    gateway_process_stop (&self);
}

Test (gateway_limits, a_token_that_asks_too_often_is_asked_to_wait_and_others_are_not)
{
    struct gateway_process self = {.options = {"--token-rate", "1"}};
    unsigned refused = 0;
    gateway_process_start_guarded (&self, TOKENS);
    for (int i = 0; i < 1000 && !refused; i++) {
        struct http_answer answer =
            http_request (self.port, "GET", "/api/v1/schemas", BEARER (ANNA), NULL, 0);
        refused = answer.status == 429;
        s_expect_answer (&answer, refused ? 429 : 200, refused ? "--token-rate" : "schemas");
    }
    cr_expect (refused);
    s_expect (&self, "GET", "/api/v1/schemas", BEARER (BEN), NULL, 200, "schemas");
    gateway_process_stop (&self);
}

static const struct gateway_process SMALL_SPOOL = {
    .options = {"--spool-bytes", "200000", "--max-body", "150000", "--metrics-listen", "127.0.0.1:0"}};
static const char BYTES[150000];

//  An upload of 150,000 bytes of which 140,000 are in the spool.
static int s_begin_in_spool (const struct gateway_process *self)
{
    int fd = s_begin_upload (self, "", 150000);
    cr_assert (http_send (fd, BYTES, 140000));
    gateway_process_await_spool_bytes (self, 140000);
    return fd;
}

static void s_post_bytes (const struct gateway_process *self, const char *headers, size_t n, unsigned status,
                          const char *part)
{
    struct http_answer answer =
        http_request (self->port, "POST", "/api/v1/jobs?name=p.csv", headers, BYTES, n);
    s_expect_answer (&answer, status, part);
}

Test (gateway_limits, the_spool_holds_so_many_bytes_of_all_uploads_together, .timeout = 120)
{
    struct gateway_process self = SMALL_SPOOL;
    gateway_process_start (&self);
    int first = s_begin_in_spool (&self);
    s_post_bytes (&self, NULL, 100000, 503, "--spool-bytes");
    s_post_bytes (&self, NULL, 60000, 202, "queued");
    close (first);
    gateway_process_await_spool_bytes (&self, 0);
    s_post_bytes (&self, NULL, 100000, 202, "queued");
    gateway_process_stop (&self);
}

Test (gateway_limits, an_upload_that_was_refused_takes_no_room_while_the_rest_of_it_comes, .timeout = 120)
{
    struct gateway_process self = SMALL_SPOOL;
    gateway_process_start (&self);
    int first = s_begin_in_spool (&self), second = s_begin_upload (&self, "", 100000);
    cr_assert (http_send (second, BYTES, 99999));
    gateway_process_await_spool_bytes (&self, 140000);
    s_post_bytes (&self, NULL, 60000, 202, "queued");
    cr_assert (http_send (second, BYTES, 1));
    struct http_answer answer = http_receive (second, false);
    s_expect_answer (&answer, 503, "--spool-bytes");
    close (first);
    close (second);
    gateway_process_stop (&self);
}

//  Of its half.
Test (gateway_limits, what_was_refused_of_a_token_takes_nothing_of_it_while_the_rest_of_it_comes,
      .timeout = 120)
{
    static const char HEAD[] = "--cut\r\nContent-Disposition: form-data; name=\"file\"; "
                               "filename=\"p.csv\"\r\n\r\n",
                      NEXT[] = "\r\n--cut\r\n",
                      WRONG[] = "Content-Disposition: form-data; name=\"file\"\r\n\r\nx\r\n--cut\r\n";
    struct gateway_process self = SMALL_SPOOL;
    gateway_process_start_guarded (&self, TOKENS);
    int first =
        s_begin_upload (&self, BEARER (ANNA) "Content-Type: multipart/form-data; boundary=cut\r\n", 120000);
    cr_assert (http_send (first, HEAD, strlen (HEAD)) && http_send (first, BYTES, 80000) &&
               http_send (first, NEXT, strlen (NEXT)));
    gateway_process_await_spool_bytes (&self, 80000);
    s_post_bytes (&self, BEARER (ANNA), 60000, 503, "under way");
    cr_assert (http_send (first, WRONG, strlen (WRONG)));
    gateway_process_await_spool_bytes (&self, 0);
    s_post_bytes (&self, BEARER (ANNA), 60000, 202, "queued");
    close (first);
    gateway_process_stop (&self);
}

Test (gateway_limits, half_of_the_spool_is_not_for_one_token, .timeout = 120)
{
    struct gateway_process self = SMALL_SPOOL;
    gateway_process_start_guarded (&self, TOKENS);
    s_post_bytes (&self, BEARER (ANNA), 100001, 413, "--spool-bytes");
    s_post_bytes (&self, BEARER (ANNA), 100000, 202, "queued");
    gateway_process_stop (&self);
}
