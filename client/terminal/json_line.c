//  json_line.c: see json_line.h.
#include "client/terminal/json_line.h"

#include "messages/base/clock.h"
#include "messages/base/utf8.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <yajl/yajl_gen.h>

struct line {
    yajl_gen gen;
};

line_t *line_new (void)
{
    line_t *self = calloc (1, sizeof *self);
    if (self && !(self->gen = yajl_gen_alloc (NULL))) {
        free (self);
        self = NULL;
    }
    if (self)
        yajl_gen_map_open (self->gen);
    return self;
}

static void s_string (line_t *self, const char *value)
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

static bool s_key (line_t *self, const char *key)
{
    if (self && key)
        s_string (self, key);
    return self != NULL;
}

void line_object (line_t *self, const char *key)
{
    if (s_key (self, key))
        yajl_gen_map_open (self->gen);
}

void line_array (line_t *self, const char *key)
{
    if (s_key (self, key))
        yajl_gen_array_open (self->gen);
}

void line_close (line_t *self, bool array)
{
    if (self && array)
        yajl_gen_array_close (self->gen);
    else if (self)
        yajl_gen_map_close (self->gen);
}

void line_text (line_t *self, const char *key, const char *value)
{
    if (!s_key (self, key))
        return;
    if (value && *value)
        s_string (self, value);
    else
        yajl_gen_null (self->gen);
}

void line_number (line_t *self, const char *key, uint64_t value)
{
    char digits[24];
    int n = snprintf (digits, sizeof digits, "%llu", (unsigned long long) value);
    if (s_key (self, key))
        yajl_gen_number (self->gen, digits, (size_t) n);
}

void line_real (line_t *self, const char *key, double value)
{
    char digits[64];
    int n = snprintf (digits, sizeof digits, "%.6g", isfinite (value) ? value : 0);
    if (s_key (self, key))
        yajl_gen_number (self->gen, digits, (size_t) n);
}

void line_flag (line_t *self, const char *key, bool value)
{
    if (s_key (self, key))
        yajl_gen_bool (self->gen, value);
}

void line_time (line_t *self, const char *key, int64_t wall_ms)
{
    char text[CLOCK_TEXT_BYTES] = "";
    if (wall_ms)
        clock_text (wall_ms, text);
    line_text (self, key, text);
}

void line_counts (line_t *self, const struct counts *counts)
{
    line_object (self, "counts");
    line_number (self, "read", counts->read);
    line_number (self, "written", counts->written);
    line_number (self, "duplicates", counts->duplicates);
    line_number (self, "conflicts", counts->conflicts);
    line_number (self, "rejected", counts->rejected);
    line_close (self, false);
}

void line_record (line_t *self, const struct job_record *record)
{
    line_text (self, "job", record->job);
    line_text (self, "correlation_id", record->correlation);
    line_text (self, "name", record->name);
    line_text (self, "state", record->state);
    line_text (self, "kind", record->kind);
    line_number (self, "attempt", record->attempt);
    line_text (self, "worker", record->worker);
    line_text (self, "host", record->host);
    line_number (self, "bytes_done", record->bytes_done);
    line_number (self, "bytes_total", record->bytes_total);
    line_counts (self, &record->counts);
    line_text (self, "code", record->code);
    line_text (self, "message", record->message);
    line_text (self, "result", record->result);
    line_array (self, "outputs");
    for (size_t i = 0; i < record->outputs_count; i++) {
        line_object (self, NULL);
        line_text (self, "name", record->outputs[i].name);
        line_number (self, "bytes", record->outputs[i].bytes);
        line_text (self, "sha256", record->outputs[i].sha256);
        line_number (self, "records", record->outputs[i].records);
        line_close (self, false);
    }
    line_close (self, true);
    line_time (self, "submitted_at", record->submitted_at);
    line_time (self, "started_at", record->started_at);
    line_time (self, "finished_at", record->finished_at);
    line_time (self, "fetched_at", record->fetched_at);
}

void line_print (line_t **self_p, FILE *to)
{
    line_t *self = *self_p;
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

void line_event (const struct event *event, FILE *to)
{
    line_t *line = line_new ();
    line_text (line, "job", event->job);
    line_text (line, "correlation_id", event->correlation);
    line_text (line, "name", event->name);
    line_text (line, "state", event->state);
    line_text (line, "kind", event->kind);
    line_number (line, "attempt", event->attempt);
    line_text (line, "worker", event->worker);
    line_number (line, "bytes_done", event->bytes_done);
    line_number (line, "bytes_total", event->bytes_total);
    line_counts (line, &event->counts);
    line_real (line, "records_per_second", event->records_per_second);
    if (event->eta_ms >= 0)
        line_number (line, "eta_ms", (uint64_t) event->eta_ms);
    else
        line_text (line, "eta_ms", NULL);
    line_text (line, "code", event->code);
    line_text (line, "message", event->message);
    line_time (line, "at", event->at);
    line_print (&line, to);
}
