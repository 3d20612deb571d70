//  row_reader.c: see row_reader.h.
#define _GNU_SOURCE
#include "worker/join/inputs/row_reader.h"

#include "messages/base/buffer.h"
#include "messages/json/value.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

struct row_reader {
    char *path;    //  for sentences
    bool json;
    FILE *file;    //  NULL: rows are given
    char *line;
    size_t room;
    struct buffer row;    //  of CSV: the lines of one
    struct json_value *object;
    struct text *fields;
    size_t count, field_room;
};

static int s_no_memory (const row_reader_t *self, struct error *error)
{
    return error_set (error, DMH_INTERNAL, "out of memory while reading %.200s",
                      self && self->path ? self->path : "a result");
}

static int s_malformed (const row_reader_t *self, struct error *error)
{
    return error_set (error, DMH_MALFORMED, "%.200s is not as dmh writes it; dmh verify says more",
                      self->path);
}

row_reader_t *row_reader_of_text (bool json, struct error *error)
{
    row_reader_t *self = calloc (1, sizeof *self);
    if (!self || !(self->path = strdup ("audit.ndjson"))) {
        s_no_memory (NULL, error);
        row_reader_destroy (&self);
        return NULL;
    }
    self->json = json;
    return self;
}

row_reader_t *row_reader_new (const char *folder, const char *name, bool json, struct error *error)
{
    row_reader_t *self = row_reader_of_text (json, error);
    if (!self)
        return NULL;
    free (self->path);
    if (asprintf (&self->path, "%s/%s", folder, name) < 0)
        self->path = NULL;
    if (!self->path)
        s_no_memory (self, error);
    else if (!(self->file = fopen (self->path, "re")))
        error_set (error, DMH_IO, "%.200s cannot be read: %s", self->path, strerror (errno));
    if (!self->file)
        row_reader_destroy (&self);
    return self;
}

void row_reader_destroy (row_reader_t **self_p)
{
    row_reader_t *self = *self_p;
    if (!self)
        return;
    if (self->file)
        fclose (self->file);
    json_value_destroy (&self->object);
    free (self->path);
    free (self->line);
    free (self->row.at);
    free (self->fields);
    free (self);
    *self_p = NULL;
}

static int s_add (row_reader_t *self, struct text field, struct error *error)
{
    if (self->count == self->field_room) {
        size_t room = self->field_room ? 2 * self->field_room : 64;
        struct text *fields = realloc (self->fields, room * sizeof *fields);
        if (!fields)
            return s_no_memory (self, error);
        self->fields = fields;
        self->field_room = room;
    }
    self->fields[self->count++] = field;
    return DMH_OK;
}

//  A quoted field behind its opening quote, its quotes undone where it stands. Returns what is behind its
//  closing quote; NULL: it has none.
static char *s_unquote (char *at, const char *end, struct text *out)
{
    char *to = at;
    out->at = at;
    while (at < end) {
        char *quote = memchr (at, '"', (size_t) (end - at));
        if (!quote)
            return NULL;
        memmove (to, at, (size_t) (quote - at));
        to += quote - at;
        at = quote + 1;
        if (at == end || *at != '"') {
            out->n = (size_t) (to - out->at);
            return at;
        }
        *to++ = '"';
        at++;
    }
    return NULL;
}

static int s_split (row_reader_t *self, char *at, const char *end, struct error *error)
{
    self->count = 0;
    for (;;) {
        struct text field = {at, 0};
        if (at < end && *at == '"')
            at = s_unquote (at + 1, end, &field);
        else {
            char *comma = memchr (at, ',', (size_t) (end - at));
            at += comma ? comma - at : end - at;
            field.n = (size_t) (at - field.at);
        }
        if (!at || (at < end && *at != ','))
            return s_malformed (self, error);
        int rc = s_add (self, field, error);
        if (rc != DMH_OK || at == end)
            return rc;
        at++;
    }
}

static int s_members (row_reader_t *self, const char *text, size_t n, struct error *error)
{
    self->count = 0;
    json_value_destroy (&self->object);
    self->object = json_value_new (text, n, JSON_VALUE_DEPTH_MAX, self->path, error);
    if (!self->object && error->code == DMH_INTERNAL)
        return error->code;
    if (!json_value_is (self->object, JSON_OBJECT))
        return s_malformed (self, error);
    int rc = DMH_OK;
    for (const struct json_value *at = self->object->first; rc == DMH_OK && at; at = at->next) {
        bool text_like = at->type == JSON_STRING || at->type == JSON_NUMBER;
        rc = text_like || at->type == JSON_NULL
                 ? s_add (self, text_like ? text_of (at->text) : (struct text){"", 0}, error)
                 : s_malformed (self, error);
    }
    return rc;
}

static int s_put (row_reader_t *self, const char *bytes, size_t n, struct error *error)
{
    if (buffer_reserve (&self->row, n + 1) != 0)
        return s_no_memory (self, error);
    memcpy (self->row.at + self->row.used, bytes, n);
    self->row.used += n;
    return DMH_OK;
}

int row_reader_parse (row_reader_t *self, const char *text, size_t n, struct error *error)
{
    if (self->json)
        return s_members (self, text, n, error);
    self->row.used = 0;
    int rc = s_put (self, text, n, error);
    return rc == DMH_OK ? s_split (self, self->row.at, self->row.at + n, error) : rc;
}

static bool s_is_odd (const char *at, size_t n)
{
    bool odd = false;
    for (const char *end = at + n; (at = memchr (at, '"', (size_t) (end - at))) != NULL; at++)
        odd = !odd;
    return odd;
}

//  The lines of one row: a line end between quotes belongs to its field. 1; 0: none.
static int s_read_lines (row_reader_t *self, struct error *error)
{
    bool open = false;
    self->row.used = 0;
    do {
        ssize_t n = getline (&self->line, &self->room, self->file);
        if (n < 0 && ferror (self->file))
            return error_set (error, DMH_IO, "%.200s cannot be read: %s", self->path, strerror (errno));
        if (n < 0 && !feof (self->file))
            return s_no_memory (self, error);
        if (n < 0)
            return open ? s_malformed (self, error) : 0;
        if (self->line[n - 1] != '\n')
            return s_malformed (self, error);
        open ^= !self->json && s_is_odd (self->line, (size_t) n);
        int rc = s_put (self, self->line, (size_t) n, error);
        if (rc != DMH_OK)
            return rc;
    } while (open);
    return 1;
}

int row_reader_next (row_reader_t *self, struct error *error)
{
    int rc = s_read_lines (self, error);
    if (rc != 1)
        return rc;
    size_t n = self->row.used - 1;    //  without the line end
    rc = self->json ? s_members (self, self->row.at, n, error)
                    : s_split (self, self->row.at, self->row.at + n, error);
    return rc == DMH_OK ? 1 : rc;
}

const struct text *row_reader_fields (const row_reader_t *self, size_t *count)
{
    *count = self->count;
    return self->fields;
}
