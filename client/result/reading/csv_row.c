//  csv_row.c: see csv_row.h.
#include "client/result/reading/csv_row.h"

#include "messages/base/buffer.h"

#include <csv.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

struct csv_row {
    struct csv_parser parser;
    struct buffer text;    //  of the fields, each terminated
    struct buffer ends;    //  of them, size_t each: behind the terminator
    bool complete, starved;
};

static int s_no_space (unsigned char byte)
{
    (void) byte;
    return 0;
}

csv_row_t *csv_row_new (char delimiter, bool strict)
{
    csv_row_t *self = calloc (1, sizeof *self);
    if (!self)
        return NULL;
    if (csv_init (&self->parser, strict ? CSV_STRICT | CSV_STRICT_FINI : 0) != 0) {
        free (self);
        return NULL;
    }
    csv_set_delim (&self->parser, (unsigned char) delimiter);
    if (strict)
        csv_set_space_func (&self->parser, s_no_space);
    return self;
}

void csv_row_destroy (csv_row_t **self_p)
{
    csv_row_t *self = *self_p;
    if (!self)
        return;
    csv_free (&self->parser);
    free (self->text.at);
    free (self->ends.at);
    free (self);
    *self_p = NULL;
}

//  Called by libcsv at the end of a field.
static void s_field (void *text, size_t n, void *context)
{
    csv_row_t *self = context;
    size_t end = self->text.used + n + 1;
    if (buffer_reserve (&self->text, n + 1) != 0 || buffer_reserve (&self->ends, sizeof end) != 0) {
        self->starved = true;
        return;
    }
    if (n)
        memcpy (self->text.at + self->text.used, text, n);
    self->text.at[end - 1] = 0;
    self->text.used = end;
    memcpy (self->ends.at + self->ends.used, &end, sizeof end);
    self->ends.used += sizeof end;
}

static void s_row (int end, void *context)
{
    csv_row_t *self = context;
    (void) end;
    self->complete = true;
}

int csv_row_feed (csv_row_t *self, const char *bytes, size_t n)
{
    if (self->complete)
        self->text.used = self->ends.used = 0;
    self->complete = false;
    bool bad = n ? csv_parse (&self->parser, bytes, n, s_field, s_row, self) != n
                 : csv_fini (&self->parser, s_field, s_row, self) != 0;
    if (self->starved || (bad && csv_error (&self->parser) != CSV_EPARSE))
        return -2;
    return bad ? -1 : self->complete;
}

bool csv_row_is_open (const csv_row_t *self)
{
    return !self->complete && (self->ends.used || self->parser.pstate != 0);
}

size_t csv_row_count (const csv_row_t *self)
{
    return self->ends.used / sizeof (size_t);
}

static size_t s_end (const csv_row_t *self, size_t i)
{
    size_t end;
    memcpy (&end, self->ends.at + i * sizeof end, sizeof end);
    return end;
}

const char *csv_row_field (const csv_row_t *self, size_t i, size_t *n)
{
    bool there = i < csv_row_count (self);
    size_t begin = there && i ? s_end (self, i - 1) : 0;
    if (n)
        *n = there ? s_end (self, i) - 1 - begin : 0;
    return there ? self->text.at + begin : "";
}

void csv_row_put (const char *text, FILE *to)
{
    if (strpbrk (text, "\",\r\n"))
        csv_fwrite (to, text, strlen (text));
    else
        fputs (text, to);
}
