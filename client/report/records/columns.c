//  columns.c: see columns.h.
#include "client/report/records/columns.h"

#include "client/result/report_values.h"
#include "client/result/result_document.h"
#include "worker/inspect/kind_page.h"

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

static enum column_type s_type (const char *word)
{
    return strcmp (word, "number") == 0 || strcmp (word, "integer") == 0 ? COLUMN_NUMBER
           : strcmp (word, "date") == 0                                  ? COLUMN_DATE
           : strcmp (word, "datetime") == 0                              ? COLUMN_DATE_TIME
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
        column->type = s_type (report_text (field, "type"));
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

//  Which texts are date-times, as the kind has it; of a kind that is not known here none is.
static int s_date_times (const struct json_value *report, struct columns *out, struct error *error)
{
    struct kind_page *kinds = NULL;
    size_t count = 0;
    const char *name = report_text (json_value_member (json_value_member (report, "job"), "schema"), "name");
    int rc = kind_page_all (&kinds, &count, error);
    for (size_t k = 0; rc == DMH_OK && k < count; k++)
        for (size_t f = 0; strcmp (kinds[k].name, name) == 0 && f < kinds[k].field_count; f++) {
            const struct kind_page_field *field = &kinds[k].fields[f];
            size_t at = columns_find (out, field->name);
            if (at != SIZE_MAX && strcmp (field->type, "datetime") == 0)
                out->at[at].type = COLUMN_DATE_TIME;
        }
    if (rc == DMH_OK)
        kind_page_free (&kinds, count);
    return rc;
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
    int rc = out->format == RECORDS_OTHER ? DMH_OK : s_fields (fields, out, error);
    return rc == DMH_OK ? s_date_times (report, out, error) : rc;
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
