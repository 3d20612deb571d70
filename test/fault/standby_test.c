//  standby_test.c: two brokers on one PostgreSQL, and the one that serves is killed in the middle of a job:
//  the other one takes over, worker and client find it by themselves, and the job ends once. Skipped where
//  PostgreSQL is not installed.
#define _GNU_SOURCE
#include "test/support/peers/played_peers.h"
#include "test/support/processes/postgres_server.h"
#include "test/support/processes/processes.h"
#include "test/support/processes/reserved_port.h"

#include <criterion/criterion.h>
#include <signal.h>
#include <unistd.h>

enum { ROWS = 600000, LINE_BYTES = 96 };

//  Endpoints of one broker: worker and client are told both brokers' before the second one is started.
struct endpoints {
    char front[ENDPOINT_BYTES], back[ENDPOINT_BYTES], feed_in[ENDPOINT_BYTES], feed[ENDPOINT_BYTES],
        files[ENDPOINT_BYTES];
};

static void s_reserve_endpoints (struct endpoints *out)
{
    reserved_port_endpoint (out->front);
    reserved_port_endpoint (out->back);
    reserved_port_endpoint (out->feed_in);
    reserved_port_endpoint (out->feed);
    reserved_port_endpoint (out->files);
}

static pid_t s_start_broker (const struct workplace *place, const char *log, const struct endpoints *at,
                             const char *store)
{
    const char *const argv[] = {"dmh-broker", "--store",     store,       "--front", at->front, "--back",
                                at->back,     "--feed-in",   at->feed_in, "--feed",  at->feed,  "--files",
                                at->files,    "--files-dir", "files",     NULL};
    return process_start (place, log, argv);
}

static void s_write_input (const struct workplace *place)
{
    char *text = malloc ((size_t) ROWS * LINE_BYTES);
    cr_assert_not_null (text);
    size_t n = (size_t) sprintf (text, "Patient ID,Test Code,Result Value,Units,Collected Date\n");
    for (int i = 0; i < ROWS; i++)
        n += (size_t) sprintf (text + n, "P%d,2345-7,%d,mg/dL,2021-04-%02d\n", i, 60 + i % 90, 1 + i % 28);
    workplace_write (place, "lab.csv", text, n);
    free (text);
}

//  `by_bytes`: the job is submitted before a worker is there, so that its input lies with the broker that
//  dies.
static void s_take_over (bool by_bytes)
{
    struct postgres_server database;
    if (!postgres_server_start (&database))
        return;
    struct workplace place;
    struct endpoints first, second;
    struct played_peers peers;
    char fronts[160], backs[160], results[512], job[ID_BYTES];
    workplace_make (&place);
    s_write_input (&place);
    s_reserve_endpoints (&first);
    s_reserve_endpoints (&second);
    snprintf (fronts, sizeof fronts, "%s,%s", second.front, first.front);
    snprintf (backs, sizeof backs, "%s,%s", first.back, second.back);
    snprintf (results, sizeof results, "%s/results", place.folder);
    const char *const worker_argv[] = {"dmh-worker", "--broker",    backs, "--results",
                                       results,      "--data-root", "/",   NULL};
    const char *const list[] = {"dmh", "list", "--broker", fronts, NULL};
    const char *const submit[] = {"dmh", "submit",   "lab.csv", "--wait", "-o",
                                  "out", "--broker", fronts,    NULL};
    const char *const verify[] = {"dmh", "verify", "out/lab", NULL};

    pid_t serving = s_start_broker (&place, "first.log", &first, database.url);
    cr_assert_eq (process_run (&place, list, NULL), 0);    //  it serves
    pid_t standing_by = s_start_broker (&place, "second.log", &second, database.url);
    played_peers_visit (&peers, first.front, first.back, first.feed);
    zsock_t *feed = played_peers_subscribe (&peers, "");
    struct event event = {.state = ""};
    pid_t worker = 0, client = 0;
    if (!by_bytes) {
        worker = process_start (&place, "worker.log", worker_argv);
        process_await (&place, "worker.log", "worker.registered");
    }
    client = process_start (&place, "client.log", submit);
    //  The one job that there is, as soon as it runs.
    while (!streq (event.state, "running")) {
        event = played_peers_event (feed);
        if (!worker)
            worker = process_start (&place, "worker.log", worker_argv);
    }
    snprintf (job, sizeof job, "%s", event.job);
    process_await (&place, "worker.log", "job.started");    //  the broker says so before the worker knows
    zsock_destroy (&feed);
    played_peers_leave (&peers);
    kill (serving, SIGKILL);
    cr_assert_eq (process_wait (serving, 10), 128 + SIGKILL);

    cr_expect_eq (process_wait (client, 60), 0);
    char *text = NULL;
    cr_expect_eq (process_run (&place, verify, &text), 0, "%s", text);
    free (text);
    played_peers_visit (&peers, second.front, second.back, second.feed);
    struct job_record record = played_peers_status (&peers, job);
    cr_expect_str_eq (record.state, "done");
    cr_expect_eq (record.attempt, 1);    //  its worker kept it
    cr_expect_eq (record.counts.read, ROWS);
    shape_clear (&job_record_shape, &record);
    played_peers_leave (&peers);
    kill (worker, SIGTERM);
    kill (standing_by, SIGTERM);
    cr_expect_eq (process_wait (worker, 20), 0);
    cr_expect_eq (process_wait (standing_by, 20), 0);
    postgres_server_stop (&database);
    workplace_remove (&place);
}

Test (standby, a_second_broker_takes_over_and_the_running_job_ends_once, .timeout = 120)
{
    s_take_over (false);
}

Test (standby, what_was_on_its_way_to_the_worker_goes_on_from_the_second_broker, .timeout = 120)
{
    s_take_over (true);
}
