//  worker_test.c: a worker in R at a real broker: it is given jobs of its task alone, is killed, drained and
//  cancelled while R computes, and what goes wrong in R is said of the job.
#include "test/support/processes/command_line.h"
#include "test/support/processes/processes.h"
#include "test/support/processes/r_program.h"

#include <criterion/criterion.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

static const char LABS[] = "patient_id,test,value,unit,collected_at\n"
                           "007,Sodium,140,mmol/L,2024-03-05T06:07:08\n"
                           "008,Sodium,141,mmol/L,2024-03-06T06:07:08\n";

//  A task that says when it is begun, and computes until the file `go` is there; it never sleeps.
#define COMPUTES                                                                                             \
    "task <- function(input) { message('begun'); while (!file.exists('go')) dmhr::task_progress();"          \
    " list(tables = list(rows = data.frame(n = nrow(input[[1]]))), document = list(n = 2)) };"

struct scene {
    struct workplace place;
    struct servers servers;
    pid_t r;
};

//  false: there is no R.
static bool s_open (struct scene *self, bool worker)
{
    *self = (struct scene){.servers = {.place = &self->place}};
    workplace_make (&self->place);
    if (!r_program_is ()) {
        workplace_remove (&self->place);
        return false;
    }
    workplace_write (&self->place, "labs.csv", LABS, strlen (LABS));
    servers_start_broker (&self->servers, false);
    if (worker)
        servers_start_worker (&self->servers, 0, "2");
    return true;
}

//  A worker in R with that task; `more` are further arguments of work.
static pid_t s_start_r (struct scene *self, const char *log, const char *task, const char *more)
{
    char code[2048];
    snprintf (code, sizeof code,
              "%s dmhr::work('%s', task, results = 'r-results', data_root = getwd(), log_level = "
              "'debug'%s); message('over')",
              task, self->servers.back, more);
    return r_program_start (&self->place, log, code);
}

static void s_start (struct scene *self, const char *task, const char *more)
{
    self->r = s_start_r (self, "r.log", task, more);
    process_await (&self->place, "r.log", "worker.registered");
}

static void s_close (struct scene *self)
{
    if (self->r) {
        cr_expect_eq (kill (self->r, SIGTERM), 0);
        cr_expect_eq (process_wait (self->r, 60), 0);
    }
    servers_stop (&self->servers);
    workplace_remove (&self->place);
}

//  Submits the laboratory results and what describes them; the id of the latter.
static void s_submit (struct scene *self, char job[32])
{
    char *out = NULL;
    cr_assert_eq (servers_dmh (&self->servers,
                               (const char *[]){"dmh", "submit", "labs.csv", "--then", "statistics",
                                                "--batch", "night", NULL},
                               &out),
                  0, "%s", out);
    const char *last = strrchr (out, '\n');
    while (last && last > out && last[-1] != '\n')
        last--;
    cr_assert (last && sscanf (last, "%31s", job) == 1, "%s", out);
    free (out);
}

//  Waits for its end, which has to be that state with that sentence.
static void s_await (struct scene *self, const char *job, const char *state, const char *sentence)
{
    char *out = NULL, wanted[64];
    servers_dmh (&self->servers, (const char *[]){"dmh", "watch", job, "--quiet", NULL}, NULL);
    cr_assert_eq (servers_dmh (&self->servers, (const char *[]){"dmh", "status", job, "--json", NULL}, &out),
                  0, "%s", out);
    snprintf (wanted, sizeof wanted, "\"state\":\"%s\"", state);
    cr_expect (strstr (out, wanted), "%s", out);
    cr_expect (strstr (out, sentence), "%s", out);
    free (out);
}

static void s_go (struct scene *self)
{
    workplace_write (&self->place, "go", "", 0);
}

Test (r_worker, makes_files_of_results_and_they_are_fetched_with_their_sums, .timeout = 180)
{
    struct scene scene;
    char job[32];
    char *out = NULL;
    if (!s_open (&scene, true))
        return;
    s_start (&scene, COMPUTES, "");
    s_submit (&scene, job);
    s_go (&scene);
    s_await (&scene, job, "done", "\"read\":2");
    cr_expect_eq (
        servers_dmh (&scene.servers, (const char *[]){"dmh", "statistics", "night", "-o", "out", NULL}, &out),
        0, "%s", out);
    free (out);
    char *rows = workplace_read (scene.place.folder, "out/statistics/rows.csv", NULL),
         *document = workplace_read (scene.place.folder, "out/statistics/statistics.json", NULL),
         *report = workplace_read (scene.place.folder, "out/statistics/report.json", NULL);
    cr_assert (rows && document && report);
    cr_expect_str_eq (rows, "n\n2\n");
    cr_expect (strstr (document, "\"n\": 2"), "%s", document);
    //  printf 'n\n2\n' | sha256sum
    cr_expect (strstr (report, "eeedcad97a0bc43e530a2b57610e3cea1ce47cf1f2a6bbd3baaeef146927d603"), "%s",
               report);
    free (rows);
    free (document);
    free (report);
    s_close (&scene);
}

Test (r_worker, alone_is_given_no_input_to_harmonize, .timeout = 180)
{
    struct scene scene;
    char *out = NULL;
    if (!s_open (&scene, false))
        return;
    s_start (&scene, COMPUTES, "");
    cr_assert_eq (servers_dmh (&scene.servers, (const char *[]){"dmh", "submit", "labs.csv", NULL}, &out), 0);
    out[strcspn (out, "\n")] = 0;
    char *said = NULL;
    cr_expect_eq (servers_dmh (&scene.servers, (const char *[]){"dmh", "status", out, "--json", NULL}, &said),
                  0);
    cr_expect (strstr (said, "\"state\":\"queued\""), "%s", said);
    cr_expect (strstr (said, "no worker that is registered writes csv"), "%s", said);
    free (said);
    free (out);
    s_close (&scene);
}

Test (r_worker, that_is_missing_is_waited_for_and_the_job_says_so, .timeout = 180)
{
    struct scene scene;
    char job[32];
    char *said = NULL;
    if (!s_open (&scene, true))
        return;
    s_submit (&scene, job);
    process_await (&scene.place, "worker0.log", "result.accepted");
    cr_expect_eq (servers_dmh (&scene.servers, (const char *[]){"dmh", "status", job, "--json", NULL}, &said),
                  0);
    cr_expect (strstr (said, "\"state\":\"queued\""), "%s", said);
    cr_expect (strstr (said, "no worker that is registered does the task statistics"), "%s", said);
    free (said);
    s_go (&scene);
    s_start (&scene, COMPUTES, "");
    s_await (&scene, job, "done", "\"read\":2");
    s_close (&scene);
}

Test (r_worker, says_of_the_job_what_R_has_said_and_does_not_try_again, .timeout = 180)
{
    struct scene scene;
    char job[32];
    if (!s_open (&scene, true))
        return;
    s_start (&scene, "task <- function(input) stop('column value_number holds\\n no number');", "");
    s_submit (&scene, job);
    s_await (&scene, job, "failed", "column value_number holds no number");
    cr_expect_eq (process_log_count (&scene.place, "r.log", "job.started"), 1);
    s_close (&scene);
}

Test (r_worker, that_is_killed_while_R_computes_loses_nothing, .timeout = 240)
{
    struct scene scene;
    char job[32];
    if (!s_open (&scene, true))
        return;
    s_start (&scene, COMPUTES, "");
    s_submit (&scene, job);
    process_await (&scene.place, "r.log", "begun");
    cr_expect_eq (kill (scene.r, SIGKILL), 0);
    cr_expect_eq (process_wait (scene.r, 60), 128 + SIGKILL);
    s_go (&scene);
    scene.r = s_start_r (&scene, "again.log", COMPUTES, "");
    s_await (&scene, job, "done", "\"attempt\":2");
    cr_expect_eq (process_log_count (&scene.place, "again.log", "begun"), 1);
    s_close (&scene);
}

Test (r_worker, that_is_asked_to_end_finishes_its_job_where_it_has_time_to, .timeout = 180)
{
    struct scene scene;
    char job[32];
    if (!s_open (&scene, true))
        return;
    s_start (&scene, COMPUTES, ", drain_seconds = 600");
    s_submit (&scene, job);
    process_await (&scene.place, "r.log", "begun");
    cr_expect_eq (kill (scene.r, SIGTERM), 0);
    process_await (&scene.place, "r.log", "worker.draining");
    s_go (&scene);
    cr_expect_eq (process_wait (scene.r, 60), 0);
    scene.r = 0;
    process_await (&scene.place, "r.log", "over");
    s_await (&scene, job, "done", "\"attempt\":1");
    s_close (&scene);
}

Test (r_worker, that_is_asked_to_end_at_once_interrupts_R_and_gives_its_job_back, .timeout = 180)
{
    struct scene scene;
    char job[32];
    if (!s_open (&scene, true))
        return;
    s_start (&scene, COMPUTES, "");
    s_submit (&scene, job);
    process_await (&scene.place, "r.log", "begun");
    cr_expect_eq (kill (scene.r, SIGTERM), 0);
    cr_expect_eq (process_wait (scene.r, 60), 0);
    process_await (&scene.place, "broker.log", "job.queued_again");
    s_go (&scene);
    scene.r = s_start_r (&scene, "again.log", COMPUTES, "");
    s_await (&scene, job, "done", "\"read\":2");
    s_close (&scene);
}

Test (r_worker, whose_job_is_cancelled_interrupts_R_and_takes_the_next_one, .timeout = 180)
{
    struct scene scene;
    char first[32];
    if (!s_open (&scene, true))
        return;
    s_start (&scene, COMPUTES, "");
    s_submit (&scene, first);
    process_await (&scene.place, "r.log", "begun");
    cr_expect_eq (servers_dmh (&scene.servers, (const char *[]){"dmh", "cancel", first, NULL}, NULL), 0);
    s_await (&scene, first, "cancelled", "");
    cr_expect_eq (servers_dmh (&scene.servers, (const char *[]){"dmh", "retry", first, NULL}, NULL), 0);
    process_await_times (&scene.place, "r.log", "begun", 2);
    s_go (&scene);
    s_await (&scene, first, "done", "\"read\":2");
    s_close (&scene);
}

Test (r_worker, that_its_user_interrupts_gives_its_job_back_and_ends, .timeout = 180)
{
    struct scene scene;
    char job[32];
    if (!s_open (&scene, true))
        return;
    s_start (&scene, COMPUTES, "");
    s_submit (&scene, job);
    process_await (&scene.place, "r.log", "begun");
    cr_expect_eq (kill (scene.r, SIGINT), 0);
    cr_expect_eq (process_wait (scene.r, 60), 0);
    process_await (&scene.place, "r.log", "over");
    process_await (&scene.place, "broker.log", "job.queued_again");
    s_go (&scene);
    scene.r = s_start_r (&scene, "again.log", COMPUTES, "");
    s_await (&scene, job, "done", "\"read\":2");
    s_close (&scene);
}

Test (r_worker, is_drained_by_its_broker, .timeout = 180)
{
    struct scene scene;
    char job[32];
    if (!s_open (&scene, true))
        return;
    s_start (&scene, COMPUTES, ", worker = 'mira'");
    s_submit (&scene, job);
    process_await (&scene.place, "r.log", "begun");
    cr_expect_eq (servers_dmh (&scene.servers,
                               (const char *[]){"dmh", "workers", "drain", "mira", "--no-wait", NULL}, NULL),
                  0);
    process_await (&scene.place, "r.log", "worker.draining");
    s_go (&scene);
    cr_expect_eq (process_wait (scene.r, 60), 0);
    scene.r = 0;
    s_await (&scene, job, "done", "\"attempt\":1");
    s_close (&scene);
}

//  The task that comes with the package.
Test (r_worker, describes_results_and_the_report_shows_what_it_has_made, .timeout = 180)
{
    struct scene scene;
    if (!s_open (&scene, true))
        return;
    s_start (&scene, "task <- dmhr::statistics_task;", "");
    char *out = NULL;
    cr_expect_eq (servers_dmh (&scene.servers,
                               (const char *[]){"dmh", "submit", "labs.csv", "--then", "statistics", "--wait",
                                                "-o", "out", "--reference-individuals", NULL},
                               &out),
                  0, "%s", out);
    cr_expect (strstr (out, "statistics: out/statistics"), "%s", out);
    free (out);
    command_line_expect (CALL (&scene.place, "verify", "out"), 0, "out/statistics", NULL);
    command_line_expect (CALL (&scene.place, "report", "out", "-o", "page.html"), 0, "2 results", NULL);
    char *page = workplace_read (scene.place.folder, "page.html", NULL),
         *report = workplace_read (scene.place.folder, "out/statistics/report.json", NULL);
    cr_assert (page && report);
    cr_expect (strstr (page, "<h2>Statistics</h2>"));
    cr_expect (strstr (report, "\"reference_individuals\": true"), "%s", report);
    free (page);
    free (report);
    s_close (&scene);
}
