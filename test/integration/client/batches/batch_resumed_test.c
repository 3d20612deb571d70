//  batch_resumed_test.c: a night in which everything happens: workers are killed, the disk is full for a
//  while, clients are killed in the middle. What is there in the morning is byte for byte what an undisturbed
//  run makes.
#define _GNU_SOURCE
#include "test/support/processes/command_line.h"
#include "test/support/processes/processes.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { SITES = 5, FILES = 120, LONG_ROWS = 300000, SOME = 4 };

//  The write of the client with which the disk is full: some results behind its beginning, and long before
//  the last one (each is five files or more).
#define WRITES_BEFORE_FULL "60"

struct night {
    struct workplace place;
    struct servers servers;
    const char *transfer;
};

static int s_shell (const struct workplace *place, const char *command)
{
    char line[1200];
    snprintf (line, sizeof line, "cd '%s' && %s", place->folder, command);
    int status = system (line);
    return WIFEXITED (status) ? WEXITSTATUS (status) : -1;
}

//  Files of the same names in several folders, each with other people, and one that takes a while.
static void s_write_inputs (const struct workplace *place)
{
    char path[512], text[256];
    cr_assert_eq (s_shell (place, "mkdir sites && cd sites && mkdir s0 s1 s2 s3 s4"), 0);
    for (int i = 0; i < FILES; i++) {
        snprintf (path, sizeof path, "sites/s%d/%02d.csv", i % SITES, i / SITES);
        snprintf (text, sizeof text, "%s%d,New,Person,1990-02-%02d,F\n", COMMAND_LINE_PATIENTS, 100 + i,
                  1 + i % 28);
        command_line_write (place, path, text);
    }
    snprintf (path, sizeof path, "%s/sites/z.csv", place->folder);
    FILE *file = fopen (path, "w");
    cr_assert_not_null (file);
    fputs ("patient_id,first_name,last_name\n", file);
    for (int i = 0; i < LONG_ROWS; i++)
        fprintf (file, "%d,Somebody,Of a long file\n", i);
    cr_assert_eq (fclose (file), 0);
}

//  The results that stand at their places.
static size_t s_there (const struct night *self)
{
    char path[512];
    size_t count = 0;
    for (int i = 0; i < FILES; i++) {
        snprintf (path, sizeof path, "%s/out/s%d/%02d/report.json", self->place.folder, i % SITES, i / SITES);
        count += access (path, F_OK) == 0;
    }
    return count;
}

//  Waits until more of them are there, or all, or the client has ended; false: it has.
static bool s_await_more (const struct night *self, pid_t client)
{
    size_t wanted = s_there (self) + SOME;
    siginfo_t info = {.si_pid = 0};
    for (size_t there; (there = s_there (self)) < wanted && there < FILES && info.si_pid == 0; sched_yield ())
        cr_assert_eq (waitid (P_PID, (id_t) client, &info, WEXITED | WNOHANG | WNOWAIT), 0);
    return info.si_pid == 0;
}

static pid_t s_submit (const struct night *self)
{
    const char *const words[] = {"submit",     "sites",        "--recursive", "--batch", "night",
                                 "--wait",     "-o",           "out",         "-q",      "--skip-done",
                                 "--transfer", self->transfer, "--timeout",   "30",      NULL};
    return command_line_start (&self->place, words, NULL);
}

static pid_t s_fetch (const struct night *self)
{
    const char *const words[] = {"fetch",       "night",      "-o",           "out", "-q",
                                 "--skip-done", "--transfer", self->transfer, NULL};
    return command_line_start (&self->place, words, NULL);
}

//  A client whose calls of that kind fail from the one on that `at` says, or wait while the trigger is there.
static pid_t s_start_failing (const struct night *self, pid_t (*start) (const struct night *),
                              const char *kind, const char *at)
{
    char object[1024], path[512];
    snprintf (object, sizeof object, "%s/fail_nth.so", getenv ("DMH_BUILD"));
    char *absolute = realpath (object, NULL);
    cr_assert_not_null (absolute, "%s is not built", object);
    setenv ("DMH_FAIL_KIND", kind, 1);
    unsetenv ("DMH_FAIL_WHILE");
    snprintf (path, sizeof path, "%s/trigger", self->place.folder);
    setenv (at ? "DMH_FAIL_AT" : "DMH_FAIL_WHILE", at ? at : path, 1);
    setenv ("DMH_FAIL_HOW", "on", 1);
    snprintf (path, sizeof path, "%s/mark", self->place.folder);
    setenv ("DMH_FAIL_MARK", path, 1);
    setenv ("LD_PRELOAD", absolute, 1);
    pid_t child = start (self);
    unsetenv ("LD_PRELOAD");
    free (absolute);
    return child;
}

static void s_kill_client (pid_t client)
{
    cr_assert_eq (kill (client, SIGKILL), 0);
    cr_assert_eq (waitpid (client, NULL, 0), client);
}

static void s_kill_worker (struct night *self, size_t at, size_t other)
{
    cr_assert_eq (servers_end (&self->servers, &self->servers.workers[at], SIGKILL), 128 + SIGKILL);
    servers_start_worker (&self->servers, other, "2");
}

//  The client is killed together with a worker, once some of the results are there.
static void s_first_part (struct night *self)
{
    pid_t client = s_submit (self);
    cr_assert (s_await_more (self, client), "it ended before it was killed");
    s_kill_client (client);
    s_kill_worker (self, 0, 2);
}

//  Nothing can be written from some time on, by the client: it says so of each, by the place that it has.
static void s_full_disk (struct night *self)
{
#ifndef DMH_SANITIZED
    pid_t client = s_start_failing (self, s_submit, "write", WRITES_BEFORE_FULL);
    s_kill_worker (self, 1, 3);
    struct command_result said = command_line_end (&self->place, client);
    cr_expect_eq (said.status, 1, "%s", said.err);
    cr_expect_not_null (strstr (said.err, "out/z"), "%s", said.err);
    cr_expect_not_null (strstr (said.err, "No space left on device"), "%s", said.err);
    cr_expect_null (strstr (said.err, ".dmh-"), "a scratch folder is nothing that people know: %s", said.err);
    command_result_clear (&said);
    cr_expect_eq (s_shell (&self->place, "rm mark && ! test -e out/z"), 0);
#endif
}

//  A fetch is killed while it waits for the disk.
static void s_killed_fetch (struct night *self)
{
#ifndef DMH_SANITIZED
    char path[512];
    pid_t client = s_start_failing (self, s_fetch, "held", NULL);
    bool alive = s_await_more (self, client);
    snprintf (path, sizeof path, "%s/trigger", self->place.folder);
    cr_assert_eq (mkfifo (path, 0600), 0);
    siginfo_t info = {.si_pid = 0};
    snprintf (path, sizeof path, "%s/mark", self->place.folder);
    while (alive && info.si_pid == 0 && access (path, F_OK) != 0) {
        cr_assert_eq (waitid (P_PID, (id_t) client, &info, WEXITED | WNOHANG | WNOWAIT), 0);
        sched_yield ();
    }
    s_kill_client (client);
    cr_expect_eq (s_shell (&self->place, "rm -f trigger mark"), 0);
#endif
}

static void s_expect_all (struct night *self)
{
    const struct workplace *place = &self->place;
    command_line_expect (command_line_end (place, s_fetch (self)), 0, NULL, NULL);
    cr_expect_eq (s_there (self), FILES);
    cr_expect_eq (s_shell (place, "diff -r -x report.json -x batch.json -x batch.csv base out"), 0);
    cr_expect_eq (s_shell (place, "for d in base out; do sed 's|^sites/||; s|,[0-9a-f]*$||' $d/batch.csv | "
                                  "sort >$d.rows; done; diff base.rows out.rows"),
                  0, "the index");
    cr_expect_eq (s_shell (place, "test $(wc -l <out.rows) -eq 122"), 0);
    cr_expect_neq (s_shell (place, "ls -A out out/s0 | grep dmh"), 0, "a scratch folder is left");
    command_line_expect (CALL (place, "verify", "out", "--quiet"), 0, NULL, NULL);
}

static void s_play (const char *transfer)
{
    struct night self = {.transfer = transfer};
    workplace_make (&self.place);
    self.servers.place = &self.place;
    s_write_inputs (&self.place);
    command_line_expect (CALL (&self.place, "run", "sites", "--recursive", "-o", "base", "-q"), 0, NULL,
                         NULL);
    servers_start_broker (&self.servers, false);
    servers_start_worker (&self.servers, 0, "2");
    servers_start_worker (&self.servers, 1, "2");
    setenv ("DMH_BROKER", self.servers.front, 1);
    s_first_part (&self);
    s_full_disk (&self);
    command_line_expect (CALL (&self.place, "watch", "night", "-q"), 0, NULL, NULL);
    s_killed_fetch (&self);
    s_expect_all (&self);
    servers_stop (&self.servers);
    workplace_remove (&self.place);
}

Test (batch_resumed, on_a_shared_disk_the_morning_finds_what_an_undisturbed_run_makes, .timeout = 300)
{
    s_play ("auto");
}

Test (batch_resumed, by_way_of_the_broker_the_morning_finds_what_an_undisturbed_run_makes, .timeout = 300)
{
    s_play ("always");
}

//  dmh run in its place, killed while it waits for the disk.
Test (batch_resumed, a_run_that_was_killed_goes_on_to_the_same_end, .timeout = 300)
{
    struct workplace place;
    workplace_make (&place);
    s_write_inputs (&place);
    command_line_expect (CALL (&place, "run", "sites", "--recursive", "-o", "base", "-q"), 0, NULL, NULL);
    struct night self = {.place = place};
    for (int i = 0; i < 2; i++) {
        static const char *const WORDS[] = {"run", "sites", "--recursive", "-o",
                                            "out", "-q",    "--skip-done", NULL};
        pid_t client = command_line_start (&place, WORDS, NULL);
        s_await_more (&self, client);
        s_kill_client (client);
    }
    command_line_expect (CALL (&place, "run", "sites", "--recursive", "-o", "out", "-q", "--skip-done"), 0,
                         NULL, NULL);
    cr_expect_eq (s_shell (&place, "diff -r -x report.json -x batch.json -x batch.csv base out"), 0);
    workplace_remove (&place);
}
