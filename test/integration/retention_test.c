//  retention_test.c: jobs and results leave a broker that keeps a limited time or number of bytes: frame by
//  frame, and with real programs. What runs, what nobody has fetched, and what cannot be reached stays.
#include "broker/store/store.h"
#include "test/support/played_peers.h"
#include "test/support/processes.h"

#include <criterion/criterion.h>
#include <signal.h>
#include <unistd.h>

static struct job_record s_fetched (struct stage *stage, const char *job)
{
    struct job_request fetched = {.request = ""};
    struct job_state_reply reply;
    snprintf (fetched.job, sizeof fetched.job, "%s", job);
    stage_ask (stage, &fetched_shape, &fetched, &job_state_reply_shape, &reply);
    return reply.job;
}

static void s_fetched_refused (struct stage *stage, const char *job, const char *code, const char *part)
{
    struct job_request fetched = {.request = ""};
    snprintf (fetched.job, sizeof fetched.job, "%s", job);
    stage_ask_refused (stage, &fetched_shape, &fetched, code, part);
}

static void s_expect_gone (struct stage *stage, const char *job)
{
    struct job_request status = {.request = ""};
    snprintf (status.job, sizeof status.job, "%s", job);
    stage_ask_refused (stage, &status_shape, &status, "not_found", job);
}

//  A job that this worker has done.
static void s_do (struct stage *stage, zsock_t *worker, const char *name, char job[ID_BYTES])
{
    struct job_order order;
    stage_submit (stage, name, name, job);
    stage_expect (worker, &job_order_shape, &order);
    job_order_clear (&order);
    struct output output = {.name = "records.csv", .bytes = 10};
    struct result result = stage_result_of (job, 1);
    struct result_ack ack;
    result.outputs = &output;
    result.outputs_count = 1;
    stage_send (worker, &result_shape, &result);
    stage_expect (worker, &result_ack_shape, &ack);
    cr_assert (ack.accepted);
}

//  The next REMOVE is of this job; it is answered.
static void s_expect_removal (zsock_t *worker, const char *job, bool removed)
{
    struct remove_result removal;
    struct result result = stage_result_of (job, 1);
    stage_expect (worker, &remove_result_shape, &removal);
    cr_expect_str_eq (removal.job, job);
    cr_expect_eq (removal.attempt, 1);
    cr_expect_str_eq (removal.uri, result.uri);
    struct removed answer = {.attempt = removal.attempt, .removed = removed};
    memcpy (answer.job, removal.job, sizeof answer.job);
    stage_send (worker, &removed_shape, &answer);
}

//  Asks until the broker has forgotten the job.
static void s_await_gone (struct stage *stage, const char *job)
{
    struct list list = {.limit = 64};
    struct jobs jobs;
    for (bool there = true; there;) {
        stage_ask (stage, &list_shape, &list, &jobs_shape, &jobs);
        there = false;
        for (size_t i = 0; i < jobs.jobs_count; i++)
            there = there || streq (jobs.jobs[i].job, job);
        jobs_clear (&jobs);
    }
    s_expect_gone (stage, job);
}

//  What was said of the job before another one was queued: it ended once. An event that is sent again to a
//  newcomer has its old time.
static void s_expect_one_end (zsock_t *sub, const char *job, const char *next)
{
    int64_t ended_at = 0;
    for (struct event event = stage_event (sub); !streq (event.job, next); event = stage_event (sub)) {
        if (!streq (event.job, job) || !streq (event.state, "done"))
            continue;
        cr_expect (ended_at == 0 || ended_at == event.at, "a fetch is no change of state");
        ended_at = event.at;
    }
    cr_expect_neq (ended_at, 0);
}

Test (retention, a_fetch_is_noted_once_for_a_job_that_is_done_and_tells_nobody_else, .timeout = 60)
{
    struct stage stage;
    struct job_order order;
    char job[ID_BYTES], next[ID_BYTES];
    stage_open (&stage, 0);
    zsock_t *sub = stage_subscribe (&stage, "");
    stage_submit (&stage, "in.csv", "key", job);
    s_fetched_refused (&stage, job, "conflict", "is queued");
    s_fetched_refused (&stage, "nobody", "not_found", "nobody");
    zsock_t *worker = stage_worker (&stage, "w", 1, NULL, 0);
    stage_expect (worker, &job_order_shape, &order);
    job_order_clear (&order);
    s_fetched_refused (&stage, job, "conflict", "is running");
    cr_assert (stage_result (worker, job, 1));
    stage_await_state (&stage, job, "done");
    struct job_record record = stage_status (&stage, job);
    cr_expect_eq (record.fetched_at, 0);
    int64_t finished_at = record.finished_at;
    shape_clear (&job_record_shape, &record);
    record = s_fetched (&stage, job);
    int64_t fetched_at = record.fetched_at;
    cr_expect_geq (fetched_at, finished_at);
    shape_clear (&job_record_shape, &record);
    stage_submit (&stage, "next.csv", "next", next);
    s_expect_one_end (sub, job, next);
    stage_restart (&stage);
    record = s_fetched (&stage, job);
    cr_expect_eq (record.fetched_at, fetched_at, "the first time counts");
    cr_expect_str_eq (record.state, "done");
    shape_clear (&job_record_shape, &record);
    zsock_destroy (&sub);
    zsock_destroy (&worker);
    stage_close (&stage);
}

Test (retention, a_fetched_result_makes_room_and_its_job_goes_when_its_worker_says_so, .timeout = 60)
{
    struct stage stage;
    char first[ID_BYTES], second[ID_BYTES], third[ID_BYTES];
    stage_open (&stage, 0);
    stage.config.keep_bytes = 1;
    stage_restart (&stage);
    zsock_t *worker = stage_worker (&stage, "w", 4, NULL, 0);
    s_do (&stage, worker, "first", first);
    s_do (&stage, worker, "second", second);
    s_do (&stage, worker, "third", third);
    stage_expect_nothing (worker);    //  too many bytes, and nobody has fetched any
    struct job_record record = s_fetched (&stage, second);
    shape_clear (&job_record_shape, &record);
    s_expect_removal (worker, second, false);
    stage_expect_state (&stage, second, "done");    //  it could not
    record = s_fetched (&stage, third);
    shape_clear (&job_record_shape, &record);
    s_expect_removal (worker, second, true);    //  asked again, as it ended first
    s_expect_removal (worker, third, true);
    s_await_gone (&stage, second);
    s_await_gone (&stage, third);
    stage_expect_state (&stage, first, "done");
    //  What it says now, again or unasked, changes nothing.
    cr_expect_not (stage_result (worker, second, 1));
    struct removed unasked = {.attempt = 1, .removed = true};
    memcpy (unasked.job, first, sizeof unasked.job);
    stage_send (worker, &removed_shape, &unasked);
    stage_expect_nothing (worker);
    stage_expect_state (&stage, first, "done");
    struct bare_request stats = {.request = ""};
    struct counters counters;
    stage_ask (&stage, &stats_shape, &stats, &counters_shape, &counters);
    cr_expect_eq (counters.removed, 2);
    cr_expect_eq (counters.done, 1);
    zsock_destroy (&worker);
    stage_close (&stage);
}

//  What ended now ended two days ago.
static void s_age (struct stage *stage, const char *job)
{
    struct error error = {.code = DMH_OK};
    struct store_job found;
    store_t *store = store_open (stage->store, &error);
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
    struct stage stage;
    char old[ID_BYTES], young[ID_BYTES], failed[ID_BYTES], queued[ID_BYTES];
    struct job_order order;
    stage_open (&stage, 0);
    zsock_t *worker = stage_worker (&stage, "w1", 1, NULL, 0);
    s_do (&stage, worker, "old", old);
    s_do (&stage, worker, "young", young);
    stage_submit (&stage, "failed", "failed", failed);
    stage_expect (worker, &job_order_shape, &order);
    job_order_clear (&order);
    cr_assert (stage_fail (worker, failed, 1, false, false));
    struct bye bye = {.worker = ""};
    stage_send (worker, &bye_shape, &bye);
    stage_submit (&stage, "queued", "queued", queued);
    zsock_destroy (&worker);
    zactor_destroy (&stage.broker);
    s_age (&stage, old);
    s_age (&stage, failed);
    stage.config.keep_days = 1;
    stage_restart (&stage);
    s_await_gone (&stage, failed);    //  it has no result
    stage_expect_state (&stage, old, "done");
    worker = stage_worker (&stage, "w2", 1, NULL, 0);
    stage_expect (worker, &job_order_shape, &order);
    cr_expect_str_eq (order.job, queued);
    job_order_clear (&order);
    s_expect_removal (worker, old, true);    //  made by w1, which is gone: any worker of the host is asked
    s_await_gone (&stage, old);
    stage_expect_state (&stage, young, "done");
    stage_expect_state (&stage, queued, "running");
    zsock_destroy (&worker);
    stage_close (&stage);
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
