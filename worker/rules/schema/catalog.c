//  catalog.c: see catalog.h.
#define _GNU_SOURCE
#include "worker/rules/schema/catalog.h"

#include "worker/rules/schema/read/read.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

//  Written by deploy/embed.sh from worker/schemas/; ended by a NULL name.
struct embedded {
    const char *name, *start, *end;
};
extern const struct embedded embedded_schemas[];

enum { SCHEMA_BYTES_MAX = 1024 * 1024 };
static const char UNITS_FILE[] = "units.json";

struct catalog {
    schema_t **schemas;
    size_t count;
    unit_table_t *units;
    const schema_t *own;    //  of catalog_with: the one schema that is not the base's; NULL: all are its own
};

//  Takes the schema over; one of the same name gives way. 0, or -1 out of memory.
static int s_put (catalog_t *self, schema_t *schema)
{
    for (size_t i = 0; i < self->count; i++)
        if (strcmp (self->schemas[i]->name, schema->name) == 0) {
            schema_destroy (&self->schemas[i]);
            self->schemas[i] = schema;
            return 0;
        }
    schema_t **schemas = realloc (self->schemas, (self->count + 1) * sizeof *schemas);
    if (!schemas) {
        schema_destroy (&schema);
        return -1;
    }
    self->schemas = schemas;
    size_t at = self->count++;
    for (; at && strcmp (schemas[at - 1]->name, schema->name) > 0; at--)
        schemas[at] = schemas[at - 1];
    schemas[at] = schema;
    return 0;
}

static int s_add (catalog_t *self, const char *json, size_t n, const char *source, struct error *error)
{
    schema_t *schema = schema_read (json, n, source, error);
    if (!schema)
        return -1;
    if (s_put (self, schema) != 0)
        return error_set (error, DMH_INTERNAL, "out of memory while reading %s", source);
    return 0;
}

static int s_add_file (catalog_t *self, const char *path, struct error *error)
{
    int rc = -1;
    char *text = malloc (SCHEMA_BYTES_MAX + 1);
    FILE *file = fopen (path, "rb");
    if (!text)
        error_set (error, DMH_INTERNAL, "out of memory while reading %s", path);
    else if (!file)
        error_set (error, DMH_BAD_INPUT, "%s cannot be read: %s", path, strerror (errno));
    else {
        size_t n = fread (text, 1, SCHEMA_BYTES_MAX + 1, file);
        if (ferror (file))
            error_set (error, DMH_BAD_INPUT, "%s cannot be read: %s", path, strerror (errno));
        else if (n > SCHEMA_BYTES_MAX)
            error_set (error, DMH_BAD_INPUT, "%s is longer than 1 MiB", path);
        else
            rc = s_add (self, text, n, path, error);
    }
    if (file)
        fclose (file);
    free (text);
    return rc;
}

static int s_is_schema (const struct dirent *entry)
{
    size_t n = strlen (entry->d_name);
    return n > 5 && strcmp (entry->d_name + n - 5, ".json") == 0 && strcmp (entry->d_name, UNITS_FILE) != 0;
}

static int s_add_folder (catalog_t *self, const char *folder, struct error *error)
{
    struct dirent **entries;
    int count = scandir (folder, &entries, s_is_schema, alphasort);
    if (count < 0)
        return error_set (error, DMH_BAD_INPUT, "the schema folder %s cannot be read: %s", folder,
                          strerror (errno));
    int rc = 0;
    for (int i = 0; i < count; i++) {
        char *path = NULL;
        if (rc == 0 && asprintf (&path, "%s/%s", folder, entries[i]->d_name) < 0)
            rc = error_set (error, DMH_INTERNAL, "out of memory while reading %s", folder);
        else if (rc == 0)
            rc = s_add_file (self, path, error);
        free (path);
        free (entries[i]);
    }
    free (entries);
    return rc;
}

catalog_t *catalog_new (const char *folder, struct error *error)
{
    catalog_t *self = calloc (1, sizeof *self);
    if (!self) {
        error_set (error, DMH_INTERNAL, "out of memory while reading the schemas");
        return NULL;
    }
    int rc = 0;
    for (const struct embedded *file = embedded_schemas; rc == 0 && file->name; file++) {
        size_t n = (size_t) (file->end - file->start);
        if (strcmp (file->name, UNITS_FILE) != 0)
            rc = s_add (self, file->start, n, file->name, error);
        else {
            self->units = unit_table_new (file->start, n, error);
            rc = self->units ? 0 : -1;
        }
    }
    if (rc == 0 && folder)
        rc = s_add_folder (self, folder, error);
    if (rc == 0 && !self->units)
        rc = error_set (error, DMH_INTERNAL, "the unit table is not built in");
    if (rc != 0)
        catalog_destroy (&self);
    return self;
}

//  Borrows all of base's but the one that gives way.
static int s_borrow (catalog_t *self, const catalog_t *base, const schema_t *schema)
{
    self->schemas = calloc (base->count + 1, sizeof (schema_t *));
    if (!self->schemas)
        return -1;
    self->units = base->units;
    for (size_t i = 0; i < base->count; i++)
        if (strcmp (base->schemas[i]->name, schema->name) != 0)
            self->schemas[self->count++] = base->schemas[i];
    return 0;
}

catalog_t *catalog_with (const catalog_t *base, schema_t *schema)
{
    catalog_t *self = calloc (1, sizeof *self);
    if (!self || s_borrow (self, base, schema) != 0) {
        schema_destroy (&schema);
        free (self);
        return NULL;
    }
    self->own = schema;
    if (s_put (self, schema) != 0) {    //  which has destroyed it
        free (self->schemas);
        free (self);
        return NULL;
    }
    return self;
}

void catalog_destroy (catalog_t **self_p)
{
    catalog_t *self = *self_p;
    if (!self)
        return;
    for (size_t i = 0; i < self->count; i++)
        if (!self->own || self->schemas[i] == self->own)
            schema_destroy (&self->schemas[i]);
    free (self->schemas);
    if (!self->own)
        unit_table_destroy (&self->units);
    free (self);
    *self_p = NULL;
}

size_t catalog_size (const catalog_t *self)
{
    return self->count;
}

const schema_t *catalog_at (const catalog_t *self, size_t at)
{
    return self->schemas[at];
}

const schema_t *catalog_find (const catalog_t *self, const char *name)
{
    for (size_t i = 0; i < self->count; i++)
        if (strcmp (self->schemas[i]->name, name) == 0)
            return self->schemas[i];
    return NULL;
}

const unit_table_t *catalog_units (const catalog_t *self)
{
    return self->units;
}
