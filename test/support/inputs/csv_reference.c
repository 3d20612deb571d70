//  csv_reference.c: see csv_reference.h.
#include "test/support/inputs/csv_reference.h"

#include <csv.h>
#include <stdlib.h>

struct rows {
    struct csv_parser parser;
    char delimiter;
    size_t columns;
    const char *at;
    size_t n, fed;
    //  The record being read: fields copied one after another.
    char *bytes;
    size_t used, size;
    size_t *ends;
    size_t count, room;
    bool complete, failed;
    struct text *fields;
};

rows_t *csv_reference_new (const struct dialect *dialect)
{
    rows_t *self = calloc (1, sizeof *self);
    if (!self)
        return NULL;
    self->delimiter = dialect->delimiter;
    self->columns = dialect->name_count;
    if (csv_init (&self->parser, 0) != 0) {
        free (self);
        return NULL;
    }
    csv_set_delim (&self->parser, (unsigned char) dialect->delimiter);
    return self;
}

void csv_reference_destroy (rows_t **self_p)
{
    rows_t *self = *self_p;
    if (!self)
        return;
    csv_free (&self->parser);
    free (self->bytes);
    free (self->ends);
    free (self->fields);
    free (self);
    *self_p = NULL;
}

void csv_reference_begin (rows_t *self, const char *bytes, size_t n)
{
    self->at = bytes;
    self->n = n;
    self->fed = 0;
    self->failed = false;
}

static void s_field (void *text, size_t n, void *data)
{
    rows_t *self = data;
    if (self->used + n > self->size) {
        size_t size = (self->used + n) * 2 + 64;
        char *bytes = realloc (self->bytes, size);
        self->failed = self->failed || !bytes;
        if (!bytes)
            return;
        self->bytes = bytes;
        self->size = size;
    }
    if (self->count == self->room) {
        size_t room = self->room * 2 + 16;
        size_t *ends = realloc (self->ends, room * sizeof *ends);
        struct text *fields = realloc (self->fields, room * sizeof *fields);
        if (ends)
            self->ends = ends;
        if (fields)
            self->fields = fields;
        self->failed = self->failed || !ends || !fields;
        if (self->failed)
            return;
        self->room = room;
    }
    if (n)
        memcpy (self->bytes + self->used, text, n);
    self->used += n;
    self->ends[self->count++] = self->used;
}

static void s_row (int end, void *data)
{
    rows_t *self = data;
    (void) end;
    self->complete = true;
}

int csv_reference_next (rows_t *self, struct row *out)
{
    self->used = self->count = 0;
    self->complete = false;
    size_t begin = self->fed;
    while (!self->complete && self->fed < self->n) {
        csv_parse (&self->parser, self->at + self->fed, 1, s_field, s_row, self);
        self->fed++;
    }
    if (!self->complete)
        csv_fini (&self->parser, s_field, s_row, self);
    if (!self->complete || self->failed)
        return 0;
    for (size_t i = 0, from = 0; i < self->count; from = self->ends[i++])
        self->fields[i] = (struct text){self->bytes ? self->bytes + from : NULL, self->ends[i] - from};
    *out = (struct row){.fields = self->fields, .count = self->count};
    out->raw = (struct text){self->at + begin, self->fed - begin};
    out->problem = self->count == self->columns ? RULE_NONE : RULE_FIELD_COUNT;
    return 1;
}
