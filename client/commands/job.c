//  job.c: dmh status, cancel and retry: one job in, what is known of it out.
#include "client/arguments/command.h"
#include "client/terminal/json_line.h"
#include "messages/base/clock.h"
#include "messages/uri.h"

static void s_row (const char *label, const char *value)
{
    if (value && *value)
        printf ("%-12s %s\n", label, value);
}

static void s_time (const char *label, int64_t wall_ms)
{
    char text[CLOCK_TEXT_BYTES];
    if (wall_ms)
        s_row (label, clock_text (wall_ms, text));
}

static void s_print (const struct job_record *record)
{
    const struct counts *counts = &record->counts;
    s_row ("job", record->job);
    s_row ("name", record->name);
    s_row ("state", record->state);
    s_row ("kind", record->kind);
    printf ("%-12s %llu\n", "attempt", (unsigned long long) record->attempt);
    s_row ("worker", record->worker);
    s_row ("host", record->host);
    printf ("%-12s %llu of %llu\n", "bytes", (unsigned long long) record->bytes_done,
            (unsigned long long) record->bytes_total);
    printf ("%-12s %llu read, %llu written, %llu duplicates, %llu conflicts, %llu rejected\n", "records",
            (unsigned long long) counts->read, (unsigned long long) counts->written,
            (unsigned long long) counts->duplicates, (unsigned long long) counts->conflicts,
            (unsigned long long) counts->rejected);
    s_row ("result", uri_is_stored (record->result) ? "with the broker, see dmh fetch" : record->result);
    s_row ("error", record->message);
    s_time ("submitted", record->submitted_at);
    s_time ("started", record->started_at);
    s_time ("finished", record->finished_at);
    s_time ("fetched", record->fetched_at);
    s_row ("correlation", record->correlation);
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
    return s_ask (arguments, connection_status);
}

int command_cancel (struct arguments *arguments)
{
    return s_ask (arguments, connection_cancel);
}

int command_retry (struct arguments *arguments)
{
    return s_ask (arguments, connection_retry);
}
