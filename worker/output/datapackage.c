//  datapackage.c: datapackage.json: Frictionless Data Package and Table Schema, specification version 1. See
//  report.h.
#include "worker/output/document.h"
#include "worker/output/report.h"

#include <stdio.h>

//  The narrowest standard type that every value of the field satisfies.
static const char *s_type (const struct report *report, size_t f)
{
    switch (report->pass->plan->steps[f].type) {
    case FIELD_NUMBER:
        return "number";
    case FIELD_DATE:
        return report->tally->fields[f].partial ? "string" : "date";
    default:
        return "string";
    }
}

static void s_field (document_t *doc, const struct report *report, size_t i)
{
    const struct plan *plan = report->pass->plan;
    document_object (doc, NULL);
    document_string (doc, "name", pass_output_name (report->pass, i));
    if (i < plan->step_count) {
        const struct field *field = &plan->schema->fields[i];
        document_string (doc, "type", s_type (report, i));
        if (field->title)
            document_string (doc, "title", field->title);
        if (field->description)
            document_string (doc, "description", field->description);
        if (field->required) {
            document_object (doc, "constraints");
            document_boolean (doc, "required", true);
            document_close (doc);
        }
    } else
        document_string (doc, "type", "string");
    document_close (doc);
}

static void s_schema (document_t *doc, const struct report *report)
{
    const schema_t *schema = report->pass->plan->schema;
    document_object (doc, "schema");
    document_array (doc, "fields");
    for (size_t i = 0; i < pass_output_count (report->pass); i++)
        s_field (doc, report, i);
    document_close (doc);
    document_array (doc, "missingValues");
    document_string (doc, NULL, "");
    document_close (doc);
    //  Duplicates and conflicts are set aside by the key, so a key that every record has is unique.
    if (schema->key_count == 1 && schema->fields[schema->key[0]].required)
        document_string (doc, "primaryKey", schema->fields[schema->key[0]].name);
    document_close (doc);
}

//  Data Package names are lower-case letters, digits, '.', '-', '_'.
static void s_name (const char *from, char *to, size_t size)
{
    size_t n = 0;
    for (; *from && n + 1 < size; from++) {
        char byte = *from;
        if (byte >= 'A' && byte <= 'Z')
            byte = (char) (byte - 'A' + 'a');
        bool plain =
            (byte >= 'a' && byte <= 'z') || (byte >= '0' && byte <= '9') || byte == '.' || byte == '-';
        to[n++] = plain ? byte : '_';
    }
    to[n] = 0;
}

int datapackage_write (const struct report *report, output_file_t *file, struct error *error)
{
    const struct output *records = &report->outputs[0];
    bool csv = report->pass->format == RECORDS_CSV, fhir = report->pass->format == RECORDS_FHIR;
    char text[NAME_BYTES];
    document_t *doc = document_new ();
    if (!doc)
        return error_set (error, DMH_INTERNAL, "out of memory while writing datapackage.json");
    document_object (doc, NULL);
    document_string (doc, "profile", fhir ? "data-package" : "tabular-data-package");
    s_name (report->input->name, text, sizeof text);
    document_string (doc, "name", text[0] ? text : "input");
    document_array (doc, "resources");
    document_object (doc, NULL);
    document_string (doc, "profile", fhir ? "data-resource" : "tabular-data-resource");
    document_string (doc, "name", "records");
    document_string (doc, "path", records->name);
    document_string (doc, "format", csv ? "csv" : "ndjson");
    document_string (doc, "mediatype",
                     csv    ? "text/csv"
                     : fhir ? "application/fhir+ndjson"
                            : "application/x-ndjson");
    document_string (doc, "encoding", "utf-8");
    document_number (doc, "bytes", records->bytes);
    snprintf (text, sizeof text, "sha256:%s", records->sha256);
    document_string (doc, "hash", text);
    if (!fhir)    //  resources are no table; FHIR R4 itself is their schema
        s_schema (doc, report);
    document_close (doc);
    document_close (doc);
    document_close (doc);
    int rc = document_finish (doc, file, error);
    document_destroy (&doc);
    return rc;
}
