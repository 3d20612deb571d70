//  submit_test.c: dmh with a broker and a worker as processes of their own: submit, follow, ask, cancel, try
//  again, fetch.
#define _GNU_SOURCE
#include "test/support/processes/command_line.h"

#include <criterion/criterion.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <sys/inotify.h>
#include <sys/wait.h>
#include <unistd.h>

//  A broker on free ports, a worker when asked for; DMH_BROKER names the broker for the calls.
struct servers {
    struct workplace place;
    char back[128];
    pid_t broker, worker;
};

static void s_endpoint (const struct servers *self, const char *name, char *out, size_t size)
{
    char *text = workplace_read (self->place.folder, "endpoints", NULL),
         *at = text ? strstr (text, name) : NULL;
    cr_assert_not_null (at, "no %s in %s", name, text ? text : "(nothing)");
    at += strlen (name);
    snprintf (out, size, "%.*s", (int) strcspn (at, "\n"), at);
    free (text);
}

static void s_start_broker (struct servers *self)
{
    char path[512], front[128];
    workplace_make (&self->place);
    self->worker = 0;
    snprintf (path, sizeof path, "%s/endpoints", self->place.folder);
    int watch = inotify_init1 (IN_CLOEXEC);
    cr_assert_geq (inotify_add_watch (watch, self->place.folder, IN_MOVED_TO), 0);
    static const char *const WORDS[] = {
        "--front",   "tcp://127.0.0.1:*", "--back",           "tcp://127.0.0.1:*",
        "--feed-in", "tcp://127.0.0.1:*", "--feed",           "tcp://127.0.0.1:*",
        "--store",   "sqlite:jobs.db",    "--endpoints-file", "endpoints",
        NULL};
    self->broker = command_line_program (&self->place, "dmh-broker", "broker", NULL, WORDS);
    while (access (path, F_OK) != 0) {
        struct pollfd wait = {watch, POLLIN, 0};
        char events[4096];
        cr_assert_gt (poll (&wait, 1, 30000), 0, "the broker does not come up");
        cr_assert_gt (read (watch, events, sizeof events), 0);
    }
    close (watch);
    s_endpoint (self, "front=", front, sizeof front);
    s_endpoint (self, "back=", self->back, sizeof self->back);
    setenv ("DMH_BROKER", front, 1);
}

static void s_start_worker (struct servers *self)
{
    const char *const words[] = {"--broker", self->back,  "--slots", "2", "--threads",
                                 "2",        "--results", "results", NULL};
    self->worker = command_line_program (&self->place, "dmh-worker", "worker", NULL, words);
}

static void s_stop (struct servers *self)
{
    pid_t children[] = {self->worker, self->broker};
    for (int i = 0; i < 2; i++) {
        int status = 0;
        if (!children[i])
            continue;
        kill (children[i], SIGTERM);
        cr_assert_eq (waitpid (children[i], &status, 0), children[i]);
        cr_expect (WIFEXITED (status) && WEXITSTATUS (status) == 0, "a server ended with %d", status);
    }
    workplace_remove (&self->place);
}

//  The first line of a call's standard output, in out.
static void s_first_line (const struct command_result *said, char *out, size_t size)
{
    snprintf (out, size, "%.*s", (int) strcspn (said->out, "\n"), said->out);
}

Test (submit, with_wait_and_a_folder_the_results_come_here_and_verify, .timeout = 120)
{
    struct servers self;
    s_start_broker (&self);
    s_start_worker (&self);
    command_line_write (&self.place, "a.csv", COMMAND_LINE_PATIENTS);
    command_line_write (&self.place, "b.csv", COMMAND_LINE_PATIENTS);
    command_line_expect (CALL (&self.place, "submit", "a.csv", "b.csv", "--wait", "-o", "here"), 0, "here/b",
                         NULL);
    command_line_expect (CALL (&self.place, "verify", "here"), 0, "here/a: whole", NULL);
    command_line_expect (CALL (&self.place, "submit", "a.csv", "--wait", "--strict", "--quiet"), 3, NULL,
                         NULL);
    command_line_write (&self.place, "events.csv", "patient_id,ward\n1,A\n1,B\n");
    command_line_expect (CALL (&self.place, "submit", "events.csv", "--wait", "--strict", "--quiet"), 3, NULL,
                         "events.csv: 1 of 2 records have the key of another one");
    command_line_expect (CALL (&self.place, "submit", "gone.csv", "--wait"), 1, NULL,
                         "gone.csv cannot be read");
    command_line_expect (CALL (&self.place, "list", "--state", "done"), 0, "b.csv", NULL);
    command_line_expect (CALL (&self.place, "workers", "--json"), 0, "\"slots\":2", NULL);
    s_stop (&self);
}

Test (submit, a_job_is_followed_asked_for_and_fetched_by_its_id, .timeout = 120)
{
    struct servers self;
    char job[64];
    s_start_broker (&self);
    command_line_write (&self.place, "a.csv", COMMAND_LINE_PATIENTS);
    struct command_result said = CALL (&self.place, "submit", "a.csv");
    cr_assert_eq (said.status, 0, "%s", said.err);
    s_first_line (&said, job, sizeof job);
    command_result_clear (&said);
    command_line_expect (CALL (&self.place, "status", job), 0, "queued", NULL);
    command_line_expect (CALL (&self.place, "fetch", job, "-o", "here"), 1, NULL, "is queued");
    s_start_worker (&self);
    command_line_expect (CALL (&self.place, "watch", job), 0, "a.csv", "a.csv: done, 5 read");
    command_line_expect (CALL (&self.place, "status", job, "--json"), 0, "\"state\":\"done\"", NULL);
    command_line_expect (CALL (&self.place, "fetch", job, "-o", "here"), 0, "here/a", NULL);
    command_line_expect (CALL (&self.place, "verify", "here/a"), 0, "whole", NULL);
    command_line_expect (CALL (&self.place, "cancel", job), 1, NULL, "is done already");
    command_line_expect (CALL (&self.place, "retry", job), 1, NULL, "is done");
    command_line_expect (CALL (&self.place, "status", "no-such-job"), 1, NULL, "no-such-job");
    s_stop (&self);
}

Test (submit, a_cancelled_job_is_tried_again_when_asked, .timeout = 120)
{
    struct servers self;
    char job[64];
    s_start_broker (&self);
    command_line_write (&self.place, "a.csv", COMMAND_LINE_PATIENTS);
    struct command_result said = CALL (&self.place, "submit", "a.csv");
    s_first_line (&said, job, sizeof job);
    command_result_clear (&said);
    command_line_expect (CALL (&self.place, "cancel", job), 0, "cancelled", NULL);
    command_line_expect (CALL (&self.place, "watch", job, "--json"), 1, "\"state\":\"cancelled\"", NULL);
    command_line_expect (CALL (&self.place, "retry", job), 0, "queued", NULL);
    s_start_worker (&self);
    command_line_expect (CALL (&self.place, "watch", "--quiet", job), 0, NULL, NULL);
    s_stop (&self);
}

Test (submit, an_interrupted_wait_ends_with_130_and_the_jobs_go_on, .timeout = 120)
{
    struct servers self;
    s_start_broker (&self);
    command_line_write (&self.place, "a.csv", COMMAND_LINE_PATIENTS);
    pid_t child =
        command_line_start (&self.place, (const char *const[]){"submit", "a.csv", "--wait", NULL}, NULL);
    for (size_t said = 0; said == 0;) {    //  the id is said once the broker has the job
        sched_yield ();
        free (workplace_read (self.place.folder, "call.out", &said));
    }
    kill (child, SIGINT);
    command_line_expect (command_line_end (&self.place, child), 130, NULL, "the jobs go on");
    s_start_worker (&self);
    command_line_expect (CALL (&self.place, "watch", "--quiet"), 0, NULL, NULL);
    command_line_expect (CALL (&self.place, "list"), 0, "done", NULL);
    s_stop (&self);
}
