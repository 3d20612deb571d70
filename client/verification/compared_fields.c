//  compared_fields.c: see compared_fields.h.
#define _GNU_SOURCE
#include "client/verification/compared_fields.h"

#include "client/result/reading/report_values.h"
#include "client/verification/input/fhir_input.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct compared {
    bool required;         //  each record has it
    bool own;              //  it is a column of the source's own
    size_t feeds;          //  columns
    size_t column;         //  the last one of them
    const char *source;    //  its name
    uint64_t unlike;       //  values that stand neither in their record nor in the audit
    uint64_t invented;     //  events of the audit about values that do not stand in their record
};

//  A column that feeds a field which each record needs.
struct key_column {
    size_t column;
    const char *source;
};

struct compared_fields {
    const struct json_value *report;
    record_file_t *records;
    bool fhir, fasta, vcf;
    const char *only;
    struct compared *fields;    //  [count], those of the records
    size_t count;
    struct key_column *keys;
    size_t key_count;
};

//  The field of that name, looked for from *hint on, as columns come in their order; SIZE_MAX: none.
static size_t s_find (const compared_fields_t *self, const char *name, size_t *hint)
{
    for (size_t i = 0; i < self->count; i++) {
        size_t field = (*hint + i) % self->count;
        if (strcmp (record_file_name (self->records, field), name) == 0) {
            *hint = field + 1;
            return field;
        }
    }
    return SIZE_MAX;
}

static void s_feed (compared_fields_t *self, const struct json_value *columns)
{
    size_t hint = 0, c = 0;
    for (const struct json_value *column = columns; column; column = column->next, c++) {
        const char *source = report_text (column, "source"), *to = report_text (column, "written_as");
        size_t field = *to ? s_find (self, to, &hint) : SIZE_MAX;
        if (field == SIZE_MAX)
            continue;
        struct compared *compared = &self->fields[field];
        compared->feeds++;
        compared->column = c;
        compared->source = source;
        compared->own = !*report_text (column, "field");
        if (compared->required)
            self->keys[self->key_count++] = (struct key_column){c, source};
    }
}

static size_t s_length (const struct json_value *columns)
{
    size_t length = 0;
    for (; columns; columns = columns->next)
        length++;
    return length;
}

compared_fields_t *compared_fields_new (const struct json_value *report, record_file_t *records)
{
    const struct json_value *input = json_value_member (report, "input"),
                            *columns = report_first (input, "columns");
    const char *kind = report_text (json_value_member (report, "job"), "kind");
    compared_fields_t *self = calloc (1, sizeof *self);
    if (!self)
        return NULL;
    self->report = report;
    self->records = records;
    self->fhir = strncmp (report_text (input, "format"), "fhir", 4) == 0;
    self->fasta = strcmp (report_text (input, "format"), "fasta") == 0;
    self->vcf = strcmp (report_text (input, "format"), "vcf") == 0;
    self->only = self->fhir ? fhir_input_key (kind) : NULL;
    self->count = record_file_fields (records);
    self->fields = calloc (self->count + 1, sizeof *self->fields);
    self->keys = calloc (s_length (columns) + 1, sizeof *self->keys);
    if (!self->fields || !self->keys) {
        compared_fields_destroy (&self);
        return NULL;
    }
    for (size_t i = 0; i < self->count; i++)
        self->fields[i].required = self->only ? strcmp (record_file_name (records, i), self->only) == 0
                                              : record_file_is_required (records, i);
    s_feed (self, columns);
    return self;
}

void compared_fields_destroy (compared_fields_t **self_p)
{
    compared_fields_t *self = *self_p;
    if (!self)
        return;
    free (self->fields);
    free (self->keys);
    free (self);
    *self_p = NULL;
}

void compared_fields_only (const compared_fields_t *self, char out[COMPARED_ONLY_BYTES])
{
    size_t used = 0;
    *out = 0;
    for (size_t i = 0; i < self->count && (self->only || record_file_is_of_resources (self->records)); i++)
        if (self->fields[i].required && used < COMPARED_ONLY_BYTES - 1)
            used += (size_t) snprintf (out + used, COMPARED_ONLY_BYTES - used, "%s%.40s", used ? ", " : "",
                                       record_file_name (self->records, i));
}

//  Whether the value is the other, or of FHIR what is behind a ':' or '/' of it (urn:oid:1.2.3).
static bool s_is (const compared_fields_t *self, struct input_value field, const char *value, size_t n)
{
    field = input_value_trim (field);
    if (self->fhir && field.n > n && strchr (":/", field.text[field.n - n - 1]))
        return memcmp (field.text + field.n - n, value, n) == 0;
    return field.n == n && memcmp (field.text, value, n) == 0;
}

//  Whether the record that was read has this value somewhere. A part of a resource has its id with a number
//  behind it.
static bool s_has (const compared_fields_t *self, const input_reader_t *input, struct input_value value)
{
    size_t whole = value.n;
    while (whole && value.text[whole - 1] >= '0' && value.text[whole - 1] <= '9')
        whole--;
    bool part = self->fhir && whole && whole < value.n && value.text[whole - 1] == '.';
    for (size_t i = 0; i < input_reader_count (input); i++) {
        struct input_value field = input_reader_value (input, i);
        bool within = self->fasta && i == 0 && memmem (field.text, field.n, value.text, value.n);
        if (within || s_is (self, field, value.text, value.n) ||
            (part && s_is (self, field, value.text, whole - 1)))
            return true;
    }
    return false;
}

//  What is the source's own stands in its column, where that can be found by its name; a field may be fed by
//  another one where its own says nothing.
static bool s_stands (const compared_fields_t *self, const input_reader_t *input,
                      const struct compared *compared, struct input_value value)
{
    struct input_value cell = {NULL, NULL, 0};
    if (!self->fhir && compared->feeds == 1)
        cell = input_reader_column (input, compared->column, compared->source);
    if (cell.text && (compared->own || input_value_same (cell, value)))
        return input_value_same (cell, value);
    return s_has (self, input, value);
}

static bool s_is_compared (const compared_fields_t *self, const struct compared *compared)
{
    return compared->required || (!self->only && compared->feeds == 1);
}

//  Whether an event about the record that was read, before the n-th, says that the field has this value.
static bool s_told (const audit_events_t *audit, size_t n, const char *field, const char *value)
{
    struct audit_value told;
    for (size_t at = 0; audit_events_value (audit, &at, &told) && at <= n;)
        if (strcmp (told.field, field) == 0 && strcmp (told.value, value) == 0)
            return true;
    return false;
}

//  Of a value that comes from several columns each part.
static bool s_parts_stand (const compared_fields_t *self, const input_reader_t *input,
                           struct input_value value)
{
    for (;;) {
        const char *bar = memchr (value.text, '|', value.n);
        size_t n = bar ? (size_t) (bar - value.text) : value.n;
        if (!s_has (self, input, input_value_trim ((struct input_value){"", value.text, n})))
            return false;
        if (!bar)
            return true;
        value.text = bar + 1;
        value.n -= n + 1;
    }
}

//  What the audit says that a value was stands in the record, or is what an event before made of it.
static void s_look_at_events (compared_fields_t *self, const input_reader_t *input,
                              const audit_events_t *audit)
{
    size_t hint = 0, before = 0;
    struct audit_value told;
    for (size_t at = 0; audit_events_value (audit, &at, &told); before = at) {
        size_t field = s_find (self, told.field, &hint);
        struct compared *compared = field == SIZE_MAX ? NULL : &self->fields[field];
        if (!compared || !s_is_compared (self, compared))
            continue;
        struct input_value raw = input_value_trim ((struct input_value){"", told.raw, strlen (told.raw)});
        compared->invented += raw.n && !s_stands (self, input, compared, raw) &&
                              !s_parts_stand (self, input, raw) &&
                              !s_told (audit, before, told.field, told.raw);
    }
}

void compared_fields_look (compared_fields_t *self, const input_reader_t *input, const audit_events_t *audit)
{
    s_look_at_events (self, input, audit);
    for (size_t i = 0; i < self->count; i++) {
        struct compared *compared = &self->fields[i];
        if (!s_is_compared (self, compared))
            continue;
        const char *text = record_file_value (self->records, i);
        struct input_value value = input_value_trim ((struct input_value){"", text, strlen (text)});
        compared->unlike += value.n && !s_stands (self, input, compared, value) &&
                            !s_told (audit, SIZE_MAX, record_file_name (self->records, i), text);
    }
}

//  FNV-1a.
uint64_t compared_fields_hash (const compared_fields_t *self, const input_reader_t *input)
{
    uint64_t hash = 14695981039346656037u;
    for (size_t k = 0; k < self->key_count; k++) {
        struct input_value value = input_reader_column (input, self->keys[k].column, self->keys[k].source);
        for (size_t at = 0; value.text && at <= value.n; at++)
            if (value.text[at] != ' ')
                hash = (hash ^ (unsigned char) value.text[at]) * 1099511628211u;
    }
    return hash ? hash : 1;
}

static uint64_t s_changed (const compared_fields_t *self, const char *name)
{
    const struct json_value *fields = json_value_member (self->report, "fields");
    uint64_t changed = report_number (json_value_member (fields, name), "changed");
    return changed == UINT64_MAX ? 0 : changed;    //  a column of the source's own is no field
}

//  How many values the audit does not list that were changed, or warned of: of a full one none. A range in
//  the column of one limit goes to both.
static uint64_t s_said (const compared_fields_t *self, const char *name)
{
    if (self->vcf && strcmp (name, "info_end") == 0)    //  which goes along with the bases of REF
        return s_changed (self, "pos") + s_changed (self, "ref");
    static const char *const LIMITS[] = {"reference_low", "reference_high"};
    const struct json_value *options = json_value_member (json_value_member (self->report, "job"), "options");
    if (strcmp (name, LIMITS[0]) == 0 || strcmp (name, LIMITS[1]) == 0)
        return s_changed (self, LIMITS[0]) + s_changed (self, LIMITS[1]);
    if (strcmp (report_text (options, "audit"), "full") == 0)
        return 0;
    uint64_t said = s_changed (self, name);
    for (const struct json_value *at = report_first (self->report, "issues"); at; at = at->next)
        if (json_value_member (at, "listed") && strcmp (report_text (at, "field"), name) == 0)
            said += report_number (at, "count") - report_number (at, "listed");
    return said;
}

uint64_t compared_fields_changed (const compared_fields_t *self)
{
    uint64_t changed = 0;
    for (size_t i = 0; i < self->count; i++)
        changed += self->fields[i].required ? s_changed (self, record_file_name (self->records, i)) : 0;
    return changed;
}

void compared_fields_judge (const compared_fields_t *self, struct problems *problems)
{
    for (size_t i = 0; i < self->count; i++) {
        const char *name = record_file_name (self->records, i);
        uint64_t unlike = self->fields[i].unlike, said = unlike ? s_said (self, name) : 0;
        if (self->fields[i].invented)
            problems_add (problems,
                          "audit.ndjson tells of %" PRIu64
                          " values of %.60s that do not stand in their record of the input",
                          self->fields[i].invented, name);
        if (unlike > said)
            problems_add (problems,
                          "%" PRIu64
                          " records have a %.60s that does not stand in their record of the input, and "
                          "report.json and audit tell of %" PRIu64 " that were changed",
                          unlike, name, said);
    }
}
