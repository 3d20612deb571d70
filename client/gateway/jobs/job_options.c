//  job_options.c: see job_options.h.
#include "client/gateway/jobs/job_options.h"

#include "client/arguments/option_fields.h"
#include "worker/inspect/inspection.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { OPTIONS_MAX = UPLOAD_FIELDS_MAX + TARGET_PAIRS_MAX };

//  The query's name is that of the file.
static bool s_is_option (const char *name)
{
    return !target_is_name (name, "mapping") && !target_is_name (name, "schema") &&
           !target_is_name (name, "name");
}

static int s_read_text (const upload_t *upload, const char *name, const char **text, const char **file_name,
                        struct error *error)
{
    const struct upload_field *field = upload_find (upload, name);
    *text = field ? field->value : NULL;
    *file_name = field ? field->file_name : NULL;
    return field && strlen (field->value) != field->bytes
               ? error_set (error, DMH_MALFORMED, "the %s is no text", name)
               : DMH_OK;
}

static int s_read (struct arguments *out, const upload_t *upload, const struct target *query,
                   char batch[NAME_BYTES], struct error *error)
{
    struct option_field fields[OPTIONS_MAX];
    struct option_texts texts;
    size_t count = 0;
    for (size_t i = 0; i < query->pair_count; i++)
        if (s_is_option (query->pairs[i].name))
            fields[count++] = (struct option_field){query->pairs[i].name, query->pairs[i].value};
    for (size_t i = 0; i < upload_field_count (upload); i++) {
        const struct upload_field *field = upload_field (upload, i);
        if (strlen (field->value) != field->bytes)
            return error_set (error, DMH_MALFORMED, "%s is no text", field->name);
        if (s_is_option (field->name))
            fields[count++] = (struct option_field){field->name, field->value};
    }
    for (size_t i = 0; i < count; i++)
        if (target_is_name (fields[i].name, "batch"))
            snprintf (batch, NAME_BYTES, "%s", fields[i].value);
    int rc = s_read_text (upload, "mapping", &texts.mapping, &texts.mapping_name, error);
    if (rc == DMH_OK)
        rc = s_read_text (upload, "schema", &texts.schema, &texts.schema_name, error);
    return rc == DMH_OK ? option_fields_read (out, fields, count, &texts, error) : rc;
}

//  Tables of a mapping are files of a server, which nobody names from here.
static int s_check_tables (const struct arguments *out, struct error *error)
{
    char **paths = NULL;
    size_t count = 0;
    int rc = inspection_tables (&out->options, &paths, &count, error);
    for (size_t i = 0; rc == DMH_OK && i < count; i++)
        free (paths[i]);
    free (paths);
    return rc == DMH_OK && count
               ? error_set (error, DMH_USAGE,
                            "a mapping that joins tables is not taken here, as the tables lie on your disk; "
                            "use dmh submit")
               : rc;
}

int job_options_read (struct arguments *out, const upload_t *upload, const struct target *query,
                      char batch[NAME_BYTES], struct error *error)
{
    *out = (struct arguments){.kind = NULL};
    *batch = 0;
    int rc = s_read (out, upload, query, batch, error);
    return rc == DMH_OK ? s_check_tables (out, error) : rc;
}
