//  results_test.c: what a job has become, over HTTP: its report, its files whole and in ranges; and what is
//  done to a job.
#include "test/support/processes/gateway_process.h"

#include "messages/base/digest.h"

#include <criterion/criterion.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PATIENTS                                                                                             \
    "patient_id,given_name,birth_date\n"                                                                     \
    "1,Ann,2001-04-03\n"                                                                                     \
    "2,Bob,1975-11-30\n"                                                                                     \
    "2,Bob,1975-11-30\n"

//  The id of a new job; yours to free.
static char *s_submit (struct gateway_process *self)
{
    struct http_answer answer = http_request (self->port, "POST", "/api/v1/jobs?name=p.csv&kind=patient",
                                              NULL, PATIENTS, strlen (PATIENTS));
    cr_assert_eq (answer.status, 202, "%s", answer.body);
    char *id = http_answer_text (&answer, "id");
    http_answer_clear (&answer);
    return id;
}

static struct http_answer s_get (unsigned port, const char *job, const char *rest, const char *headers)
{
    char target[256];
    snprintf (target, sizeof target, "/api/v1/jobs/%s%s", job, rest);
    return http_request (port, "GET", target, headers, NULL, 0);
}

static void s_expect (unsigned port, const char *method, const char *job, const char *rest, unsigned status,
                      const char *part)
{
    char target[256];
    snprintf (target, sizeof target, "/api/v1/jobs/%s%s", job, rest);
    struct http_answer answer = http_request (port, method, target, NULL, NULL, 0);
    cr_assert_eq (answer.status, status, "%s %s: %u %s", method, target, answer.status, answer.body);
    cr_assert (http_answer_has (&answer, part), "%s: %s", target, answer.body);
    http_answer_clear (&answer);
}

//  records.csv is there, and has the checksum that the list tells.
static void s_expect_records (struct gateway_process *self, const char *job)
{
    char hex[DIGEST_HEX_BYTES], member[128];
    struct http_answer answer = s_get (self->port, job, "/files/records.csv", NULL);
    cr_assert_eq (answer.status, 200, "%s", answer.body);
    cr_assert_str_eq (http_answer_header (&answer, "Content-Type"), "text/csv; charset=utf-8");
    cr_assert_str_eq (http_answer_header (&answer, "Content-Disposition"),
                      "attachment; filename=\"records.csv\"");
    cr_assert_eq (strncmp (answer.body, "patient_id,", 11), 0, "%s", answer.body);
    snprintf (member, sizeof member, "\"%s\"", digest_of (answer.body, answer.bytes, hex));
    cr_assert_str_eq (http_answer_header (&answer, "ETag"), member);
    http_answer_clear (&answer);
    answer = s_get (self->port, job, "/files", NULL);
    snprintf (member, sizeof member, "\"sha256\":\"%s\",\"records\":2,\"type\":\"text/csv; charset=utf-8\"",
              hex);
    cr_assert (http_answer_has (&answer, member), "%s", answer.body);
    cr_assert (http_answer_has (&answer, "\"name\":\"audit.ndjson\""), "%s", answer.body);
    http_answer_clear (&answer);
}

Test (gateway_results, a_file_comes_whole_in_ranges_or_not_again)
{
    struct gateway_process self = {.pid = 0};
    gateway_process_start (&self);
    char *job = s_submit (&self);
    struct http_answer whole = gateway_process_await (&self, job, "done"), answer;
    cr_assert (!http_answer_has (&whole, "file:"), "%s", whole.body);
    http_answer_clear (&whole);
    s_expect_records (&self, job);
    whole = s_get (self.port, job, "/files/records.csv", NULL);
    char headers[512], text[128];
    //  The first ten bytes, the last five, from one on, and what is no range.
    static const struct {
        const char *range;
        unsigned status;
        long first, count;    //  negative: from the end
    } CASES[] = {
        {"bytes=0-9", 206, 0, 10},    {"bytes=-5", 206, -5, 5},     {"bytes=3-", 206, 3, -3},
        {"bytes=0-1,4-5", 200, 0, 0}, {"lines=1-2", 200, 0, 0},     {"bytes=5-3", 200, 0, 0},
        {"bytes=", 200, 0, 0},        {"bytes=100000-", 416, 0, 0},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        snprintf (headers, sizeof headers, "Range: %s\r\n", CASES[i].range);
        answer = s_get (self.port, job, "/files/records.csv", headers);
        cr_assert_eq (answer.status, CASES[i].status, "%s: %u", CASES[i].range, answer.status);
        if (CASES[i].status == 206) {
            size_t first =
                CASES[i].first < 0 ? whole.bytes - (size_t) -CASES[i].first : (size_t) CASES[i].first;
            size_t count =
                CASES[i].count < 0 ? whole.bytes - (size_t) -CASES[i].count : (size_t) CASES[i].count;
            cr_assert_eq (answer.bytes, count, "%s", CASES[i].range);
            cr_assert_eq (memcmp (answer.body, whole.body + first, count), 0, "%s", CASES[i].range);
            snprintf (text, sizeof text, "bytes %zu-%zu/%zu", first, first + count - 1, whole.bytes);
            cr_assert_str_eq (http_answer_header (&answer, "Content-Range"), text);
        } else if (CASES[i].status == 416) {
            snprintf (text, sizeof text, "bytes */%zu", whole.bytes);
            cr_assert_str_eq (http_answer_header (&answer, "Content-Range"), text);
        } else
            cr_assert_eq (answer.bytes, whole.bytes);
        http_answer_clear (&answer);
    }
    const char *tag = http_answer_header (&whole, "ETag");
    snprintf (headers, sizeof headers, "If-None-Match: \"x\", %s\r\n", tag);
    answer = s_get (self.port, job, "/files/records.csv", headers);
    cr_assert_eq (answer.status, 304);
    http_answer_clear (&answer);
    answer = s_get (self.port, job, "/files/records.csv", "If-Range: \"another\"\r\nRange: bytes=0-1\r\n");
    cr_assert_eq (answer.status, 200);
    http_answer_clear (&answer);
    snprintf (headers, sizeof headers, "/api/v1/jobs/%s/files/records.csv", job);
    answer = http_request (self.port, "HEAD", headers, NULL, NULL, 0);
    cr_assert_eq (answer.status, 200);
    cr_assert_eq (strtoul (http_answer_header (&answer, "Content-Length"), NULL, 10), whole.bytes);
    http_answer_clear (&answer);
    s_expect (self.port, "GET", job, "/report", 200, "\"format\": \"dmh-report/1\"");
    s_expect (self.port, "GET", job, "/files/other.csv", 404, "not_found");
    s_expect (self.port, "GET", job, "/files/%2e%2e", 400, "malformed");
    s_expect (self.port, "GET", job, "/files/..%2freport.json", 400, "malformed");
    s_expect (self.port, "GET", "zzzz", "/files", 404, "not_found");
    http_answer_clear (&whole);
    free (job);
    gateway_process_stop (&self);
}

//  Workers of different roots: paths mean nothing to the gateway then, as far as the broker tells.
Test (gateway_results, a_result_that_lies_elsewhere_is_brought_by_its_worker)
{
    struct gateway_process self = {.pid = 0};
    gateway_process_start (&self);
    const char *argv[] = {"dmh-worker", "--broker",    self.servers.back, "--results",
                          "others",     "--data-root", self.place.folder, NULL};
    self.servers.workers[1] = process_start (&self.place, "other.log", argv);
    process_await_times (&self.place, "broker.log", "worker.registered", 2);
    char *job = s_submit (&self);
    struct http_answer answer = gateway_process_await (&self, job, "done");
    http_answer_clear (&answer);
    s_expect_records (&self, job);
    s_expect (self.port, "GET", job, "/report", 200, "\"format\": \"dmh-report/1\"");
    //  It was: the files service has it.
    char path[512];
    answer = s_get (self.port, job, "/files/records.csv", NULL);
    snprintf (path, sizeof path, "%s/jobs.db.files/%.64s", self.place.folder,
              http_answer_header (&answer, "ETag") + 1);
    cr_assert_eq (access (path, R_OK), 0, "%s", path);
    http_answer_clear (&answer);
    free (job);
    gateway_process_stop (&self);
}

Test (gateway_results, a_job_is_cancelled_tried_again_and_removed)
{
    struct gateway_process self = {.pid = 0};
    workplace_make (&self.place);
    self.servers.place = &self.place;
    servers_start_broker (&self.servers, false);
    gateway_process_start_alone (&self);
    process_await (&self.place, "gateway.log", "broker.found");
    char *job = s_submit (&self);
    s_expect (self.port, "GET", job, "/report", 409, "\"conflict\"");
    s_expect (self.port, "GET", job, "/files", 409, "\"conflict\"");
    s_expect (self.port, "POST", job, "/retry", 409, "\"conflict\"");
    s_expect (self.port, "POST", job, "/cancel", 200, "\"state\":\"cancelled\"");
    s_expect (self.port, "POST", job, "/cancel", 409, "\"conflict\"");
    s_expect (self.port, "POST", job, "/retry", 200, "\"state\":\"queued\"");
    s_expect (self.port, "GET", job, "/cancel", 405, "unsupported");
    s_expect (self.port, "POST", "zzzz", "/cancel", 404, "not_found");
    s_expect (self.port, "DELETE", "zzzz", "", 404, "not_found");
    s_expect (self.port, "DELETE", job, "", 202, "\"removal_at\":\"2");
    for (int asks = 0;; asks++) {
        struct http_answer answer = s_get (self.port, job, "", NULL);
        unsigned status = answer.status;
        http_answer_clear (&answer);
        if (status == 404)
            break;
        cr_assert_eq (status, 200);
        cr_assert_lt (asks, 2000);
        poll (NULL, 0, 10);    //  nothing tells but the answer
    }
    free (job);
    gateway_process_stop (&self);
}

static struct http_answer s_accept (unsigned port, const char *job, const char *rest, const char *type)
{
    char headers[128];
    snprintf (headers, sizeof headers, "Accept: %s\r\n", type);
    return s_get (port, job, rest, headers);
}

Test (gateway_results, records_and_rejects_come_in_pages_as_json_lines_or_csv)
{
    struct gateway_process self = {.pid = 0};
    gateway_process_start (&self);
    static const char INPUT[] = "patient_id,given_name\n1,Ann\n2,Bob\n3,Cid\n,Nobody\n";
    struct http_answer answer =
        http_request (self.port, "POST", "/api/v1/jobs?name=p.csv&kind=patient", NULL, INPUT, strlen (INPUT));
    cr_assert_eq (answer.status, 202, "%s", answer.body);
    char *job = http_answer_text (&answer, "id");
    http_answer_clear (&answer);
    answer = gateway_process_await (&self, job, "done");
    http_answer_clear (&answer);
    answer = s_get (self.port, job, "/records?limit=2", NULL);
    cr_assert_eq (answer.status, 200, "%s", answer.body);
    cr_assert_str_eq (http_answer_header (&answer, "Content-Type"), "application/json");
    cr_assert (http_answer_has (&answer, "\"patient_id\":\"2\",\"given_name\":\"Bob\""), "%s", answer.body);
    cr_assert (!http_answer_has (&answer, "Cid"), "%s", answer.body);
    char *next = http_answer_text (&answer, "next"), rest[128];
    http_answer_clear (&answer);
    snprintf (rest, sizeof rest, "/records?limit=2&after=%s", next);
    answer = s_accept (self.port, job, rest, "text/csv");
    cr_assert_eq (strncmp (answer.body, "patient_id,given_name,", 22), 0, "%s", answer.body);
    cr_assert (http_answer_has (&answer, "\n3,Cid,") && !http_answer_has (&answer, "Bob"), "%s", answer.body);
    cr_assert_null (http_answer_header (&answer, "Link"));
    http_answer_clear (&answer);
    answer = s_accept (self.port, job, "/records?limit=1", "application/x-ndjson");
    cr_assert_eq (strncmp (answer.body, "{\"patient_id\":\"1\"", 17), 0, "%s", answer.body);
    cr_assert_str_eq (answer.body + answer.bytes - 2, "}\n");
    cr_assert_not_null (http_answer_header (&answer, "Link"));
    http_answer_clear (&answer);
    answer = s_get (self.port, job, "/rejects", NULL);
    cr_assert (http_answer_has (&answer, "\"reason\":\"rejected\"") &&
                   http_answer_has (&answer, "\"raw\":\",Nobody\""),
               "%s", answer.body);
    cr_assert (http_answer_has (&answer, "\"next\":null"), "%s", answer.body);
    http_answer_clear (&answer);
    answer = s_accept (self.port, job, "/records", "image/png");
    cr_assert_eq (answer.status, 406);
    http_answer_clear (&answer);
    s_expect (self.port, "GET", job, "/records?after=3", 400, "malformed");
    s_expect (self.port, "GET", job, "/records?limit=0", 400, "malformed");
    s_expect (self.port, "GET", job, "/records?after=99999999", 400, "malformed");
    free (next);
    free (job);
    gateway_process_stop (&self);
}

//  Its files lie in a folder a kind, and a table is had by its kind.
Test (gateway_results, the_tables_of_a_job_that_joins_others_are_had_by_their_kind)
{
    struct gateway_process self = {.pid = 0};
    char *said = NULL;
    gateway_process_start (&self);
    workplace_write (&self.place, "p.csv", PATIENTS, strlen (PATIENTS));
    static const char LABS[] = "result_id,patient_id,test_code,value\nr1,1,GLU,5\n";
    workplace_write (&self.place, "l.csv", LABS, sizeof LABS - 1);
    const char *const submit[] = {"dmh", "submit", "p.csv", "l.csv", "--join", "--wait", "--json", NULL};
    cr_assert_eq (servers_dmh (&self.servers, submit, &said), 0, "%s", said);
    char job[64] = "", *at = strstr (said, "\"name\":\"joined\"");
    cr_assert_not_null (at, "%s", said);
    while (at > said && at[-1] != '\n')
        at--;
    cr_assert_not_null (strstr (at, "\"job\":\""), "%s", at);
    cr_assert_eq (sscanf (strstr (at, "\"job\":\""), "\"job\":\"%63[0-9a-f]", job), 1);
    free (said);
    s_expect (self.port, "GET", job, "/files", 200, "\"name\":\"patient/records.csv\"");
    s_expect (self.port, "GET", job, "/files/patient/records.csv", 200, "Ann");
    s_expect (self.port, "GET", job, "/files/records.csv", 400, "\"code\":\"malformed\"");
    s_expect (self.port, "GET", job, "/files/patient/none.csv", 404, "no such file");
    s_expect (self.port, "GET", job, "/files/../patient/records.csv", 400, "leads elsewhere");
    s_expect (self.port, "GET", job, "/records", 400, "?kind=");
    s_expect (self.port, "GET", job, "/records?kind=lab_result", 200, "GLU");
    s_expect (self.port, "GET", job, "/rejects?kind=patient", 200, "\"records\":[");
    s_expect (self.port, "GET", job, "/report?kind=patient", 200, "\"dmh-report/1\"");
    s_expect (self.port, "GET", job, "/records?kind=imaging", 404, "no such file");
    struct http_answer answer = s_get (self.port, job, "/files/patient/records.csv", NULL);
    cr_expect_str_eq (http_answer_header (&answer, "Content-Disposition"),
                      "attachment; filename=\"records.csv\"");
    http_answer_clear (&answer);
    gateway_process_stop (&self);
}
