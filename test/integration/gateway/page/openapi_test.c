//  openapi_test.c: openapi.json as others read it: a linter, and clients that believe it (openapi_test.mjs).
#define _GNU_SOURCE
#include "test/support/processes/guarded_gateway.h"
#include "test/support/processes/node_script.h"

#include <criterion/criterion.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TOKEN "annas-token-of-32-letters-000001"
#define ADMIN "admins-token-of-32-letters-00002"

enum { SECONDS = 120 };

//  The script has to end with 0 and say `good`.
static void s_await (const struct workplace *place, pid_t pid, const char *good)
{
    int status = process_wait (pid, SECONDS);
    char *said = workplace_read (place->folder, "script.log", NULL);
    cr_expect_eq (status, 0, "%s", said);
    cr_expect (said && strstr (said, good), "%s", said);
    free (said);
}

Test (gateway_openapi, a_linter_finds_nothing_to_mend_and_something_in_a_page_that_is_wrong)
{
    static const char *const PACKAGES[] = {"@redocly/openapi-core", NULL};
    static const char WRONG[] = "{\"openapi\": \"3.1.0\", \"info\": {\"title\": \"x\"}, \"paths\": {}}\n";
    struct workplace place;
    char page[PATH_MAX], *said;
    if (!node_script_can_run (PACKAGES))
        return;
    cr_assert (realpath ("client/gateway/openapi.json", page));
    workplace_make (&place);
    s_await (&place,
             node_script_start (&place, "script.log", "test/support/openapi/lint.mjs",
                                (const char *const[]){page, NULL}),
             "nothing to mend");
    workplace_write (&place, "wrong.json", WRONG, strlen (WRONG));
    pid_t pid = node_script_start (&place, "wrong.log", "test/support/openapi/lint.mjs",
                                   (const char *const[]){"wrong.json", NULL});
    cr_expect_eq (process_wait (pid, SECONDS), 1);
    said = workplace_read (place.folder, "wrong.log", NULL);
    cr_expect (strstr (said, "The field `version` must be present"), "%s", said);
    free (said);
    workplace_remove (&place);
}

//  A broker with two joins that wait for a worker, and a gateway.
static void s_start (struct gateway_process *self)
{
    static const char PATIENTS[] = "patient_id,given_name\n1,Ann\n";
    static const char LABS[] = "result_id,patient_id,test_code,value\nr1,1,GLU,5\n";
    const char *const submit[] = {"dmh", "submit", "p.csv", "l.csv", "--join", NULL};
    workplace_make (&self->place);
    self->servers.place = &self->place;
    workplace_write (&self->place, "p.csv", PATIENTS, sizeof PATIENTS - 1);
    workplace_write (&self->place, "l.csv", LABS, sizeof LABS - 1);
    servers_start_broker (&self->servers, false);
    cr_assert_eq (servers_dmh (&self->servers, submit, NULL), 0);
    cr_assert_eq (servers_dmh (&self->servers, submit, NULL), 0);
    gateway_process_start_alone (self);
    process_await (&self->place, "gateway.log", "broker.found");
}

Test (gateway_openapi, every_operation_answers_as_the_page_says_and_gives_all_that_it_promises,
      .timeout = 2 * SECONDS)
{
    static const char *const PACKAGES[] = {"ajv", "ajv-formats", NULL};
    static const struct guarded_token TOKENS[] = {
        {"anna", "submit", TOKEN}, {"root", "admin", ADMIN}, {NULL}};
    struct gateway_process open = {.pid = 0}, lonely = {.servers = {.front = "ipc://nobody"}},
                           guarded = {.options = {"--max-body", "10000", "--token-rate", "20"}};
    char page[PATH_MAX], ports[3][16];
    if (!node_script_can_run (PACKAGES))
        return;
    cr_assert (realpath ("client/gateway/openapi.json", page));
    s_start (&open);
    guarded_gateway_start (&guarded, TOKENS);
    workplace_make (&lonely.place);
    lonely.servers.place = &lonely.place;
    gateway_process_start_alone (&lonely);
    snprintf (ports[0], sizeof ports[0], "%u", open.port);
    snprintf (ports[1], sizeof ports[1], "%u", guarded.port);
    snprintf (ports[2], sizeof ports[2], "%u", lonely.port);
    const char *const words[] = {page, ports[0], ports[1], ports[2], TOKEN, ADMIN, NULL};
    pid_t pid = node_script_start (&open.place, "script.log",
                                   "test/integration/gateway/page/openapi_test.mjs", words);
    process_await (&open.place, "script.log", "worker wanted");
    servers_start_worker (&open.servers, 0, "4");
    process_await (&open.place, "script.log", "worker may leave");
    cr_expect_eq (servers_end (&open.servers, &open.servers.workers[0], SIGTERM), 0);
    s_await (&open.place, pid, "all as the page says");
    gateway_process_stop (&lonely);
    gateway_process_stop (&guarded);
    gateway_process_stop (&open);
}
