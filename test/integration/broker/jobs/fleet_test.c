//  fleet_test.c: workers of which each can something else, as real programs: who takes which job, and what is
//  said of one that nobody can take.
#include "test/support/processes/processes.h"

#include <criterion/criterion.h>
#include <signal.h>

static const char PATIENTS[] = "Patient ID,First Name,Last Name,DOB,Sex\nP1,Ann,Lee,1980-01-02,F\n";

static void s_start (struct servers *servers, size_t at, const char *log, const char *memory)
{
    const char *const worker[] = {"dmh-worker", "--broker",    servers->back, "--results",
                                  "results",    "--data-root", "/",           memory ? "--memory" : NULL,
                                  memory,       NULL};
    servers->workers[at] = process_start (servers->place, log, worker);
    process_await (servers->place, log, "worker.registered");
}

//  The output holds that text; frees it.
static void s_expect (char *output, const char *text)
{
    cr_expect (strstr (output, text), "%s lacks “%s”", output, text);
    free (output);
}

Test (fleet, a_job_that_needs_more_memory_than_any_worker_has_says_so_until_one_comes_that_has_it,
      .timeout = 90)
{
    struct workplace place;
    struct servers servers = {.place = &place};
    char *output = NULL, job[64];
    workplace_make (&place);
    workplace_write (&place, "in.csv", PATIENTS, strlen (PATIENTS));
    servers_start_broker (&servers, false);
    s_start (&servers, 0, "small.log", "268435456");
    const char *const submit[] = {"dmh", "submit", "--quiet", "--job-memory", "1000000000", "in.csv", NULL};
    cr_assert_eq (servers_dmh (&servers, submit, &output), 0, "%s", output);
    output[strcspn (output, "\n")] = 0;
    snprintf (job, sizeof job, "%s", output);
    free (output);
    //  One behind it is not held up.
    const char *const other[] = {"dmh", "submit", "--quiet", "--wait", "-o", "out", "in.csv", NULL};
    cr_assert_eq (servers_dmh (&servers, other, &output), 0, "%s", output);
    free (output);
    const char *const status[] = {"dmh", "status", job, NULL}, *const json[] = {"dmh", "status", "--json",
                                                                                job, NULL};
    cr_assert_eq (servers_dmh (&servers, status, &output), 0);
    s_expect (output, "it needs 1024 MiB of memory");
    cr_assert_eq (servers_dmh (&servers, json, &output), 0);
    s_expect (output, "\"waiting\":\"it needs 1024 MiB of memory");
    s_start (&servers, 1, "large.log", "1073741824");
    const char *const watch[] = {"dmh", "watch", job, NULL};
    cr_assert_eq (servers_dmh (&servers, watch, &output), 0, "%s", output);
    free (output);
    cr_assert_eq (servers_dmh (&servers, json, &output), 0);
    s_expect (output, "\"waiting\":null");
    cr_expect_geq (process_log_count (&place, "large.log", job), 1, "it ran there");
    cr_expect_eq (process_log_count (&place, "small.log", job), 0);
    servers_stop (&servers);
    workplace_remove (&place);
}
