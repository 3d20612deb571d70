//  metrics.c: see metrics.h.
#include "messages/base/metrics.h"

#include "messages/base/disk.h"
#include "messages/base/process_metrics.h"
#include "messages/text/terminal.h"

#include <assert.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <string.h>

enum { LABELS_MAX = 5, BUCKETS_MAX = 14, MICROSECONDS = 1000000 };

//  SECONDS and BYTES are histograms; a TIME is a counter of microseconds that is told in seconds.
enum sort { COUNTER, TIME, GAUGE, SECONDS, BYTES };

static const struct row {
    const char *component, *name;    //  dmh_COMPONENT_NAME; of a counter without _total
    enum sort sort;
    const char *label, *values[LABELS_MAX];
    const char *help;
} ROWS[METRIC_COUNT] = {
    [METRIC_JOBS_SUBMITTED] = {"broker", "jobs_submitted", .help = "Jobs that were acknowledged."},
    [METRIC_JOBS_RETRIED] = {"broker", "jobs_retried",
                             .help = "Jobs that were put back by who asked for it."},
    [METRIC_JOBS_STARTED] = {"broker", "jobs_started", .help = "Attempts that were given to a worker."},
    [METRIC_JOBS_ENDED] = {"broker", "jobs_ended", .label = "state",
                           .values = {"done", "failed", "cancelled"}, .help = "Jobs that ended."},
    [METRIC_JOBS_QUEUED_AGAIN] = {"broker", "jobs_queued_again",
                                  .help =
                                      "Attempts that were lost or failed, and whose jobs are tried again."},
    [METRIC_SUBMIT_SECONDS] =
        {"broker", "submit_seconds", SECONDS,
         .help = "Time from a submission to its acknowledgement, which follows the commit."},
    [METRIC_STORE_COMMIT_SECONDS] = {"broker", "store_commit_seconds", SECONDS,
                                     .help = "Time that a commit took."},
    [METRIC_STORE_ERRORS] = {"broker", "store_errors", .help = "Commits that the store refused."},
    [METRIC_JOBS] = {"broker", "jobs", GAUGE, .label = "state",
                     .values = {"queued", "running", "done", "failed", "cancelled"},
                     .help = "Jobs in the store."},
    [METRIC_OLDEST_QUEUED] = {"broker", "oldest_queued_timestamp_seconds", GAUGE,
                              .help = "When the first of the queued jobs was submitted, 0 without one."},
    [METRIC_WORKERS] = {"broker", "workers", GAUGE, .help = "Workers that are registered."},
    [METRIC_WORKERS_LOST] = {"broker", "workers_lost", .help = "Workers that fell silent and were given up."},
    [METRIC_SLOTS] = {"broker", "slots", GAUGE, .label = "state", .values = {"busy", "free"},
                      .help = "Slots of the workers."},
    [METRIC_KEPT_BYTES] = {"broker", "kept_bytes", GAUGE, .help = "Results and files that are kept."},
    [METRIC_DISK_FREE] = {"broker", "disk_free_bytes", GAUGE,
                          .help = "Of the disks of store and files the one with the least."},
    [METRIC_TRANSFER_BYTES] = {"broker", "transfer_bytes", .label = "direction", .values = {"in", "out"},
                               .help = "Bytes of files that came to the broker and left it."},
    [METRIC_TRANSFERS] = {"broker", "transfers", .label = "direction", .values = {"in", "out"},
                          .help = "Files that came to their end, and that left to their end."},
    [METRIC_TRANSFER_ERRORS] = {"broker", "transfer_errors", .label = "direction", .values = {"in", "out"},
                                .help = "Pieces of files that were refused."},
    [METRIC_FEED_OVERFLOWS] = {"broker", "feed_overflows",
                               .help = "Times that a subscriber read so slowly that events were dropped."},
    [METRIC_WORKER_ATTEMPTS] = {"worker", "attempts", .label = "end",
                                .values = {"done", "failed", "cancelled"}, .help = "Attempts that ended."},
    [METRIC_WORKER_READ] = {"worker", "records_read", .help = "Records that attempts that ended have read."},
    [METRIC_WORKER_RECORDS] = {"worker", "records", .label = "became",
                               .values = {"written", "duplicate", "conflict", "rejected"},
                               .help = "Records of attempts that ended, by what became of them."},
    [METRIC_WORKER_BYTES] = {"worker", "input_bytes", .help = "Bytes of inputs that were read to their end."},
    [METRIC_WORKER_ATTEMPT_SECONDS] = {"worker", "attempt_seconds", SECONDS,
                                       .help = "Time that an attempt took."},
    [METRIC_WORKER_ATTEMPT_BYTES] = {"worker", "attempt_bytes", BYTES,
                                     .help = "Bytes of its input that an attempt has read."},
    [METRIC_WORKER_SLOTS] = {"worker", "slots", GAUGE, .label = "state", .values = {"busy", "free"},
                             .help = "Slots for jobs."},
    [METRIC_WORKER_BUSY] = {"worker", "stage_busy_seconds", TIME, .label = "stage",
                            .values = {"read", "harmonize", "write"},
                            .help = "Time that the threads of a stage of the pipeline worked."},
    [METRIC_WORKER_WAITING] = {"worker", "stage_waiting_seconds", TIME, .label = "stage",
                               .values = {"read", "harmonize", "write"},
                               .help = "Time that they waited for another stage while a job was there."},
    [METRIC_WORKER_DISK_FREE] = {"worker", "disk_free_bytes", GAUGE, .help = "Of the disk of the results."},
    [METRIC_GATEWAY_REQUESTS] = {"gateway", "http_requests", .label = "status",
                                 .values = {"2xx", "3xx", "4xx", "5xx"}, .help = "Requests by their status."},
    [METRIC_GATEWAY_SECONDS] = {"gateway", "http_request_seconds", SECONDS,
                                .help = "Time from the last byte of a request to the first of its answer."},
    [METRIC_GATEWAY_SUBMIT_SECONDS] = {"gateway", "submit_seconds", SECONDS,
                                       .help = "The same, of submissions that were accepted."},
    [METRIC_GATEWAY_UPLOAD_BYTES] = {"gateway", "upload_bytes",
                                     .help = "Bytes of files that were left with the broker."},
    [METRIC_GATEWAY_UPLOADS] = {"gateway", "uploads", .help = "Files that were left with the broker."},
    [METRIC_GATEWAY_UPLOAD_ERRORS] = {"gateway", "upload_errors",
                                      .help = "Files that could not be left with the broker."},
    [METRIC_GATEWAY_STREAMS] = {"gateway", "event_streams", GAUGE,
                                .help = "Streams of events that are open."},
    [METRIC_GATEWAY_EVENTS] = {"gateway", "events", .label = "became",
                               .values = {"sent", "replaced", "dropped"},
                               .help =
                                   "Events for streams: a later one of the same job replaces one that has "
                                   "yet to be sent; dropped are those of too many jobs at once."},
    [METRIC_GATEWAY_SPOOL_BYTES] = {"gateway", "spool_bytes", GAUGE,
                                    .help = "Of uploads that are under way, in the spool."},
    [METRIC_GATEWAY_DISK_FREE] = {"gateway", "disk_free_bytes", GAUGE,
                                  .help = "Of the disk of files that are on their way."},
};

//  The upper ends of a histogram's buckets; above the last one is +Inf.
struct bound {
    uint64_t value;
    const char *text;    //  in seconds or bytes
};
static const struct bound SECOND_BOUNDS[BUCKETS_MAX] = {
    {1000, "0.001"},  {2500, "0.0025"},   {5000, "0.005"},      {10000, "0.01"},       {25000, "0.025"},
    {50000, "0.05"},  {100000, "0.1"},    {250000, "0.25"},     {500000, "0.5"},       {1000000, "1.0"},
    {5000000, "5.0"}, {30000000, "30.0"}, {300000000, "300.0"}, {3600000000, "3600.0"}};
static const struct bound BYTE_BOUNDS[] = {
    {1000, "1000.0"},      {10000, "10000.0"},     {100000, "100000.0"},
    {1000000, "1e+06"},    {10000000, "1e+07"},    {100000000, "1e+08"},
    {1000000000, "1e+09"}, {10000000000, "1e+10"}, {100000000000, "1e+11"}};

//  Of a counter one by label; of a histogram its buckets, each without those below it, +Inf, and the sum.
static _Atomic uint64_t s_cells[METRIC_COUNT][BUCKETS_MAX + 2];
//  Of gauges that stand at what a disk has left.
static const char *_Atomic s_disks[METRIC_COUNT];

static bool s_is_histogram (const struct row *row)
{
    return row->sort == SECONDS || row->sort == BYTES;
}

static size_t s_bounds (const struct row *row, const struct bound **bounds)
{
    *bounds = row->sort == SECONDS ? SECOND_BOUNDS : BYTE_BOUNDS;
    return row->sort == SECONDS ? BUCKETS_MAX : sizeof BYTE_BOUNDS / sizeof *BYTE_BOUNDS;
}

void metrics_add (enum metric metric, unsigned label, uint64_t n)
{
    assert (metric < METRIC_COUNT && (ROWS[metric].sort == COUNTER || ROWS[metric].sort == TIME) &&
            label < LABELS_MAX);
    atomic_fetch_add_explicit (&s_cells[metric][label], n, memory_order_relaxed);
}

void metrics_set (enum metric metric, unsigned label, uint64_t value)
{
    assert (metric < METRIC_COUNT && ROWS[metric].sort == GAUGE && label < LABELS_MAX);
    atomic_store_explicit (&s_cells[metric][label], value, memory_order_relaxed);
}

void metrics_move (enum metric metric, unsigned label, int by)
{
    assert (metric < METRIC_COUNT && ROWS[metric].sort == GAUGE && label < LABELS_MAX);
    atomic_fetch_add_explicit (&s_cells[metric][label], (uint64_t) by, memory_order_relaxed);
}

void metrics_observe (enum metric metric, uint64_t value)
{
    const struct bound *bounds;
    size_t bucket = 0, count;
    assert (metric < METRIC_COUNT && s_is_histogram (&ROWS[metric]));
    count = s_bounds (&ROWS[metric], &bounds);
    while (bucket < count && value > bounds[bucket].value)
        bucket++;
    atomic_fetch_add_explicit (&s_cells[metric][bucket], 1, memory_order_relaxed);
    atomic_fetch_add_explicit (&s_cells[metric][BUCKETS_MAX + 1], value, memory_order_relaxed);
}

void metrics_disk (enum metric metric, const char *path)
{
    assert (metric < METRIC_COUNT && ROWS[metric].sort == GAUGE);
    atomic_store (&s_disks[metric], path);
}

static uint64_t s_value (size_t metric, size_t cell)
{
    return atomic_load_explicit (&s_cells[metric][cell], memory_order_relaxed);
}

//  A number as its unit tells it.
static void s_number (enum sort sort, uint64_t value, FILE *to)
{
    if (sort == TIME || sort == SECONDS)
        terminal_print (to, " %llu.%06llu\n", (unsigned long long) (value / MICROSECONDS),
                        (unsigned long long) (value % MICROSECONDS));
    else
        terminal_print (to, " %llu\n", (unsigned long long) value);
}

static void s_histogram (size_t metric, const char *name, FILE *to)
{
    const struct bound *bounds;
    size_t buckets = s_bounds (&ROWS[metric], &bounds);
    uint64_t count = 0, sum = s_value (metric, BUCKETS_MAX + 1);
    for (size_t i = 0; i <= buckets; i++) {
        count += s_value (metric, i);
        terminal_print (to, "%s_bucket{le=\"%s\"} %llu\n", name, i < buckets ? bounds[i].text : "+Inf",
                        (unsigned long long) count);
    }
    terminal_print (to, "%s_sum", name);
    s_number (ROWS[metric].sort, sum, to);
    terminal_print (to, "%s_count %llu\n", name, (unsigned long long) count);
}

//  A counter or a gauge.
static void s_numbers (size_t metric, const char *name, FILE *to)
{
    const struct row *row = &ROWS[metric];
    const char *ending = row->sort == GAUGE ? "" : "_total", *disk = atomic_load (&s_disks[metric]);
    if (!row->label) {
        terminal_print (to, "%s%s", name, ending);
        s_number (row->sort, disk ? disk_free (disk) : s_value (metric, 0), to);
    }
    for (size_t i = 0; row->label && i < LABELS_MAX && row->values[i]; i++) {
        terminal_print (to, "%s%s{%s=\"%s\"}", name, ending, row->label, row->values[i]);
        s_number (row->sort, s_value (metric, i), to);
    }
}

//  In OpenMetrics a counter's family is called without _total, in Prometheus with it.
void metrics_write (const char *component, const char *version, enum metrics_format format, FILE *to)
{
    for (size_t i = 0; i < METRIC_COUNT; i++) {
        const struct row *row = &ROWS[i];
        char name[64];
        bool histogram = s_is_histogram (row);
        const char *ending = histogram || row->sort == GAUGE || format == METRICS_OPENMETRICS ? "" : "_total";
        if (strcmp (row->component, component) != 0)
            continue;
        snprintf (name, sizeof name, "dmh_%s_%s", component, row->name);
        terminal_print (to, "# HELP %s%s %s\n", name, ending, row->help);
        terminal_print (to, "# TYPE %s%s %s\n", name, ending,
                        histogram            ? "histogram"
                        : row->sort == GAUGE ? "gauge"
                                             : "counter");
        if (histogram)
            s_histogram (i, name, to);
        else
            s_numbers (i, name, to);
    }
    terminal_print (to, "# HELP dmh_build_info The program.\n# TYPE dmh_build_info gauge\n");
    terminal_print (to, "dmh_build_info{component=\"%s\",version=\"%s\"} 1\n", component, version);
    process_metrics_write (format == METRICS_PROMETHEUS, to);
    if (format == METRICS_OPENMETRICS)
        terminal_print (to, "# EOF\n");
}

void metrics_reset (void)
{
    for (size_t i = 0; i < METRIC_COUNT; i++) {
        atomic_store (&s_disks[i], NULL);
        for (size_t cell = 0; cell < BUCKETS_MAX + 2; cell++)
            atomic_store_explicit (&s_cells[i][cell], 0, memory_order_relaxed);
    }
}
