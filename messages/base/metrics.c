//  metrics.c: see metrics.h.
#include "messages/base/metrics.h"

#include "messages/text/terminal.h"

#include <assert.h>
#include <inttypes.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <string.h>

enum { LABELS_MAX = 4, BUCKETS = 14, MICROSECONDS = 1000000 };

static const struct row {
    const char *component, *name;    //  dmh_COMPONENT_NAME; of a counter without _total
    bool histogram, gauge;
    const char *label, *values[LABELS_MAX];
    const char *help;
} ROWS[METRIC_COUNT] = {
    [METRIC_JOBS_SUBMITTED] = {"broker", "jobs_submitted", .help = "Jobs that were acknowledged."},
    [METRIC_JOBS_RETRIED] = {"broker", "jobs_retried",
                             .help = "Jobs that were put back by who asked for it."},
    [METRIC_JOBS_STARTED] = {"broker", "jobs_started", .help = "Attempts that were given to a worker."},
    [METRIC_JOBS_ENDED] = {"broker", "jobs_ended", .label = "state",
                           .values = {"done", "failed", "cancelled"}, .help = "Jobs that ended."},
    [METRIC_STORE_COMMIT_SECONDS] = {"broker", "store_commit_seconds", true,
                                     .help = "Time that a commit took."},
    [METRIC_STORE_ERRORS] = {"broker", "store_errors", .help = "Commits that the store refused."},
    [METRIC_JOBS_OPEN] = {"broker", "jobs", .gauge = true, .label = "state", .values = {"queued", "running"},
                          .help = "Jobs that have not ended."},
    [METRIC_OLDEST_QUEUED] = {"broker", "oldest_queued_timestamp_seconds", .gauge = true,
                              .help = "When the first of the queued jobs was submitted, 0 without one."},
    [METRIC_WORKERS] = {"broker", "workers", .gauge = true, .help = "Workers that are registered."},
    [METRIC_SLOTS] = {"broker", "slots", .gauge = true, .label = "state", .values = {"busy", "free"},
                      .help = "Slots of the workers."},
    [METRIC_KEPT_BYTES] = {"broker", "kept_bytes", .gauge = true, .help = "Results and files that are kept."},
    [METRIC_DISK_FREE] = {"broker", "disk_free_bytes", .gauge = true,
                          .help = "Of the disks of store and files the one with the least."},
    [METRIC_TRANSFER_BYTES] = {"broker", "transfer_bytes", .label = "direction", .values = {"in", "out"},
                               .help = "Bytes of files that came to the broker and left it."},
    [METRIC_WORKER_ATTEMPTS] = {"worker", "attempts", .label = "end", .values = {"done", "failed"},
                                .help = "Attempts that ended."},
    [METRIC_WORKER_RECORDS] = {"worker", "records", .label = "became",
                               .values = {"written", "duplicate", "conflict", "rejected"},
                               .help = "Records of attempts that ended, by what became of them."},
    [METRIC_WORKER_BYTES] = {"worker", "input_bytes", .help = "Bytes of inputs that were read to their end."},
    [METRIC_WORKER_ATTEMPT_SECONDS] = {"worker", "attempt_seconds", true,
                                       .help = "Time that an attempt took."},
    [METRIC_GATEWAY_REQUESTS] = {"gateway", "http_requests", .label = "status",
                                 .values = {"2xx", "3xx", "4xx", "5xx"}, .help = "Requests by their status."},
    [METRIC_GATEWAY_UPLOAD_BYTES] = {"gateway", "upload_bytes", .help = "Bytes of files that came in."},
};

//  The upper ends of a histogram's buckets; above the last one is +Inf.
static const struct {
    uint64_t microseconds;
    const char *text;
} BOUNDS[BUCKETS] = {{1000, "0.001"},      {2500, "0.0025"},      {5000, "0.005"},  {10000, "0.01"},
                     {25000, "0.025"},     {50000, "0.05"},       {100000, "0.1"},  {250000, "0.25"},
                     {500000, "0.5"},      {1000000, "1.0"},      {5000000, "5.0"}, {30000000, "30.0"},
                     {300000000, "300.0"}, {3600000000, "3600.0"}};

//  Of a counter one by label; of a histogram its buckets, each without those below it, +Inf, and the sum.
static _Atomic uint64_t s_cells[METRIC_COUNT][BUCKETS + 2];

void metrics_add (enum metric metric, unsigned label, uint64_t n)
{
    assert (metric < METRIC_COUNT && !ROWS[metric].histogram && !ROWS[metric].gauge && label < LABELS_MAX);
    atomic_fetch_add_explicit (&s_cells[metric][label], n, memory_order_relaxed);
}

void metrics_set (enum metric metric, unsigned label, uint64_t value)
{
    assert (metric < METRIC_COUNT && ROWS[metric].gauge && label < LABELS_MAX);
    atomic_store_explicit (&s_cells[metric][label], value, memory_order_relaxed);
}

void metrics_observe (enum metric metric, uint64_t microseconds)
{
    size_t bucket = 0;
    assert (metric < METRIC_COUNT && ROWS[metric].histogram);
    while (bucket < BUCKETS && microseconds > BOUNDS[bucket].microseconds)
        bucket++;
    atomic_fetch_add_explicit (&s_cells[metric][bucket], 1, memory_order_relaxed);
    atomic_fetch_add_explicit (&s_cells[metric][BUCKETS + 1], microseconds, memory_order_relaxed);
}

static uint64_t s_value (size_t metric, size_t cell)
{
    return atomic_load_explicit (&s_cells[metric][cell], memory_order_relaxed);
}

static void s_histogram (size_t metric, const char *name, FILE *to)
{
    uint64_t count = 0, sum = s_value (metric, BUCKETS + 1);
    for (size_t i = 0; i <= BUCKETS; i++) {
        count += s_value (metric, i);
        terminal_print (to, "%s_bucket{le=\"%s\"} %llu\n", name, i < BUCKETS ? BOUNDS[i].text : "+Inf",
                        (unsigned long long) count);
    }
    terminal_print (to, "%s_sum %llu.%06llu\n", name, (unsigned long long) (sum / MICROSECONDS),
                    (unsigned long long) (sum % MICROSECONDS));
    terminal_print (to, "%s_count %llu\n", name, (unsigned long long) count);
}

//  A counter or a gauge.
static void s_numbers (size_t metric, const char *name, FILE *to)
{
    const struct row *row = &ROWS[metric];
    const char *ending = row->gauge ? "" : "_total";
    if (!row->label)
        terminal_print (to, "%s%s %llu\n", name, ending, (unsigned long long) s_value (metric, 0));
    for (size_t i = 0; row->label && i < LABELS_MAX && row->values[i]; i++)
        terminal_print (to, "%s%s{%s=\"%s\"} %llu\n", name, ending, row->label, row->values[i],
                        (unsigned long long) s_value (metric, i));
}

//  In OpenMetrics a counter's family is called without _total, in Prometheus with it.
void metrics_write (const char *component, const char *version, enum metrics_format format, FILE *to)
{
    for (size_t i = 0; i < METRIC_COUNT; i++) {
        const struct row *row = &ROWS[i];
        char name[64];
        const char *ending = row->histogram || row->gauge || format == METRICS_OPENMETRICS ? "" : "_total";
        if (strcmp (row->component, component) != 0)
            continue;
        snprintf (name, sizeof name, "dmh_%s_%s", component, row->name);
        terminal_print (to, "# HELP %s%s %s\n", name, ending, row->help);
        terminal_print (to, "# TYPE %s%s %s\n", name, ending,
                        row->histogram ? "histogram"
                        : row->gauge   ? "gauge"
                                       : "counter");
        if (row->histogram)
            s_histogram (i, name, to);
        else
            s_numbers (i, name, to);
    }
    terminal_print (to, "# HELP dmh_build_info The program.\n# TYPE dmh_build_info gauge\n");
    terminal_print (to, "dmh_build_info{component=\"%s\",version=\"%s\"} 1\n", component, version);
    if (format == METRICS_OPENMETRICS)
        terminal_print (to, "# EOF\n");
}

void metrics_reset (void)
{
    for (size_t i = 0; i < METRIC_COUNT; i++)
        for (size_t cell = 0; cell < BUCKETS + 2; cell++)
            atomic_store_explicit (&s_cells[i][cell], 0, memory_order_relaxed);
}
