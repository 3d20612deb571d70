//  conservation.c: see conservation.h.
#define _GNU_SOURCE
#include "client/verification/conservation.h"

#include "client/result/result_document.h"
#include "client/result/result_file.h"
#include "client/result/table_file.h"
#include "client/verification/input/fhir_input.h"
#include "client/verification/input/input_reader.h"
#include "client/verification/record_file.h"
#include "client/result/report_values.h"
#include "messages/base/buffer.h"
#include "messages/base/digest.h"
#include "messages/base/narrow.h"

#include <inttypes.h>
#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>

enum { REQUIRED_MAX = 16 };

//  A required field, and how often its value does not stand in its record.
struct required {
    size_t field;    //  of the schema
    uint64_t changed;
};

struct proof {
    const struct json_value *report;
    struct conservation *out;
    struct problems *problems;
    input_reader_t *input;
    table_file_t *rejects;
    record_file_t *records;
    FILE *audit;
    char *line;
    size_t room;
    struct buffer raw;    //  of the next record that is set aside, as it stood in the input
    bool broken;          //  that is none of its format
    bool fhir;
    uint64_t reject, repeat, first;    //  the next record that is set aside, that repeats; whom. 0: none
    struct required required[REQUIRED_MAX];
    size_t required_count;
    struct buffer hashes;    //  uint64_t a record, of its values of required fields; 0: it repeats another
    uint64_t unlike;         //  repeat one with other values
};

static int s_no_memory (struct error *error)
{
    return error_set (error, DMH_INTERNAL, "out of memory while comparing the result with its input");
}

//  The text of the row's record, without its base64.
static int s_raw (struct proof *self, struct error *error)
{
    size_t n;
    const char *raw = table_file_field (self->rejects, table_file_column (self->rejects, "raw"), &n);
    const char *encoding =
        table_file_field (self->rejects, table_file_column (self->rejects, "raw_encoding"), NULL);
    bool coded = strcmp (encoding, "base64") == 0;
    self->raw.used = 0;
    if (n > INT32_MAX || buffer_reserve (&self->raw, n + 1) != 0)
        return s_no_memory (error);
    if (!coded) {
        memcpy (self->raw.at, raw, n);
        self->raw.used = n;
        return DMH_OK;
    }
    size_t pad = n > 1 && raw[n - 1] == '=' ? 1 + (raw[n - 2] == '=') : 0;
    int got = EVP_DecodeBlock ((unsigned char *) self->raw.at, (const unsigned char *) raw, NARROW (int, n));
    self->raw.used = got < 0 || (size_t) got < pad ? 0 : (size_t) got - pad;
    return DMH_OK;
}

static int s_next_reject (struct proof *self, struct error *error)
{
    int rc = table_file_next (self->rejects, error);
    self->reject = rc == 1 ? strtoull (table_file_field (self->rejects, 0, NULL), NULL, 10) : 0;
    if (rc != 1)
        return rc;
    const char *rule = table_file_field (self->rejects, table_file_column (self->rejects, "rule"), NULL);
    self->broken = strncmp (rule, "record.", 7) == 0 && strcmp (rule, "record.conflict") != 0;
    return s_raw (self, error);
}

static int s_next_repeat (struct proof *self, struct error *error)
{
    self->repeat = self->first = 0;
    ssize_t n;
    while (!self->repeat && (n = getline (&self->line, &self->room, self->audit)) > 0) {
        if (!strstr (self->line, ",\"event\":\"duplicate\""))
            continue;
        struct json_value *event =
            json_value_new (self->line, (size_t) n, JSON_VALUE_DEPTH_MAX, "audit.ndjson", error);
        if (!event)
            return error->code;
        self->repeat = report_number (event, "record");
        self->first = report_number (event, "repeats");
        json_value_destroy (&event);
    }
    return DMH_OK;
}

//  Whether the value is the text without spaces at its ends, or of FHIR what is behind a ':' or '/'
//  (urn:oid:1.2.3).
static bool s_is (const struct proof *self, struct input_value field, const char *value, size_t n)
{
    while (field.n && strchr (" \t", field.text[field.n - 1]))
        field.n--;
    while (field.n && strchr (" \t", *field.text)) {
        field.text++;
        field.n--;
    }
    if (self->fhir && field.n > n && strchr (":/", field.text[field.n - n - 1]))
        return memcmp (field.text + field.n - n, value, n) == 0;
    return field.n == n && memcmp (field.text, value, n) == 0;
}

//  Whether the record that was read has this value. A part of a resource has its id with a number behind it,
//  and not each has one.
static bool s_has (const struct proof *self, const char *value)
{
    size_t n = strlen (value), whole = n;
    while (whole && value[whole - 1] >= '0' && value[whole - 1] <= '9')
        whole--;
    bool part = self->fhir && whole && whole < n && value[whole - 1] == '.';
    for (size_t i = 0; i < input_reader_count (self->input); i++) {
        struct input_value field = input_reader_value (self->input, i);
        if (s_is (self, field, value, n) || (part && s_is (self, field, value, whole - 1)))
            return true;
    }
    return self->fhir && n == 0;
}

//  The values of the columns that feed required fields, as they stand, as one number (FNV-1a); never 0.
static uint64_t s_hash (const struct proof *self)
{
    const struct json_value *column = report_first (json_value_member (self->report, "input"), "columns");
    uint64_t hash = 14695981039346656037u;
    for (size_t i = 0; column; column = column->next, i++)
        for (size_t r = 0; r < self->required_count; r++)
            if (strcmp (report_text (column, "field"),
                        record_file_name (self->records, self->required[r].field)) == 0) {
                struct input_value value =
                    input_reader_column (self->input, i, report_text (column, "source"));
                for (size_t at = 0; value.text && at <= value.n; at++)
                    hash = value.text[at] == ' ' ? hash
                                                 : (hash ^ (unsigned char) value.text[at]) * 1099511628211u;
            }
    return hash ? hash : 1;
}

static int s_remember (struct proof *self, uint64_t hash, struct error *error)
{
    if (buffer_reserve (&self->hashes, sizeof hash) != 0)
        return s_no_memory (error);
    memcpy (self->hashes.at + self->hashes.used, &hash, sizeof hash);
    self->hashes.used += sizeof hash;
    return DMH_OK;
}

static uint64_t s_remembered (const struct proof *self, uint64_t record)
{
    uint64_t hash = 0;
    if (record && record <= self->hashes.used / sizeof hash)
        memcpy (&hash, self->hashes.at + (record - 1) * sizeof hash, sizeof hash);
    return hash;
}

//  The record is set aside: with its text.
static int s_set_aside (struct proof *self, uint64_t record, struct error *error)
{
    int rc = input_reader_claim (self->input, self->raw.at, self->raw.used, error);
    if (rc == 0)
        return error_set (error, DMH_MALFORMED,
                          "record %" PRIu64 " of the input does not stand in rejects.csv with its text",
                          record);
    self->out->set_aside++;
    rc = rc < 0 ? rc : s_remember (self, 1, error);
    return rc == DMH_OK ? s_next_reject (self, error) : rc;
}

static int s_repeats (struct proof *self, uint64_t record, struct error *error)
{
    uint64_t hash = s_remembered (self, self->first);
    if (hash == 0)
        return error_set (error, DMH_MALFORMED,
                          "record %" PRIu64 " of the input is said to repeat one that is not kept", record);
    self->unlike += hash != 1 && hash != s_hash (self);
    self->out->repeated++;
    int rc = s_remember (self, 0, error);
    return rc == DMH_OK ? s_next_repeat (self, error) : rc;
}

//  The next record of the result is this one.
static int s_is_written (struct proof *self, uint64_t record, struct error *error)
{
    int rc = record_file_next (self->records, error);
    if (rc == 0)
        return error_set (
            error, DMH_MALFORMED,
            "record %" PRIu64 " of the input is neither written nor set aside nor repeats another", record);
    for (size_t i = 0; rc == 1 && i < self->required_count; i++) {
        bool has = s_has (self, record_file_value (self->records, self->required[i].field));
        self->out->found += has;
        self->out->changed += !has;
        self->required[i].changed += !has;
    }
    self->out->written++;
    return rc < 0 ? rc : s_remember (self, s_hash (self), error);
}

static int s_follow (struct proof *self, struct error *error)
{
    uint64_t line;
    int rc = s_next_reject (self, error);
    if (rc == DMH_OK)
        rc = s_next_repeat (self, error);
    while (rc == DMH_OK) {
        bool broken = self->broken && self->reject == self->out->read + 1;
        rc = input_reader_at (self->input, broken ? self->raw.at : NULL, self->raw.used, &line, error);
        if (rc != 1)
            break;
        uint64_t record = ++self->out->read;
        if (record == self->reject) {
            const char *at = table_file_field (self->rejects, 1, NULL);
            rc = line == 0 || strtoull (at, NULL, 10) == line
                     ? s_set_aside (self, record, error)
                     : error_set (error, DMH_MALFORMED,
                                  "record %" PRIu64
                                  " of the input stands on another line than rejects.csv says",
                                  record);
            continue;
        }
        rc = input_reader_take (self->input, error);
        if (rc == 1)
            rc =
                record == self->repeat ? s_repeats (self, record, error) : s_is_written (self, record, error);
    }
    return rc;
}

//  What is left over, and values that are nowhere.
static void s_judge (struct proof *self)
{
    struct error error = {.code = DMH_OK};
    const struct json_value *fields = json_value_member (self->report, "fields");
    uint64_t read = report_counts (json_value_member (self->report, "counts")).read, changed = 0;
    if (self->out->read != read)
        problems_add (self->problems, "the input holds %" PRIu64 " records and report.json counts %" PRIu64,
                      self->out->read, read);
    if (self->reject || self->repeat || record_file_next (self->records, &error) != 0)
        problems_add (self->problems, "the result holds records that the input has not");
    for (size_t i = 0; i < self->required_count; i++) {
        const char *name = record_file_name (self->records, self->required[i].field);
        uint64_t said = report_number (json_value_member (fields, name), "changed");
        changed += said;
        if (self->required[i].changed > said)
            problems_add (self->problems,
                          "%" PRIu64
                          " records have a %.60s that does not stand in their record of the input, and "
                          "report.json counts %" PRIu64 " that were standardized",
                          self->required[i].changed, name, said);
    }
    if (self->unlike > changed)
        problems_add (self->problems,
                      "%" PRIu64 " records are said to repeat one with other values of the required fields",
                      self->unlike);
}

static int s_open (struct proof *self, const char *folder, const char *input,
                   const struct json_value *package, struct error *error)
{
    const struct json_value *resource = report_first (package, "resources");
    self->records = record_file_new (folder, report_text (resource, "path"),
                                     json_value_member (resource, "schema"), error);
    self->rejects = self->records ? table_file_new (folder, "rejects.csv", error) : NULL;
    self->audit = self->rejects ? result_file_open (folder, "audit.ndjson", error) : NULL;
    self->input = self->audit ? input_reader_new (input, self->report, error) : NULL;
    if (!self->input)
        return error->code;
    //  Of FHIR the other fields are made of several elements, or of other resources.
    const char *key =
        self->fhir ? fhir_input_key (report_text (json_value_member (self->report, "job"), "kind")) : NULL;
    for (size_t i = 0; i < record_file_fields (self->records) && self->required_count < REQUIRED_MAX; i++)
        if (key ? strcmp (record_file_name (self->records, i), key) == 0
                : record_file_is_required (self->records, i))
            self->required[self->required_count++] = (struct required){i, 0};
    return DMH_OK;
}

static void s_prove (struct proof *self, const char *folder, const char *input)
{
    struct error error = {.code = DMH_OK};
    struct json_value *package = result_document_read (folder, "datapackage.json", &error);
    int rc = package ? s_open (self, folder, input, package, &error) : error.code;
    if (rc == DMH_OK)
        rc = s_follow (self, &error);
    if (rc != DMH_OK)
        problems_add (self->problems, "%s", error.text);
    else
        s_judge (self);
    input_reader_destroy (&self->input);
    table_file_destroy (&self->rejects);
    record_file_destroy (&self->records);
    if (self->audit)
        fclose (self->audit);
    free (self->line);
    free (self->hashes.at);
    free (self->raw.at);
    json_value_destroy (&package);
}

//  Why the records cannot be followed one by one; NULL: they can.
static const char *s_why_not (const struct json_value *report)
{
    const struct json_value *input = json_value_member (report, "input"),
                            *options = json_value_member (json_value_member (report, "job"), "options");
    const char *format = report_text (input, "format");
    bool fhir = strncmp (format, "fhir", 4) == 0;
    if (strcmp (format, "csv") != 0 && strcmp (format, "json") != 0 && !fhir)
        return "inputs of its format are not read here";
    if (json_value_member (input, "unpivoted"))
        return "records of a wide table are not those of the result";
    return strcmp (report_text (options, "format"), "fhir") == 0 ? "resources of FHIR are no rows" : NULL;
}

void conservation_check (const char *folder, const char *input, struct conservation *out,
                         struct problems *problems)
{
    struct error error = {.code = DMH_OK};
    char hex[DIGEST_HEX_BYTES];
    *out = (struct conservation){.why = ""};
    struct json_value *report = result_document_read (folder, "report.json", &error);
    if (!report || digest_of_file (input, hex, NULL, &error) != DMH_OK) {
        problems_add (problems, "%s", error.text);
        json_value_destroy (&report);
        return;
    }
    out->same = strcmp (report_text (json_value_member (report, "input"), "sha256"), hex) == 0;
    out->why = out->same ? s_why_not (report) : "";
    if (!out->same)
        problems_add (problems, "%s is not the input of the result: its SHA-256 is %.16s…", input, hex);
    else if (!out->why) {
        size_t before = problems->count;
        struct proof self = {
            .report = report,
            .out = out,
            .problems = problems,
            .fhir = strncmp (report_text (json_value_member (report, "input"), "format"), "fhir", 4) == 0};
        s_prove (&self, folder, input);
        out->records = problems->count == before;
    }
    json_value_destroy (&report);
}
