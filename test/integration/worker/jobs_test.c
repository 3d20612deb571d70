//  jobs_test.c: a real broker, real workers and the real client: jobs run, survive the death of any of them,
//  and end once.
#include "test/support/processes/processes.h"

#include <criterion/criterion.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

//  A file of patients, each twice, so that counts say whether all of it was read.
static void s_write_patients (const struct workplace *place, const char *name, size_t patients)
{
    char *text = malloc (patients * 160 + 64), *at = text;
    at += sprintf (at, "Patient ID,First Name,Last Name,DOB,Sex\n");
    for (size_t i = 0; i < patients; i++)
        for (int twice = 0; twice < 2; twice++)
            at += sprintf (at, "P%zu,Given%zu,Family,%02zu/28/1980,%s\n", i, i, i % 12 + 1,
                           i % 2 ? "M" : "female");
    workplace_write (place, name, text, (size_t) (at - text));
    free (text);
}

static struct servers s_begin (struct workplace *place)
{
    struct servers servers = {.place = place};
    workplace_make (place);
    servers_start_broker (&servers, false);
    return servers;
}

static void s_end (struct servers *servers)
{
    servers_stop (servers);
    workplace_remove (servers->place);
}

static void s_expect_done (struct servers *servers, const char *folder, size_t patients)
{
    char path[512], want[128];
    snprintf (path, sizeof path, "%s/%s", servers->place->folder, folder);
    char *report = workplace_read (path, "report.json", NULL);
    cr_assert_not_null (report, "%s has no report", folder);
    snprintf (want, sizeof want, "\"read\": %zu", 2 * patients);
    cr_assert_not_null (strstr (report, want), "%s", folder);
    snprintf (want, sizeof want, "\"written\": %zu", patients);
    cr_assert_not_null (strstr (report, want), "%s", folder);
    free (report);
    char *output = NULL;
    const char *verify[] = {"dmh", "verify", folder, NULL};
    cr_assert_eq (servers_dmh (servers, verify, &output), 0, "%s", output);
    free (output);
}

//  Submits and answers the job's id, yours to free.
static char *s_submit (struct servers *servers, const char *input)
{
    char *output = NULL;
    const char *submit[] = {"dmh", "submit", "--quiet", input, NULL};
    cr_assert_eq (servers_dmh (servers, submit, &output), 0, "%s", output);
    output[strcspn (output, "\n")] = 0;
    return output;
}

//  Waits until the worker has said that it started a job.
static void s_await_start (struct servers *servers, size_t worker)
{
    char log[32];
    snprintf (log, sizeof log, "worker%zu.log", worker);
    for (int tries = 0; tries < 2000; tries++) {
        char *text = workplace_read (servers->place->folder, log, NULL);
        bool started = text && strstr (text, "job.started");
        free (text);
        if (started)
            return;
        usleep (5000);
    }
    cr_assert_fail ("worker %zu started nothing", worker);
}

static void s_await_end (struct servers *servers, const char *job, const char *folder)
{
    char *output = NULL;
    const char *watch[] = {"dmh", "watch", job, NULL};
    cr_assert_eq (servers_dmh (servers, watch, &output), 0, "%s", output);
    free (output);
    const char *fetch[] = {"dmh", "fetch", job, "-o", folder, NULL};
    cr_assert_eq (servers_dmh (servers, fetch, &output), 0, "%s", output);
    free (output);
}

Test (jobs, six_inputs_at_two_workers_are_all_done_and_verify, .timeout = 120)
{
    struct workplace place;
    struct servers servers = s_begin (&place);
    servers_start_worker (&servers, 0, "3");
    servers_start_worker (&servers, 1, "3");
    for (int i = 0; i < 6; i++) {
        char name[32];
        snprintf (name, sizeof name, "in%d.csv", i);
        s_write_patients (&place, name, 2000);
    }
    char *output = NULL;
    const char *submit[] = {"dmh",     "submit",  "in0.csv", "in1.csv", "in2.csv", "in3.csv",
                            "in4.csv", "in5.csv", "--wait",  "-o",      "out",     NULL};
    cr_assert_eq (servers_dmh (&servers, submit, &output), 0, "%s", output);
    free (output);
    for (int i = 0; i < 6; i++) {
        char folder[32];
        snprintf (folder, sizeof folder, "out/in%d", i);
        s_expect_done (&servers, folder, 2000);
    }
    s_end (&servers);
}

Test (jobs, a_worker_that_is_stopped_gives_its_job_back_at_once, .timeout = 120)
{
    struct workplace place;
    struct servers servers = s_begin (&place);
    s_write_patients (&place, "big.csv", 400000);
    servers_start_worker (&servers, 0, "1");
    char *job = s_submit (&servers, "big.csv");
    s_await_start (&servers, 0);
    cr_assert_eq (servers_end (&servers, &servers.workers[0], SIGTERM), 0);
    char *output = NULL;
    const char *status[] = {"dmh", "status", job, "--json", NULL};
    cr_assert_eq (servers_dmh (&servers, status, &output), 0, "%s", output);
    cr_assert (strstr (output, "\"queued\"") || strstr (output, "\"done\""), "%s", output);
    free (output);
    servers_start_worker (&servers, 1, "1");
    s_await_end (&servers, job, "out");
    s_expect_done (&servers, "out/big", 400000);
    free (job);
    s_end (&servers);
}

Test (jobs, a_worker_that_drains_finishes_its_job_and_takes_no_other, .timeout = 120)
{
    struct workplace place;
    struct servers servers = s_begin (&place);
    s_write_patients (&place, "big.csv", 400000);
    s_write_patients (&place, "next.csv", 10);
    const char *const worker[] = {"dmh-worker", "--broker",    servers.back, "--results",
                                  "results",    "--slots",     "1",          "--drain-seconds",
                                  "60",         "--data-root", "/",          NULL};
    servers.workers[0] = process_start (&place, "worker0.log", worker);
    char *job = s_submit (&servers, "big.csv"), *next = s_submit (&servers, "next.csv");
    s_await_start (&servers, 0);
    cr_assert_eq (servers_end (&servers, &servers.workers[0], SIGTERM), 0);
    char *output = NULL;
    const char *status[] = {"dmh", "status", job, "--json", NULL};
    cr_assert_eq (servers_dmh (&servers, status, &output), 0, "%s", output);
    cr_assert (strstr (output, "\"done\"") && strstr (output, "\"attempt\":1,"), "%s", output);
    free (output);
    status[2] = next;
    cr_assert_eq (servers_dmh (&servers, status, &output), 0, "%s", output);
    cr_assert (strstr (output, "\"queued\""), "%s", output);
    free (output);
    free (job);
    free (next);
    s_end (&servers);
}

Test (jobs, a_worker_that_is_killed_loses_its_job_to_another, .timeout = 120)
{
    struct workplace place;
    struct servers servers = s_begin (&place);
    s_write_patients (&place, "big.csv", 400000);
    servers_start_worker (&servers, 0, "1");
    char *job = s_submit (&servers, "big.csv");
    s_await_start (&servers, 0);
    cr_assert_eq (servers_end (&servers, &servers.workers[0], SIGKILL), 128 + SIGKILL);
    servers_start_worker (&servers, 1, "1");
    s_await_end (&servers, job, "out");
    s_expect_done (&servers, "out/big", 400000);
    free (job);
    s_end (&servers);
}

Test (jobs, a_broker_that_is_killed_finds_every_job_again_and_its_workers_come_back, .timeout = 120)
{
    struct workplace place;
    struct servers servers = s_begin (&place);
    s_write_patients (&place, "one.csv", 300000);
    s_write_patients (&place, "two.csv", 300000);
    servers_start_worker (&servers, 0, "1");
    char *one = s_submit (&servers, "one.csv"), *two = s_submit (&servers, "two.csv");
    s_await_start (&servers, 0);
    cr_assert_eq (servers_end (&servers, &servers.broker, SIGKILL), 128 + SIGKILL);
    servers_start_broker (&servers, true);
    s_await_end (&servers, one, "out");
    s_await_end (&servers, two, "out");
    s_expect_done (&servers, "out/one", 300000);
    s_expect_done (&servers, "out/two", 300000);
    free (one);
    free (two);
    s_end (&servers);
}

Test (jobs, bad_inputs_fail_with_a_sentence_and_everything_else_goes_on, .timeout = 120)
{
    struct workplace place;
    struct servers servers = s_begin (&place);
    servers_start_worker (&servers, 0, "4");
    s_write_patients (&place, "good.csv", 100);
    workplace_write (&place, "empty.csv", "", 0);
    workplace_write (&place, "none.csv", "1,2,3\n4,5,6\n", 12);
    workplace_write (&place, "picture.csv", "\x89PNG\r\n\x1a\n\0\0\0\rIHDR", 16);
    workplace_write (&place, "cut.csv.gz", "\x1f\x8b\x08\0\0\0\0\0\0\x03", 10);
    static const struct {
        const char *input, *says;
    } CASES[] = {{"empty.csv", "is empty"},
                 {"none.csv", "header"},
                 {"picture.csv", "PNG"},
                 {"cut.csv.gz", "ends in the middle"}};
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        char *output = NULL;
        const char *submit[] = {"dmh", "submit", CASES[i].input, "good.csv", "--wait", "-o", "out", NULL};
        cr_assert_eq (servers_dmh (&servers, submit, &output), 1, "%s: %s", CASES[i].input, output);
        cr_assert_not_null (strstr (output, CASES[i].says), "%s: %s", CASES[i].input, output);
        free (output);
    }
    s_expect_done (&servers, "out/good", 100);
    s_end (&servers);
}

Test (jobs, a_cancelled_job_ends_and_can_be_retried, .timeout = 120)
{
    struct workplace place;
    struct servers servers = s_begin (&place);
    s_write_patients (&place, "a.csv", 1000);
    char *job = s_submit (&servers, "a.csv"), *output = NULL;
    const char *cancel[] = {"dmh", "cancel", job, NULL}, *retry[] = {"dmh", "retry", job, NULL};
    cr_assert_eq (servers_dmh (&servers, cancel, &output), 0, "%s", output);
    free (output);
    const char *status[] = {"dmh", "status", job, "--json", NULL};
    servers_dmh (&servers, status, &output);
    cr_assert_not_null (strstr (output, "cancelled"), "%s", output);
    free (output);
    cr_assert_eq (servers_dmh (&servers, retry, &output), 0, "%s", output);
    free (output);
    servers_start_worker (&servers, 0, "1");
    s_await_end (&servers, job, "out");
    s_expect_done (&servers, "out/a", 1000);
    free (job);
    s_end (&servers);
}

Test (jobs, a_worker_with_a_name_is_known_by_it_and_what_is_no_name_is_refused, .timeout = 120)
{
    struct workplace place;
    struct servers servers = s_begin (&place);
    char *output = NULL;
    const char *const named[] = {"dmh-worker", "--broker", servers.back, "--results",
                                 "results",    "--name",   "night-1",    NULL};
    servers.workers[0] = process_start (&place, "worker0.log", named);
    process_await (&place, "broker.log", "worker.registered");
    const char *const list[] = {"dmh", "workers", "--json", NULL};
    cr_assert_eq (servers_dmh (&servers, list, &output), 0, "%s", output);
    cr_assert (strstr (output, "\"worker\":\"night-1\""), "%s", output);
    free (output);
    const char *const wrong[] = {"dmh-worker", "--broker", servers.back, "--name", "a/b", NULL};
    cr_assert_eq (process_run (&place, wrong, &output), 2);
    cr_assert (strstr (output, "--name takes"), "%s", output);
    free (output);
    s_end (&servers);
}
