//  hosts_test.c: broker, two workers and a client as hosts of their own; the link of one is cut, delayed,
//  made lossy and restored while jobs run. Whatever happens to it, every job ends once, done, with the bytes
//  of an undisturbed run. DMH_FAULT=all hurts the link of each host in every way; DMH_SEED=N throws other
//  dice.
#define _GNU_SOURCE
#include "test/support/hosts/network.h"
#include "test/support/processes/processes.h"

#include <criterion/criterion.h>
#include <signal.h>

enum { BROKER, WORKER_A, WORKER_B, CLIENT, HOSTS };
enum { INPUTS = 6, ROWS = 120000, ROW_BYTES = 96, PATIENCE_S = 120 };
static const char *const NAME[HOSTS] = {"broker", "worker0", "worker1", "client"};

struct cluster {
    struct workplace place;
    struct servers servers;
    network_t *network;
};

//  When a program's log has said something so often.
struct log_line {
    const char *log, *text;
    size_t times;
};

struct scenario {
    size_t host;
    struct network_link link;
    struct log_line from;        //  then the link is hurt,
    struct log_line until[3];    //  then restored;
    struct log_line after[3];    //  and this follows
    bool through;                //  files go through the broker
    size_t part;                 //  the link is hurt when so many bytes of an input have come there,
    size_t lost;                 //  until so many frames were lost
};

static void s_write_input (const struct workplace *place, int which)
{
    char *text = malloc ((size_t) ROWS * ROW_BYTES), name[32];
    cr_assert_not_null (text);
    size_t n = (size_t) sprintf (text, "Patient ID,Test Code,Result Value,Units,Collected Date\n");
    for (int i = 0; i < ROWS; i++) {
        int k = i % 50 == 49 ? i - 49 : i;    //  repeats
        n += (size_t) sprintf (text + n, "P%d,2345-7,%d%s,%s,2021-04-%02d\n", k, 4 + which + k % 90,
                               k % 97 ? "" : "x", k % 3 ? "mg/dL" : "mmol/L", 1 + k % 28);
    }
    snprintf (name, sizeof name, "lab-%d.csv", which);
    workplace_write (place, name, text, n);
    free (text);
}

static void s_run_base (struct cluster *self)
{
    static char names[INPUTS][32];
    const char *argv[INPUTS + 6] = {"dmh", "run", "--quiet", "-o", "base"};
    for (int i = 0; i < INPUTS; i++) {
        snprintf (names[i], sizeof names[i], "lab-%d.csv", i);
        s_write_input (&self->place, i);
        argv[5 + i] = names[i];
    }
    cr_assert_eq (process_run (&self->place, argv, NULL), 0);
}

static void s_new_key (struct cluster *self, const char *name, const char *rights)
{
    char *output = NULL;
    const char *argv[] = {"dmh",  "keys", "--keys", "keys", "new", name, rights ? "--rights" : NULL,
                          rights, NULL};
    cr_assert_eq (process_run (&self->place, argv, &output), 0, "%s", output);
    free (output);
}

static void s_start_worker (struct cluster *self, size_t host)
{
    struct servers *servers = &self->servers;
    char log[32], key[32];
    snprintf (log, sizeof log, "%s.log", NAME[host]);
    snprintf (key, sizeof key, "keys/%s.key", NAME[host]);
    const char *argv[] = {"dmh-worker",       "--broker", servers->back, "--results",
                          "results",          "--slots",  "1",           "--data-root",
                          self->place.folder, "--key",    key,           "--server-key",
                          "keys/server.pub",  NULL};
    network_enter (self->network, host);
    servers->workers[host - WORKER_A] = process_start (&self->place, log, argv);
}

static void s_endpoint (char out[128], unsigned port)
{
    snprintf (out, 128, "tcp://%s:%u", network_address (BROKER), port);
}

//  false: such hosts are not allowed here.
static bool s_open (struct cluster *self, uint64_t seed)
{
    char reason[NETWORK_REASON_BYTES];
    struct servers *servers = &self->servers;
    *self = (struct cluster){.network = network_new (HOSTS, seed, reason)};
    if (!self->network) {
        printf ("SKIP: %s\n", reason);
        return false;
    }
    workplace_make (&self->place);
    *servers =
        (struct servers){.place = &self->place, .options = {"--keys", "keys", "--attempts", "50", NULL}};
    s_run_base (self);
    s_new_key (self, "server", NULL);
    s_new_key (self, NAME[CLIENT], "client");
    s_new_key (self, NAME[WORKER_A], "worker");
    s_new_key (self, NAME[WORKER_B], "worker");
    s_endpoint (servers->front, 5570);
    s_endpoint (servers->back, 5571);
    s_endpoint (servers->feed_in, 5572);
    s_endpoint (servers->feed, 5573);
    s_endpoint (servers->files, 5574);
    network_enter (self->network, BROKER);
    servers_start_broker (servers, true);
    s_start_worker (self, WORKER_A);
    s_start_worker (self, WORKER_B);
    network_enter (self->network, CLIENT);
    setenv ("DMH_BROKER", servers->front, 1);
    setenv ("DMH_KEY", "keys/client.key", 1);
    setenv ("DMH_SERVER_KEY", "keys/server.pub", 1);
    process_await_times (&self->place, "broker.log", "worker.registered", 2);
    return true;
}

static void s_close (struct cluster *self)
{
    servers_stop (&self->servers);
    workplace_remove (&self->place);
    network_destroy (&self->network);
}

static void s_await (struct cluster *self, const struct log_line *lines, size_t count)
{
    for (size_t i = 0; i < count && lines[i].log; i++)
        process_await_times (&self->place, lines[i].log, lines[i].text, lines[i].times);
}

static void s_expect_same (struct cluster *self, int which, const char *file)
{
    char folder[512];
    size_t ours_n = 0, theirs_n = 0;
    snprintf (folder, sizeof folder, "%s/out/lab-%d", self->place.folder, which);
    char *ours = workplace_read (folder, file, &ours_n);
    snprintf (folder, sizeof folder, "%s/base/lab-%d", self->place.folder, which);
    char *theirs = workplace_read (folder, file, &theirs_n);
    cr_assert (ours && theirs, "%s of lab-%d", file, which);
    cr_assert (ours_n == theirs_n && memcmp (ours, theirs, ours_n) == 0, "%s of lab-%d is another one", file,
               which);
    free (ours);
    free (theirs);
}

static size_t s_count (const char *text, const char *part)
{
    size_t count = 0;
    for (const char *at = text; at && (at = strstr (at, part)); at += strlen (part))
        count++;
    return count;
}

//  Results, states, and what the broker has accepted.
static void s_judge (struct cluster *self)
{
    char *text = NULL, want[64];
    for (int i = 0; i < INPUTS; i++) {
        char folder[32];
        snprintf (folder, sizeof folder, "out/lab-%d", i);
        const char *const verify[] = {"dmh", "verify", folder, NULL};
        cr_assert_eq (process_run (&self->place, verify, &text), 0, "%s", text);
        free (text);
        s_expect_same (self, i, "records.csv");
        s_expect_same (self, i, "rejects.csv");
        s_expect_same (self, i, "audit.ndjson");
    }
    const char *const list[] = {"dmh", "list", "--json", "--timeout", "20", NULL};
    cr_assert_eq (process_run (&self->place, list, &text), 0, "%s", text);
    snprintf (want, sizeof want, "\"read\":%d,", ROWS);
    cr_assert_eq (s_count (text, "\"state\":\"done\""), INPUTS, "%s", text);
    cr_assert_eq (s_count (text, want), INPUTS, "%s", text);
    cr_assert_eq (s_count (text, "\n"), INPUTS, "%s", text);
    free (text);
    cr_assert_eq (process_log_count (&self->place, "broker.log", "job.done"), INPUTS);
    cr_assert_eq (process_log_count (&self->place, "broker.log", "job.failed"), 0);
}

static void s_play (const struct scenario *scenario)
{
    struct cluster self;
    const char *seed = getenv ("DMH_SEED");
    if (!s_open (&self, seed ? strtoull (seed, NULL, 10) : 1))
        return;
    const char *const submit[] = {
        "dmh",       "submit",    "lab-0.csv",  "lab-1.csv",
        "lab-2.csv", "lab-3.csv", "lab-4.csv",  "lab-5.csv",
        "--wait",    "-o",        "out",        "--timeout",
        "30",        "--quiet",   "--transfer", scenario->through ? "always" : "auto",
        NULL};
    pid_t client = process_start (&self.place, "client.log", submit);
    s_await (&self, &scenario->from, 1);
    if (scenario->part)
        process_await_bytes (&self.place, "jobs.db.files", "", ".part", scenario->part);
    uint64_t lost = network_lost (self.network);
    network_set_link (self.network, scenario->host, &scenario->link);
    s_await (&self, scenario->until, sizeof scenario->until / sizeof *scenario->until);
    network_await_lost (self.network, lost + scenario->lost);
    lost = network_lost (self.network) - lost;
    network_set_link (self.network, scenario->host, &(struct network_link){.cut = false});
    cr_assert (lost > 0 || !(scenario->link.cut || scenario->link.loss_percent), "nothing was lost");
    s_await (&self, scenario->after, sizeof scenario->after / sizeof *scenario->after);
    int status = process_wait (client, PATIENCE_S);
    char *said = workplace_read (self.place.folder, "client.log", NULL);
    cr_assert_eq (status, 0, "the client: %s", said);
    free (said);
    s_judge (&self);
    s_close (&self);
}

static bool s_all (void)
{
    const char *all = getenv ("DMH_FAULT");
    return all && streq (all, "all");
}

//  What a worker that was cut off says when it is back.
static const struct scenario CUT_WORKER = {
    .host = WORKER_A,
    .link = {.cut = true},
    .from = {"worker0.log", "job.started", 1},
    .until = {{"worker0.log", "broker.silent", 1},
              {"broker.log", "worker.gone", 1},
              {"broker.log", "job.queued_again", 1}},
    .after = {{"worker0.log", "worker.registered", 2}, {"worker0.log", "result.refused", 1}}};

static const struct scenario CUT_FOR_A_MOMENT = {.host = WORKER_A,
                                                 .link = {.cut = true},
                                                 .from = {"worker0.log", "job.started", 1},
                                                 .until = {{"worker0.log", "job.done", 1}},
                                                 .after = {{"worker0.log", "result.", 1}}};

static const struct scenario CUT_BROKER = {
    .host = BROKER,
    .link = {.cut = true},
    .from = {"broker.log", "job.started", 2},
    .until = {{"worker0.log", "broker.silent", 1}, {"worker1.log", "broker.silent", 1}},
    .after = {{"worker0.log", "worker.registered", 2}, {"worker1.log", "worker.registered", 2}}};

static const struct scenario CUT_CLIENT = {.host = CLIENT,
                                           .link = {.cut = true},
                                           .from = {"broker.log", "job.started", 1},
                                           .until = {{"broker.log", "job.done", INPUTS}}};

Test (hosts, a_worker_that_is_cut_off_loses_its_job_to_the_other_and_its_late_result_is_refused,
      .timeout = 600)
{
    s_play (&CUT_WORKER);
}

Test (hosts, a_result_that_was_finished_while_its_worker_was_cut_off_is_handed_in, .timeout = 600)
{
    s_play (&CUT_FOR_A_MOMENT);
}

Test (hosts, workers_that_lost_the_broker_find_it_again_and_hand_in_what_they_finished, .timeout = 600)
{
    s_play (&CUT_BROKER);
}

Test (hosts, a_client_that_was_cut_off_while_its_jobs_ran_gets_their_results, .timeout = 600)
{
    s_play (&CUT_CLIENT);
}

//  The link of one host, or of each in turn, until most jobs have got through in spite of it.
static void s_play_bad (const struct network_link *link, size_t host)
{
    for (size_t at = 0; at < HOSTS; at++)
        if (at == host || s_all ())
            s_play (&(struct scenario){.host = at,
                                       .link = *link,
                                       .from = {"broker.log", "job.started", 1},
                                       .until = {{"broker.log", "job.done", INPUTS - 2}}});
}

//  Nothing of its input comes any more.
static const struct scenario CUT_FROM_FILES = {.host = WORKER_A,
                                               .link = {.cut = true},
                                               .from = {"worker0.log", "job.started", 1},
                                               .until = {{"worker0.log", "broker.silent", 1},
                                                         {"broker.log", "worker.gone", 1},
                                                         {"broker.log", "job.queued_again", 1}},
                                               .after = {{"worker0.log", "worker.registered", 2}},
                                               .through = true};

Test (hosts, a_worker_that_is_cut_off_while_files_travel_costs_nothing_but_time, .timeout = 600)
{
    s_play (&CUT_FROM_FILES);
}

Test (hosts, a_client_that_is_cut_off_while_its_inputs_travel_goes_on_where_it_was, .timeout = 600)
{
    s_play (&(struct scenario){
        .host = CLIENT, .link = {.cut = true}, .through = true, .part = 256 * 1024, .lost = 8});
}

Test (hosts, files_get_through_a_link_that_loses_some_frames, .timeout = 600)
{
    s_play (&(struct scenario){.host = WORKER_B,
                               .link = {.loss_percent = 5},
                               .from = {"worker1.log", "job.started", 1},
                               .until = {{"broker.log", "job.done", INPUTS - 2}},
                               .through = true});
}

Test (hosts, jobs_get_through_a_link_that_is_slow_and_mixes_up_its_frames, .timeout = 600)
{
    s_play_bad (&(struct network_link){.delay_ms = 100, .jitter_ms = 100}, WORKER_B);
}

Test (hosts, jobs_get_through_a_link_that_loses_every_fifth_frame, .timeout = 600)
{
    s_play_bad (&(struct network_link){.loss_percent = 20}, BROKER);
}
