//  code_tables.c: see code_tables.h.
#define _GNU_SOURCE
#include "worker/input/code_tables.h"

#include "worker/input/reader.h"
#include "worker/rules/binding/header/header.h"
#include "worker/rules/schema/read/json_reader.h"
#include "worker/text/nearest.h"

#include <stdio.h>
#include <stdlib.h>

enum { TABLE_BLOCK_BYTES = 256 * 1024 };
_Static_assert((int) TABLES_MAX >= (int) JOINS_MAX, "each join's table can be sent");

//  One table while it is read.
struct table {
    const mapping_t *mapping;
    struct mapping_join *join;
    const data_roots_t *roots;
    const char *fetched;    //  its file, when it is not where the join says
    size_t number;          //  of the join
    char *path;
    reader_t *reader;
    struct dialect dialect;
    header_t *header;
    struct buffer block;    //  whole records of it
    rows_t *rows;
    int key, cells[TABLE_CELLS_MAX];    //  columns of the table
};

//  "m.json: joins.0.table: …". Returns DMH_BAD_INPUT.
static int s_wrong (const struct table *self, const char *key, const char *what, struct error *error)
{
    return error_set (error, DMH_BAD_INPUT, "%s: joins.%zu.%s: %s", self->mapping->source, self->number, key,
                      what);
}

static int s_memory (const struct table *self, struct error *error)
{
    return error_set (error, DMH_INTERNAL, "out of memory while reading %s", self->join->table);
}

static int s_open (struct table *self, const char *folder, struct error *error)
{
    const char *table = self->join->table;
    bool absolute = table[0] == '/';
    struct error why = {.code = DMH_OK};
    struct options options = {.kind = ""};
    if (asprintf (&self->path, "%s%s%s", absolute || self->fetched ? "" : folder,
                  absolute || self->fetched ? "" : "/", table) < 0) {
        self->path = NULL;
        return s_memory (self, error);
    }
    self->reader = self->fetched ? reader_new (self->fetched, self->path, &why)
                                 : reader_new_in (self->roots, self->path, self->path, &why);
    if (self->reader && reader_bytes (self->reader) > TABLE_FILE_BYTES_MAX)
        error_set (&why, DMH_BAD_INPUT, "%s is longer than 64 MiB; leave out what is not needed", self->path);
    if (why.code == DMH_OK)
        reader_find (self->reader, &options, &self->dialect, &why);
    if (why.code == DMH_OK && self->dialect.format != &FORMAT_CSV)
        error_set (&why, DMH_BAD_INPUT, "%s is no CSV; write the path of a CSV file with a header",
                   self->path);
    if (why.code == DMH_OK || why.code == DMH_INTERNAL) {
        *error = why;
        return why.code;
    }
    return s_wrong (self, "table", why.text, error);
}

static int s_find_column (const struct table *self, const char *key, const char *name, int *out,
                          struct error *error)
{
    char what[400], hint[NEAREST_HINT_BYTES], list[HEADER_LIST_BYTES];
    struct nearest nearest = nearest_begin (name);
    *out = header_find (self->header, name);
    if (*out != HEADER_NONE)
        return DMH_OK;
    for (size_t c = 0; c < header_count (self->header); c++)
        nearest_try (&nearest, header_name (self->header, c));
    snprintf (what, sizeof what, "%.80s has no column “%.60s” (its columns: %s)%s", self->join->table, name,
              header_list (self->header, list), nearest_hint (nearest.found, hint));
    return s_wrong (self, key, what, error);
}

static int s_find_columns (struct table *self, struct error *error)
{
    struct text *names = dialect_texts (&self->dialect);
    if (!names)
        return s_memory (self, error);
    self->header = header_new (names, self->dialect.name_count, false);
    free (names);
    if (!self->header)
        return s_memory (self, error);
    int rc = s_find_column (self, "key", self->join->key, &self->key, error);
    for (size_t t = 0; rc == DMH_OK && t < self->join->take_count; t++)
        rc = s_find_column (self, "take", self->join->takes[t].from, &self->cells[t], error);
    return rc;
}

static int s_prepare (struct table *self, struct error *error)
{
    self->join->rows = code_table_new (self->join->take_count);
    self->dialect.every_line = true;    //  “Total” may well be something to look up
    self->rows = self->dialect.format->rows_new (&self->dialect);
    if (!self->join->rows || !self->rows)
        return s_memory (self, error);
    return reader_rewind (self->reader, &self->dialect, error);
}

static int s_add (const struct table *self, const struct row *row, uint64_t line, struct error *error)
{
    struct text cells[TABLE_CELLS_MAX];
    char what[200];
    uint64_t before = 0;
    if (row->problem != RULE_NONE) {
        snprintf (what, sizeof what, "line %llu of %.80s %s; mend it", (unsigned long long) line,
                  self->join->table, RULE[row->problem].sentence);
        return s_wrong (self, "table", what, error);
    }
    if (text_trim (row->fields[self->key]).n == 0)    //  nothing can be looked up by it
        return DMH_OK;
    for (size_t t = 0; t < self->join->take_count; t++)
        cells[t] = row->fields[self->cells[t]];
    switch (code_table_add (self->join->rows, row->fields[self->key], cells, line, &before)) {
    case TABLE_ADDED:
    case TABLE_REPEATED:
        return DMH_OK;
    case TABLE_CONFLICT:
        snprintf (what, sizeof what,
                  "lines %llu and %llu of %.60s have the same %.40s and different values; leave one",
                  (unsigned long long) before, (unsigned long long) line, self->join->table, self->join->key);
        return s_wrong (self, "table", what, error);
    case TABLE_FULL:
        snprintf (what, sizeof what, "%.80s has more than %d rows or 64 MiB of what is taken; leave out some",
                  self->join->table, TABLE_ROWS_MAX);
        return s_wrong (self, "table", what, error);
    default:
        return s_memory (self, error);
    }
}

static int s_read (struct table *self, struct error *error)
{
    const struct format *format = self->dialect.format;
    struct row row;
    uint64_t first_line;
    int filled, got;
    while ((filled = reader_fill (self->reader, &self->block, TABLE_BLOCK_BYTES, &first_line, error)) > 0) {
        format->rows_begin (self->rows, self->block.at, self->block.used);
        while ((got = format->rows_next (self->rows, &row)) == 1) {
            int rc = s_add (self, &row, first_line + row.line, error);
            if (rc != DMH_OK)
                return rc;
        }
        if (got < 0)
            return error_set (error, DMH_INTERNAL, "out of memory while reading %s", self->path);
    }
    return filled == 0 ? reader_finish (self->reader, self->join->sha256, error) : filled;
}

static void s_clear (struct table *self)
{
    if (self->rows)
        self->dialect.format->rows_destroy (&self->rows);
    free (self->block.at);
    header_destroy (&self->header);
    dialect_clear (&self->dialect);
    reader_destroy (&self->reader);
    free (self->path);
}

int code_tables_read (mapping_t *mapping, const char *folder, const data_roots_t *roots,
                      const char *const *fetched, size_t fetched_count, struct error *error)
{
    int rc = DMH_OK;
    if (fetched_count && fetched_count != mapping->join_count)
        return error_set (error, DMH_BAD_INPUT, "%s: %zu tables were sent for %zu joins", mapping->source,
                          fetched_count, mapping->join_count);
    for (size_t j = 0; rc == DMH_OK && j < mapping->join_count; j++) {
        struct table table = {.mapping = mapping, .join = &mapping->joins[j], .roots = roots, .number = j};
        if (fetched_count)
            table.fetched = fetched[j];
        rc = s_open (&table, folder, error);
        if (rc == DMH_OK)
            rc = s_find_columns (&table, error);
        if (rc == DMH_OK)
            rc = s_prepare (&table, error);
        if (rc == DMH_OK)
            rc = s_read (&table, error);
        s_clear (&table);
    }
    return rc;
}
