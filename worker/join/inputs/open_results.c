//  open_results.c: see open_results.h.
#include "worker/join/inputs/open_results.h"

#include "worker/rules/schema/read/read.h"

#include <stdlib.h>

static int s_no_memory (struct error *error)
{
    return error_set (error, DMH_INTERNAL, "out of memory while joining results");
}

int open_results_open (struct open_results *self, const struct join_input *inputs, size_t count,
                       const struct options *options, struct error *error)
{
    *self = (struct open_results){.inputs = inputs, .count = count};
    self->results = calloc (count + 1, sizeof *self->results);
    self->built_in = catalog_new (NULL, error);
    if (!self->results || !self->built_in)
        return self->built_in ? s_no_memory (error) : error->code;
    for (size_t i = 0; i < count; i++)
        if (!inputs[i].failure && !(self->results[i] = result_reader_new (inputs[i].folder, error)))
            return error->code;
    if (!options->schema)
        return DMH_OK;
    schema_t *schema = schema_read (options->schema, strlen (options->schema), options->schema_name, error);
    if (schema && !(self->own = catalog_with (self->built_in, schema)))
        return s_no_memory (error);
    return schema ? DMH_OK : error->code;
}

void open_results_clear (struct open_results *self)
{
    for (size_t i = 0; self->results && i < self->count; i++)
        result_reader_destroy (&self->results[i]);
    free (self->results);
    catalog_destroy (&self->own);
    catalog_destroy (&self->built_in);
    *self = (struct open_results){.count = 0};
}

const char *open_results_kind (const struct open_results *self, size_t i)
{
    return self->results[i] ? result_reader_facts (self->results[i])->kind : "";
}

bool open_results_is_first (const struct open_results *self, size_t i)
{
    const char *kind = open_results_kind (self, i);
    for (size_t k = 0; k < i; k++)
        if (strcmp (open_results_kind (self, k), kind) == 0)
            return false;
    return *kind;
}

const schema_t *open_results_schema (const struct open_results *self, const char *kind, struct error *error)
{
    const schema_t *schema = catalog_find (self->own ? self->own : self->built_in, kind);
    for (size_t i = 0; i < self->count; i++)
        if (strcmp (open_results_kind (self, i), kind) == 0 &&
            (!schema ||
             strcmp (result_reader_facts (self->results[i])->schema_sha256, schema->sha256) != 0)) {
            error_set (error, DMH_BAD_INPUT,
                       "%.200s was harmonized with another schema of %.40s than this dmh has; run it again",
                       self->inputs[i].source_file, kind);
            return NULL;
        }
    return schema;
}
