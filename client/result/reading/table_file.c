//  table_file.c: see table_file.h.
#include "client/result/reading/table_file.h"

#include "client/result/reading/csv_row.h"
#include "client/result/reading/result_file.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { AT_ONCE = 65536 };

struct table_file {
    FILE *file;
    char *name, **names;    //  the columns' names
    size_t name_count;
    csv_row_t *row;
    uint64_t line;    //  that is being read
    size_t begin, end;
    char at[AT_ONCE];
};

static int s_no_memory (const table_file_t *self, struct error *error)
{
    return error_set (error, DMH_INTERNAL, "out of memory while reading %s", self->name);
}

static int s_malformed (const table_file_t *self, const char *what, struct error *error)
{
    return error_set (error, DMH_MALFORMED, "%s, line %llu: %s; dmh did not write it so", self->name,
                      (unsigned long long) self->line, what);
}

//  A piece of at most a line. *n: 0 at the end of the file.
static int s_piece (table_file_t *self, const char **piece, size_t *n, struct error *error)
{
    if (self->begin == self->end) {
        self->begin = 0;
        self->end = fread (self->at, 1, AT_ONCE, self->file);
        if (ferror (self->file))
            return error_set (error, DMH_IO, "%s cannot be read: %s", self->name, strerror (errno));
    }
    const char *at = self->at + self->begin, *stop = memchr (at, '\n', self->end - self->begin);
    *piece = at;
    *n = stop ? (size_t) (stop - at) + 1 : self->end - self->begin;
    self->begin += *n;
    self->line += stop != NULL;
    return DMH_OK;
}

//  1, 0 or an error; of any number of fields.
static int s_next (table_file_t *self, struct error *error)
{
    for (;;) {
        const char *piece;
        size_t n;
        bool between = !csv_row_is_open (self->row);
        int rc = s_piece (self, &piece, &n, error);
        if (rc != DMH_OK)
            return rc;
        if (n == 0 && between)
            return 0;
        if (n == 0)
            return s_malformed (self, "it is cut off", error);
        if (between && *piece == '\n')
            return s_malformed (self, "an empty line", error);
        rc = csv_row_feed (self->row, piece, n);
        if (rc == -2)
            return s_no_memory (self, error);
        if (rc < 0)
            return s_malformed (self, "a quote that neither opens nor closes a field", error);
        if (rc == 1)
            return 1;
    }
}

static int s_header (table_file_t *self, struct error *error)
{
    int rc = s_next (self, error);
    if (rc == 0)
        return error_set (error, DMH_MALFORMED, "%s is empty; it should have a header", self->name);
    if (rc < 0)
        return rc;
    size_t count = csv_row_count (self->row);
    self->names = calloc (count + 1, sizeof *self->names);
    for (; self->names && self->name_count < count; self->name_count++) {
        char *name = strdup (csv_row_field (self->row, self->name_count, NULL));
        if (!name)
            break;
        self->names[self->name_count] = name;
    }
    return self->name_count == count ? DMH_OK : s_no_memory (self, error);
}

table_file_t *table_file_new (const char *folder, const char *name, struct error *error)
{
    FILE *file = result_file_open (folder, name, error);
    table_file_t *self = file ? calloc (1, sizeof *self) : NULL;
    if (!self) {
        if (file) {
            fclose (file);
            error_set (error, DMH_INTERNAL, "out of memory while reading %s", name);
        }
        return NULL;
    }
    self->file = file;
    self->name = strdup (name);
    self->row = csv_row_new (',', true);
    if (!self->name || !self->row) {
        error_set (error, DMH_INTERNAL, "out of memory while reading %s", name);
        table_file_destroy (&self);
    } else if (s_header (self, error) != DMH_OK)
        table_file_destroy (&self);
    return self;
}

void table_file_destroy (table_file_t **self_p)
{
    table_file_t *self = *self_p;
    if (!self)
        return;
    for (size_t i = 0; i < self->name_count; i++)
        free (self->names[i]);
    free (self->names);
    csv_row_destroy (&self->row);
    free (self->name);
    fclose (self->file);
    free (self);
    *self_p = NULL;
}

size_t table_file_column (const table_file_t *self, const char *name)
{
    for (size_t i = 0; i < self->name_count; i++)
        if (strcmp (self->names[i], name) == 0)
            return i;
    return SIZE_MAX;
}

int table_file_next (table_file_t *self, struct error *error)
{
    int rc = s_next (self, error);
    if (rc == 1 && csv_row_count (self->row) != self->name_count)
        return s_malformed (self, "another number of fields than the header has", error);
    return rc;
}

const char *table_file_field (const table_file_t *self, size_t i, size_t *n)
{
    return csv_row_field (self->row, i, n);
}

size_t table_file_columns (const table_file_t *self)
{
    return self->name_count;
}

const char *table_file_name (const table_file_t *self, size_t i)
{
    return self->names[i];
}
