//  readme_backup_test.c: the lines of README, Back up, restore, upgrade, as they stand there.
#define _GNU_SOURCE
#include "test/support/processes/processes.h"
#include "test/support/processes/readme.h"

#include "messages/job.h"

#include <criterion/criterion.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static const char SECTION[] = "Back up, restore, upgrade";

//  This user with a home in the workplace, where the programs are found.
static void s_move_in (const struct workplace *place)
{
    char path[4096], folder[512];
    const char *before = getenv ("PATH");
    char *build = realpath (getenv ("DMH_BUILD"), NULL);
    cr_assert_not_null (build);
    snprintf (path, sizeof path, "%s:%s", build, before ? before : "");
    snprintf (folder, sizeof folder, "%s/run", place->folder);
    cr_assert_eq (mkdir (folder, 0700), 0);
    setenv ("PATH", path, 1);
    setenv ("HOME", place->folder, 1);
    setenv ("XDG_RUNTIME_DIR", folder, 1);
    unsetenv ("XDG_STATE_HOME");
    unsetenv ("DMH_BROKER");
    free (build);
}

//  The block's lines in a shell in the workplace; a broker that it starts in the background goes to *broker.
static void s_type (const struct workplace *place, size_t block, pid_t *broker)
{
    char *lines = readme_block (SECTION, block), *script = NULL;
    char *start = strstr (lines, "dmh-broker &\n");
    cr_assert_eq (broker != NULL, start != NULL, "block %zu is another one: %s", block, lines);
    if (start)
        *start = 0;
    cr_assert_gt (asprintf (&script, "cd '%s' && set -e\n%s", place->folder, lines), 0);
    int status = system (script);    //  NOLINT: README's own lines
    cr_assert_eq (status, 0, "%d: %s", status, lines);
    if (broker)
        *broker = process_start (place, "broker.log", (const char *const[]){"dmh-broker", NULL});
    free (script);
    free (lines);
}

static void s_submit (const struct workplace *place, const char *name, char job[ID_BYTES])
{
    char *said = NULL;
    workplace_write (place, name, "MRN,DOB\n1,1980-01-01\n", 21);
    const char *argv[] = {"dmh", "submit", name, "--quiet", "--transfer", "always", NULL};
    cr_assert_eq (process_run (place, argv, &said), 0, "%s", said);
    snprintf (job, ID_BYTES, "%.*s", (int) strcspn (said, " \n"), said);
    free (said);
}

Test (readme_backup, what_is_typed_there_brings_the_jobs_and_their_files_back, .timeout = 120)
{
    struct workplace place;
    char before[ID_BYTES], after[ID_BYTES], *said = NULL;
    workplace_make (&place);
    s_move_in (&place);
    pid_t broker = process_start (&place, "broker.log", (const char *const[]){"dmh-broker", NULL});
    process_await (&place, "broker.log", "broker.started");
    s_submit (&place, "before.csv", before);
    s_type (&place, 0, NULL);
    s_submit (&place, "after.csv", after);
    kill (broker, SIGTERM);
    cr_assert_eq (process_wait (broker, 30), 0);

    s_type (&place, 1, &broker);
    process_await_times (&place, "broker.log", "broker.started", 2);
    cr_expect_eq (process_run (&place, (const char *const[]){"dmh", "status", after, NULL}, NULL), 1);
    pid_t worker = process_start (&place, "worker.log",
                                  (const char *const[]){"dmh-worker", "--results", "results", NULL});
    const char *watch[] = {"dmh", "watch", before, NULL},
               *fetch[] = {"dmh", "fetch", before, "-o", "out", NULL};
    cr_expect_eq (process_run (&place, watch, &said), 0, "%s", said);
    free (said);
    cr_expect_eq (process_run (&place, fetch, &said), 0, "%s", said);
    free (said);
    kill (worker, SIGTERM);
    kill (broker, SIGTERM);
    cr_expect_eq (process_wait (worker, 30), 0);
    cr_expect_eq (process_wait (broker, 30), 0);
    workplace_remove (&place);
}
