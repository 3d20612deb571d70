//  retention_test.c: jobs and results leave a broker that keeps a limited time or number of bytes: frame by
//  frame, and with real programs. What runs, what nobody has fetched, and what cannot be reached stays.
#include "broker/store/store.h"
#include "test/support/peers/played_peers.h"
#include "test/support/processes/processes.h"

#include <criterion/criterion.h>
#include <signal.h>
#include <unistd.h>

static struct job_record s_fetched (struct played_peers *peers, const char *job)
{
    struct job_request fetched = {.request = ""};
    struct job_state_reply reply;
    snprintf (fetched.job, sizeof fetched.job, "%s", job);
    played_peers_ask (peers, &fetched_shape, &fetched, &job_state_reply_shape, &reply);
    return reply.job;
}

static void s_fetched_refused (struct played_peers *peers, const char *job, const char *code,
                               const char *part)
{
    struct job_request fetched = {.request = ""};
    snprintf (fetched.job, sizeof fetched.job, "%s", job);
    played_peers_ask_refused (peers, &fetched_shape, &fetched, code, part);
}

static void s_expect_gone (struct played_peers *peers, const char *job)
{
    struct job_request status = {.request = ""};
    snprintf (status.job, sizeof status.job, "%s", job);
    played_peers_ask_refused (peers, &status_shape, &status, "not_found", job);
}

//  A job that this worker has done.
static void s_do (struct played_peers *peers, zsock_t *worker, const char *name, char job[ID_BYTES])
{
    struct job_order order;
    played_peers_submit (peers, name, name, job);
    played_peers_expect (worker, &job_order_shape, &order);
    job_order_clear (&order);
    struct output output = {.name = "records.csv",
                            .bytes = 10,
                            .sha256 = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"};
    struct result result = played_peers_result_of (job, 1);
    struct result_ack ack;
    result.outputs = &output;
    result.outputs_count = 1;
    played_peers_send (worker, &result_shape, &result);
    played_peers_expect (worker, &result_ack_shape, &ack);
    cr_assert (ack.accepted);
}

//  The next REMOVE is of this job; it is answered.
static void s_expect_removal (zsock_t *worker, const char *job, bool removed)
{
    struct remove_result removal;
    struct result result = played_peers_result_of (job, 1);
    played_peers_expect (worker, &remove_result_shape, &removal);
    cr_expect_str_eq (removal.job, job);
    cr_expect_eq (removal.attempt, 1);
    cr_expect_str_eq (removal.uri, result.uri);
    struct removed answer = {.attempt = removal.attempt, .removed = removed};
    memcpy (answer.job, removal.job, sizeof answer.job);
    played_peers_send (worker, &removed_shape, &answer);
}

//  Asks until the broker has forgotten the job.
static void s_await_gone (struct played_peers *peers, const char *job)
{
    struct list list = {.limit = 64};
    struct jobs jobs;
    for (bool there = true; there;) {
        played_peers_ask (peers, &list_shape, &list, &jobs_shape, &jobs);
        there = false;
        for (size_t i = 0; i < jobs.jobs_count; i++)
            there = there || streq (jobs.jobs[i].job, job);
        jobs_clear (&jobs);
    }
    s_expect_gone (peers, job);
}

//  What was said of the job before another one was queued: it ended once. An event that is sent again to a
//  newcomer has its old time.
static void s_expect_one_end (zsock_t *sub, const char *job, const char *next)
{
    int64_t ended_at = 0;
    for (struct event event = played_peers_event (sub); !streq (event.job, next);
         event = played_peers_event (sub)) {
        if (!streq (event.job, job) || !streq (event.state, "done"))
            continue;
        cr_expect (ended_at == 0 || ended_at == event.at, "a fetch is no change of state");
        ended_at = event.at;
    }
    cr_expect_neq (ended_at, 0);
}

Test (retention, a_fetch_is_noted_once_for_a_job_that_is_done_and_tells_nobody_else, .timeout = 60)
{
    struct played_peers peers;
    struct job_order order;
    char job[ID_BYTES], next[ID_BYTES];
    played_peers_open (&peers, 0);
    zsock_t *sub = played_peers_subscribe (&peers, "");
    played_peers_submit (&peers, "in.csv", "key", job);
    s_fetched_refused (&peers, job, "conflict", "is queued");
    s_fetched_refused (&peers, "nobody", "not_found", "nobody");
    zsock_t *worker = played_peers_worker (&peers, "w", 1, NULL, 0);
    played_peers_expect (worker, &job_order_shape, &order);
    job_order_clear (&order);
    s_fetched_refused (&peers, job, "conflict", "is running");
    cr_assert (played_peers_result (worker, job, 1));
    played_peers_await_state (&peers, job, "done");
    struct job_record record = played_peers_status (&peers, job);
    cr_expect_eq (record.fetched_at, 0);
    int64_t finished_at = record.finished_at;
    shape_clear (&job_record_shape, &record);
    record = s_fetched (&peers, job);
    int64_t fetched_at = record.fetched_at;
    cr_expect_geq (fetched_at, finished_at);
    shape_clear (&job_record_shape, &record);
    played_peers_submit (&peers, "next.csv", "next", next);
    s_expect_one_end (sub, job, next);
    played_peers_restart (&peers);
    record = s_fetched (&peers, job);
    cr_expect_eq (record.fetched_at, fetched_at, "the first time counts");
    cr_expect_str_eq (record.state, "done");
    shape_clear (&job_record_shape, &record);
    zsock_destroy (&sub);
    zsock_destroy (&worker);
    played_peers_close (&peers);
}

Test (retention, a_fetched_result_makes_room_and_its_job_goes_when_its_worker_says_so, .timeout = 60)
{
    struct played_peers peers;
    char first[ID_BYTES], second[ID_BYTES], third[ID_BYTES];
    played_peers_open (&peers, 0);
    peers.config.keep_bytes = 1;
    played_peers_restart (&peers);
    zsock_t *worker = played_peers_worker (&peers, "w", 4, NULL, 0);
    s_do (&peers, worker, "first", first);
    s_do (&peers, worker, "second", second);
    s_do (&peers, worker, "third", third);
    played_peers_expect_nothing (worker);    //  too many bytes, and nobody has fetched any
    struct job_record record = s_fetched (&peers, second);
    shape_clear (&job_record_shape, &record);
    s_expect_removal (worker, second, false);
    played_peers_expect_state (&peers, second, "done");    //  it could not
    record = s_fetched (&peers, third);
    shape_clear (&job_record_shape, &record);
    s_expect_removal (worker, second, true);    //  asked again, as it ended first
    s_expect_removal (worker, third, true);
    s_await_gone (&peers, second);
    s_await_gone (&peers, third);
    played_peers_expect_state (&peers, first, "done");
    //  What it says now, again or unasked, changes nothing.
    cr_expect_not (played_peers_result (worker, second, 1));
    struct removed unasked = {.attempt = 1, .removed = true};
    memcpy (unasked.job, first, sizeof unasked.job);
    played_peers_send (worker, &removed_shape, &unasked);
    played_peers_expect_nothing (worker);
    played_peers_expect_state (&peers, first, "done");
    struct bare_request stats = {.request = ""};
    struct counters counters;
    played_peers_ask (&peers, &stats_shape, &stats, &counters_shape, &counters);
    cr_expect_eq (counters.removed, 2);
    cr_expect_eq (counters.done, 1);
    zsock_destroy (&worker);
    played_peers_close (&peers);
}

//  What ended now ended two days ago.
static void s_age (struct played_peers *peers, const char *job)
{
    struct error error = {.code = DMH_OK};
    struct store_job found;
    store_t *store = store_open (peers->store, &error);
    cr_assert_not_null (store, "%s", error.text);
    cr_assert_eq (store_find (store, job, &found, &error), DMH_OK, "%s", error.text);
    found.record.finished_at -= 2 * (int64_t) 86400000;
    cr_assert_eq (store_begin (store, &error), DMH_OK);
    cr_assert_eq (store_change (store, &found.record, found.tries, &error), DMH_OK, "%s", error.text);
    cr_assert_eq (store_commit (store, &error), DMH_OK);
    store_job_clear (&found);
    store_close (&store);
}

Test (retention, what_ended_too_long_ago_goes_fetched_or_not_as_soon_as_a_worker_of_its_host_is_there,
      .timeout = 60)
{
    struct played_peers peers;
    char old[ID_BYTES], young[ID_BYTES], failed[ID_BYTES], queued[ID_BYTES];
    struct job_order order;
    played_peers_open (&peers, 0);
    zsock_t *worker = played_peers_worker (&peers, "w1", 1, NULL, 0);
    s_do (&peers, worker, "old", old);
    s_do (&peers, worker, "young", young);
    played_peers_submit (&peers, "failed", "failed", failed);
    played_peers_expect (worker, &job_order_shape, &order);
    job_order_clear (&order);
    cr_assert (played_peers_fail (worker, failed, 1, false, false));
    struct bye bye = {.worker = ""};
    played_peers_send (worker, &bye_shape, &bye);
    played_peers_submit (&peers, "queued", "queued", queued);
    zsock_destroy (&worker);
    zactor_destroy (&peers.broker);
    s_age (&peers, old);
    s_age (&peers, failed);
    peers.config.keep_days = 1;
    played_peers_restart (&peers);
    s_await_gone (&peers, failed);    //  it has no result
    played_peers_expect_state (&peers, old, "done");
    worker = played_peers_worker (&peers, "w2", 1, NULL, 0);
    played_peers_expect (worker, &job_order_shape, &order);
    cr_expect_str_eq (order.job, queued);
    job_order_clear (&order);
    s_expect_removal (worker, old, true);    //  made by w1, which is gone: any worker of the host is asked
    s_await_gone (&peers, old);
    played_peers_expect_state (&peers, young, "done");
    played_peers_expect_state (&peers, queued, "running");
    zsock_destroy (&worker);
    played_peers_close (&peers);
}

//  A job that follows those two.
static void s_follow (struct played_peers *peers, const char *one, const char *other, char job[ID_BYTES])
{
    struct input input = {.uri = FOLLOWED_URI, .name = "joined"};
    struct follow_entry follows[2] = {{.input = 0}, {.input = 0}};
    struct submit submit = {
        .submit_key = "follows", .inputs = &input, .inputs_count = 1, .follows = follows, .follows_count = 2};
    struct accepted accepted;
    snprintf (follows[0].job, ID_BYTES, "%s", one);
    snprintf (follows[1].job, ID_BYTES, "%s", other);
    played_peers_ask (peers, &submit_shape, &submit, &accepted_shape, &accepted);
    snprintf (job, ID_BYTES, "%s", accepted.jobs[0].job);
    accepted_clear (&accepted);
}

Test (retention, what_an_open_job_follows_stays_beyond_its_days_until_that_one_has_ended, .timeout = 60)
{
    struct played_peers peers;
    char followed[ID_BYTES], old[ID_BYTES], other[ID_BYTES], follower[ID_BYTES];
    struct job_order order;
    played_peers_open (&peers, 0);
    zsock_t *worker = played_peers_worker (&peers, "w1", 1, NULL, 0);
    s_do (&peers, worker, "followed", followed);
    s_do (&peers, worker, "old", old);
    struct bye bye = {.worker = ""};
    played_peers_send (worker, &bye_shape, &bye);
    played_peers_submit (&peers, "other", "other", other);
    s_follow (&peers, followed, other, follower);
    zsock_destroy (&worker);
    zactor_destroy (&peers.broker);
    s_age (&peers, followed);
    s_age (&peers, old);
    peers.config.keep_days = 1;
    played_peers_restart (&peers);
    worker = played_peers_worker (&peers, "w2", 1, NULL, 0);
    played_peers_expect (worker, &job_order_shape, &order);
    cr_assert_str_eq (order.job, other);
    job_order_clear (&order);
    s_expect_removal (worker, old, true);    //  the one that ended before it was passed over
    s_await_gone (&peers, old);
    played_peers_expect_state (&peers, followed, "done");
    cr_assert (played_peers_result (worker, other, 1));
    played_peers_expect (worker, &job_order_shape, &order);
    cr_assert_str_eq (order.job, follower);
    cr_assert_eq (order.followed_count, 2);
    job_order_clear (&order);
    played_peers_expect_state (&peers, followed, "done");
    cr_assert (played_peers_result (worker, follower, 1));
    zsock_destroy (&worker);
    zactor_destroy (&peers.broker);    //  the next round is a minute away, or a start
    played_peers_restart (&peers);
    worker = played_peers_worker (&peers, "w3", 1, NULL, 0);
    s_expect_removal (worker, followed, true);
    s_await_gone (&peers, followed);
    zsock_destroy (&worker);
    played_peers_close (&peers);
}

static void s_await_removed (const struct workplace *place, const char *log, const char *job)
{
    char line[128];
    snprintf (line, sizeof line, "job.removed job=%s", job);
    process_await (place, log, line);
}

static char *s_submit (struct servers *servers, bool fetch)
{
    char *output = NULL;
    const char *submit[] = {"dmh", "submit", "in.csv", "--wait", "--json", fetch ? "-o" : NULL, "out", NULL};
    cr_assert_eq (servers_dmh (servers, submit, &output), 0, "%s", output);
    char *at = strstr (output, "\"job\":");
    at = at ? strchr (at + 6, '"') : NULL;
    cr_assert_not_null (at, "%s", output);
    char *job = strndup (at + 1, strcspn (at + 1, "\""));
    free (output);
    return job;
}

static bool s_has_result (const struct workplace *place, const char *job)
{
    char path[512];
    snprintf (path, sizeof path, "%s/results/%s.1/report.json", place->folder, job);
    return access (path, R_OK) == 0;
}

static void s_set_bytes (struct servers *servers, const char *line)
{
    workplace_write (servers->place, "broker.conf", line, strlen (line));
    kill (servers->broker, SIGHUP);
}

Test (retention, real_results_leave_the_disk_after_their_fetch_and_a_killed_worker_s_when_one_is_back,
      .timeout = 120)
{
    struct workplace place;
    struct servers servers = {.place = &place, .options = {"--config", "broker.conf", NULL}};
    char *output = NULL;
    workplace_make (&place);
    workplace_write (&place, "in.csv", "MRN,Sex\n1,F\n", 12);
    workplace_write (&place, "broker.conf", "", 0);
    servers_start_broker (&servers, false);
    servers_start_worker (&servers, 0, "2");
    process_await (&place, "broker.log", "worker.registered");    //  else the bytes travel, and the result
    char *kept = s_submit (&servers, false), *with = s_submit (&servers, true),
         *later = s_submit (&servers, false);
    const char *fetch[] = {"dmh", "fetch", later, "-o", "out2", NULL};
    cr_assert_eq (servers_dmh (&servers, fetch, &output), 0, "%s", output);
    free (output);
    const char *status[] = {"dmh", "status", with, "--json", NULL};
    cr_assert_eq (servers_dmh (&servers, status, &output), 0, "%s", output);
    cr_expect_null (strstr (output, "\"fetched_at\":\"\""), "%s", output);
    free (output);

    cr_assert_eq (servers_end (&servers, &servers.workers[0], SIGKILL), 128 + SIGKILL);
    process_await (&place, "broker.log", "worker.gone");
    s_set_bytes (&servers, "keep-bytes = 1\n");
    process_await (&place, "broker.log", "retention.waits");
    cr_expect (s_has_result (&place, with) && s_has_result (&place, later));

    servers_start_worker (&servers, 1, "2");
    s_await_removed (&place, "broker.log", with);
    s_await_removed (&place, "broker.log", later);
    cr_expect (!s_has_result (&place, with) && !s_has_result (&place, later));
    cr_expect (s_has_result (&place, kept), "nobody has fetched it");
    cr_expect_eq (servers_dmh (&servers, status, &output), 1);
    cr_expect_not_null (strstr (output, with), "%s", output);
    free (output);
    const char *verify[] = {"dmh", "verify", "out/in", NULL};    //  what was fetched stays
    cr_expect_eq (servers_dmh (&servers, verify, &output), 0, "%s", output);
    free (output);
    free (kept);
    free (with);
    free (later);
    servers_stop (&servers);
    workplace_remove (&place);
}
