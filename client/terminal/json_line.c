//  json_line.c: see json_line.h.
#include "client/terminal/json_line.h"

#include "messages/base/clock.h"
#include "messages/base/utf8.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <yajl/yajl_gen.h>

struct json_line {
    yajl_gen gen;
};

json_line_t *json_line_new (void)
{
    json_line_t *self = calloc (1, sizeof *self);
    if (self && !(self->gen = yajl_gen_alloc (NULL))) {
        free (self);
        self = NULL;
    }
    if (self)
        yajl_gen_map_open (self->gen);
    return self;
}

static void s_string (json_line_t *self, const char *value)
{
    size_t n = strlen (value);
    char *clean = malloc (n + 1);
    if (!clean)
        return;
    memcpy (clean, value, n + 1);
    for (size_t at = 0, step; at < n; at += step ? step : 1)
        if ((step = glyph_bytes (clean + at)) == 0)
            clean[at] = '?';
    yajl_gen_string (self->gen, (const unsigned char *) clean, n);
    free (clean);
}

static bool s_key (json_line_t *self, const char *key)
{
    if (self && key)
        s_string (self, key);
    return self != NULL;
}

void json_line_object (json_line_t *self, const char *key)
{
    if (s_key (self, key))
        yajl_gen_map_open (self->gen);
}

void json_line_array (json_line_t *self, const char *key)
{
    if (s_key (self, key))
        yajl_gen_array_open (self->gen);
}

void json_line_close (json_line_t *self, bool array)
{
    if (self && array)
        yajl_gen_array_close (self->gen);
    else if (self)
        yajl_gen_map_close (self->gen);
}

void json_line_text (json_line_t *self, const char *key, const char *value)
{
    if (!s_key (self, key))
        return;
    if (value && *value)
        s_string (self, value);
    else
        yajl_gen_null (self->gen);
}

void json_line_number (json_line_t *self, const char *key, uint64_t value)
{
    char digits[24];
    int n = snprintf (digits, sizeof digits, "%llu", (unsigned long long) value);
    if (s_key (self, key))
        yajl_gen_number (self->gen, digits, (size_t) n);
}

void json_line_real (json_line_t *self, const char *key, double value)
{
    char digits[64];
    int n = snprintf (digits, sizeof digits, "%.6g", isfinite (value) ? value : 0);
    if (s_key (self, key))
        yajl_gen_number (self->gen, digits, (size_t) n);
}

void json_line_flag (json_line_t *self, const char *key, bool value)
{
    if (s_key (self, key))
        yajl_gen_bool (self->gen, value);
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
    json_line_close (self, false);
}

void json_line_record (json_line_t *self, const struct job_record *record)
{
    json_line_text (self, "job", record->job);
    json_line_text (self, "correlation_id", record->correlation);
    json_line_text (self, "name", record->name);
    json_line_text (self, "state", record->state);
    json_line_text (self, "kind", record->kind);
    json_line_number (self, "attempt", record->attempt);
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
        json_line_close (self, false);
    }
    json_line_close (self, true);
    json_line_time (self, "submitted_at", record->submitted_at);
    json_line_time (self, "started_at", record->started_at);
    json_line_time (self, "finished_at", record->finished_at);
    json_line_time (self, "fetched_at", record->fetched_at);
}

void json_line_print (json_line_t **self_p, FILE *to)
{
    json_line_t *self = *self_p;
    if (!self)
        return;
    const unsigned char *text = NULL;
    size_t n = 0;
    if (yajl_gen_map_close (self->gen) == yajl_gen_status_ok &&
        yajl_gen_get_buf (self->gen, &text, &n) == yajl_gen_status_ok) {
        fwrite (text, 1, n, to);
        fputc ('\n', to);
        fflush (to);
    }
    yajl_gen_free (self->gen);
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
