//  preparation.c: see preparation.h.
#include "worker/pipeline/preparation.h"
#include "worker/rules/binding/binder.h"

#include "worker/formats/detection.h"
#include "worker/formats/vcf/contigs.h"
#include "worker/input/code_tables.h"
#include "worker/rules/binding/header/header.h"
#include "worker/rules/binding/header/units_line.h"
#include "worker/rules/mapping/read.h"
#include "worker/rules/schema/read/read.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int s_memory (const struct preparation *self, struct error *error)
{
    return error_set (error, DMH_INTERNAL, "out of memory while preparing %s", self->name);
}

static int s_too_many (const struct preparation *self, int rc, struct error *error)
{
    return error_set (error, rc, "%s has more than %zu columns", self->name,
                      dialect_columns_most (&self->dialect));
}

static int s_read_schema (struct preparation *self, const catalog_t *catalog, struct error *error)
{
    const struct options *options = self->options;
    self->catalog = catalog;
    if (!options->schema)
        return DMH_OK;
    const char *name = options->schema_name[0] ? options->schema_name : "the schema";
    schema_t *schema = schema_read (options->schema, strlen (options->schema), name, error);
    if (!schema)
        return error->code;
    snprintf (self->kind, sizeof self->kind, "%s", schema->name);
    self->own = catalog_with (catalog, schema);
    self->catalog = self->own;
    return self->own ? DMH_OK : s_memory (self, error);
}

//  The tables that were fetched are the ones that were sent still.
static int s_check_tables (const struct preparation *self, struct error *error)
{
    const struct options *options = self->options;
    for (size_t j = 0; j < self->mapping->join_count && j < options->tables_count; j++)
        if (strcmp (self->mapping->joins[j].sha256, options->tables[j].sha256) != 0)
            return error_set (error, DMH_BAD_INPUT,
                              "%s: joins.%zu.table: it is not the file that was submitted: its SHA-256 is %s",
                              self->mapping->source, j, self->mapping->joins[j].sha256);
    return DMH_OK;
}

static int s_read_mapping (struct preparation *self, const data_roots_t *roots, const char *const *tables,
                           size_t table_count, struct error *error)
{
    const struct options *options = self->options;
    self->fallback = DATE_ORDER_MDY;
    if (options->mapping) {
        const char *name = options->mapping_name[0] ? options->mapping_name : "the mapping";
        self->mapping = mapping_read (options->mapping, strlen (options->mapping), name, error);
        if (!self->mapping)
            return error->code;
        int rc = code_tables_read (self->mapping, options->mapping_folder ? options->mapping_folder : "/",
                                   roots, tables, table_count, error);
        if (rc == DMH_OK && table_count)
            rc = s_check_tables (self, error);
        if (rc != DMH_OK)
            return rc;
        if (self->mapping->date_order)
            date_order_of (self->mapping->date_order, &self->fallback);
    }
    if (options->decimal[0] || (self->mapping && self->mapping->decimal))
        self->decimal_told =
            decimal_mark_of (options->decimal[0] ? options->decimal : self->mapping->decimal, &self->decimal);
    if (options->date_order[0])
        date_order_of (options->date_order, &self->fallback);
    self->ordered = options->date_order[0] || (self->mapping && self->mapping->date_order);
    return DMH_OK;
}

int preparation_read (struct preparation *self, const char *name, const struct options *options,
                      const catalog_t *catalog, const data_roots_t *roots, const char *const *tables,
                      size_t table_count, struct error *error)
{
    *self = (struct preparation){.name = name, .options = options};
    int rc = s_read_schema (self, catalog, error);
    return rc == DMH_OK ? s_read_mapping (self, roots, tables, table_count, error) : rc;
}

//  With the reader, if there is one.
static int s_open (struct preparation *self, struct error *error)
{
    if (!self->reader)
        return error->code;
    reader_limit (self->reader, limits_unpacked (self->options->unpacked_bytes, self->ceilings.unpacked_bytes,
                                                 reader_bytes (self->reader)));
    reader_tell (self->reader, self->moved, self->context);
    reader_interrupt (self->reader, self->interruption);
    return preparation_look (self, error);
}

int preparation_open (struct preparation *self, const char *path, const data_roots_t *roots,
                      struct error *error)
{
    self->roots = roots;
    self->reader = reader_new_in (roots, path, self->name, error);
    return s_open (self, error);
}

int preparation_open_object (struct preparation *self, object_pieces_t *pieces, struct error *error)
{
    self->reader = reader_new_object (pieces, self->name, error);
    return s_open (self, error);
}

//  What variants are named and aligned by.
static int s_look_at_contigs (struct preparation *self, struct error *error)
{
    enum contig_style style;
    struct dialect *dialect = &self->dialect;
    if (!contig_style_of (self->options->contig_style, &style))
        return error_set (error, DMH_BAD_INPUT,
                          "%s: contig style “%s” is not known; use chr, plain, refseq or genbank", self->name,
                          self->options->contig_style);
    contig_names_destroy (&self->contigs);
    self->contigs = vcf_contigs_names (dialect->vcf, style);
    if (!self->contigs)
        return s_memory (self, error);
    if (self->options->reference && !self->reference)
        self->reference = reference_file_open (self->options->reference, self->roots, error);
    if (self->options->reference && !self->reference)
        return error->code;
    dialect->contigs = self->contigs;
    dialect->reference = self->reference;
    return DMH_OK;
}

int preparation_look (struct preparation *self, struct error *error)
{
    self->barred_count = 0;    //  other bytes may have other columns
    int rc = reader_find (self->reader, self->options, &self->dialect, error);
    return rc == DMH_OK && self->dialect.vcf ? s_look_at_contigs (self, error) : rc;
}

//  Whether the mapping says which kind it is for.
static bool s_mapping_tells (const struct preparation *self)
{
    return self->mapping && self->mapping->kind;
}

bool preparation_fits (const struct preparation *self, size_t bytes)
{
    size_t n;
    bool whole;
    reader_sample (self->reader, &n, &whole);
    return whole && n <= bytes;
}

int preparation_choose (struct preparation *self, struct error *error)
{
    const char *kind = self->options->kind;
    if (!*kind && s_mapping_tells (self))
        kind = self->mapping->kind;
    return dialect_choose (&self->dialect, kind, self->name, error);
}

const char *preparation_kind (const struct preparation *self)
{
    if (self->dialect.kind && !self->own)
        return self->dialect.kind;
    if (self->binding)
        return self->binding->schema->name;
    //  A schema that comes with the job is its kind, unless it says otherwise.
    if (!*self->options->kind && self->own && !s_mapping_tells (self))
        return self->kind;
    return self->options->kind;
}

int preparation_await (struct preparation *self, struct error *error)
{
    size_t n;
    bool whole;
    int rc = DMH_OK;
    reader_sample (self->reader, &n, &whole);
    dialect_forget_awaited (&self->dialect);
    if (!self->mapping || whole || self->dialect.format != &FORMAT_JSON)
        return DMH_OK;
    struct text *names = dialect_texts (&self->dialect);
    header_t *header = names ? header_new (names, self->dialect.name_count, false) : NULL;
    if (!header)
        rc = DMH_INTERNAL;
    for (size_t m = 0; rc == DMH_OK && m < self->mapping->column_count; m++)
        if (header_find (header, self->mapping->columns[m].from) == HEADER_NONE)
            rc = dialect_await_name (&self->dialect, text_of (self->mapping->columns[m].from));
    for (size_t m = 0; rc == DMH_OK && m < self->mapping->first_count; m++)
        for (size_t c = 0; rc == DMH_OK && c < self->mapping->firsts[m].from_count; c++)
            if (header_find (header, self->mapping->firsts[m].from[c]) == HEADER_NONE)
                rc = dialect_await_name (&self->dialect, text_of (self->mapping->firsts[m].from[c]));
    for (size_t m = 0; rc == DMH_OK && m < self->mapping->test_count; m++)
        if (header_find (header, self->mapping->tests[m].column) == HEADER_NONE)
            rc = dialect_await_name (&self->dialect, text_of (self->mapping->tests[m].column));
    for (size_t m = 0; rc == DMH_OK && m < self->mapping->not_content_count; m++)
        if (header_find (header, self->mapping->not_content[m]) == HEADER_NONE)
            rc = dialect_await_name (&self->dialect, text_of (self->mapping->not_content[m]));
    header_destroy (&header);
    free (names);
    if (rc == DMH_INTERNAL)
        return s_memory (self, error);
    return rc == DMH_OK ? rc : s_too_many (self, rc, error);
}

int preparation_learn (struct preparation *self, struct text name, struct error *error)
{
    int rc = dialect_learn (&self->dialect, name);
    if (rc == DMH_INTERNAL)
        return s_memory (self, error);
    return rc == DMH_OK ? rc : s_too_many (self, rc, error);
}

int preparation_miss (const struct preparation *self, size_t column, struct error *error)
{
    return error_set (error, DMH_BAD_INPUT, "%s: the mapping names the column “%.60s”, which is not there",
                      self->name, self->dialect.names[column]);
}

//  Known by what the columns mean, so whenever that is found out.
static int s_find_units_line (struct preparation *self, struct error *error)
{
    size_t n;
    bool whole;
    const char *sample = reader_sample (self->reader, &n, &whole);
    int rc = units_line_find (self->binding, catalog_units (self->catalog), sample, n, &self->dialect);
    return rc == DMH_OK ? rc : s_memory (self, error);
}

//  A wide table's units, where a line of them stands under the header.
static int s_find_wide (struct preparation *self, const struct text *names, const char *kind,
                        struct error *error)
{
    size_t n;
    bool whole;
    struct units_row units;
    const char *sample = reader_sample (self->reader, &n, &whole);
    int rc = units_row_read (catalog_units (self->catalog), &self->dialect, sample, n, &units);
    if (rc != DMH_OK)
        return s_memory (self, error);
    const struct text *cells = units.count == self->dialect.name_count ? units.cells : NULL;
    rc = unpivot_find (self->catalog, names, cells, self->dialect.name_count, kind, self->mapping, self->name,
                       &self->unpivot, error);
    bool united = rc == DMH_OK && self->unpivot && self->unpivot->united;
    if (rc == DMH_OK &&
        units_line_set (&self->dialect, united ? units.raw : (struct text){NULL, 0}) != DMH_OK)
        rc = s_memory (self, error);
    units_row_clear (&units);
    return rc;
}

int preparation_bar (struct preparation *self, int column, struct error *error)
{
    int *barred = realloc (self->barred, (self->barred_count + 1) * sizeof *barred);
    if (!barred)
        return s_memory (self, error);
    self->barred = barred;
    self->barred[self->barred_count++] = column;
    return DMH_OK;
}

int preparation_settle (struct preparation *self, const struct buffer *names, const int *barred, size_t count,
                        struct error *error)
{
    int rc = DMH_OK;
    dialect_forget_awaited (&self->dialect);
    for (size_t at = 0; rc == DMH_OK && at < names->used; at += strlen (names->at + at) + 1)
        rc = preparation_learn (self, text_of (names->at + at), error);
    for (size_t i = 0; rc == DMH_OK && i < count; i++)
        rc = preparation_bar (self, barred[i], error);
    return rc;
}

int preparation_bind (struct preparation *self, struct error *error)
{
    int rc = preparation_await (self, error);
    if (rc != DMH_OK)
        return rc;
    struct text *names = dialect_texts (&self->dialect);
    if (!names)
        return s_memory (self, error);
    const char *kind = preparation_kind (self);    //  the catalog's, which stays
    binding_destroy (&self->binding);
    unpivot_destroy (&self->unpivot);
    if (!self->dialect.kind)
        rc = s_find_wide (self, names, kind, error);
    if (rc != DMH_OK) {
        free (names);
        return rc;
    }
    if (self->unpivot && !*kind)
        kind = self->unpivot->schema->name;
    struct binding_request request = {.names = self->unpivot ? self->unpivot->names : names,
                                      .count = self->unpivot ? self->unpivot->name_count
                                                             : self->dialect.name_count,
                                      .unpivot = self->unpivot,
                                      .kind = kind,
                                      .mapping = self->mapping,
                                      .source = self->name,
                                      .barred = self->barred,
                                      .barred_count = self->barred_count,
                                      .keys = self->dialect.format != &FORMAT_CSV,
                                      .named = self->dialect.vcf != NULL};
    self->binding = binding_make (self->catalog, &request, error);
    free (names);
    if (!self->binding)
        return error->code;
    const char *format = self->binding->schema->format;
    if (format && strcmp (format, self->dialect.format->name) != 0)
        return error_set (error, DMH_BAD_INPUT, "%s is %s, and records of the kind %s come from %s alone",
                          self->name, self->dialect.format->name, self->binding->schema->name, format);
    return self->unpivot ? DMH_OK : s_find_units_line (self, error);
}

void preparation_clear (struct preparation *self)
{
    binding_destroy (&self->binding);
    unpivot_destroy (&self->unpivot);
    mapping_destroy (&self->mapping);
    catalog_destroy (&self->own);
    dialect_clear (&self->dialect);
    reader_destroy (&self->reader);
    contig_names_destroy (&self->contigs);
    reference_destroy (&self->reference);
    free (self->barred);
    self->barred = NULL;
    self->barred_count = 0;
}
