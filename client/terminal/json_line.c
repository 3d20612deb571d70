//  json_line.c: see json_line.h.
#include "client/terminal/json_line.h"

#include "messages/job_json.h"

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

json_writer_t *json_line_writer (json_line_t *self)
{
    return self ? self->json : NULL;
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
        job_json_text (self->json, key, value);
}

void json_line_number (json_line_t *self, const char *key, uint64_t value)
{
    if (self)
        json_writer_number (self->json, key, value);
}

void json_line_real (json_line_t *self, const char *key, double value)
{
    if (self)
        job_json_real (self->json, key, value);
}

void json_line_flag (json_line_t *self, const char *key, bool value)
{
    if (self)
        json_writer_boolean (self->json, key, value);
}

void json_line_time (json_line_t *self, const char *key, int64_t wall_ms)
{
    if (self)
        job_json_time (self->json, key, wall_ms);
}

void json_line_counts (json_line_t *self, const struct counts *counts)
{
    if (self)
        job_json_counts (self->json, counts);
}

void json_line_record (json_line_t *self, const struct job_record *record)
{
    if (self)
        job_json_record (self->json, record);
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
    if (line)
        job_json_event (line->json, event);
    json_line_print (&line, to);
}
