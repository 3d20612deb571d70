//  drain_test.c: what becomes of a running job when SIGTERM comes: a worker's drain that is over gives it
//  back without its counting as a try, and a broker that ends and comes back loses nothing of it. One attempt
//  is all that the broker allows here, so that a try that counted would fail the job. The first worker is
//  held before its result gets its name (see test/fault/fail_nth.c), so that no machine is fast enough to end
//  the job before, and the input is small, so that none is slow at it.
#include "test/support/processes/processes.h"
#include "test/support/stores/failing_calls.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PATIENTS = 4000 };

static void s_write_patients (const struct workplace *place)
{
    char *text = malloc ((size_t) PATIENTS * 96 + 64), *at = text;
    cr_assert_not_null (text);
    at += sprintf (at, "Patient ID,First Name,Last Name,DOB,Sex\n");
    for (int i = 0; i < PATIENTS; i++)
        at += sprintf (at, "P%d,Given%d,Family,%02d/28/1980,%s\n", i % 3000, i, i % 12 + 1,
                       i % 2 ? "M" : "female");
    workplace_write (place, "big.csv", text, (size_t) (at - text));
    free (text);
}

static void s_gate (const struct workplace *place, char path[static 600])
{
    snprintf (path, 600, "%s/gate", place->folder);
}

//  A worker whose job waits before its result gets its name until s_let_go.
static void s_start_held (struct servers *servers)
{
    char gate[600], held[1024];
    s_gate (servers->place, gate);
    snprintf (held, sizeof held, "%s/fail_nth.so", getenv ("DMH_BUILD"));
    cr_assert_eq (mkfifo (gate, 0600), 0);
    setenv ("DMH_FAIL_KIND", "held", 1);
    setenv ("DMH_FAIL_WHILE", gate, 1);
    setenv ("LD_PRELOAD", held, 1);
    const char *const worker[] = {"dmh-worker", "--broker",    servers->back, "--results",
                                  "results",    "--slots",     "1",           "--drain-seconds",
                                  "1",          "--data-root", "/",           NULL};
    servers->workers[0] = process_start (servers->place, "worker0.log", worker);
    unsetenv ("LD_PRELOAD");
}

static void s_let_go (const struct servers *servers)
{
    char gate[600];
    s_gate (servers->place, gate);
    int fd = open (gate, O_RDWR | O_CLOEXEC);    //  which waits for nobody
    cr_assert_geq (fd, 0);
    unlink (gate);
    close (fd);
}

static struct servers s_begin (struct workplace *place)
{
    struct servers servers = {.place = place, .options = {"--attempts", "1", NULL}};
    workplace_make (place);
    s_write_patients (place);
    const char *const run[] = {"dmh", "run", "big.csv", "-o", "base", "--quiet", NULL};
    cr_assert_eq (process_run (place, run, NULL), 0);
    servers_start_broker (&servers, false);
    return servers;
}

//  Submits and waits until the job runs; its id, yours to free.
static char *s_submit (struct servers *servers)
{
    char *output = NULL;
    const char *const submit[] = {"dmh", "submit", "--quiet", "big.csv", NULL};
    cr_assert_eq (servers_dmh (servers, submit, &output), 0, "%s", output);
    output[strcspn (output, "\n")] = 0;
    process_await (servers->place, "worker0.log", "job.started");
    return output;
}

static void s_expect_same (const struct servers *servers, const char *file)
{
    char folder[512];
    size_t ours_n = 0, theirs_n = 0;
    snprintf (folder, sizeof folder, "%s/out/big", servers->place->folder);
    char *ours = workplace_read (folder, file, &ours_n);
    snprintf (folder, sizeof folder, "%s/base/big", servers->place->folder);
    char *theirs = workplace_read (folder, file, &theirs_n);
    cr_assert (ours && theirs && ours_n == theirs_n && memcmp (ours, theirs, ours_n) == 0, "%s", file);
    free (ours);
    free (theirs);
}

//  The job ends as done by that attempt, with the bytes of an undisturbed run.
static void s_expect_done (struct servers *servers, const char *job, const char *attempt)
{
    char *output = NULL;
    const char *const watch[] = {"dmh", "watch", job, "--quiet", NULL};
    const char *const fetch[] = {"dmh", "fetch", job, "-o", "out", "--quiet", NULL};
    const char *const verify[] = {"dmh", "verify", "out/big", NULL};
    const char *const status[] = {"dmh", "status", job, "--json", NULL};
    const char *const *const commands[] = {watch, fetch, verify, status};
    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++) {
        free (output);
        cr_assert_eq (servers_dmh (servers, commands[i], &output), 0, "%s: %s", commands[i][1], output);
    }
    cr_assert (strstr (output, "\"done\"") && strstr (output, attempt), "%s", output);
    free (output);
    s_expect_same (servers, "records.csv");
    s_expect_same (servers, "rejects.csv");
    s_expect_same (servers, "audit.ndjson");
    cr_assert_eq (process_log_count (servers->place, "broker.log", "job.done"), 1);
}

//  The worker drains after the signal; after `again` (0: after its time alone) the job goes back.
static void s_expect_given_back (int again)
{
    if (!FAILING_CALLS_CAN) {
        printf ("SKIP: a sanitizer has an allocator of its own\n");
        return;
    }
    struct workplace place;
    struct servers servers = s_begin (&place);
    s_start_held (&servers);
    char *job = s_submit (&servers);
    kill (servers.workers[0], SIGTERM);
    process_await (&place, "worker0.log", "worker.draining");
    if (again)
        kill (servers.workers[0], again);
    process_await (&place, "broker.log", "job.queued_again");
    s_let_go (&servers);
    cr_assert_eq (process_wait (servers.workers[0], 60), 0);
    servers.workers[0] = 0;
    cr_assert_eq (process_log_count (&place, "worker0.log", "job.done"), 0);
    servers_start_worker (&servers, 1, "1");
    s_expect_done (&servers, job, "\"attempt\":2,");
    free (job);
    servers_stop (&servers);
    workplace_remove (&place);
}

Test (drain, a_job_that_still_runs_when_the_time_is_over_goes_back_and_is_done_by_another, .timeout = 120)
{
    s_expect_given_back (0);
}

Test (drain, a_second_signal_ends_the_wait_and_gives_the_job_back, .timeout = 120)
{
    s_expect_given_back (SIGTERM);
}

Test (drain, a_broker_that_is_ended_while_a_job_runs_finds_it_again_and_takes_its_result, .timeout = 120)
{
    if (!FAILING_CALLS_CAN) {
        printf ("SKIP: a sanitizer has an allocator of its own\n");
        return;
    }
    struct workplace place;
    struct servers servers = s_begin (&place);
    s_start_held (&servers);
    char *job = s_submit (&servers);
    cr_assert_eq (servers_end (&servers, &servers.broker, SIGTERM), 0);
    servers_start_broker (&servers, true);
    process_await_times (&place, "broker.log", "worker.registered", 2);
    s_let_go (&servers);
    s_expect_done (&servers, job, "\"attempt\":1,");
    cr_assert_eq (process_log_count (&place, "broker.log", "job.queued_again"), 0);
    free (job);
    servers_stop (&servers);
    workplace_remove (&place);
}

//  dmh in the place, its output in `log`.
static pid_t s_dmh (const struct servers *servers, const char *log, const char *const argv[])
{
    setenv ("DMH_BROKER", servers->front, 1);
    pid_t pid = process_start (servers->place, log, argv);
    unsetenv ("DMH_BROKER");
    return pid;
}

Test (drain, a_worker_that_is_sent_away_ends_its_job_takes_no_other_leaves_and_exits_with_0, .timeout = 120)
{
    if (!FAILING_CALLS_CAN) {
        printf ("SKIP: a sanitizer has an allocator of its own\n");
        return;
    }
    struct workplace place;
    struct servers servers = s_begin (&place);
    s_start_held (&servers);
    char *job = s_submit (&servers), *output = NULL;
    const char *const drain[] = {"dmh", "workers", "drain", "--all", NULL};
    pid_t waits = s_dmh (&servers, "drain.log", drain);
    process_await (&place, "worker0.log", "worker.draining");
    //  A second job waits for another worker, though the first one's slot is free before it has left.
    const char *const submit[] = {"dmh", "submit", "--quiet", "big.csv", NULL};
    cr_assert_eq (servers_dmh (&servers, submit, &output), 0, "%s", output);
    output[strcspn (output, "\n")] = 0;
    cr_assert_eq (process_log_count (&place, "drain.log", "has left"), 0);
    s_let_go (&servers);
    cr_assert_eq (process_wait (waits, 60), 0);
    cr_assert_eq (process_log_count (&place, "drain.log", "has left"), 1);
    cr_assert_eq (process_wait (servers.workers[0], 60), 0);
    servers.workers[0] = 0;
    cr_assert_eq (process_log_count (&place, "worker0.log", "job.started"), 1);
    s_expect_done (&servers, job, "\"attempt\":1,");
    servers_start_worker (&servers, 1, "1");
    const char *const watch[] = {"dmh", "watch", output, "--quiet", NULL};
    cr_assert_eq (servers_dmh (&servers, watch, NULL), 0);
    free (output);
    free (job);
    servers_stop (&servers);
    workplace_remove (&place);
}

Test (drain, names_may_be_shortened_and_nobody_is_told_where_one_of_them_means_no_worker, .timeout = 120)
{
    struct workplace place;
    struct servers servers = {.place = &place};
    char *output = NULL;
    workplace_make (&place);
    servers_start_broker (&servers, false);
    servers_start_worker (&servers, 0, "1");
    servers_start_worker (&servers, 1, "1");
    process_await_times (&place, "broker.log", "worker.registered", 2);
    const char *const list[] = {"dmh", "workers", "list", "--json", NULL};
    cr_assert_eq (servers_dmh (&servers, list, &output), 0, "%s", output);
    char *name = strstr (output, "\"worker\":\"");
    cr_assert_not_null (name, "%s", output);
    name += strlen ("\"worker\":\"");
    name[strcspn (name, "\"")] = 0;
    char *said = NULL;
    const char *const wrong[] = {"dmh", "workers", "drain", name, "nobody", NULL};
    cr_assert_neq (servers_dmh (&servers, wrong, &said), 0);
    cr_assert (strstr (said, "no worker nobody is registered"), "%s", said);
    free (said);
    const char *const none[] = {"dmh", "workers", "drain", NULL};
    cr_assert_eq (servers_dmh (&servers, none, NULL), 2);
    cr_assert_eq (process_log_count (&place, "broker.log", "worker.drain_asked"), 0);
    name[strlen (name) - 1] = 0;
    const char *const drain[] = {"dmh", "workers", "drain", name, "--json", NULL};
    cr_assert_eq (servers_dmh (&servers, drain, &said), 0, "%s", said);
    cr_assert (strstr (said, name) && strstr (said, "\"left\":true"), "%s", said);
    free (said);
    cr_assert_eq (process_log_count (&place, "broker.log", "worker.drain_asked"), 1);
    const char *const rest[] = {"dmh", "workers", "drain", "--all", "--no-wait", NULL};
    cr_assert_eq (servers_dmh (&servers, rest, &said), 0, "%s", said);
    cr_assert (strstr (said, " drains"), "%s", said);
    free (said);
    for (size_t i = 0; i < 2; i++) {
        cr_assert_eq (process_wait (servers.workers[i], 60), 0);
        servers.workers[i] = 0;
    }
    free (output);
    servers_stop (&servers);
    workplace_remove (&place);
}
