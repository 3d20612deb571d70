//  job.c: dmh status, cancel and retry: one job in, what is known of it out.
#include "client/commands/command.h"
#include "client/terminal/json_line.h"
#include "client/terminal/table.h"
#include "messages/base/clock.h"
#include "messages/uri.h"

static void s_row (table_t *table, const char *label, const char *value)
{
    if (!value || !*value)
        return;
    table_cell (table, label);
    table_cell (table, value);
}

static void s_time (table_t *table, const char *label, int64_t wall_ms)
{
    char text[CLOCK_TEXT_BYTES];
    if (wall_ms)
        s_row (table, label, clock_text (wall_ms, text));
}

static void s_numbers (table_t *table, const struct job_record *record)
{
    const struct counts *counts = &record->counts;
    char text[160];
    snprintf (text, sizeof text, "%llu of %llu", (unsigned long long) record->bytes_done,
              (unsigned long long) record->bytes_total);
    s_row (table, "bytes", text);
    snprintf (text, sizeof text, "%llu read, %llu written, %llu duplicates, %llu conflicts, %llu rejected",
              (unsigned long long) counts->read, (unsigned long long) counts->written,
              (unsigned long long) counts->duplicates, (unsigned long long) counts->conflicts,
              (unsigned long long) counts->rejected);
    s_row (table, "records", text);
}

static void s_print (const struct job_record *record)
{
    char attempt[24];
    table_t *table = table_new (stdout, false);
    table_column (table, "", TABLE_WHOLE);
    table_column (table, "", TABLE_WRAP);
    s_row (table, "job", record->job);
    s_row (table, "name", record->name);
    table_cell (table, "state");
    table_tone (table, record->state, table_tone_of (record->state));
    s_row (table, "kind", record->kind);
    snprintf (attempt, sizeof attempt, "%llu", (unsigned long long) record->attempt);
    s_row (table, "attempt", attempt);
    s_row (table, "worker", record->worker);
    s_row (table, "host", record->host);
    s_numbers (table, record);
    s_row (table, "result",
           uri_is_stored (record->result) ? "with the broker, see dmh fetch" : record->result);
    s_row (table, "error", record->message);
    s_time (table, "submitted", record->submitted_at);
    s_time (table, "started", record->started_at);
    s_time (table, "finished", record->finished_at);
    s_time (table, "fetched", record->fetched_at);
    s_time (table, "removal asked", record->removal_at);
    s_row (table, "asked by", record->removal_by);
    s_row (table, "waits for", record->removal_waits ? "a worker of its host, to remove the result" : NULL);
    s_row (table, "owner", record->owner);
    s_row (table, "correlation", record->correlation);
    table_print (&table);
}

static int s_ask (const struct arguments *arguments,
                  int (*ask) (connection_t *, const char *, struct job_record *, struct error *))
{
    struct error error = {.code = DMH_OK};
    struct job_record record = {.job = ""};
    connection_t *connection = command_connect (arguments, -1, &error);
    int rc = connection ? ask (connection, arguments->words[0], &record, &error) : error.code,
        status = EXIT_DONE;
    if (rc != DMH_OK)
        status = command_refuse (&error);
    else {
        if (arguments->json) {
            json_line_t *line = json_line_new ();
            json_line_record (line, &record);
            json_line_print (&line, stdout);
        } else
            s_print (&record);
        shape_clear (&job_record_shape, &record);
    }
    connection_destroy (&connection);
    zsys_shutdown ();
    return status;
}

int command_status (struct arguments *arguments)
{
    return arguments->word_count ? s_ask (arguments, connection_status) : command_overview (arguments);
}

int command_cancel (struct arguments *arguments)
{
    return s_ask (arguments, connection_cancel);
}

int command_retry (struct arguments *arguments)
{
    return s_ask (arguments, connection_retry);
}
