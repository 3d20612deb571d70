//  conservation.c: see conservation.h.
#include "client/verification/conservation.h"

#include "client/result/reading/report_values.h"
#include "client/result/reading/result_document.h"
#include "client/verification/audit_events.h"
#include "client/verification/compared_fields.h"
#include "client/verification/input/input_reader.h"
#include "client/verification/input/input_text.h"
#include "client/verification/record_file.h"
#include "client/verification/set_aside.h"
#include "messages/base/buffer.h"
#include "messages/base/digest.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

struct proof {
    const struct json_value *report;
    struct conservation *out;
    struct problems *problems;
    input_reader_t *input;
    set_aside_t *rejects;
    record_file_t *records;
    audit_events_t *audit;
    compared_fields_t *fields;
    struct buffer hashes;    //  uint64_t a record, of what tells it from others; 0: it repeats another
    uint64_t unlike;         //  repeat one with other values
};

static int s_no_memory (struct error *error)
{
    return error_set (error, DMH_INTERNAL, "out of memory while comparing the result with its input");
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

//  The record is set aside: with its text, on its line (0: not known).
static int s_set_aside (struct proof *self, uint64_t record, uint64_t line, struct error *error)
{
    size_t n;
    const char *raw = set_aside_text (self->rejects, &n);
    if (line && line != set_aside_line (self->rejects))
        return error_set (error, DMH_MALFORMED,
                          "record %" PRIu64 " of the input stands on another line than rejects.csv says",
                          record);
    int rc = input_reader_claim (self->input, raw, n, error);
    if (rc == 0)
        return error_set (error, DMH_MALFORMED,
                          "record %" PRIu64 " of the input does not stand in rejects.csv with its text",
                          record);
    self->out->set_aside++;
    rc = rc < 0 ? rc : s_remember (self, 1, error);
    return rc == DMH_OK ? set_aside_next (self->rejects, error) : rc;
}

static int s_repeats (struct proof *self, uint64_t record, uint64_t first, struct error *error)
{
    uint64_t hash = s_remembered (self, first);
    if (hash == 0)
        return error_set (error, DMH_MALFORMED,
                          "record %" PRIu64 " of the input is said to repeat one that is not kept", record);
    self->unlike += hash != 1 && hash != compared_fields_hash (self->fields, self->input);
    self->out->repeated++;
    return s_remember (self, 0, error);
}

//  The next record of the result is this one.
static int s_is_written (struct proof *self, uint64_t record, struct error *error)
{
    int rc = record_file_next (self->records, error);
    if (rc == 0)
        return error_set (
            error, DMH_MALFORMED,
            "record %" PRIu64 " of the input is neither written nor set aside nor repeats another", record);
    if (rc < 0)
        return rc;
    compared_fields_look (self->fields, self->input, self->audit);
    self->out->written++;
    return s_remember (self, compared_fields_hash (self->fields, self->input), error);
}

//  The next record of the input: 1; 0: there is none.
static int s_record (struct proof *self, struct error *error)
{
    uint64_t line, record = self->out->read + 1, reject = set_aside_record (self->rejects);
    size_t n;
    const char *raw = set_aside_text (self->rejects, &n);
    bool broken = reject == record && set_aside_is_broken (self->rejects);
    int rc = input_reader_at (self->input, broken ? raw : NULL, n, &line, error);
    if (rc != 1)
        return rc;
    self->out->read++;
    rc = audit_events_go (self->audit, record, error);
    if (rc != DMH_OK)
        return rc;
    if (record == reject)
        rc = s_set_aside (self, record, line, error);
    else if ((rc = input_reader_take (self->input, error)) == 1) {
        uint64_t first = audit_events_repeats (self->audit);
        rc = first ? s_repeats (self, record, first, error) : s_is_written (self, record, error);
    }
    return rc == DMH_OK ? 1 : rc;
}

static int s_follow (struct proof *self, struct error *error)
{
    int rc = set_aside_next (self->rejects, error);
    if (rc != DMH_OK)
        return rc;
    while ((rc = s_record (self, error)) == 1)
        ;
    return rc;
}

//  What is left over, and values that are nowhere.
static void s_judge (struct proof *self)
{
    struct error error = {.code = DMH_OK};
    uint64_t read = report_counts (json_value_member (self->report, "counts")).read;
    if (self->out->read != read)
        problems_add (self->problems, "the input holds %" PRIu64 " records and report.json counts %" PRIu64,
                      self->out->read, read);
    uint64_t without = report_number (
        json_value_member (json_value_member (self->report, "input"), "passed_by"), "rows without a result");
    self->out->marked = input_reader_marked (self->input);
    if (input_reader_without (self->input) != (without == UINT64_MAX ? 0 : without))
        problems_add (self->problems,
                      "the input holds %" PRIu64 " rows without a result and report.json counts others",
                      input_reader_without (self->input));
    if (set_aside_record (self->rejects) || audit_events_left (self->audit, &error) != 0 ||
        record_file_next (self->records, &error) != 0)
        problems_add (self->problems, "the result holds records that the input has not");
    compared_fields_judge (self->fields, self->problems);
    if (self->unlike > compared_fields_changed (self->fields))
        problems_add (self->problems,
                      "%" PRIu64 " records are said to repeat one with other values of the required fields",
                      self->unlike);
}

static int s_open (struct proof *self, const char *folder, const char *input,
                   const struct json_value *package, struct error *error)
{
    const struct json_value *resource = report_first (package, "resources");
    const char *kind = report_text (json_value_member (self->report, "job"), "kind");
    self->records = record_file_new (folder, resource, kind, error);
    self->rejects = self->records ? set_aside_new (folder, error) : NULL;
    self->audit = self->rejects ? audit_events_new (folder, error) : NULL;
    self->input = self->audit ? input_reader_new (input, self->report, error) : NULL;
    if (!self->input)
        return error->code;
    self->fields = compared_fields_new (self->report, self->records);
    if (!self->fields)
        return s_no_memory (error);
    compared_fields_only (self->fields, self->out->only);
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
    set_aside_destroy (&self->rejects);
    audit_events_destroy (&self->audit);
    compared_fields_destroy (&self->fields);
    record_file_destroy (&self->records);
    free (self->hashes.at);
    json_value_destroy (&package);
}

//  BCF stands in the report as the VCF that it is read as.
static bool s_is_bcf (const char *path, const struct json_value *report)
{
    struct error error = {.code = DMH_OK};
    const struct json_value *input = json_value_member (report, "input");
    const char *at;
    size_t n = 0;
    input_text_t *text = input_text_new (path, "UTF-8", report_text (input, "compression"), &error);
    bool is = text && input_text_show (text, 4, &at, &n, &error) == DMH_OK && n >= 4 &&
              memcmp (at, "BCF\2", 4) == 0;
    input_text_destroy (&text);
    return is;
}

//  Why the records cannot be followed one by one; NULL: they can.
static const char *s_why_not (const char *path, const struct json_value *report)
{
    const struct json_value *input = json_value_member (report, "input");
    const char *format = report_text (input, "format");
    bool fhir = strncmp (format, "fhir", 4) == 0;
    if (strcmp (format, "joined") == 0)
        return "the table joins several inputs; verify the result of this one with it";
    bool text = strcmp (format, "csv") == 0 || strcmp (format, "json") == 0 ||
                strcmp (format, "fasta") == 0 || strcmp (format, "vcf") == 0;
    if ((!text && !fhir) || (strcmp (format, "vcf") == 0 && s_is_bcf (path, report)))
        return "inputs of its format are not read here";
    if (strcmp (report_text (json_value_member (json_value_member (report, "job"), "options"), "format"),
                "vcf") == 0)
        return "its records are sorted as VCF, in another order than the input's";
    const struct json_value *test = report_first (input, "unpivoted");
    return test && !json_value_member (test, "column")
               ? "an older dmh wrote it, which did not say where the results of a wide table stand"
               : NULL;
}

//  Whether the result is of an input with that SHA-256; a joined table is of several.
static bool s_is_of (const struct json_value *report, const char *sha256)
{
    const struct json_value *input = json_value_member (report, "input");
    bool same = strcmp (report_text (input, "sha256"), sha256) == 0,
         joined = strcmp (report_text (input, "format"), "joined") == 0;
    for (const struct json_value *at = report_first (report, "inputs"); joined && at && !same; at = at->next)
        same = strcmp (report_text (at, "sha256"), sha256) == 0;
    return same;
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
    out->same = s_is_of (report, hex);
    out->why = out->same ? s_why_not (input, report) : "";
    if (!out->same)
        problems_add (problems, "%s is not the input of the result: its SHA-256 is %.16s…", input, hex);
    else if (!out->why) {
        size_t before = problems->count;
        struct proof self = {.report = report, .out = out, .problems = problems};
        s_prove (&self, folder, input);
        out->records = problems->count == before;
    }
    json_value_destroy (&report);
}
