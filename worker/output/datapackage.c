//  datapackage.c: see datapackage.h.
#include "worker/output/datapackage.h"

#include "messages/json/writer.h"
#include "worker/output/records/database.h"
#include "worker/rules/dates/time_form.h"

#include <stdio.h>

//  The narrowest standard type that every value of the field satisfies.
static const char *s_type (const struct report *report, size_t f)
{
    switch (report->layout->plan->steps[f].type) {
    case FIELD_NUMBER:
        return "number";
    case FIELD_DATE:
        return report->tally->fields[f].partial ? "string" : "date";
    default:
        return "string";
    }
}

//  What the standard's types do not tell: that texts are date-times, and in which forms they stand.
static void s_date_time (json_writer_t *doc, unsigned forms)
{
    static const char *const FORMS[TIME_FORM_BITS] = {"date", "local", "offset", "partial"};
    json_writer_object (doc, "dmh");
    json_writer_string (doc, "type", "datetime");
    json_writer_array (doc, "forms");
    for (unsigned i = 0; i < TIME_FORM_BITS; i++)
        if (forms & 1u << i)
            json_writer_string (doc, NULL, FORMS[i]);
    json_writer_close (doc);
    json_writer_close (doc);
}

//  The column that stands beside the field's.
static void s_beside (json_writer_t *doc, const struct report *report, size_t f)
{
    const struct plan *plan = report->layout->plan;
    bool number = plan->steps[f].type == FIELD_NUMBER;
    json_writer_object (doc, NULL);
    json_writer_string (doc, "name", report->layout->beside[f]);
    json_writer_string (doc, "type", number ? "string" : "date");
    json_writer_object (doc, "dmh");
    json_writer_string (doc, number ? "digits_of" : "date_of", plan->schema->fields[f].name);
    json_writer_close (doc);
    json_writer_close (doc);
}

static void s_field (json_writer_t *doc, const struct report *report, size_t i)
{
    const struct plan *plan = report->layout->plan;
    json_writer_object (doc, NULL);
    json_writer_string (doc, "name", layout_output_name (report->layout, i));
    if (i < plan->step_count) {
        const struct field *field = &plan->schema->fields[i];
        json_writer_string (doc, "type", s_type (report, i));
        if (field->title)
            json_writer_string (doc, "title", field->title);
        if (field->description)
            json_writer_string (doc, "description", field->description);
        if (field->required) {
            json_writer_object (doc, "constraints");
            json_writer_boolean (doc, "required", true);
            json_writer_close (doc);
        }
        if (plan->steps[i].type == FIELD_DATETIME)
            s_date_time (doc, report->tally->fields[i].forms);
    } else    //  the record's number in its input is the one of these that dmh makes itself
        json_writer_string (doc, "type",
                            report->write_inputs && i == plan->step_count + 1 ? "integer" : "string");
    json_writer_close (doc);
    if (i < plan->step_count && report->layout->beside[i])
        s_beside (doc, report, i);
}

static void s_schema (json_writer_t *doc, const struct report *report)
{
    const schema_t *schema = report->layout->plan->schema;
    json_writer_object (doc, "schema");
    json_writer_array (doc, "fields");
    for (size_t i = 0; i < layout_output_count (report->layout); i++)
        s_field (doc, report, i);
    json_writer_close (doc);
    json_writer_array (doc, "missingValues");
    json_writer_string (doc, NULL, "");
    json_writer_close (doc);
    //  Duplicates and conflicts are set aside by the key, so a key that every record has is unique.
    if (schema->key_count == 1 && schema->fields[schema->key[0]].required)
        json_writer_string (doc, "primaryKey", schema->fields[schema->key[0]].name);
    json_writer_close (doc);
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

//  Where in the database the records are (Table Dialect of Data Package 2).
static void s_dialect (json_writer_t *doc, const struct layout *layout)
{
    char table[SCHEMA_NAME_MAX + 2];
    database_table (layout, table, sizeof table);
    json_writer_object (doc, "dialect");
    json_writer_string (doc, "table", table);
    json_writer_close (doc);
}

int datapackage_write (const struct report *report, output_file_t *file, struct error *error)
{
    const struct output *records = &report->outputs[0];
    const struct encoder *encoder = report->layout->encoder;
    char text[NAME_BYTES];
    json_writer_t *doc = json_writer_new_flush ();
    if (!doc)
        return error_set (error, DMH_INTERNAL, "out of memory while writing datapackage.json");
    bool tabular = encoder->table && !encoder->database;    //  which the profile has of text alone
    json_writer_object (doc, NULL);
    json_writer_string (doc, "profile", tabular ? "tabular-data-package" : "data-package");
    s_name (report->input->name, text, sizeof text);
    json_writer_string (doc, "name", text[0] ? text : "input");
    json_writer_array (doc, "resources");
    json_writer_object (doc, NULL);
    json_writer_string (doc, "profile", tabular ? "tabular-data-resource" : "data-resource");
    json_writer_string (doc, "name", "records");
    json_writer_string (doc, "path", records->name);
    json_writer_string (doc, "format", encoder->format);
    json_writer_string (doc, "mediatype", encoder->media_type);
    json_writer_string (doc, "encoding", "utf-8");
    json_writer_number (doc, "bytes", records->bytes);
    snprintf (text, sizeof text, "sha256:%s", records->sha256);
    json_writer_string (doc, "hash", text);
    if (encoder->database)
        s_dialect (doc, report->layout);
    if (encoder->table)    //  resources are none; FHIR R4 itself is their schema
        s_schema (doc, report);
    json_writer_close (doc);
    json_writer_close (doc);
    json_writer_close (doc);
    int rc = output_document (file, doc, error);
    json_writer_destroy (&doc);
    return rc;
}
