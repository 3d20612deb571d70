//  split_test.c: one big file over several workers of a real broker: the result is that of dmh run, also when
//  a worker is killed while it has a part, and where the file travels.
#include "test/support/processes/processes.h"
#include "test/support/results/hand_driver.h"

#include <criterion/criterion.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FILE_BYTES = 12000000 };

//  Records that come again, are in conflict with others far away, or no records; quotes over lines.
static void s_write_patients (const struct workplace *place, const char *name)
{
    char *text = malloc (FILE_BYTES + 1024);
    size_t n = (size_t) sprintf (text, "Patient ID,First Name,DOB,Sex,Note\n");
    for (int i = 0; n < FILE_BYTES; i++)
        n += (size_t) sprintf (
            text + n, "P%d,Given %d,%02d/28/1980,%s,\"%s%s\"\n%s", i % 60000, i % 90000, i % 12 + 1,
            i % 2 ? "M" : "female", i % 5 ? "" : "of two\nlines and \"\"more\"\"",
            i % 3 ? "" : ", and so on and so on", i % 1000 ? "" : "no,record,at,all,this,is\n");
    workplace_write (place, name, text, n);
    free (text);
}

static struct servers s_begin (struct workplace *place)
{
    struct servers servers = {.place = place};
    workplace_make (place);
    servers_start_broker (&servers, false);
    return servers;
}

static char *s_run (struct servers *servers, const char *const argv[])
{
    char *output = NULL;
    cr_assert_eq (servers_dmh (servers, argv, &output), 0, "%s", output);
    return output;
}

//  What dmh run makes of it is in `folder`, too.
static void s_expect_same (struct servers *servers, const char *folder)
{
    char one[512], other[512];
    const char *run[] = {"dmh", "run", "--quiet", "in.csv", "-o", "alone", NULL};
    free (s_run (servers, run));
    snprintf (one, sizeof one, "%s/alone/in", servers->place->folder);
    snprintf (other, sizeof other, "%s/%s/in", servers->place->folder, folder);
    cr_assert (results_agree (one, other));
}

static void s_await (struct servers *servers, const char *job)
{
    const char *watch[] = {"dmh", "watch", job, NULL}, *fetch[] = {"dmh", "fetch", job, "-o", "out", NULL};
    free (s_run (servers, watch));
    free (s_run (servers, fetch));
}

//  The broker made the jobs, and who wrote the result took what they had made.
static void s_expect_split (const struct servers *servers, size_t workers)
{
    cr_assert_eq (process_log_count (servers->place, "broker.log", "job.split"), 1);
    for (size_t i = 0; i < workers; i++) {
        char log[32];
        snprintf (log, sizeof log, "worker%zu.log", i);
        cr_assert_eq (process_log_count (servers->place, log, "job.not_split"), 0, "%s", log);
    }
}

Test (split, a_worker_that_is_killed_with_a_part_changes_nothing, .timeout = 180)
{
    struct workplace place;
    struct servers servers = s_begin (&place);
    s_write_patients (&place, "in.csv");
    servers_start_worker (&servers, 1, "1");
    servers_start_worker (&servers, 2, "1");
    process_await (&place, "worker1.log", "worker.registered");
    process_await (&place, "worker2.log", "worker.registered");
    const char *submit[] = {"dmh", "submit", "--quiet", "--split-bytes", "1000000", "in.csv", NULL};
    char *job = s_run (&servers, submit);
    job[strcspn (job, "\n")] = 0;
    //  Whoever comes now has a part.
    servers_start_worker (&servers, 0, "1");
    process_await (&place, "worker0.log", "job.started");
    cr_assert_eq (servers_end (&servers, &servers.workers[0], SIGKILL), 128 + SIGKILL);
    s_await (&servers, job);
    s_expect_same (&servers, "out");
    s_expect_split (&servers, 3);
    free (job);
    servers_stop (&servers);
    workplace_remove (&place);
}

//  A worker with results of its own, which opens no file elsewhere.
static void s_start_apart (struct servers *servers, size_t at)
{
    char log[32], results[300];
    snprintf (log, sizeof log, "worker%zu.log", at);
    snprintf (results, sizeof results, "%s/results%zu", servers->place->folder, at);
    const char *argv[] = {"dmh-worker", "--broker", servers->back, "--results", results,
                          "--slots",    "1",        "--data-root", results,     NULL};
    cr_assert_eq (mkdir (results, 0700), 0);
    servers->workers[at] = process_start (servers->place, log, argv);
    process_await (servers->place, log, "worker.registered");
}

//  The file is sent to the broker, and parts and blocks go through its files service: nobody sees another's
//  disk.
Test (split, a_file_that_travels_is_split_too, .timeout = 180)
{
    struct workplace place;
    struct servers servers = s_begin (&place);
    s_write_patients (&place, "in.csv");
    s_start_apart (&servers, 0);
    s_start_apart (&servers, 1);
    const char *submit[] = {"dmh", "submit", "--quiet", "--split-bytes", "4000000", "in.csv", NULL};
    char *job = s_run (&servers, submit);
    job[strcspn (job, "\n")] = 0;
    s_await (&servers, job);
    s_expect_same (&servers, "out");
    s_expect_split (&servers, 2);
    free (job);
    servers_stop (&servers);
    workplace_remove (&place);
}
