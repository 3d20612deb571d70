//  job_files.c: see job_files.h.
#include "client/arguments/job_files.h"

#include "client/arguments/text_file.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

//  The mapping's text, and its folder: its tables' paths begin there, wherever the worker runs.
static int s_read_mapping (struct arguments *self, struct error *error)
{
    char path[PATH_MAX];
    struct options *options = &self->options;
    int rc = text_file_read ("the mapping", self->mapping, &options->mapping, options->mapping_name, error);
    if (rc != DMH_OK)
        return rc;
    if (!realpath (self->mapping, path))
        return error_set (error, DMH_USAGE, "the mapping %s cannot be read: %s", self->mapping,
                          strerror (errno));
    char *slash = strrchr (path, '/');
    slash[slash == path] = 0;
    options->mapping_folder = strdup (path);
    return options->mapping_folder ? DMH_OK : error_set (error, DMH_INTERNAL, "out of memory");
}

static int s_read_schema (struct arguments *self, struct error *error)
{
    struct options *options = &self->options;
    int rc = text_file_read ("the schema", self->schema, &options->schema, options->schema_name, error);
    if (rc == DMH_OK && options->mapping &&
        strlen (options->schema) + strlen (options->mapping) > MAPPING_BYTES_MAX)
        rc = error_set (error, DMH_USAGE, "the schema %s and the mapping %s together are longer than 48 KiB",
                        self->schema, self->mapping);
    return rc;
}

//  As the worker sees it: a path of this host, or of its own.
static int s_find_reference (struct arguments *self, struct error *error)
{
    char path[PATH_MAX];
    bool found = realpath (self->reference, path) != NULL;
    if (!found && self->reference[0] != '/')
        return error_set (error, DMH_USAGE, "the reference %s cannot be read: %s", self->reference,
                          strerror (errno));
    self->options.reference = strdup (found ? path : self->reference);
    return self->options.reference ? DMH_OK : error_set (error, DMH_INTERNAL, "out of memory");
}

int job_files_read (struct arguments *arguments, struct error *error)
{
    int rc = arguments->mapping ? s_read_mapping (arguments, error) : DMH_OK;
    if (rc == DMH_OK && arguments->schema)
        rc = s_read_schema (arguments, error);
    if (rc == DMH_OK && arguments->reference)
        rc = s_find_reference (arguments, error);
    return rc;
}
