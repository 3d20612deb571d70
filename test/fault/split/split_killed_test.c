//  split_killed_test.c: one big file over three workers, of which one is killed, and a broker that is killed
//  again and again: the result is that of one worker, byte by byte; over SQLite and over PostgreSQL.
#define _GNU_SOURCE
#include "test/support/processes/postgres_server.h"
#include "test/support/processes/processes.h"

#include <criterion/criterion.h>
#include <signal.h>
#include <stdio.h>

enum { WORKERS = 3, ROWS = 160000, ROW_BYTES = 128, PATIENCE_S = 180 };
#define SPLIT_BYTES "1500000"    //  some eight parts

struct scene {
    struct workplace place;
    struct servers servers;
};

//  Records that repeat and contradict others far away, in other parts; line ends within quotes, where a part
//  must not end.
static void s_write_input (const struct workplace *place)
{
    char *text = malloc ((size_t) ROWS * ROW_BYTES);
    cr_assert_not_null (text);
    size_t n = (size_t) sprintf (text, "Patient ID,First Name,Last Name,DOB,Sex,Notes\n");
    for (int i = 0; i < ROWS; i++) {
        int k = i % 20 == 19 ? i * 7 % (i + 1) : i;
        n += (size_t) sprintf (text + n, "P%07d,Ann%d,Smith%d,%02d/%02d/19%02d,%c,\"%s\"\n", k, k % 97,
                               k % 89, 1 + k % 12, 1 + k % 28, k % 100, k % 2 ? 'F' : 'M',
                               i % 50 ? "a note of some length" : "a \"\"quoted\"\", line\nand another");
    }
    workplace_write (place, "big.csv", text, n);
    free (text);
}

//  `store`: NULL: SQLite in the workplace.
static void s_open (struct scene *self, const char *store)
{
    static const char *const run[] = {"dmh", "run", "--quiet", "-o", "base", "big.csv", NULL};
    *self = (struct scene){.servers = {.options = {"--split-bytes", SPLIT_BYTES, "--files-dir", "files",
                                                   store ? "--store" : NULL, store}}};
    workplace_make (&self->place);
    self->servers.place = &self->place;
    s_write_input (&self->place);
    cr_assert_eq (process_run (&self->place, run, NULL), 0);
    servers_start_broker (&self->servers, false);
    for (size_t i = 0; i < WORKERS; i++)
        servers_start_worker (&self->servers, i, "1");
    setenv ("DMH_BROKER", self->servers.front, 1);
    process_await_times (&self->place, "broker.log", "worker.registered", WORKERS);
}

static pid_t s_submit (const struct scene *self)
{
    static const char *const submit[] = {"dmh", "submit",    "--quiet", "--wait",  "-o",
                                         "out", "--timeout", "60",      "big.csv", NULL};
    return process_start (&self->place, "client.log", submit);
}

static void s_expect_same (const struct scene *self, const char *file)
{
    char folder[512];
    size_t ours_n = 0, theirs_n = 0;
    snprintf (folder, sizeof folder, "%s/out/big", self->place.folder);
    char *ours = workplace_read (folder, file, &ours_n);
    snprintf (folder, sizeof folder, "%s/base/big", self->place.folder);
    char *theirs = workplace_read (folder, file, &theirs_n);
    cr_assert (ours && theirs, "%s is not there", file);
    cr_expect (ours_n == theirs_n && memcmp (ours, theirs, ours_n) == 0, "%s is another one", file);
    free (ours);
    free (theirs);
}

//  The client has the result, which is that of one worker; it was split, and nothing of its parts is left.
static void s_judge (struct scene *self, pid_t client)
{
    static const char *const verify[] = {"dmh", "verify", "out/big", "--input", "big.csv", NULL};
    static const char *const list[] = {"dmh", "list", "--json", NULL};
    char *text = NULL, *line;
    int status = process_wait (client, PATIENCE_S);
    char *said = workplace_read (self->place.folder, "client.log", NULL);
    cr_assert_eq (status, 0, "the client: %s", said);
    free (said);
    cr_assert_eq (process_run (&self->place, verify, &text), 0, "%s", text);
    free (text);
    s_expect_same (self, "records.csv");
    s_expect_same (self, "rejects.csv");
    s_expect_same (self, "audit.ndjson");
    cr_assert_eq (process_run (&self->place, list, &text), 0, "%s", text);
    line = strchr (text, '\n');
    cr_expect (line && !line[1] && strstr (text, "\"state\":\"done\""), "%s", text);
    free (text);
    cr_expect_eq (process_log_count (&self->place, "broker.log", "job.split"), 1);
    process_await_times (&self->place, "broker.log", "job.removed", 10);    //  cut, and of each part two
}

static void s_close (struct scene *self)
{
    servers_stop (&self->servers);
    workplace_remove (&self->place);
}

static void s_kill_a_worker (const char *store)
{
    struct scene self;
    s_open (&self, store);
    pid_t client = s_submit (&self);
    process_await (&self.place, "worker1.log", "job.started");
    cr_assert_eq (servers_end (&self.servers, &self.servers.workers[1], SIGKILL), 128 + SIGKILL);
    s_judge (&self, client);
    //  It held a job, or was given one before it was known to be dead.
    cr_expect_geq (process_log_count (&self.place, "broker.log", "job.queued_again"), 1);
    s_close (&self);
}

Test (split_killed, a_worker_that_is_killed_costs_the_part_that_it_had_and_nothing_else, .timeout = 400)
{
    s_kill_a_worker (NULL);
}

Test (split_killed, over_postgresql_too, .timeout = 400)
{
    struct postgres_server database;
    if (!postgres_server_start (&database))
        return;
    s_kill_a_worker (database.url);
    postgres_server_stop (&database);
}

//  The broker that comes goes on in the log of the one that was killed.
Test (split_killed, a_broker_that_is_killed_at_every_step_goes_on_where_it_was, .timeout = 400)
{
    static const char *const STEPS[] = {"job.split", "job.started", "job.done", "job.started"};
    struct scene self;
    s_open (&self, NULL);
    pid_t client = s_submit (&self);
    for (size_t i = 0; i < sizeof STEPS / sizeof *STEPS; i++) {
        size_t before = process_log_count (&self.place, "broker.log", STEPS[i]);
        process_await_times (&self.place, "broker.log", STEPS[i], i ? before + 1 : 1);
        cr_assert_eq (servers_end (&self.servers, &self.servers.broker, SIGKILL), 128 + SIGKILL);
        servers_start_broker (&self.servers, true);
    }
    s_judge (&self, client);
    s_close (&self);
}
