//  overview.c: dmh status without a job: the whole at a glance, for people and for cron.
#include "client/commands/command.h"
#include "client/terminal/json_line.h"
#include "client/terminal/table.h"
#include "messages/base/clock.h"
#include "messages/job_json.h"
#include "messages/text/terminal.h"

enum { VALUE_BYTES = 120, KIBI = 1024, MINUTE = 60, HOUR = 60 * MINUTE, DAY = 24 * HOUR };

//  "3.2 GiB".
static const char *s_bytes (uint64_t bytes, char out[VALUE_BYTES])
{
    static const char *const UNITS[] = {"bytes", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
    double value = (double) bytes;
    size_t unit = 0;
    for (; value >= KIBI && unit + 1 < sizeof UNITS / sizeof *UNITS; unit++)
        value /= KIBI;
    snprintf (out, VALUE_BYTES, unit ? "%.1f %s" : "%.0f %s", value, UNITS[unit]);
    return out;
}

//  "5 s", "12 min", "3 h 5 min", "2 d 4 h".
static const char *s_age (int64_t ms, char out[VALUE_BYTES])
{
    long long s = ms > 0 ? ms / 1000 : 0;
    if (s < MINUTE)
        snprintf (out, VALUE_BYTES, "%lld s", s);
    else if (s < HOUR)
        snprintf (out, VALUE_BYTES, "%lld min", s / MINUTE);
    else if (s < DAY)
        snprintf (out, VALUE_BYTES, "%lld h %lld min", s / HOUR, s % HOUR / MINUTE);
    else
        snprintf (out, VALUE_BYTES, "%lld d %lld h", s / DAY, s % DAY / HOUR);
    return out;
}

static void s_row (table_t *table, const char *label, const char *value, enum table_tone tone)
{
    table_cell (table, label);
    table_tone (table, value, tone);
}

static void s_jobs (table_t *table, const struct counters *counters)
{
    char value[VALUE_BYTES], age[VALUE_BYTES];
    int n = snprintf (value, sizeof value, "%llu", (unsigned long long) counters->queued);
    if (counters->oldest_at)
        snprintf (value + n, sizeof value - (size_t) n, ", the oldest for %.40s",
                  s_age (clock_wall_ms () - counters->oldest_at, age));
    s_row (table, "queued", value, TABLE_PLAIN);
    snprintf (value, sizeof value, "%llu", (unsigned long long) counters->running);
    s_row (table, "running", value, counters->running ? TABLE_MOVING : TABLE_PLAIN);
    snprintf (value, sizeof value, "%llu in the last hour, %llu in all",
              (unsigned long long) counters->done_hour, (unsigned long long) counters->done);
    s_row (table, "done", value, TABLE_PLAIN);
    snprintf (value, sizeof value, "%llu in the last hour, %llu in all",
              (unsigned long long) counters->failed_hour, (unsigned long long) counters->failed);
    s_row (table, "failed", value, counters->failed_hour ? TABLE_BAD : TABLE_PLAIN);
    snprintf (value, sizeof value, "%llu in all", (unsigned long long) counters->cancelled);
    s_row (table, "cancelled", value, TABLE_PLAIN);
}

static void s_print (const struct counters *counters)
{
    char value[VALUE_BYTES], since[CLOCK_TEXT_BYTES];
    table_t *table = table_new (stdout, false);
    table_column (table, "", TABLE_WHOLE);
    table_column (table, "", TABLE_WRAP);
    s_jobs (table, counters);
    snprintf (value, sizeof value, "%llu, %llu of %llu slots busy", (unsigned long long) counters->workers,
              (unsigned long long) counters->busy, (unsigned long long) counters->slots);
    s_row (table, "workers", counters->workers ? value : "none", counters->workers ? TABLE_PLAIN : TABLE_BAD);
    if (counters->kept_bytes || counters->disk_free)
        s_row (table, "kept", s_bytes (counters->kept_bytes, value), TABLE_PLAIN);
    if (counters->disk_free)
        s_row (table, "disk free", s_bytes (counters->disk_free, value), TABLE_PLAIN);
    s_row (table, "broker since", clock_text (counters->started_at, since), TABLE_PLAIN);
    table_print (&table);
}

static void s_line (const struct counters *counters)
{
    json_line_t *line = json_line_new ();
    if (line)
        job_json_counters (json_line_writer (line), counters);
    json_line_print (&line, stdout);
}

int command_overview (struct arguments *arguments)
{
    struct error error = {.code = DMH_OK};
    struct counters counters = {.queued = 0};
    connection_t *connection = command_connect (arguments, -1, &error);
    int rc = connection ? connection_stats (connection, &counters, &error) : error.code;
    connection_destroy (&connection);
    zsys_shutdown ();
    if (rc != DMH_OK)
        return command_refuse (&error);
    if (arguments->json)
        s_line (&counters);
    else
        s_print (&counters);
    if (counters.workers)
        return EXIT_DONE;
    terminal_print (stderr, "dmh: no worker is registered; what is queued waits for one (dmh-worker)\n");
    return EXIT_JOB_FAILED;
}
