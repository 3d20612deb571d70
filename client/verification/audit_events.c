//  audit_events.c: see audit_events.h.
#define _GNU_SOURCE
#include "client/verification/audit_events.h"

#include "client/result/reading/report_values.h"
#include "client/result/reading/result_file.h"
#include "messages/base/buffer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct audit_events {
    FILE *file;
    char *line;
    size_t room;
    struct json_value *next;    //  of a later record; NULL: none, or not read yet
    struct buffer events;       //  struct json_value * each, of the record
};

audit_events_t *audit_events_new (const char *folder, struct error *error)
{
    FILE *file = result_file_open (folder, "audit.ndjson", error);
    audit_events_t *self = file ? calloc (1, sizeof *self) : NULL;
    if (file && !self) {
        fclose (file);
        error_set (error, DMH_INTERNAL, "out of memory while reading audit.ndjson");
    }
    if (self)
        self->file = file;
    return self;
}

static size_t s_count (const audit_events_t *self)
{
    return self->events.used / sizeof (struct json_value *);
}

static struct json_value *s_at (const audit_events_t *self, size_t i)
{
    struct json_value *event;
    memcpy (&event, self->events.at + i * sizeof event, sizeof event);
    return event;
}

static void s_clear (audit_events_t *self)
{
    for (size_t i = 0; i < s_count (self); i++) {
        struct json_value *event = s_at (self, i);
        json_value_destroy (&event);
    }
    self->events.used = 0;
}

void audit_events_destroy (audit_events_t **self_p)
{
    audit_events_t *self = *self_p;
    if (!self)
        return;
    s_clear (self);
    json_value_destroy (&self->next);
    free (self->events.at);
    free (self->line);
    fclose (self->file);
    free (self);
    *self_p = NULL;
}

//  The next event about one record is self->next; NULL: there is none.
static int s_read (audit_events_t *self, struct error *error)
{
    ssize_t n;
    while (!self->next && (n = getline (&self->line, &self->room, self->file)) > 0) {
        if (!strstr (self->line, ",\"record\":"))
            continue;
        self->next = json_value_new (self->line, (size_t) n, JSON_VALUE_DEPTH_MAX, "audit.ndjson", error);
        if (!self->next)
            return error->code;
        if (report_number (self->next, "record") == UINT64_MAX)
            json_value_destroy (&self->next);
    }
    return DMH_OK;
}

int audit_events_go (audit_events_t *self, uint64_t record, struct error *error)
{
    int rc;
    s_clear (self);
    while ((rc = s_read (self, error)) == DMH_OK && self->next) {
        uint64_t of = report_number (self->next, "record");
        if (of > record)
            break;
        if (of < record)
            json_value_destroy (&self->next);
        else if (buffer_reserve (&self->events, sizeof self->next) != 0)
            return error_set (error, DMH_INTERNAL, "out of memory while reading audit.ndjson");
        else {
            memcpy (self->events.at + self->events.used, &self->next, sizeof self->next);
            self->events.used += sizeof self->next;
            self->next = NULL;
        }
    }
    return rc;
}

static bool s_is_duplicate (const struct json_value *event)
{
    return strcmp (report_text (event, "event"), "duplicate") == 0;
}

uint64_t audit_events_repeats (const audit_events_t *self)
{
    for (size_t i = 0; i < s_count (self); i++)
        if (s_is_duplicate (s_at (self, i)))
            return report_number (s_at (self, i), "repeats");
    return 0;
}

bool audit_events_value (const audit_events_t *self, size_t *at, struct audit_value *out)
{
    while (*at < s_count (self)) {
        const struct json_value *event = s_at (self, (*at)++), *raw = json_value_member (event, "raw"),
                                *value = json_value_member (event, "value");
        *out = (struct audit_value){report_text (event, "field"), json_value_string (raw),
                                    json_value_string (value)};
        if (out->raw && out->value)
            return true;
    }
    return false;
}

int audit_events_left (audit_events_t *self, struct error *error)
{
    int rc;
    while ((rc = s_read (self, error)) == DMH_OK && self->next) {
        if (s_is_duplicate (self->next))
            return 1;
        json_value_destroy (&self->next);
    }
    return rc;
}
