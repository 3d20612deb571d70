//  look.c: see look.h.
#define _GNU_SOURCE
#include "look.h"

#include "../worker/formats/format.h"
#include "../worker/formats/sample.h"
#include "../worker/rules/binding.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { SCHEMA_BYTES_MAX = 4 * 1024 * 1024 };

//  At most `most` bytes of a file; *whole: there are no more. NULL with `error` set.
static char *s_read (const char *path, size_t most, size_t *n, bool *whole, struct error *error)
{
    struct stat about;
    bool standard = strcmp (path, "-") == 0;
    if (!standard && stat (path, &about) == 0 && S_ISDIR (about.st_mode)) {
        error_set (error, DMH_BAD_INPUT, "%s is a folder; give a file", path);
        return NULL;
    }
    FILE *file = standard ? stdin : fopen (path, "rb");
    char *bytes = file ? malloc (most + 1) : NULL;
    if (!file)
        error_set (error, DMH_BAD_INPUT, "%s cannot be read: %s", path, strerror (errno));
    else if (!bytes)
        error_set (error, DMH_INTERNAL, "out of memory");
    else {
        *n = fread (bytes, 1, most, file);
        *whole = *n < most || fgetc (file) == EOF;
        bytes[*n] = 0;
        if (ferror (file)) {
            error_set (error, DMH_BAD_INPUT, "%s cannot be read: %s", path, strerror (errno));
            free (bytes);
            bytes = NULL;
        }
    }
    if (file && !standard)
        fclose (file);
    return bytes;
}

static char *s_copy (const char *text)
{
    return text ? strdup (text) : NULL;
}

static int s_columns (struct look *out, const binding_t *binding, struct error *error)
{
    out->columns = calloc (binding->column_count ? binding->column_count : 1, sizeof *out->columns);
    if (!out->columns)
        return error_set (error, DMH_INTERNAL, "out of memory");
    snprintf (out->kind, sizeof out->kind, "%s", binding->schema->name);
    out->score = binding->score;
    out->column_count = binding->column_count;
    bool good = true;
    for (size_t i = 0; i < binding->column_count; i++) {
        const struct column *column = &binding->columns[i];
        bool bound = column->field != FIELD_NONE;
        struct look_column *to = &out->columns[i];
        to->source = strdup (column->source);
        to->field = s_copy (bound ? binding->schema->fields[column->field].name : NULL);
        to->by = strdup (bound_by_word (column->by));
        to->reason = s_copy (column->reason);
        good = good && to->source && to->by && (to->field || !bound);
    }
    return good ? DMH_OK : error_set (error, DMH_INTERNAL, "out of memory");
}

//  The kind and what feeds which field. That none fits is part of the answer.
static int s_bind (struct look *out, const struct dialect *dialect, const struct options *options,
                   const char *path, struct error *error)
{
    int rc = DMH_INTERNAL;
    binding_t *binding = NULL;
    mapping_t *mapping = NULL;
    struct text *names = calloc (dialect->name_count ? dialect->name_count : 1, sizeof *names);
    catalog_t *catalog = catalog_new (NULL, error);
    if (!names || !catalog)
        goto cleanup;
    for (size_t i = 0; i < dialect->name_count; i++)
        names[i] = (struct text){dialect->names[i], dialect->name_bytes[i]};
    if (options->mapping) {
        mapping = mapping_new (options->mapping, strlen (options->mapping), options->mapping_name, error);
        if (!mapping) {
            rc = error->code;
            goto cleanup;
        }
    }
    binding = binding_new (catalog, names, dialect->name_count, options->kind, mapping, path, &out->error);
    rc = binding ? s_columns (out, binding, error) : DMH_OK;
cleanup:
    if (rc == DMH_INTERNAL && error->code == DMH_OK)
        error_set (error, rc, "out of memory");
    binding_destroy (&binding);
    mapping_destroy (&mapping);
    catalog_destroy (&catalog);
    free (names);
    return rc;
}

int look_at (const char *path, const struct options *options, struct look *out, struct error *error)
{
    struct look look = {.score = 0};
    struct dialect dialect = {.format = NULL};
    struct wish wish = {.no_header = options->no_header};
    struct sample sample = {.text = NULL};
    size_t n = 0;
    bool whole = false;
    char *raw = s_read (path, SAMPLE_BYTES, &n, &whole, error);
    if (!raw)
        return error->code;
    const char *source = strcmp (path, "-") == 0 ? "standard input" : path;
    int rc = delimiter_of (options->delimiter, &wish.delimiter, source, error);
    if (rc == DMH_OK)
        rc = sample_open (raw, n, whole, SAMPLE_BYTES, options->encoding, source, &sample, error);
    if (rc == DMH_OK)
        rc = dialect_find_as (sample.text, sample.n, sample.whole, source, &wish, &dialect, error);
    if (rc == DMH_OK) {
        const char *packing = packing_name (sample.packing);
        snprintf (look.format, sizeof look.format, "%s", dialect.format->name);
        snprintf (look.encoding, sizeof look.encoding, "%s", charset_name (sample.charset));
        snprintf (look.compression, sizeof look.compression, "%s", packing ? packing : "");
        look.delimiter = dialect.delimiter;
        look.bom = dialect.bom;
        rc = s_bind (&look, &dialect, options, source, error);
        dialect_clear (&dialect);
    }
    sample_clear (&sample);
    free (raw);
    if (rc == DMH_OK)
        *out = look;
    else
        look_clear (&look);
    return rc;
}

void look_clear (struct look *self)
{
    for (size_t i = 0; self->columns && i < self->column_count; i++) {
        free (self->columns[i].source);
        free (self->columns[i].field);
        free (self->columns[i].by);
        free (self->columns[i].reason);
    }
    free (self->columns);
    *self = (struct look){.score = 0};
}

//  Aliases joined by ", ", yours to free.
static char *s_aliases (const struct field *field)
{
    size_t bytes = 1;
    for (size_t i = 0; i < field->alias_count; i++)
        bytes += strlen (field->aliases[i]) + 2;
    char *joined = calloc (1, bytes), *at = joined;
    for (size_t i = 0; joined && i < field->alias_count; i++)
        at += snprintf (at, bytes - (size_t) (at - joined), "%s%s", i ? ", " : "", field->aliases[i]);
    return joined;
}

static bool s_kind (struct look_kind *to, const schema_t *schema)
{
    to->name = s_copy (schema->name);
    to->version = s_copy (schema->version);
    to->title = s_copy (schema->title);
    to->description = s_copy (schema->description);
    to->sha256 = s_copy (schema->sha256);
    to->json = s_copy (schema->json);
    to->fields = calloc (schema->field_count + 1, sizeof *to->fields);
    bool good = to->name && to->fields;
    for (size_t i = 0; good && i < schema->field_count; i++) {
        const struct field *field = &schema->fields[i];
        struct look_field *row = &to->fields[to->field_count++];
        row->name = s_copy (field->name);
        row->type = s_copy (field_type_word (field->type));
        row->description = s_copy (field->description);
        row->standard = s_copy (field->standard);
        row->aliases = s_aliases (field);
        row->required = field->required;
        good = row->name && row->type && row->aliases;
    }
    return good;
}

int look_kinds (struct look_kind **out, size_t *count, struct error *error)
{
    catalog_t *catalog = catalog_new (NULL, error);
    if (!catalog)
        return error->code;
    size_t made = 0;
    struct look_kind *kinds = calloc (catalog_size (catalog) + 1, sizeof *kinds);
    bool good = kinds != NULL;
    while (good && made < catalog_size (catalog)) {
        good = s_kind (&kinds[made], catalog_at (catalog, made));
        made++;
    }
    catalog_destroy (&catalog);
    if (!good) {
        look_kinds_free (&kinds, made);
        return error_set (error, DMH_INTERNAL, "out of memory");
    }
    *out = kinds;
    *count = made;
    return DMH_OK;
}

void look_kinds_free (struct look_kind **kinds_p, size_t count)
{
    struct look_kind *kinds = *kinds_p;
    for (size_t i = 0; kinds && i < count; i++) {
        for (size_t f = 0; f < kinds[i].field_count; f++) {
            struct look_field *field = &kinds[i].fields[f];
            char *owned[] = {field->name, field->type, field->description, field->standard, field->aliases};
            for (size_t o = 0; o < sizeof owned / sizeof *owned; o++)
                free (owned[o]);
        }
        char *owned[] = {kinds[i].name,        kinds[i].version, kinds[i].title,
                         kinds[i].description, kinds[i].sha256,  kinds[i].json};
        for (size_t o = 0; o < sizeof owned / sizeof *owned; o++)
            free (owned[o]);
        free (kinds[i].fields);
    }
    free (kinds);
    *kinds_p = NULL;
}

int look_check (const char *path, size_t *fields, struct error *error)
{
    size_t n = 0;
    bool whole = false;
    char *json = s_read (path, SCHEMA_BYTES_MAX, &n, &whole, error);
    if (!json)
        return error->code;
    schema_t *schema = NULL;
    if (!whole)
        error_set (error, DMH_TOO_LARGE, "%s is longer than 4 MiB, which no schema is", path);
    else
        schema = schema_new (json, n, path, error);
    int rc = schema ? DMH_OK : error->code;
    if (schema)
        *fields = schema->field_count;
    schema_destroy (&schema);
    free (json);
    return rc;
}
