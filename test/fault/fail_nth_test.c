//  fail_nth_test.c: the n-th allocation, write, fsync, rename or statement of SQL fails, for every n that a
//  job's life reaches: by dmh run, in a broker, in a worker (test/fault/fail_nth.c does it). An error or the
//  right result, byte for byte; no program crashes, and no half result looks whole. DMH_FAULT=all takes every
//  n; else some of them.
#define _GNU_SOURCE
#include "../free_port.h"
#include "../process.h"

#include <criterion/criterion.h>
#include <poll.h>
#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { FEW_RUNS = 10, FEW_ROUNDS = 3, PATIENCE_MS = 60000 };

static const char PEOPLE[] = "MRN,First Name,Last Name,DOB,Sex\n"
                             "1,Ann,Doe,01/02/1970,F\n"
                             "2,Bob,Roe,02/13/1980,male\n"
                             "2,Bob,Roe,02/13/1980,male\n"
                             "2,Bob,Poe,02/13/1980,male\n"
                             ",Cat,Moe,02/13/1980,male\n"
                             "3,\"Cat, \"\"C\"\"\",Moe,02/31/1980,x\n";
static const char LABS[] =
    "[{\"patient_id\":\"1\",\"test_code\":\"2345-7\",\"value\":\"5.5\",\"unit\":\"mmol/L\","
    "\"collected_at\":\"2021-04-01\"},\n"
    "{\"patient_id\":\"2\",\"test_code\":\"2345-7\",\"value\":\"<5\",\"unit\":\"mg/dL\","
    "\"note\":\"\\u00e4\"}]\n";
static const char *const RESULTS[] = {"people", "labs"};
static const char *const FILES[] = {"records.csv", "rejects.csv", "audit.ndjson", "datapackage.json"};

struct scene {
    struct workplace place;
    const char *kind;
    long calls;    //  of that kind in an undisturbed life
};

static void s_arm (const struct scene *self, const char *kind, long at)
{
    char path[1024], mark[512], digits[24];
    snprintf (path, sizeof path, "%s/fail_nth.so", getenv ("DMH_BUILD"));
    snprintf (mark, sizeof mark, "%s/mark", self->place.folder);
    snprintf (digits, sizeof digits, "%ld", at);
    unlink (mark);
    setenv ("DMH_FAIL_KIND", kind, 1);
    setenv ("DMH_FAIL_AT", digits, 1);
    setenv ("DMH_FAIL_MARK", mark, 1);
    setenv ("LD_PRELOAD", path, 1);
}

static void s_disarm (void)
{
    unsetenv ("LD_PRELOAD");
}

//  Whether a call was made to fail; without one, how many there were.
static bool s_mark (const struct scene *self, long *calls)
{
    char *text = workplace_read (self->place.folder, "mark", NULL);
    if (calls)
        *calls = text ? strtol (text, NULL, 10) : 0;
    free (text);
    return text != NULL;
}

static void s_remove (const struct scene *self, const char *name)
{
    char command[600];
    snprintf (command, sizeof command, "rm -rf '%s/%s'", self->place.folder, name);
    cr_assert_eq (system (command), 0);
}

static bool s_open (struct scene *self)
{
#ifdef DMH_SANITIZED
    (void) self;
    printf ("SKIP: a sanitizer has an allocator of its own\n");
    return false;
#else
    *self = (struct scene){.kind = ""};
    workplace_make (&self->place);
    workplace_write (&self->place, "people.csv", PEOPLE, sizeof PEOPLE - 1);
    workplace_write (&self->place, "labs.json", LABS, sizeof LABS - 1);
    const char *const argv[] = {"dmh", "run", "--quiet", "-o", "base", "people.csv", "labs.json", NULL};
    cr_assert_eq (process_run (&self->place, argv, NULL), 0);
    return true;
#endif
}

//  A result that is there is whole and right; `all`: every one is there.
static void s_judge (const struct scene *self, const char *who, long at, bool all)
{
    for (size_t i = 0; i < sizeof RESULTS / sizeof *RESULTS; i++) {
        char ours[600], base[600];
        snprintf (ours, sizeof ours, "%s/out/%s", self->place.folder, RESULTS[i]);
        snprintf (base, sizeof base, "%s/base/%s", self->place.folder, RESULTS[i]);
        bool there = access (ours, F_OK) == 0;
        cr_assert (there || !all, "%s, %s %ld: no result of %s", who, self->kind, at, RESULTS[i]);
        for (size_t k = 0; there && k < sizeof FILES / sizeof *FILES; k++) {
            size_t n = 0, base_n = 0;
            char *text = workplace_read (ours, FILES[k], &n),
                 *right = workplace_read (base, FILES[k], &base_n);
            cr_assert (text && right && n == base_n && memcmp (text, right, n) == 0,
                       "%s, %s %ld: %s of %s is another one", who, self->kind, at, FILES[k], RESULTS[i]);
            free (text);
            free (right);
        }
        char *report = there ? workplace_read (ours, "report.json", NULL) : NULL;
        cr_assert (!there || report, "%s, %s %ld: no report", who, self->kind, at);
        free (report);
    }
}

//  One life with the n-th call failing: true when there was one to fail.
typedef bool (life_fn) (struct scene *self, long at);

//  Every n, or `few` of them that are spread over the life.
static void s_live (life_fn *life, const char *kind, long few)
{
    struct scene scene;
    const char *fault = getenv ("DMH_FAULT");
    if (!s_open (&scene))
        return;
    scene.kind = kind;
    life (&scene, 0);
    long calls = scene.calls;
    cr_assert_gt (calls, 0);
    bool all = fault && streq (fault, "all");
    long step = all || calls <= few ? 1 : calls / few;
    for (long at = step == 1 ? 1 : 1 + (long) getpid () % step; at <= calls || all; at += step)
        if (!life (&scene, at) && at > calls)
            break;
    workplace_remove (&scene.place);
}

static bool s_run (struct scene *self, long at)
{
    const char *const argv[] = {"dmh", "run", "--quiet", "-o", "out", "people.csv", "labs.json", NULL};
    char *text = NULL;
    s_remove (self, "out");
    s_arm (self, self->kind, at);
    int status = process_run (&self->place, argv, &text);
    s_disarm ();
    bool failed = s_mark (self, &self->calls);
    cr_assert_leq (status, 4, "%s %ld: status %d: %s", self->kind, at, status, text);
    cr_assert (status == 0 || *text, "%s %ld: no sentence", self->kind, at);
    cr_assert (status == 0 || failed, "%s %ld: %s", self->kind, at, text);
    s_judge (self, "run", at, status == 0);
    free (text);
    return failed;
}

//  Whether `first` ends before `second` does.
static bool s_ends_first (pid_t first, pid_t second)
{
    struct pollfd items[2] = {{(int) syscall (SYS_pidfd_open, first, 0), POLLIN, 0},
                              {(int) syscall (SYS_pidfd_open, second, 0), POLLIN, 0}};
    int rc;
    do
        rc = poll (items, 2, PATIENCE_MS);
    while (rc < 0 && errno == EINTR);
    cr_assert_gt (rc, 0, "neither client nor server ends");
    bool is = items[0].revents && !items[1].revents;
    close (items[0].fd);
    close (items[1].fd);
    return is;
}

//  Its status; 0 too when SIGTERM came before its handler was there, since the other one may end very early.
static int s_end (pid_t pid)
{
    kill (pid, SIGTERM);
    int status = process_wait (pid, 30);
    return status == 128 + SIGTERM ? 0 : status;
}

//  A life of broker, worker and client with the fault in one of the two; whoever has it may end with an
//  error, and nobody may crash.
static bool s_serve (struct scene *self, long at, bool in_broker)
{
    char front[ENDPOINT_BYTES], back[ENDPOINT_BYTES], feed_in[ENDPOINT_BYTES], feed[ENDPOINT_BYTES];
    const char *who = in_broker ? "broker" : "worker";
    free_endpoint (front);
    free_endpoint (back);
    free_endpoint (feed_in);
    free_endpoint (feed);
    const char *const broker_argv[] = {"dmh-broker", "--store",   "sqlite:store/jobs.db",
                                       "--front",    front,       "--back",
                                       back,         "--feed-in", feed_in,
                                       "--feed",     feed,        NULL};
    const char *const worker_argv[] = {"dmh-worker", "--broker",  back, "--results",
                                       "results",    "--threads", "1",  NULL};
    const char *const client_argv[] = {"dmh",      "submit",     "--wait",    "--quiet",   "-o",
                                       "out",      "people.csv", "labs.json", "--timeout", "5",
                                       "--broker", front,        NULL};
    s_remove (self, "out");
    s_remove (self, "store");
    s_remove (self, "results");
    if (in_broker)
        s_arm (self, self->kind, at);
    pid_t broker = process_start (&self->place, "broker.log", broker_argv);
    s_disarm ();
    if (!in_broker)
        s_arm (self, self->kind, at);
    pid_t worker = process_start (&self->place, "worker.log", worker_argv);
    s_disarm ();
    pid_t client = process_start (&self->place, "client.log", client_argv);
    bool left = s_ends_first (in_broker ? broker : worker, client);
    if (left)
        kill (client, SIGTERM);
    int status = process_wait (client, 60), of_worker = s_end (worker), of_broker = s_end (broker);
    bool failed = s_mark (self, &self->calls);
    cr_assert_lt (of_worker, 126, "%s, %s %ld: the worker ended by %d", who, self->kind, at, of_worker);
    cr_assert_lt (of_broker, 126, "%s, %s %ld: the broker ended by %d", who, self->kind, at, of_broker);
    cr_assert (left || status <= 4, "%s, %s %ld: the client ended by %d", who, self->kind, at, status);
    cr_assert (failed || status == 0, "%s, %s %ld: the client ended by %d", who, self->kind, at, status);
    s_judge (self, who, at, status == 0);
    return failed;
}

static bool s_broker (struct scene *self, long at)
{
    return s_serve (self, at, true);
}

static bool s_worker (struct scene *self, long at)
{
    return s_serve (self, at, false);
}

#define LIFE(WHO, KIND, LIFE_OF, FEW)                                                                        \
    Test (fail_nth, WHO##_when_the_nth_##KIND##_fails_it_is_an_error_or_the_right_result, .timeout = 3500)   \
    {                                                                                                        \
        s_live (LIFE_OF, #KIND, FEW);                                                                        \
    }
LIFE (run, alloc, s_run, 4 * FEW_RUNS)
LIFE (run, write, s_run, FEW_RUNS)
LIFE (run, sync, s_run, FEW_RUNS)
LIFE (run, rename, s_run, FEW_RUNS)
LIFE (run, sql, s_run, FEW_RUNS)
LIFE (broker, alloc, s_broker, FEW_ROUNDS)
LIFE (broker, write, s_broker, FEW_ROUNDS)
LIFE (broker, sync, s_broker, FEW_ROUNDS)
LIFE (broker, sql, s_broker, FEW_ROUNDS)
LIFE (worker, alloc, s_worker, FEW_ROUNDS)
LIFE (worker, write, s_worker, FEW_ROUNDS)
LIFE (worker, sync, s_worker, FEW_ROUNDS)
LIFE (worker, rename, s_worker, FEW_ROUNDS)
