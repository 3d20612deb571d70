//  scale_test.c: dmh workers scale, with workers of this host: one comes while a job waits, goes when it was
//  idle, and is replaced when it dies; the workers outlive it.
#include "test/support/hosts/left_behind.h"
#include "test/support/processes/processes.h"

#include <criterion/criterion.h>
#include <signal.h>
#include <unistd.h>

static void s_open (struct servers *servers, struct workplace *place)
{
    char state[300];
    *servers = (struct servers){.place = place};
    workplace_make (place);
    snprintf (state, sizeof state, "%s/state", place->folder);
    setenv ("XDG_STATE_HOME", state, 1);
    left_behind_watch (place->folder);
    servers_start_broker (servers, false);
}

//  dmh workers scale on this host, its words in scale.log.
static pid_t s_scale (const struct servers *servers, const char *min, const char *max)
{
    const char *const scale[] = {"dmh",   "workers", "scale",   "--on", "local",          "--min", min,
                                 "--max", max,       "--slots", "1",    "--idle-seconds", "1",     NULL};
    setenv ("DMH_BROKER", servers->front, 1);
    pid_t pid = process_start (servers->place, "scale.log", scale);
    unsetenv ("DMH_BROKER");
    return pid;
}

static void s_end (pid_t scale)
{
    kill (scale, SIGTERM);
    cr_assert_eq (process_wait (scale, 60), 0);
}

Test (scale, a_worker_comes_while_a_job_waits_and_goes_when_it_was_idle, .timeout = 180)
{
    struct workplace place;
    struct servers servers;
    s_open (&servers, &place);
    pid_t scale = s_scale (&servers, "0", "2");
    workplace_write (&place, "a.csv", "patient_id\n1\n", 13);
    const char *const submit[] = {"dmh", "submit", "a.csv", "--quiet", "--wait", "-o", "out", NULL};
    char *said = NULL;
    cr_assert_eq (servers_dmh (&servers, submit, &said), 0, "%s", said);
    free (said);
    process_await (&place, "scale.log", " drains");
    process_await (&place, "scale.log", " has left");
    s_end (scale);
    cr_assert_eq (process_log_count (&place, "scale.log", " is started"), 1, "one job wants one worker");
    cr_assert_eq (process_log_count (&place, "scale.log", " has come"), 1);
    cr_assert_eq (left_behind_count (place.folder, "dmh-worker", NULL), 0);
    servers_stop (&servers);
    workplace_remove (&place);
}

Test (scale, one_that_dies_is_replaced_and_the_workers_stay_when_it_ends, .timeout = 180)
{
    struct workplace place;
    struct servers servers;
    int pid = 0;
    s_open (&servers, &place);
    pid_t scale = s_scale (&servers, "1", "2");
    process_await (&place, "scale.log", " has come");
    cr_assert_eq (left_behind_count (place.folder, "dmh-worker", &pid), 1);
    kill (pid, SIGKILL);
    process_await (&place, "scale.log", " has ended by itself");
    process_await_times (&place, "scale.log", " has come", 2);
    s_end (scale);
    cr_assert_eq (left_behind_count (place.folder, "dmh-worker", NULL), 1);
    //  The next one knows it again, and starts no other.
    scale = s_scale (&servers, "1", "2");
    process_await_times (&place, "scale.log", " has come", 3);
    s_end (scale);
    cr_assert_eq (process_log_count (&place, "scale.log", " is started"), 2);
    const char *const drain[] = {"dmh", "workers", "drain", "--all", NULL};
    cr_assert_eq (servers_dmh (&servers, drain, NULL), 0);
    cr_assert_eq (left_behind_count (place.folder, "dmh-worker", NULL), 0);
    servers_stop (&servers);
    workplace_remove (&place);
}

Test (scale, an_engine_that_starts_none_is_said_once_and_asked_again, .timeout = 180)
{
    struct workplace place;
    struct servers servers;
    s_open (&servers, &place);
    const char *const scale[] = {"dmh", "workers", "scale", "--on",      "local",       "--min",
                                 "1",   "--max",   "1",     "--results", "/dev/null/x", NULL};
    const char *const wrong[] = {"dmh",   "workers", "scale", "--on", "local",
                                 "--min", "2",       "--max", "1",    NULL};
    char *said = NULL;
    cr_assert_eq (servers_dmh (&servers, wrong, &said), 2);
    cr_assert (strstr (said, "--max B, which is not less than --min A"), "%s", said);
    free (said);
    setenv ("DMH_BROKER", servers.front, 1);
    pid_t pid = process_start (&place, "scale.log", scale);
    process_await_times (&place, "scale.log", " did not come", 2);
    s_end (pid);
    cr_assert_eq (process_log_count (&place, "scale.log", " has come"), 0);
    servers_stop (&servers);
    workplace_remove (&place);
}
