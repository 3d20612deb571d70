//  catalog_test.c: workers, counts, kinds of record, and what a file looks like, over HTTP.
#include "test/support/processes/gateway_process.h"

#include <criterion/criterion.h>
#include <string.h>

static void s_expect (struct http_answer answer, unsigned status, const char *part)
{
    cr_assert_eq (answer.status, status, "%s", answer.body);
    cr_assert (http_answer_has (&answer, part), "%s: %s", part, answer.body);
    http_answer_clear (&answer);
}

Test (gateway_catalog, workers_counts_and_kinds_are_told)
{
    struct gateway_process self = {.pid = 0};
    gateway_process_start (&self);
    process_await (&self.place, "broker.log", "worker.registered");
    s_expect (http_get (self.port, "/api/v1/workers"), 200, "\"slots\":4,\"busy\":0");
    s_expect (http_get (self.port, "/api/v1/stats"), 200, "\"queued\":0,\"running\":0");
    s_expect (http_get (self.port, "/api/v1/openapi.json"), 200, "\"operationId\": \"submitJobs\"");
    s_expect (http_get (self.port, "/api/v1/schemas"), 200, "\"name\":\"imaging_study\"");
    s_expect (http_get (self.port, "/api/v1/schemas/patient"), 200, "\"patient_id\"");
    s_expect (http_get (self.port, "/api/v1/schemas/nothing"), 404, "not_found");
    gateway_process_stop (&self);
}

Test (gateway_catalog, inspect_tells_what_a_file_is_and_keeps_nothing)
{
    struct gateway_process self = {.pid = 0};
    gateway_process_start (&self);
    static const char TABLE[] = "MRN;Vorname;DOB\n1;Ann;02.03.1990\n2;Bob;13.04.1991\n";
    s_expect (http_request (self.port, "POST", "/api/v1/inspect?name=a.csv", NULL, TABLE, strlen (TABLE)),
              200, "\"input\":\"a.csv\",\"format\":\"csv\",\"delimiter\":\";\"");
    s_expect (http_request (self.port, "POST", "/api/v1/inspect?name=a.csv&kind=patient", NULL, TABLE,
                            strlen (TABLE)),
              200, "\"source\":\"DOB\",\"field\":\"birth_date\"");
    s_expect (
        http_request (self.port, "POST", "/api/v1/inspect?name=a.csv&kind=none", NULL, TABLE, strlen (TABLE)),
        400, "malformed");
    s_expect (
        http_request (self.port, "POST", "/api/v1/inspect?name=a.csv", NULL, "\x89PNG\r\n\x1a\n\0\0", 10),
        400, "malformed");
    s_expect (http_get (self.port, "/api/v1/jobs"), 200, "\"jobs\":[]");
    gateway_process_stop (&self);
}
