//  metrics_test.c: what is counted is told in the words of Prometheus and of OpenMetrics.
#include "messages/base/metrics.h"

#include "messages/version.h"

#include <criterion/criterion.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static char *s_text (const char *component, enum metrics_format format)
{
    char *text = NULL;
    size_t n = 0;
    FILE *to = open_memstream (&text, &n);
    cr_assert_not_null (to);
    metrics_write (component, DMH_VERSION, format, to);
    fclose (to);
    return text;
}

static void s_has (const char *text, const char *part)
{
    cr_expect (strstr (text, part), "no %s in %s", part, text);
}

Test (metrics, a_counter_is_told_by_label_in_both_forms)
{
    metrics_add (METRIC_WORKER_RECORDS, METRIC_RECORD_CONFLICT, 3);
    metrics_add (METRIC_WORKER_RECORDS, METRIC_RECORD_CONFLICT, 4);
    metrics_add (METRIC_JOBS_SUBMITTED, 0, 1);
    char *old = s_text ("worker", METRICS_PROMETHEUS), *open = s_text ("worker", METRICS_OPENMETRICS);
    s_has (old, "# HELP dmh_worker_records_total Records of attempts that ended");
    s_has (old, "# TYPE dmh_worker_records_total counter\ndmh_worker_records_total{became=\"written\"} 0\n");
    s_has (old, "dmh_worker_records_total{became=\"conflict\"} 7\n");
    s_has (old, "dmh_build_info{component=\"worker\",version=\"" DMH_VERSION "\"} 1\n");
    s_has (open, "# TYPE dmh_worker_records counter\ndmh_worker_records_total{became=\"written\"} 0\n");
    cr_expect_null (strstr (old, "broker"), "the other component's");
    cr_expect_null (strstr (old, "# EOF"));
    cr_expect_str_eq (open + strlen (open) - 6, "# EOF\n");
    free (old);
    free (open);
}

Test (metrics, a_histogram_counts_each_bucket_with_those_below_it)
{
    static const uint64_t MICROSECONDS[] = {0, 1000, 1001, 2500000, 3600000001};
    for (size_t i = 0; i < sizeof MICROSECONDS / sizeof *MICROSECONDS; i++)
        metrics_observe (METRIC_STORE_COMMIT_SECONDS, MICROSECONDS[i]);
    char *text = s_text ("broker", METRICS_PROMETHEUS);
    s_has (text, "# TYPE dmh_broker_store_commit_seconds histogram\n");
    s_has (text, "dmh_broker_store_commit_seconds_bucket{le=\"0.001\"} 2\n");
    s_has (text, "dmh_broker_store_commit_seconds_bucket{le=\"0.0025\"} 3\n");
    s_has (text, "dmh_broker_store_commit_seconds_bucket{le=\"1.0\"} 3\n");
    s_has (text, "dmh_broker_store_commit_seconds_bucket{le=\"5.0\"} 4\n");
    s_has (text, "dmh_broker_store_commit_seconds_bucket{le=\"3600.0\"} 4\n");
    s_has (text, "dmh_broker_store_commit_seconds_bucket{le=\"+Inf\"} 5\n");
    s_has (text, "dmh_broker_store_commit_seconds_sum 3602.502002\n");
    s_has (text, "dmh_broker_store_commit_seconds_count 5\n");
    free (text);
}

static void *s_count (void *unused)
{
    for (int i = 0; i < 10000; i++)
        metrics_add (METRIC_WORKER_BYTES, 0, 2);
    return unused;
}

Test (metrics, threads_lose_no_count)
{
    pthread_t threads[4];
    metrics_reset ();
    for (size_t i = 0; i < 4; i++)
        cr_assert_eq (pthread_create (&threads[i], NULL, s_count, NULL), 0);
    for (size_t i = 0; i < 4; i++)
        pthread_join (threads[i], NULL);
    char *text = s_text ("worker", METRICS_PROMETHEUS);
    s_has (text, "dmh_worker_input_bytes_total 80000\n");
    free (text);
}

Test (metrics, a_histogram_of_bytes_has_buckets_of_bytes)
{
    static const uint64_t BYTES[] = {0, 1000, 1001, 100000000000, 100000000001};
    for (size_t i = 0; i < sizeof BYTES / sizeof *BYTES; i++)
        metrics_observe (METRIC_WORKER_ATTEMPT_BYTES, BYTES[i]);
    char *text = s_text ("worker", METRICS_PROMETHEUS);
    s_has (text,
           "# TYPE dmh_worker_attempt_bytes histogram\ndmh_worker_attempt_bytes_bucket{le=\"1000.0\"} 2\n");
    s_has (text, "dmh_worker_attempt_bytes_bucket{le=\"10000.0\"} 3\n");
    s_has (text,
           "dmh_worker_attempt_bytes_bucket{le=\"1e+11\"} 4\ndmh_worker_attempt_bytes_bucket{le=\"+Inf\"} 5\n"
           "dmh_worker_attempt_bytes_sum 200000002002\ndmh_worker_attempt_bytes_count 5\n");
    free (text);
}

Test (metrics, a_time_is_told_in_seconds)
{
    metrics_add (METRIC_WORKER_BUSY, METRIC_STAGE_WRITE, 1500000);
    metrics_add (METRIC_WORKER_BUSY, METRIC_STAGE_WRITE, 7);
    char *text = s_text ("worker", METRICS_PROMETHEUS), *open = s_text ("worker", METRICS_OPENMETRICS);
    s_has (text, "# TYPE dmh_worker_stage_busy_seconds_total counter\n");
    s_has (text, "dmh_worker_stage_busy_seconds_total{stage=\"write\"} 1.500007\n");
    s_has (open, "# TYPE dmh_worker_stage_busy_seconds counter\n");
    free (text);
    free (open);
}

Test (metrics, a_gauge_moves_up_and_down)
{
    metrics_move (METRIC_GATEWAY_STREAMS, 0, 1);
    metrics_move (METRIC_GATEWAY_STREAMS, 0, 1);
    metrics_move (METRIC_GATEWAY_STREAMS, 0, -1);
    char *text = s_text ("gateway", METRICS_PROMETHEUS);
    s_has (text, "dmh_gateway_event_streams 1\n");
    free (text);
}

Test (metrics, a_disk_is_asked_when_it_is_told_of)
{
    char *text = s_text ("worker", METRICS_PROMETHEUS);
    s_has (text, "dmh_worker_disk_free_bytes 0\n");
    free (text);
    metrics_disk (METRIC_WORKER_DISK_FREE, "/");
    text = s_text ("worker", METRICS_PROMETHEUS);
    const char *at = strstr (text, "\ndmh_worker_disk_free_bytes ");
    cr_assert_not_null (at);
    cr_expect_gt (strtoull (at + strlen ("\ndmh_worker_disk_free_bytes "), NULL, 10), 0);
    free (text);
}

//  The value of a line of this process.
static double s_process (const char *name)
{
    char *text = s_text ("worker", METRICS_PROMETHEUS), line[96];
    snprintf (line, sizeof line, "\n%s ", name);
    const char *at = strstr (text, line);
    cr_assert_not_null (at, "no %s", name);
    double value = strtod (at + strlen (line), NULL);
    free (text);
    return value;
}

Test (metrics, each_program_says_how_its_process_is)
{
    enum { MANY = 32 * 1024 * 1024 };
    double before = s_process ("process_resident_memory_bytes"), open = s_process ("process_open_fds");
    char *much = malloc (MANY);
    FILE *file = tmpfile ();
    cr_assert (much && file);
    memset (much, 1, MANY);
    cr_expect_geq (s_process ("process_resident_memory_bytes"), before + MANY / 2, "%d", much[MANY / 2]);
    cr_expect_eq (s_process ("process_open_fds"), open + 1);
    fclose (file);
    free (much);
    cr_expect_leq (s_process ("process_open_fds"), s_process ("process_max_fds"));
    cr_expect_gt (s_process ("process_cpu_seconds_total"), 0);
    //  Since 2020, and not later than now.
    double now = (double) time (NULL), started = s_process ("process_start_time_seconds");
    cr_expect (started > 1577836800 && started <= now + 1 && started > now - 600, "%f", started);
}

Test (metrics, a_gauge_stands_at_what_was_set_last_and_is_no_total)
{
    metrics_set (METRIC_SLOTS, METRIC_SLOT_BUSY, 7);
    metrics_set (METRIC_SLOTS, METRIC_SLOT_BUSY, 3);
    metrics_set (METRIC_DISK_FREE, 0, 12);
    char *old = s_text ("broker", METRICS_PROMETHEUS), *open = s_text ("broker", METRICS_OPENMETRICS);
    s_has (old, "# TYPE dmh_broker_slots gauge\ndmh_broker_slots{state=\"busy\"} 3\n");
    s_has (old, "# TYPE dmh_broker_disk_free_bytes gauge\ndmh_broker_disk_free_bytes 12\n");
    s_has (open, "# TYPE dmh_broker_slots gauge\ndmh_broker_slots{state=\"busy\"} 3\n");
    free (old);
    free (open);
}
