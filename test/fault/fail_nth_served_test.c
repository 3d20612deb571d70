//  fail_nth_served_test.c: the n-th allocation, write, fsync, rename, statement of SQL, file, socket or
//  thread fails in a broker, on SQLite or on PostgreSQL, or in a worker, while a client has two jobs done, on
//  a shared disk or with files that travel (test/fault/fail_nth.c does it). Nobody crashes, no half result
//  looks whole; and when broker and worker live again on the same store without the fault, every job that the
//  client was told of ends done, with the right bytes, once. DMH_FAULT=all takes every n; else some of them.
//  Of allocations the first at each place counts: a broker has 20,000, most of them SQLite's at the same
//  ones.
#define _GNU_SOURCE
#include "test/support/processes/postgres_server.h"
#include "test/support/stores/failing_calls.h"

#include <criterion/criterion.h>
#ifndef DMH_SANITIZED
#include <criterion/parameterized.h>
#endif
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { FEW = 3, PATIENCE_MS = 120000, JOBS = 2, ID = 20, POSTGRESQLS = 3 };

static const struct failing_calls_job PLAY = {
    {{"people.csv", "MRN,First Name,Last Name,DOB,Sex\n"
                    "1,Ann,Doe,01/02/1970,F\n"
                    "2,Bob,Roe,02/13/1980,male\n"
                    "2,Bob,Roe,02/13/1980,male\n"
                    ",Cat,Moe,02/13/1980,male\n"},
     {"labs.json", "[{\"patient_id\":\"1\",\"test_code\":\"2345-7\",\"value\":\"5.5\",\"unit\":\"mmol/L\"},\n"
                   "{\"patient_id\":\"2\",\"test_code\":\"2345-7\",\"value\":\"<5\",\"unit\":\"mg/dL\"}]\n"}},
    {"people.csv", "labs.json"},
    {"people", "labs"}};

//  Where the fault is.
struct setting {
    const char *store;
    const char *transfer;    //  never, or always: files go through the broker
    bool in_broker;
};

//  Sockets of a name in the folder of the scene, as runs are many and ports few.
static pid_t s_start_broker (const struct failing_calls *self, const struct setting *setting)
{
    const char *const argv[] = {"dmh-broker",    "--store",     setting->store, "--front",
                                "ipc://front",   "--back",      "ipc://back",   "--feed-in",
                                "ipc://feed-in", "--feed",      "ipc://feed",   "--files",
                                "ipc://chunks",  "--files-dir", "files",        NULL};
    return process_start (&self->place, "broker.log", argv);
}

static pid_t s_start_worker (const struct failing_calls *self)
{
    const char *const argv[] = {"dmh-worker", "--broker",  "ipc://back", "--results",
                                "results",    "--threads", "1",          NULL};
    return process_start (&self->place, "worker.log", argv);
}

static pid_t s_start_client (const struct failing_calls *self, const struct setting *setting)
{
    static const char *const SUBMIT[] = {"dmh", "submit", "--wait", "--quiet", "-o", "out", NULL};
    const char *const more[] = {"--timeout",       "60", "--broker", "ipc://front", "--transfer",
                                setting->transfer, NULL};
    const char *argv[2 * FAILING_CALLS_WORDS + 1];
    failing_calls_argv (self, argv, SUBMIT, more);
    return process_start (&self->place, "client.log", argv);
}

//  Whether `first` ends before `second` does.
static bool s_ends_first (struct failing_calls *self, pid_t first, pid_t second)
{
    struct pollfd items[2] = {{(int) syscall (SYS_pidfd_open, first, 0), POLLIN, 0},
                              {(int) syscall (SYS_pidfd_open, second, 0), POLLIN, 0}};
    int rc;
    do
        rc = poll (items, 2, PATIENCE_MS);
    while (rc < 0 && errno == EINTR);
    if (rc == 0)
        failing_calls_wrong (self, "neither client nor server ends");
    bool is = items[0].revents && !items[1].revents;
    close (items[0].fd);
    close (items[1].fd);
    return is || rc == 0;
}

//  Its status; 0 too when SIGTERM came before its handler was there, since the other one may end very early.
static int s_end (pid_t pid)
{
    kill (pid, SIGTERM);
    int status = process_wait (pid, 60);
    return status == 128 + SIGTERM ? 0 : status;
}

//  The jobs that the client was told of.
static size_t s_told (const struct failing_calls *self, char jobs[JOBS][ID + 1])
{
    char *text = workplace_read (self->place.folder, "client.log", NULL), *rest = NULL;
    size_t count = 0;
    for (char *line = text ? strtok_r (text, "\n", &rest) : NULL; line && count < JOBS;
         line = strtok_r (NULL, "\n", &rest))
        if (strlen (line) == ID && strspn (line, "0123456789abcdef") == ID)
            memcpy (jobs[count++], line, ID + 1);
    free (text);
    return count;
}

static void s_ask (struct failing_calls *self, const char *const argv[], char **output)
{
    char *text = NULL;
    int status = process_run (&self->place, argv, &text);
    if (status != 0)
        failing_calls_wrong (self, "dmh %s %s afterwards: status %d: %s", argv[1], argv[2], status, text);
    if (output)
        *output = text;
    else
        free (text);
}

//  How often a word stands in the text.
static size_t s_count (const char *text, const char *word)
{
    size_t count = 0;
    for (const char *at = text; at && (at = strstr (at, word)); at++)
        count++;
    return count;
}

//  Broker and worker live again: what was told is there, and ends once.
static void s_live_again (struct failing_calls *self, const struct setting *setting, char jobs[JOBS][ID + 1],
                          size_t count)
{
    pid_t broker = s_start_broker (self, setting), worker = s_start_worker (self);
    const char *const list[] = {"dmh", "list", "--json", "--timeout", "60", "--broker", "ipc://front", NULL};
    for (size_t i = 0; i < count; i++) {
        const char *const watch[] = {"dmh", "watch",    jobs[i],       "--quiet", "--timeout",
                                     "60",  "--broker", "ipc://front", NULL};
        const char *const fetch[] = {"dmh",        "fetch",           jobs[i], "--quiet",  "-o",
                                     "again",      "--timeout",       "60",    "--broker", "ipc://front",
                                     "--transfer", setting->transfer, NULL};
        s_ask (self, watch, NULL);
        s_ask (self, fetch, NULL);
    }
    failing_calls_check (self, "again", count == JOBS);
    char *text = NULL;
    s_ask (self, list, &text);
    for (size_t i = 0; i < count; i++)
        if (s_count (text, jobs[i]) == 0)
            failing_calls_wrong (self, "job %s is missing in %s", jobs[i], text);
    if (count == JOBS && s_count (text, "\"state\":\"done\"") + s_count (text, "\"state\": \"done\"") != JOBS)
        failing_calls_wrong (self, "not every job is done, once: %s", text);
    free (text);
    int of_worker = s_end (worker), of_broker = s_end (broker);
    if (of_worker || of_broker)
        failing_calls_wrong (self, "afterwards the worker ended by %d, the broker by %d", of_worker,
                             of_broker);
}

//  A run of broker, worker and client with the fault in one of the two; whoever has it may end with an
//  error, and nobody may crash.
static bool s_serve (struct failing_calls *self, const struct setting *setting)
{
    static const char *const LEFT[] = {"out",   "store",      "files",      "results",
                                       "again", "client.log", "broker.log", "worker.log"};
    char jobs[JOBS][ID + 1];
    for (size_t i = 0; i < sizeof LEFT / sizeof *LEFT; i++)
        failing_calls_remove (self, LEFT[i]);
    if (setting->in_broker)
        failing_calls_arm (self);
    pid_t broker = s_start_broker (self, setting);
    failing_calls_disarm ();
    if (!setting->in_broker)
        failing_calls_arm (self);
    pid_t worker = s_start_worker (self);
    failing_calls_disarm ();
    pid_t client = s_start_client (self, setting);
    bool left = s_ends_first (self, setting->in_broker ? broker : worker, client);
    if (left)
        kill (client, SIGTERM);
    int status = process_wait (client, 60), of_worker = s_end (worker), of_broker = s_end (broker);
    bool struck = failing_calls_struck (self);
    size_t told = s_told (self, jobs);
    if (of_worker >= 126 || of_broker >= 126)
        failing_calls_wrong (self, "the worker ended by %d, the broker by %d", of_worker, of_broker);
    if (!left && (status > 4 || (status != 0 && !struck)))
        failing_calls_wrong (self, "the client ended by %d", status);
    failing_calls_check (self, "out", !left && status == 0);
    //  Of all runs, those that ended well go on now and then only.
    if (struck && told && (left || status != 0 || self->at % 4 == 0 || failing_calls_shards (2) == 1))
        s_live_again (self, setting, jobs, told);
    return struck;
}

static const char STORE[] = "sqlite:store/jobs.db";

static bool s_broker (struct failing_calls *self)
{
    return s_serve (self, &(struct setting){STORE, "never", true});
}

static bool s_broker_of_files (struct failing_calls *self)
{
    return s_serve (self, &(struct setting){STORE, "always", true});
}

static bool s_worker (struct failing_calls *self)
{
    return s_serve (self, &(struct setting){STORE, "never", false});
}

static bool s_worker_of_files (struct failing_calls *self)
{
    return s_serve (self, &(struct setting){STORE, "always", false});
}

#define LIFE(WHO, KIND)                                                                                      \
    FAILING_CALLS_TEST (WHO##_when_the_nth_##KIND##_fails_loses_nothing_that_was_told, &PLAY, #WHO, #KIND,   \
                        s_##WHO, FEW)
LIFE (broker, write)
LIFE (broker, sync)
LIFE (broker, sql)
LIFE (broker, open)
LIFE (broker, socket)
LIFE (broker, thread)
LIFE (broker_of_files, place)
LIFE (broker_of_files, write)
LIFE (broker_of_files, sync)
LIFE (broker_of_files, rename)
LIFE (broker_of_files, open)
LIFE (broker_of_files, socket)
LIFE (broker_of_files, thread)
LIFE (worker, write)
LIFE (worker, sync)
LIFE (worker, rename)
LIFE (worker, open)
LIFE (worker, socket)
LIFE (worker, thread)
LIFE (worker_of_files, place)
LIFE (worker_of_files, write)
//  It syncs nothing: what it hands over is on the broker's disk before it is told of.
LIFE (worker_of_files, rename)
LIFE (worker_of_files, open)
LIFE (worker_of_files, socket)
LIFE (worker_of_files, thread)

//  Every shard has a PostgreSQL of its own, every run an empty one.
static struct postgres_server s_database;

static bool s_on_postgresql (struct failing_calls *self)
{
    postgres_server_run (&s_database, "DROP SCHEMA IF EXISTS dmh CASCADE");
    return s_serve (self, &(struct setting){s_database.url, "never", true});
}

//  It finds no memory, is refused, or the connection ends before it or before its answer.
static void s_live_on_postgresql (long shard)
{
    static const char *const KINDS[] = {"sql", "refused", "cut", "deaf"};
#ifndef DMH_SANITIZED
    if (!postgres_server_start (&s_database))
        return;
#endif
    for (size_t i = 0; i < sizeof KINDS / sizeof *KINDS; i++)
        failing_calls_each (&PLAY, "broker on PostgreSQL", KINDS[i], s_on_postgresql, FEW, shard,
                            POSTGRESQLS);
    postgres_server_stop (&s_database);
}

FAILING_CALLS_TEST_OF (broker_on_postgresql_when_the_nth_statement_fails_loses_nothing_that_was_told,
                       POSTGRESQLS, s_live_on_postgresql (shard))
