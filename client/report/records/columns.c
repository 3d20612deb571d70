//  columns.c: see columns.h.
#include "client/report/records/columns.h"

#include "client/result/reading/report_values.h"
#include "client/result/reading/result_document.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

//  Where a resource of FHIR R4 has what a page shows.
static const struct element {
    const char *kind, *name, *path;
    enum column_type type;
} ELEMENTS[] = {
    {"patient", "patient_id", "identifier.0.value", COLUMN_TEXT},
    {"patient", "birth_date", "birthDate", COLUMN_DATE},
    {"patient", "death_date", "deceasedDateTime", COLUMN_DATE},
    {"lab_result", "patient_id", "subject.identifier.value", COLUMN_TEXT},
    {"lab_result", "test_code", "code.coding.0.code", COLUMN_TEXT},
    {"lab_result", "test_name", "code.text", COLUMN_TEXT},
    {"lab_result", "value_number", "valueQuantity.value", COLUMN_NUMBER},
    {"lab_result", "unit", "valueQuantity.unit", COLUMN_TEXT},
    {"lab_result", "collected_at", "effectiveDateTime", COLUMN_DATE_TIME},
    {"lab_result", "resulted_at", "issued", COLUMN_DATE_TIME},
    {"imaging_study", "patient_id", "subject.identifier.value", COLUMN_TEXT},
    {"imaging_study", "started_at", "started", COLUMN_DATE_TIME},
};
enum { ELEMENT_COUNT = sizeof ELEMENTS / sizeof *ELEMENTS };

static int s_no_memory (struct error *error)
{
    return error_set (error, DMH_INTERNAL, "out of memory while reading datapackage.json");
}

//  What stands beside another column, and says nothing of its own, is text.
static enum column_type s_type (const struct json_value *field)
{
    const char *word = report_text (field, "type");
    const struct json_value *more = json_value_member (field, "dmh");
    if (json_value_member (more, "date_of") || json_value_member (more, "digits_of"))
        return COLUMN_TEXT;
    return strcmp (report_text (more, "type"), "datetime") == 0 ? COLUMN_DATE_TIME
           : strcmp (word, "number") == 0                       ? COLUMN_NUMBER
           : strcmp (word, "date") == 0                         ? COLUMN_DATE
                                                                : COLUMN_TEXT;
}

static int s_fields (const struct json_value *fields, struct columns *out, struct error *error)
{
    out->at = calloc (fields->count + 1, sizeof *out->at);
    if (!out->at)
        return s_no_memory (error);
    for (const struct json_value *field = fields->first; field; field = field->next) {
        const struct json_value *required =
            json_value_member (json_value_member (field, "constraints"), "required");
        struct column *column = &out->at[out->count];
        column->name = strdup (report_text (field, "name"));
        if (!column->name)
            return s_no_memory (error);
        column->type = s_type (field);
        column->required = json_value_is (required, JSON_TRUE);
        out->count++;
    }
    return DMH_OK;
}

static int s_elements (const char *kind, struct columns *out, struct error *error)
{
    out->at = calloc (ELEMENT_COUNT, sizeof *out->at);
    if (!out->at)
        return s_no_memory (error);
    for (size_t i = 0; i < ELEMENT_COUNT; i++) {
        if (strcmp (ELEMENTS[i].kind, kind) != 0)
            continue;
        out->at[out->count].name = strdup (ELEMENTS[i].name);
        if (!out->at[out->count].name)
            return s_no_memory (error);
        out->at[out->count].path = ELEMENTS[i].path;
        out->at[out->count++].type = ELEMENTS[i].type;
    }
    return DMH_OK;
}

static int s_resource (const struct json_value *resource, const struct json_value *report,
                       struct columns *out, struct error *error)
{
    const char *format = report_text (resource, "format"), *media = report_text (resource, "mediatype");
    const struct json_value *schema = json_value_member (resource, "schema"),
                            *fields = json_value_member (schema, "fields"),
                            *key = json_value_member (schema, "primaryKey");
    const char *kind = report_text (json_value_member (report, "job"), "kind");
    bool table = json_value_is (fields, JSON_ARRAY);
    out->file = strdup (report_text (resource, "path"));
    out->key = json_value_string (key) ? strdup (json_value_string (key)) : NULL;
    if (!out->file || (json_value_string (key) && !out->key))
        return s_no_memory (error);
    if (strcmp (media, "application/fhir+ndjson") == 0) {
        out->format = RECORDS_FHIR;
        return s_elements (kind, out, error);
    }
    out->format = table && strcmp (format, "csv") == 0      ? RECORDS_CSV
                  : table && strcmp (format, "ndjson") == 0 ? RECORDS_NDJSON
                                                            : RECORDS_OTHER;
    if (json_value_is (fields, JSON_ARRAY) && strcmp (format, "sqlite") == 0) {
        out->format = RECORDS_SQLITE;
        out->table = strdup (report_text (json_value_member (resource, "dialect"), "table"));
        if (!out->table)
            return s_no_memory (error);
    }
    return out->format == RECORDS_OTHER ? DMH_OK : s_fields (fields, out, error);
}

int columns_read (const char *folder, const struct json_value *report, struct columns *out,
                  struct error *error)
{
    *out = (struct columns){.format = RECORDS_OTHER};
    struct json_value *package = result_document_read (folder, "datapackage.json", error);
    if (!package)
        return error->code;
    const struct json_value *resource = report_first (package, "resources");
    int rc = resource ? s_resource (resource, report, out, error) : DMH_OK;
    json_value_destroy (&package);
    if (rc != DMH_OK)
        columns_clear (out);
    return rc;
}

void columns_clear (struct columns *self)
{
    for (size_t i = 0; i < self->count; i++)
        free (self->at[i].name);
    free (self->at);
    free (self->file);
    free (self->table);
    free (self->key);
    *self = (struct columns){.format = RECORDS_OTHER};
}

size_t columns_find (const struct columns *self, const char *name)
{
    for (size_t i = 0; i < self->count; i++)
        if (strcmp (self->at[i].name, name) == 0)
            return i;
    return SIZE_MAX;
}
