//  kill_rounds_test.c: real processes, the client's too, under kill -9 and SIGSTOP at random instants, round
//  after round: every job that was acknowledged ends once, done, with the bytes of an undisturbed run, and a
//  client that comes back finds it. Four clusters of their
//  own, so that they wait at the same time. DMH_FAULT=all plays 200 rounds; DMH_SEED=N plays that round
//  alone.
#define _GNU_SOURCE
#include "test/support/peers/played_peers.h"
#include "test/support/processes/processes.h"

#include <criterion/criterion.h>
#include <poll.h>
#include <signal.h>

enum {
    CLUSTERS = 4,
    ROUNDS_ALL = 50,
    ROUNDS_FEW = 1,
    WORKERS = 2,
    INPUTS = 4,
    ROWS = 60000,
    ROW_BYTES = 128,
    WORKER_FAULTS = 2,    //  a third one may rightly make a job fail: it was tried three times
    INSTANT_MS = 400,
    CLIENT_MS = 120    //  a client is done with submitting sooner
};

struct cluster {
    struct workplace place;
    struct servers servers;
    uint64_t seed, dice;
    char jobs[INPUTS][ID_BYTES];
};

static const char *const INPUT[INPUTS] = {"lab-a", "lab-b", "people-c", "people-d"};

static unsigned s_dice (struct cluster *self, unsigned below)
{
    self->dice = self->dice * 6364136223846793005u + 1442695040888963407u;
    return (unsigned) (self->dice >> 33) % below;
}

static void s_write_input (const struct workplace *place, int which)
{
    char *text = malloc ((size_t) ROWS * ROW_BYTES), name[32];
    cr_assert_not_null (text);
    bool lab = which < 2;
    size_t n = (size_t) sprintf (text, lab ? "Patient ID,Test Code,Result Value,Units,Collected Date\n"
                                           : "MRN,First Name,Last Name,DOB,Sex\n");
    for (int i = 0; i < ROWS; i++) {
        int k = i % 50 == 49 ? i - 49 : i;    //  repeats
        if (lab)
            n += (size_t) sprintf (text + n, "P%d,2345-7,%d%s,%s,2021-04-%02d\n", k, 4 + which + k % 90,
                                   k % 97 ? "" : "x", k % 3 ? "mg/dL" : "mmol/L", 1 + k % 28);
        else
            n += (size_t) sprintf (text + n, "%d,Ann,Doe%d,%02d/%02d/1970,%s\n", which * ROWS + k,
                                   i % 1000 ? k : i, 1 + k % 12, 1 + k % 28, k % 2 ? "F" : "male");
    }
    snprintf (name, sizeof name, "%s.csv", INPUT[which]);
    workplace_write (place, name, text, n);
    free (text);
}

static void s_open (struct cluster *self)
{
    *self = (struct cluster){.seed = 0};
    workplace_make (&self->place);
    self->servers.place = &self->place;
    const char *argv[INPUTS + 6] = {"dmh", "run", "--quiet", "-o", "base"};
    for (int i = 0; i < INPUTS; i++) {
        static char names[INPUTS][32];
        snprintf (names[i], sizeof names[i], "%s.csv", INPUT[i]);
        s_write_input (&self->place, i);
        argv[5 + i] = names[i];
    }
    cr_assert_eq (process_run (&self->place, argv, NULL), 0);
    servers_start_broker (&self->servers, false);
    for (size_t w = 0; w < WORKERS; w++)
        servers_start_worker (&self->servers, w, "2");
}

//  The instants are the matter of the test, so it waits by the clock.
static void s_wait (struct cluster *self, unsigned most_ms)
{
    poll (NULL, 0, (int) s_dice (self, most_ms + 1));
}

static void s_stop_past_lease (struct cluster *self, pid_t pid)
{
    kill (pid, SIGSTOP);
    poll (NULL, 0, WORKER_SILENT_MS + 200 + (int) s_dice (self, 1000));
    kill (pid, SIGCONT);
}

static void s_hurt_worker (struct cluster *self)
{
    struct servers *servers = &self->servers;
    size_t at = s_dice (self, WORKERS);
    if (s_dice (self, 4) == 0) {
        s_stop_past_lease (self, servers->workers[at]);
        return;
    }
    cr_assert_eq (servers_end (servers, &servers->workers[at], SIGKILL), 128 + SIGKILL);
    if (s_dice (self, 2))
        s_wait (self, INSTANT_MS);
    servers_start_worker (servers, at, "2");
}

static void s_hurt_broker (struct cluster *self)
{
    struct servers *servers = &self->servers;
    if (s_dice (self, 6) == 0) {
        s_stop_past_lease (self, servers->broker);
        return;
    }
    cr_assert_eq (servers_end (servers, &servers->broker, SIGKILL), 128 + SIGKILL);
    if (s_dice (self, 2))
        s_wait (self, INSTANT_MS);
    servers_start_broker (servers, true);
}

static void s_hurt (struct cluster *self)
{
    unsigned of_workers = 0;
    for (unsigned left = 1 + s_dice (self, 4); left > 0; left--) {
        s_wait (self, INSTANT_MS);
        if (of_workers < WORKER_FAULTS && s_dice (self, 2)) {
            s_hurt_worker (self);
            of_workers++;
        } else
            s_hurt_broker (self);
    }
}

//  The ids that the client printed, in the order of the inputs: all or none.
static int s_read_jobs (struct cluster *self, const char *log, char jobs[INPUTS][ID_BYTES])
{
    char *text = workplace_read (self->place.folder, log, NULL);
    int count = 0;
    for (char *line = text ? strtok (text, "\n") : NULL; line; line = strtok (NULL, "\n"))
        if (strlen (line) == 20 && strspn (line, "0123456789abcdef") == 20 && count < INPUTS)
            memcpy (jobs[count++], line, 21);
    free (text);
    return count;
}

static void s_expect_same (struct cluster *self, const char *result, const char *input, const char *file)
{
    char folder[600];
    size_t ours_n = 0, theirs_n = 0;
    snprintf (folder, sizeof folder, "%s/%s/%s", self->place.folder, result, input);
    char *ours = workplace_read (folder, file, &ours_n);
    snprintf (folder, sizeof folder, "%s/base/%s", self->place.folder, input);
    char *theirs = workplace_read (folder, file, &theirs_n);
    cr_assert (ours && theirs, "seed %d: %s/%s/%s", (int) self->seed, result, input, file);
    cr_assert (ours_n == theirs_n && memcmp (ours, theirs, ours_n) == 0, "seed %d: %s of %s is another one",
               (int) self->seed, file, input);
    free (ours);
    free (theirs);
}

static void s_judge (struct cluster *self, struct played_peers *peers, int i)
{
    char result[40], folder[80], *text = NULL;
    snprintf (result, sizeof result, "out-%d", (int) self->seed);
    snprintf (folder, sizeof folder, "%s/%s", result, INPUT[i]);
    const char *const fetch[] = {"dmh", "fetch", self->jobs[i], "-o", result, "--quiet", NULL};
    const char *const verify[] = {"dmh", "verify", folder, NULL};
    cr_assert_eq (servers_dmh (&self->servers, fetch, &text), 0, "seed %d: %s", (int) self->seed, text);
    free (text);
    cr_assert_eq (process_run (&self->place, verify, &text), 0, "seed %d: %s", (int) self->seed, text);
    free (text);
    s_expect_same (self, result, INPUT[i], "records.csv");
    s_expect_same (self, result, INPUT[i], "rejects.csv");
    s_expect_same (self, result, INPUT[i], "audit.ndjson");
    struct job_record record = played_peers_status (peers, self->jobs[i]);
    const struct counts *counts = &record.counts;
    cr_assert_str_eq (record.state, "done", "seed %d: job %s is %s: %s", (int) self->seed, record.job,
                      record.state, record.message);
    cr_assert_eq (counts->read, ROWS);
    cr_assert_eq (counts->read, counts->written + counts->duplicates + counts->conflicts + counts->rejected);
    shape_clear (&job_record_shape, &record);
}

static pid_t s_submit (struct cluster *self, const char *log)
{
    const char *const submit[] = {"dmh",          "submit",    "lab-a.csv", "lab-b.csv", "people-c.csv",
                                  "people-d.csv", "--timeout", "60",        "--quiet",   NULL};
    setenv ("DMH_BROKER", self->servers.front, 1);
    return process_start (&self->place, log, submit);
}

//  A client that comes back: the newest jobs of the list, by name, when they are none of the last round's.
static bool s_find_jobs (struct cluster *self)
{
    const char *const list[] = {"dmh", "list", "--json", "--limit", "4", "--timeout", "60", NULL};
    char *text = NULL, found[INPUTS][ID_BYTES] = {""};
    cr_assert_eq (servers_dmh (&self->servers, list, &text), 0, "seed %d: %s", (int) self->seed, text);
    int count = 0;
    for (char *line = strtok (text, "\n"); line; line = strtok (NULL, "\n"))
        for (int i = 0; i < INPUTS; i++) {
            char name[48];
            snprintf (name, sizeof name, "\"name\":\"%s.csv\"", INPUT[i]);
            if (strstr (line, name) && strncmp (line + 8, self->jobs[i], 20) != 0) {
                snprintf (found[i], sizeof found[i], "%.20s", line + 8);    //  after {"job":"
                count++;
            }
        }
    free (text);
    cr_assert (count == 0 || count == INPUTS, "seed %d: %d jobs of one submission", (int) self->seed, count);
    if (count)
        memcpy (self->jobs, found, sizeof found);
    return count != 0;
}

//  Four jobs while the dice fall. A client that was killed comes back, and submits again if nothing is there.
static void s_submit_and_hurt (struct cluster *self)
{
    char log[32];
    snprintf (log, sizeof log, "submit-%d.log", (int) self->seed);
    pid_t client = s_submit (self, log);
    bool killed = s_dice (self, 2) == 0;
    if (killed) {
        s_wait (self, CLIENT_MS);
        kill (client, SIGKILL);
        process_wait (client, 20);    //  it may have been done
    }
    s_hurt (self);
    char printed[INPUTS][ID_BYTES];
    int count = killed ? s_read_jobs (self, log, printed) : 0;
    bool found = killed && s_find_jobs (self);
    cr_assert (found || count == 0, "seed %d: %d jobs were acknowledged and are lost", (int) self->seed,
               count);
    for (int i = 0; i < count; i++)
        cr_assert_str_eq (printed[i], self->jobs[i], "seed %d", (int) self->seed);
    if (found)
        return;
    if (killed) {
        snprintf (log, sizeof log, "again-%d.log", (int) self->seed);
        client = s_submit (self, log);
    }
    cr_assert_eq (process_wait (client, 90), 0, "seed %d", (int) self->seed);
    count = s_read_jobs (self, log, self->jobs);
    cr_assert_eq (count, INPUTS, "seed %d: %d jobs were acknowledged", (int) self->seed, count);
}

static void s_round (struct cluster *self, uint64_t seed)
{
    self->seed = seed;
    self->dice = seed * 0x9e3779b97f4a7c15u + 1;
    s_submit_and_hurt (self);
    const char *const watch[] = {"dmh",         "watch",     self->jobs[0], self->jobs[1], self->jobs[2],
                                 self->jobs[3], "--timeout", "60",          "--quiet",     NULL};
    char *text = NULL;
    cr_assert_eq (servers_dmh (&self->servers, watch, &text), 0, "seed %d: %s", (int) seed, text);
    free (text);
    struct played_peers peers;
    played_peers_visit (&peers, self->servers.front, self->servers.back, self->servers.feed);
    for (int i = 0; i < INPUTS; i++)
        s_judge (self, &peers, i);
    played_peers_leave (&peers);
}

static void s_play (uint64_t number)
{
    struct cluster cluster;
    const char *all = getenv ("DMH_FAULT"), *one = getenv ("DMH_SEED");
    uint64_t rounds = all && streq (all, "all") ? ROUNDS_ALL : ROUNDS_FEW;
    uint64_t seed = one ? strtoull (one, NULL, 10) : 0;
    if (one && seed % CLUSTERS != number)
        return;
    s_open (&cluster);
    if (one)
        s_round (&cluster, seed);
    for (uint64_t round = 0; round < rounds && !one; round++)
        s_round (&cluster, round * CLUSTERS + number);
    servers_stop (&cluster.servers);
    workplace_remove (&cluster.place);
}

#define CLUSTER(NUMBER)                                                                                      \
    Test (kill_rounds, every_acknowledged_job_ends_once_with_the_right_bytes_##NUMBER, .timeout = 3000)      \
    {                                                                                                        \
        s_play (NUMBER);                                                                                     \
    }
CLUSTER (0)
CLUSTER (1)
CLUSTER (2)
CLUSTER (3)
