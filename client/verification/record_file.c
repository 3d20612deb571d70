//  record_file.c: see record_file.h.
#define _GNU_SOURCE
#include "client/verification/record_file.h"

#include "client/result/reading/json_path.h"
#include "client/result/reading/record_source.h"
#include "client/result/reading/report_values.h"
#include "client/result/reading/result_document.h"
#include "client/result/reading/result_file.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

//  Where a resource of FHIR has the fields that each record of its kind needs, as FHIR R4 has them.
static const struct element {
    const char *kind, *type, *field, *path;
} ELEMENTS[] = {{"patient", "Patient", "patient_id", "identifier.0.value"},
                {"lab_result", "Observation", "patient_id", "subject.identifier.value"},
                {"lab_result", "Observation", "test_code", "code.coding.0.code"},
                {"imaging_study", "ImagingStudy", "patient_id", "subject.identifier.value"},
                {"imaging_study", "ImagingStudy", "modality", "modality.0.code"}};
enum { ELEMENT_COUNT = sizeof ELEMENTS / sizeof *ELEMENTS };

struct column {
    const char *name;
    const char *value;    //  of the record
    const char *path;     //  in a resource of FHIR; NULL: it is none
    bool required, number, date;
    bool datetime;
    unsigned forms;      //  of a date-time: bits, as FORMS has them
    size_t date_of;      //  the date of which date-time it is; SIZE_MAX: of none
    size_t digits_of;    //  the digits of which number it has; SIZE_MAX: of none
    size_t digits_in;    //  which column has its digits; SIZE_MAX: none does
};

//  How datapackage.json calls the forms of date-times.
static const char *const FORMS[] = {"date", "local", "offset", "partial"};
enum {
    FORM_COUNT = sizeof FORMS / sizeof *FORMS,
    FORM_DATE = 1,
    FORM_LOCAL = 2,
    FORM_OFFSET = 4,
    FORM_PARTIAL = 8
};

struct record_file {
    const char *name;    //  borrowed
    struct record_source source;
    uint64_t record;
    struct column *columns;
    size_t count;
    const char *type;    //  of the resources; NULL: records are no resources
};

static int s_no_memory (const record_file_t *self, struct error *error)
{
    return error_set (error, DMH_INTERNAL, "out of memory while reading %s", self->name);
}

//  The column that stands before `column` and is called so; SIZE_MAX: none is.
static size_t s_before (const record_file_t *self, const struct column *column, const char *name)
{
    for (const struct column *at = column; *name && at-- > self->columns;)
        if (strcmp (at->name, name) == 0)
            return (size_t) (at - self->columns);
    return SIZE_MAX;
}

//  What dmh says of a field beyond the standard.
static void s_more (record_file_t *self, struct column *column, const struct json_value *said)
{
    column->datetime = strcmp (report_text (said, "type"), "datetime") == 0;
    for (const struct json_value *form = report_first (said, "forms"); form; form = form->next)
        for (size_t i = 0; i < FORM_COUNT; i++)
            if (json_value_string (form) && strcmp (json_value_string (form), FORMS[i]) == 0)
                column->forms |= 1u << i;
    column->date_of = s_before (self, column, report_text (said, "date_of"));
    column->digits_of = s_before (self, column, report_text (said, "digits_of"));
    if (column->digits_of != SIZE_MAX)
        self->columns[column->digits_of].digits_in = (size_t) (column - self->columns);
}

static int s_columns (record_file_t *self, const struct json_value *schema, struct error *error)
{
    const struct json_value *fields = json_value_member (schema, "fields");
    self->count = json_value_is (fields, JSON_ARRAY) ? fields->count : 0;
    self->columns = calloc (self->count + 1, sizeof *self->columns);
    if (!self->columns)
        return s_no_memory (self, error);
    struct column *column = self->columns;
    for (const struct json_value *field = self->count ? fields->first : NULL; field; field = field->next) {
        const struct json_value *constraints = json_value_member (field, "constraints");
        const char *type = report_text (field, "type");
        *column++ = (struct column){
            .name = report_text (field, "name"),
            .value = "",
            .required = json_value_is (json_value_member (constraints, "required"), JSON_TRUE),
            .number = strcmp (type, "number") == 0,
            .date = strcmp (type, "date") == 0,
            .digits_in = SIZE_MAX,
        };
    }
    column = self->columns;
    for (const struct json_value *field = self->count ? fields->first : NULL; field; field = field->next)
        s_more (self, column++, json_value_member (field, "dmh"));
    return DMH_OK;
}

static int s_elements (record_file_t *self, const char *kind, struct error *error)
{
    self->columns = calloc (ELEMENT_COUNT, sizeof *self->columns);
    if (!self->columns)
        return s_no_memory (self, error);
    for (size_t i = 0; i < ELEMENT_COUNT; i++) {
        if (strcmp (ELEMENTS[i].kind, kind) != 0)
            continue;
        self->type = ELEMENTS[i].type;
        self->columns[self->count++] = (struct column){
            .name = ELEMENTS[i].field, .value = "", .path = ELEMENTS[i].path, .required = true};
    }
    return DMH_OK;
}

//  Of the letters of sequences, with what they come to.
static int s_sequences (record_file_t *self, const char *folder, struct error *error)
{
    self->columns = calloc (FASTA_FILE_VALUES, sizeof *self->columns);
    if (!self->columns)
        return s_no_memory (self, error);
    self->count = FASTA_FILE_VALUES;
    for (size_t i = 0; i < FASTA_FILE_VALUES; i++)
        self->columns[i] = (struct column){.name = FASTA_FILE_FIELDS[i],
                                           .value = "",
                                           .required = i == 0,
                                           .date_of = SIZE_MAX,
                                           .digits_of = SIZE_MAX,
                                           .digits_in = SIZE_MAX};
    self->source.fasta = fasta_file_new (folder, self->name, error);
    return self->source.fasta ? DMH_OK : error->code;
}

static int s_check_header (const record_file_t *self, struct error *error)
{
    bool same = table_file_columns (self->source.table) == self->count;
    for (size_t i = 0; same && i < self->count; i++) {
        const char *name = self->columns[i].name;
        same = name && strcmp (table_file_name (self->source.table, i), name) == 0;
    }
    return same ? DMH_OK
                : error_set (error, DMH_MALFORMED, "the columns of %s are not the fields of datapackage.json",
                             self->name);
}

static int s_open_database (record_file_t *self, const char *folder, const char *table, struct error *error)
{
    struct database_column *columns = calloc (self->count + 1, sizeof *columns);
    if (!columns)
        return s_no_memory (self, error);
    for (size_t i = 0; i < self->count; i++)
        columns[i] = (struct database_column){self->columns[i].name, self->columns[i].number};
    self->source.database = database_file_new (folder, self->name, table, columns, self->count, error);
    free (columns);
    return self->source.database ? DMH_OK : error->code;
}

record_file_t *record_file_new (const char *folder, const struct json_value *resource, const char *kind,
                                struct error *error)
{
    const char *name = report_text (resource, "path");
    const struct json_value *schema = json_value_member (resource, "schema");
    record_file_t *self = calloc (1, sizeof *self);
    if (!self) {
        error_set (error, DMH_INTERNAL, "out of memory while reading %s", name);
        return NULL;
    }
    self->name = name;
    bool fasta = !schema && strcmp (name, "records.fasta.gz") == 0;
    int rc = schema  ? s_columns (self, schema, error)
             : fasta ? s_sequences (self, folder, error)
                     : s_elements (self, kind, error);
    if (rc == DMH_OK && schema && strcmp (name, "records.csv") == 0) {
        self->source.table = table_file_new (folder, name, error);
        rc = self->source.table ? s_check_header (self, error) : DMH_IO;
    } else if (rc == DMH_OK && schema && strcmp (name, "records.sqlite") == 0) {
        rc = s_open_database (self, folder, report_text (json_value_member (resource, "dialect"), "table"),
                              error);
    } else if (rc == DMH_OK && !fasta) {
        self->source.file = result_file_open (folder, name, error);
        rc = self->source.file ? DMH_OK : DMH_IO;
    }
    if (rc != DMH_OK)
        record_file_destroy (&self);
    return self;
}

void record_file_destroy (record_file_t **self_p)
{
    record_file_t *self = *self_p;
    if (!self)
        return;
    record_source_close (&self->source);
    free (self->columns);
    free (self);
    *self_p = NULL;
}

static int s_malformed (const record_file_t *self, const char *what, struct error *error)
{
    return error_set (error, DMH_MALFORMED, "%s, record %llu: %s", self->name,
                      (unsigned long long) self->record, what);
}

//  The members of the line's object are the fields, in their order.
static int s_members (record_file_t *self, struct error *error)
{
    const struct json_value *member =
        json_value_is (self->source.object, JSON_OBJECT) ? self->source.object->first : NULL;
    size_t i = 0;
    for (; member && i < self->count && strcmp (member->key, self->columns[i].name) == 0; i++) {
        bool scalar = member->type == JSON_STRING || member->type == JSON_NUMBER || member->type == JSON_NULL;
        if (!scalar)
            break;
        self->columns[i].value = member->text ? member->text : "";
        member = member->next;
    }
    return member || i < self->count
               ? s_malformed (self, "its members are not the fields of datapackage.json", error)
               : DMH_OK;
}

static int s_resource (record_file_t *self, struct error *error)
{
    const char *type = json_value_string (json_value_member (self->source.object, "resourceType"));
    if (!type || strcmp (type, self->type) != 0)
        return s_malformed (self, "is no resource of the kind", error);
    for (size_t i = 0; i < self->count; i++) {
        const char *text = json_value_string (json_path (self->source.object, self->columns[i].path));
        self->columns[i].value = text ? text : "";
    }
    return DMH_OK;
}

static int s_next_line (record_file_t *self, struct error *error)
{
    size_t n;
    int read = record_source_line (&self->source, self->name, &n, error);
    if (read != 1)
        return read;
    self->record++;
    if (self->source.line[n - 1] != '\n')
        return s_malformed (self, "its line is cut off", error);
    bool starved = false;
    json_value_destroy (&self->source.object);
    self->source.object = json_value_new (self->source.line, n, JSON_VALUE_DEPTH_MAX, self->name, error);
    if (!self->source.object && error->code == DMH_INTERNAL)
        return error->code;
    if (!self->source.object)
        return s_malformed (self, "is no JSON", error);
    if (result_document_key_twice (self->source.object, &starved))
        return s_malformed (self, "a key stands twice in it", error);
    if (starved)
        return s_no_memory (self, error);
    int rc = self->type ? s_resource (self, error) : self->count ? s_members (self, error) : DMH_OK;
    return rc == DMH_OK ? 1 : rc;
}

static int s_next_row (record_file_t *self, struct error *error)
{
    int rc = table_file_next (self->source.table, error);
    self->record += rc == 1;
    for (size_t i = 0; rc == 1 && i < self->count; i++)
        self->columns[i].value = table_file_field (self->source.table, i, NULL);
    return rc;
}

static int s_next_stored (record_file_t *self, struct error *error)
{
    int rc = database_file_next (self->source.database, error);
    self->record += rc == 1;
    for (size_t i = 0; rc == 1 && i < self->count; i++)
        self->columns[i].value = database_file_value (self->source.database, i);
    return rc;
}

static int s_next_sequence (record_file_t *self, struct error *error)
{
    int rc = fasta_file_next (self->source.fasta, error);
    self->record += rc == 1;
    for (size_t i = 0; rc == 1 && i < self->count; i++)
        self->columns[i].value = fasta_file_value (self->source.fasta, i);
    return rc;
}

static bool s_is_number (const char *value)
{
    char *end;
    strtod (value, &end);
    return *end == 0 && value[strspn (value, "+-.0123456789eE")] == 0;
}

static bool s_is_date (const char *value)
{
    for (size_t i = 0; i < 10; i++)
        if (i == 4 || i == 7 ? value[i] != '-' : value[i] < '0' || value[i] > '9')
            return false;
    return value[10] == 0;
}

//  Of a date-time that is not empty.
static unsigned s_form (const char *value)
{
    enum { DAY = 10, OFFSET = 6 };    //  YYYY-MM-DD, ±hh:mm
    size_t n = strlen (value);
    if (n <= DAY)
        return n == DAY ? FORM_DATE : FORM_PARTIAL;
    bool offset = value[n - 1] == 'Z' || (n > DAY + OFFSET && strchr ("+-", value[n - OFFSET]));
    return offset ? FORM_OFFSET : FORM_LOCAL;
}

//  A column beside another says the same as that one: its date, or the digits of its number.
static bool s_agrees (const record_file_t *self, const struct column *column)
{
    if (column->date_of != SIZE_MAX) {
        const char *of = self->columns[column->date_of].value;
        size_t n = strlen (of) < 10 ? 0 : 10;
        return strlen (column->value) == n && strncmp (of, column->value, n) == 0;
    }
    if (column->digits_of == SIZE_MAX)
        return true;
    const char *of = self->columns[column->digits_of].value;
    return *of ? s_is_number (column->value) && strtod (of, NULL) == strtod (column->value, NULL)
               : !*column->value;
}

static bool s_is_of_type (const record_file_t *self, const struct column *column)
{
    const char *value = column->value;
    if (*value && ((column->number && !s_is_number (value)) || (column->date && !s_is_date (value)) ||
                   (column->datetime && !(s_form (value) & column->forms))))
        return false;
    return s_agrees (self, column);
}

int record_file_next (record_file_t *self, struct error *error)
{
    int rc = self->source.table      ? s_next_row (self, error)
             : self->source.database ? s_next_stored (self, error)
             : self->source.fasta    ? s_next_sequence (self, error)
                                     : s_next_line (self, error);
    for (size_t i = 0; rc == 1 && i < self->count; i++) {
        const struct column *column = &self->columns[i];
        if (column->required && !*column->value)
            return s_malformed (self, "a field that datapackage.json requires is empty", error);
        if (!self->type && !s_is_of_type (self, column))
            return s_malformed (self, "a value is not of the type that datapackage.json says", error);
    }
    return rc;
}

const char *record_file_value (const record_file_t *self, size_t i)
{
    size_t digits = self->type ? SIZE_MAX : self->columns[i].digits_in;
    return self->columns[digits == SIZE_MAX ? i : digits].value;
}

bool record_file_is_of_resources (const record_file_t *self)
{
    return self->type != NULL;
}

size_t record_file_fields (const record_file_t *self)
{
    return self->count;
}

const char *record_file_name (const record_file_t *self, size_t i)
{
    return self->columns[i].name;
}

bool record_file_is_required (const record_file_t *self, size_t i)
{
    return self->columns[i].required;
}
