//  job_log_test.c: the line of a job's end tells which it was, how long it took and what became of its
//  records, in numbers.
#include "test/support/processes/command_line.h"
#include "test/support/processes/processes.h"

#include <criterion/criterion.h>
#include <signal.h>

//  The line of that log that holds `event`, yours to free.
static char *s_line (const struct workplace *place, const char *log, const char *event)
{
    char *all = workplace_read (place->folder, log, NULL), *line = NULL;
    cr_assert_not_null (all);
    char *at = strstr (all, event);
    cr_assert_not_null (at, "no %s in %s: %s", event, log, all);
    while (at > all && at[-1] != '\n')
        at--;
    line = strndup (at, strcspn (at, "\n"));
    free (all);
    return line;
}

static void s_expect (const struct workplace *place, const char *log, const char *event,
                      const char *const parts[])
{
    char *line = s_line (place, log, event);
    for (size_t i = 0; parts[i]; i++)
        cr_expect (strstr (line, parts[i]), "no %s in %s", parts[i], line);
    free (line);
}

Test (job_log, a_job_s_end_tells_its_name_seconds_bytes_and_counts, .timeout = 120)
{
    static const char *const DONE[] = {
        "\"name\":\"a.csv\"", "\"seconds\":",    "\"bytes\":",     "\"read\":5",         "\"written\":2",
        "\"duplicates\":1",   "\"conflicts\":1", "\"rejected\":1", "\"correlation\":\"", NULL};
    static const char *const FAILED[] = {
        "\"name\":\"none.csv\"", "\"seconds\":", "\"bytes\":", "\"code\":\"", "\"error\":\"", NULL};
    struct workplace place;
    struct servers servers = {.place = &place, .options = {"--log-format", "json", NULL}};
    workplace_make (&place);
    servers_start_broker (&servers, false);
    const char *argv[] = {"dmh-worker",  "--broker", servers.back,   "--results", "results",
                          "--data-root", "/",        "--log-format", "json",      NULL};
    servers.workers[0] = process_start (&place, "worker0.log", argv);
    process_await (&place, "worker0.log", "worker.registered");
    setenv ("DMH_BROKER", servers.front, 1);
    command_line_write (&place, "a.csv", COMMAND_LINE_PATIENTS);
    command_line_write (&place, "none.csv", "x\n1\n");
    command_line_expect (CALL (&place, "submit", "a.csv", "--wait"), 0, NULL, NULL);
    command_line_expect (CALL (&place, "submit", "none.csv", "--wait"), 1, NULL, NULL);
    s_expect (&place, "broker.log", "\"job.done\"", DONE);
    s_expect (&place, "worker0.log", "\"job.done\"", DONE);
    s_expect (&place, "broker.log", "\"job.failed\"", FAILED);
    s_expect (&place, "worker0.log", "\"job.failed\"", FAILED);
    servers_stop (&servers);
    workplace_remove (&place);
}
