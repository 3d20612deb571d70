//  split_hosts_test.c: three hosts of their own without a disk in common: twenty files that are joined, and
//  one big file that the workers share, while one of the hosts dies in the middle. Everything is as `dmh run`
//  makes it, byte by byte.
#define _GNU_SOURCE
#include "test/support/hosts/network.h"
#include "test/support/processes/processes.h"

#include <criterion/criterion.h>
#include <signal.h>
#include <stdio.h>

enum { FIRST, SECOND, LAST, HOSTS };    //  broker and client are on the first one, a worker is on each
enum { INPUTS = 20, ROWS = 2000, BIG_ROWS = 120000, ROW_BYTES = 96, PATIENCE_S = 240 };
#define SPLIT_BYTES "700000"    //  some six parts

struct cluster {
    struct workplace place;
    struct servers servers;
    network_t *network;
};

static void s_write_input (const struct workplace *place, const char *name, int rows, int which)
{
    char *text = malloc ((size_t) rows * ROW_BYTES + ROW_BYTES);
    cr_assert_not_null (text);
    size_t n = (size_t) sprintf (text, "Patient ID,Test Code,Result Value,Units,Collected Date\n");
    for (int i = 0; i < rows; i++) {
        int k = i % 50 == 49 ? i * 3 % (i + 1) : i;    //  repeats
        n += (size_t) sprintf (text + n, "P%d,2345-7,%d%s,%s,2021-04-%02d\n", which * 1000 + k, 4 + k % 90,
                               k % 97 ? "" : "x", k % 3 ? "mg/dL" : "mmol/L", 1 + k % 28);
    }
    workplace_write (place, name, text, n);
    free (text);
}

//  `before`, the twenty inputs, and `after`, both ended by NULL. The names are kept.
static void s_words (const char *const before[], const char *const after[], const char *argv[INPUTS + 24])
{
    static char names[INPUTS][32];
    size_t count = 0;
    while (*before)
        argv[count++] = *before++;
    for (int i = 0; i < INPUTS; i++) {
        snprintf (names[i], sizeof names[i], "lab-%02d.csv", i);
        argv[count++] = names[i];
    }
    while (*after)
        argv[count++] = *after++;
    argv[count] = NULL;
}

static void s_run_base (const struct workplace *place)
{
    static const char *const run[] = {"dmh", "run", "--quiet", "-o", "base", "--join", NULL}, *const none[] =
                                                                                                  {NULL};
    static const char *const run_big[] = {"dmh", "run", "--quiet", "-o", "base-big", "big.csv", NULL};
    const char *argv[INPUTS + 24];
    s_words (run, none, argv);
    for (int i = 0; i < INPUTS; i++)
        s_write_input (place, argv[6 + i], ROWS, i);
    s_write_input (place, "big.csv", BIG_ROWS, 0);
    cr_assert_eq (process_run (place, argv, NULL), 0);
    cr_assert_eq (process_run (place, run_big, NULL), 0);
}

static void s_endpoint (char out[128], unsigned port)
{
    snprintf (out, 128, "tcp://%s:%u", network_address (FIRST), port);
}

//  false: such hosts are not allowed here.
static bool s_open (struct cluster *self)
{
    char reason[NETWORK_REASON_BYTES];
    struct servers *servers = &self->servers;
    *self = (struct cluster){.network = network_new (HOSTS, 1, reason)};
    if (!self->network) {
        printf ("SKIP: %s\n", reason);
        return false;
    }
    workplace_make (&self->place);
    *servers = (struct servers){.place = &self->place,
                                .options = {"--insecure", "--split-bytes", SPLIT_BYTES, "--attempts", "50"}};
    s_run_base (&self->place);
    s_endpoint (servers->front, 5570);
    s_endpoint (servers->back, 5571);
    s_endpoint (servers->feed_in, 5572);
    s_endpoint (servers->feed, 5573);
    s_endpoint (servers->files, 5574);
    network_enter (self->network, FIRST);
    servers_start_broker (servers, true);
    for (size_t host = 0; host < HOSTS; host++) {
        network_enter (self->network, host);
        servers_start_worker (servers, host, "2");
    }
    network_enter (self->network, FIRST);
    setenv ("DMH_BROKER", servers->front, 1);
    process_await_times (&self->place, "broker.log", "worker.registered", HOSTS);
    return true;
}

static void s_close (struct cluster *self)
{
    servers_stop (&self->servers);
    workplace_remove (&self->place);
    network_destroy (&self->network);
}

static void s_expect_same (const struct cluster *self, const char *ours_in, const char *theirs_in,
                           const char *file)
{
    char folder[512];
    size_t ours_n = 0, theirs_n = 0;
    snprintf (folder, sizeof folder, "%s/%s", self->place.folder, ours_in);
    char *ours = workplace_read (folder, file, &ours_n);
    snprintf (folder, sizeof folder, "%s/%s", self->place.folder, theirs_in);
    char *theirs = workplace_read (folder, file, &theirs_n);
    cr_assert (ours && theirs, "%s/%s is not there", ours_in, file);
    cr_expect (ours_n == theirs_n && memcmp (ours, theirs, ours_n) == 0, "%s/%s is another one", ours_in,
               file);
    free (ours);
    free (theirs);
}

static void s_expect_result (const struct cluster *self, const char *ours, const char *theirs)
{
    static const char *const FILES[] = {"records.csv", "rejects.csv", "audit.ndjson"};
    for (size_t i = 0; i < sizeof FILES / sizeof *FILES; i++)
        s_expect_same (self, ours, theirs, FILES[i]);
}

static void s_expect_ended (const struct cluster *self, pid_t client, const char *log)
{
    int status = process_wait (client, PATIENCE_S);
    char *said = workplace_read (self->place.folder, log, NULL);
    cr_assert_eq (status, 0, "%s: %s", log, said);
    free (said);
}

//  The host is gone with all that it ran: no word of it comes any more.
static void s_kill (struct cluster *self, size_t host)
{
    network_set_link (self->network, host, &(struct network_link){.cut = true});
    cr_assert_eq (servers_end (&self->servers, &self->servers.workers[host], SIGKILL), 128 + SIGKILL);
}

Test (split_hosts, twenty_files_that_are_joined_and_a_big_one_are_what_one_host_makes_though_a_node_dies,
      .timeout = 600)
{
    static const char *const submit[] = {"dmh",    "submit",     "--quiet", "--wait",    "-o", "out",
                                         "--join", "--transfer", "always",  "--timeout", "60", NULL},
                             *const none[] = {NULL};
    static const char *const submit_big[] = {"dmh",       "submit",  "--quiet",    "--wait",
                                             "-o",        "out-big", "--transfer", "always",
                                             "--timeout", "60",      "big.csv",    NULL};
    const char *argv[INPUTS + 24];
    struct cluster self;
    if (!s_open (&self))
        return;
    pid_t big = process_start (&self.place, "big.log", submit_big);
    process_await (&self.place, "broker.log", "job.split");
    s_words (submit, none, argv);
    pid_t batch = process_start (&self.place, "batch.log", argv);
    process_await_times (&self.place, "worker2.log", "job.started", 2);
    s_kill (&self, LAST);
    s_expect_ended (&self, big, "big.log");
    s_expect_ended (&self, batch, "batch.log");
    for (int i = 0; i < INPUTS; i++) {
        char ours[32], theirs[32];
        snprintf (ours, sizeof ours, "out/lab-%02d", i);
        snprintf (theirs, sizeof theirs, "base/lab-%02d", i);
        s_expect_result (&self, ours, theirs);
    }
    s_expect_result (&self, "out/joined/lab_result", "base/joined/lab_result");
    s_expect_result (&self, "out-big/big", "base-big/big");
    cr_expect_eq (process_log_count (&self.place, "broker.log", "job.split"), 1);
    cr_expect_eq (process_log_count (&self.place, "broker.log", "job.failed"), 0);
    cr_expect_geq (process_log_count (&self.place, "broker.log", "worker.gone"), 1);
    s_close (&self);
}
