//  json_line.c: see json_line.h.
#include "client/terminal/json_line.h"

#include "messages/base/clock.h"
#include "messages/json/writer.h"

#include <math.h>
#include <stdlib.h>

struct json_line {
    json_writer_t *json;
};

json_line_t *json_line_new (void)
{
    json_line_t *self = calloc (1, sizeof *self);
    if (self && !(self->json = json_writer_new (false))) {
        free (self);
        self = NULL;
    }
    if (self)
        json_writer_object (self->json, NULL);
    return self;
}

void json_line_object (json_line_t *self, const char *key)
{
    if (self)
        json_writer_object (self->json, key);
}

void json_line_array (json_line_t *self, const char *key)
{
    if (self)
        json_writer_array (self->json, key);
}

void json_line_close (json_line_t *self)
{
    if (self)
        json_writer_close (self->json);
}

void json_line_text (json_line_t *self, const char *key, const char *value)
{
    if (self)
        json_writer_string (self->json, key, value && *value ? value : NULL);
}

void json_line_number (json_line_t *self, const char *key, uint64_t value)
{
    if (self)
        json_writer_number (self->json, key, value);
}

void json_line_real (json_line_t *self, const char *key, double value)
{
    char digits[64];
    snprintf (digits, sizeof digits, "%.6g", isfinite (value) ? value : 0);
    if (self)
        json_writer_digits (self->json, key, digits);
}

void json_line_flag (json_line_t *self, const char *key, bool value)
{
    if (self)
        json_writer_boolean (self->json, key, value);
}

void json_line_time (json_line_t *self, const char *key, int64_t wall_ms)
{
    char text[CLOCK_TEXT_BYTES] = "";
    if (wall_ms)
        clock_text (wall_ms, text);
    json_line_text (self, key, text);
}

void json_line_counts (json_line_t *self, const struct counts *counts)
{
    json_line_object (self, "counts");
    json_line_number (self, "read", counts->read);
    json_line_number (self, "written", counts->written);
    json_line_number (self, "duplicates", counts->duplicates);
    json_line_number (self, "conflicts", counts->conflicts);
    json_line_number (self, "rejected", counts->rejected);
    json_line_close (self);
}

void json_line_record (json_line_t *self, const struct job_record *record)
{
    json_line_text (self, "job", record->job);
    json_line_text (self, "correlation_id", record->correlation);
    json_line_text (self, "name", record->name);
    json_line_text (self, "state", record->state);
    json_line_text (self, "kind", record->kind);
    json_line_number (self, "attempt", record->attempt);
    json_line_number (self, "deaths", record->deaths);
    json_line_text (self, "worker", record->worker);
    json_line_text (self, "host", record->host);
    json_line_number (self, "bytes_done", record->bytes_done);
    json_line_number (self, "bytes_total", record->bytes_total);
    json_line_counts (self, &record->counts);
    json_line_text (self, "code", record->code);
    json_line_text (self, "message", record->message);
    json_line_text (self, "result", record->result);
    json_line_array (self, "outputs");
    for (size_t i = 0; i < record->outputs_count; i++) {
        json_line_object (self, NULL);
        json_line_text (self, "name", record->outputs[i].name);
        json_line_number (self, "bytes", record->outputs[i].bytes);
        json_line_text (self, "sha256", record->outputs[i].sha256);
        json_line_number (self, "records", record->outputs[i].records);
        json_line_close (self);
    }
    json_line_close (self);
    json_line_time (self, "submitted_at", record->submitted_at);
    json_line_time (self, "started_at", record->started_at);
    json_line_time (self, "finished_at", record->finished_at);
    json_line_time (self, "fetched_at", record->fetched_at);
    json_line_text (self, "owner", record->owner);
    json_line_time (self, "removal_at", record->removal_at);
    json_line_text (self, "removal_by", record->removal_by);
    json_line_flag (self, "removal_waits", record->removal_waits);
    json_line_text (self, "batch", record->batch);
    if (*record->batch)
        json_line_number (self, "position", record->position);
    else
        json_line_text (self, "position", NULL);
    json_line_number (self, "follows", record->follows);
    json_line_number (self, "waits_for", record->waits_for);
}

void json_line_print (json_line_t **self_p, FILE *to)
{
    json_line_t *self = *self_p;
    if (!self)
        return;
    size_t n = 0;
    json_writer_close (self->json);
    const char *text = json_writer_text (self->json, &n);
    if (text) {
        fwrite (text, 1, n, to);
        fputc ('\n', to);
        fflush (to);
    }
    json_writer_destroy (&self->json);
    free (self);
    *self_p = NULL;
}

void json_line_event (const struct event *event, FILE *to)
{
    json_line_t *line = json_line_new ();
    json_line_text (line, "job", event->job);
    json_line_text (line, "correlation_id", event->correlation);
    json_line_text (line, "name", event->name);
    json_line_text (line, "state", event->state);
    json_line_text (line, "kind", event->kind);
    json_line_number (line, "attempt", event->attempt);
    json_line_text (line, "worker", event->worker);
    json_line_number (line, "bytes_done", event->bytes_done);
    json_line_number (line, "bytes_total", event->bytes_total);
    json_line_counts (line, &event->counts);
    json_line_real (line, "records_per_second", event->records_per_second);
    if (event->eta_ms >= 0)
        json_line_number (line, "eta_ms", (uint64_t) event->eta_ms);
    else
        json_line_text (line, "eta_ms", NULL);
    json_line_text (line, "code", event->code);
    json_line_text (line, "message", event->message);
    json_line_time (line, "at", event->at);
    json_line_print (&line, to);
}
