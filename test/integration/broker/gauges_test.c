//  gauges_test.c: what the broker's gauges stand at is what STATS answers, and its counters count what
//  happens.
#include "test/support/peers/played_peers.h"

#include "messages/base/metrics.h"

#include <criterion/criterion.h>

static void s_has (const char *part)
{
    char *text = NULL;
    size_t n = 0;
    FILE *to = open_memstream (&text, &n);
    cr_assert_not_null (to);
    metrics_write ("broker", "0", METRICS_PROMETHEUS, to);
    fclose (to);
    cr_expect_not_null (strstr (text, part), "no %s in %s", part, text);
    free (text);
}

Test (gauges, they_stand_at_what_stats_answers, .timeout = 60)
{
    struct played_peers peers;
    struct bare_request stats = {.request = ""};
    struct counters counters;
    struct job_order order;
    char running[ID_BYTES], queued[ID_BYTES], line[128];
    played_peers_open (&peers, 0);
    zsock_t *worker = played_peers_worker (&peers, "w1", 1, NULL, 0);
    played_peers_submit (&peers, "a", "a", running);
    played_peers_expect (worker, &job_order_shape, &order);
    job_order_clear (&order);
    played_peers_submit (&peers, "b", "b", queued);
    played_peers_ask (&peers, &stats_shape, &stats, &counters_shape, &counters);
    cr_assert (counters.queued == 1 && counters.running == 1 && counters.busy == 1);
    s_has ("dmh_broker_jobs{state=\"queued\"} 1\n");
    s_has ("dmh_broker_jobs{state=\"running\"} 1\n");
    s_has ("dmh_broker_workers 1\n");
    s_has ("dmh_broker_slots{state=\"busy\"} 1\n");
    s_has ("dmh_broker_slots{state=\"free\"} 0\n");
    snprintf (line, sizeof line, "dmh_broker_oldest_queued_timestamp_seconds %lld\n",
              (long long) counters.oldest_at / 1000);
    s_has (line);
    snprintf (line, sizeof line, "dmh_broker_disk_free_bytes %llu\n",
              (unsigned long long) counters.disk_free);
    s_has (line);
    struct job_request cancel = {.request = ""};
    struct job_state_reply state;
    memcpy (cancel.job, queued, sizeof cancel.job);
    played_peers_ask (&peers, &cancel_shape, &cancel, &job_state_reply_shape, &state);
    shape_clear (&job_state_reply_shape, &state);
    played_peers_ask (&peers, &stats_shape, &stats, &counters_shape, &counters);
    s_has ("dmh_broker_jobs{state=\"queued\"} 0\n");
    s_has ("dmh_broker_jobs{state=\"cancelled\"} 1\n");
    s_has ("dmh_broker_jobs_retried_total 0\n");
    played_peers_ask (&peers, &retry_shape, &cancel, &job_state_reply_shape, &state);
    shape_clear (&job_state_reply_shape, &state);
    played_peers_ask (&peers, &stats_shape, &stats, &counters_shape, &counters);
    s_has ("dmh_broker_jobs_retried_total 1\n");
    s_has ("dmh_broker_jobs{state=\"queued\"} 1\n");
    zsock_destroy (&worker);
    played_peers_close (&peers);
}

Test (gauges, a_submission_and_an_attempt_that_is_tried_again_are_counted, .timeout = 60)
{
    struct played_peers peers;
    struct job_order order;
    char job[ID_BYTES], again[ID_BYTES];
    played_peers_open (&peers, 0);
    zsock_t *worker = played_peers_worker (&peers, "w1", 1, NULL, 0);
    s_has ("dmh_broker_submit_seconds_count 0\n");
    played_peers_submit (&peers, "a", "a", job);
    s_has ("dmh_broker_submit_seconds_count 1\n");
    played_peers_submit (&peers, "a", "a", again);
    cr_assert_str_eq (again, job);
    s_has ("dmh_broker_submit_seconds_count 2\n");
    played_peers_expect (worker, &job_order_shape, &order);
    s_has ("dmh_broker_jobs_submitted_total 1\n");
    s_has ("dmh_broker_jobs_started_total 1\n");
    s_has ("dmh_broker_jobs_queued_again_total 0\n");
    cr_assert (played_peers_fail (worker, job, order.attempt, true, false));
    job_order_clear (&order);
    played_peers_expect (worker, &job_order_shape, &order);
    job_order_clear (&order);
    s_has ("dmh_broker_jobs_queued_again_total 1\n");
    s_has ("dmh_broker_jobs_started_total 2\n");
    zsock_destroy (&worker);
    played_peers_close (&peers);
}
