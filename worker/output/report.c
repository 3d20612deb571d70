//  report.c: report.json. See report.h.
#define _GNU_SOURCE
#include "worker/output/report.h"

#include "messages/base/clock.h"
#include "messages/base/narrow.h"
#include "messages/json/writer.h"
#include "messages/options_digest.h"
#include "messages/uri.h"
#include "messages/version.h"
#include "worker/formats/fhir/links/people.h"
#include "worker/output/checks.h"
#include "worker/output/decimal_columns.h"
#include "worker/output/variants/variant_report.h"

#include <stdio.h>
#include <unistd.h>

static const char *s_or (const char *word, const char *fallback)
{
    return word[0] ? word : fallback;
}

//  null where it was not.
static void s_given (json_writer_t *doc, const char *key, uint64_t number)
{
    if (number)
        json_writer_number (doc, key, number);
    else
        json_writer_string (doc, key, NULL);
}

static void s_said (json_writer_t *doc, const char *key, const char *word)
{
    if (*word)
        json_writer_string (doc, key, word);
}

static void s_job (json_writer_t *doc, const struct report *report, const char *options_sha256)
{
    const schema_t *schema = report->layout->plan->schema;
    const struct options *options = report->options;
    json_writer_object (doc, "job");
    json_writer_string (doc, "id", report->job);
    json_writer_string (doc, "correlation_id", report->correlation);
    json_writer_number (doc, "attempt", report->attempt);
    json_writer_string (doc, "kind", schema->name);
    if (report->refusal && report->refusal->code != DMH_OK)
        json_writer_string (doc, "failed", report->refusal->text);
    json_writer_object (doc, "schema");
    json_writer_string (doc, "name", schema->name);
    json_writer_string (doc, "version", schema->version);
    json_writer_string (doc, "sha256", schema->sha256);
    json_writer_close (doc);
    json_writer_object (doc, "options");
    json_writer_string (doc, "kind", options->kind[0] ? options->kind : NULL);
    json_writer_string (doc, "format", s_or (options->format, "csv"));
    json_writer_string (doc, "date_order", options->date_order[0] ? options->date_order : NULL);
    json_writer_string (doc, "decimal", options->decimal[0] ? options->decimal : NULL);
    json_writer_string (doc, "audit", s_or (options->audit, "summary"));
    json_writer_string (doc, "mapping", options->mapping ? s_or (options->mapping_name, "mapping") : NULL);
    json_writer_string (doc, "schema", options->schema ? s_or (options->schema_name, "schema") : NULL);
    json_writer_boolean (doc, "strict", options->strict);
    json_writer_string (doc, "encoding", options->encoding[0] ? options->encoding : NULL);
    json_writer_string (doc, "delimiter", options->delimiter[0] ? options->delimiter : NULL);
    json_writer_boolean (doc, "no_header", options->no_header);
    s_said (doc, "contig_style", options->contig_style);
    json_writer_string (doc, "on_conflict", options->on_conflict[0] ? options->on_conflict : NULL);
    json_writer_string (doc, "fail_on", options->fail_on[0] ? options->fail_on : NULL);
    if (options->keep_case)
        json_writer_boolean (doc, "keep_case", true);
    s_given (doc, "output_bytes", options->output_bytes);
    s_given (doc, "unpacked_bytes", options->unpacked_bytes);
    json_writer_close (doc);
    json_writer_string (doc, "options_sha256", options_sha256);
    json_writer_close (doc);
}

//  Resources that the kind does not read, where the format has several.
static void s_skipped (json_writer_t *doc, const struct report *report)
{
    if (!report->dialect->format->skipped && report->skipped->count == 0)
        return;
    json_writer_object (doc, "passed_by");
    for (size_t i = 0; i < report->skipped->count; i++)
        json_writer_number (doc, report->skipped->names[i].name, report->skipped->names[i].count);
    json_writer_close (doc);
}

//  What of the records no column took, by path, where columns are chosen.
static void s_left_over (json_writer_t *doc, const struct report *report)
{
    if (!report->dialect->format->left_over)
        return;
    json_writer_object (doc, "not_carried_over");
    for (size_t i = 0; i < report->left_over->count; i++)
        json_writer_number (doc, report->left_over->paths[i].path, report->left_over->paths[i].count);
    if (report->left_over->others)
        json_writer_number (doc, "other paths", report->left_over->others);
    json_writer_close (doc);
}

//  The code tables that the mapping has joined, as they were read.
static void s_tables (json_writer_t *doc, const mapping_t *mapping)
{
    json_writer_array (doc, "tables");
    for (size_t j = 0; mapping && j < mapping->join_count; j++) {
        const struct mapping_join *join = &mapping->joins[j];
        json_writer_object (doc, NULL);
        json_writer_string (doc, "name", join->table);
        json_writer_string (doc, "sha256", join->sha256);
        json_writer_number (doc, "rows", code_table_rows (join->rows));
        json_writer_close (doc);
    }
    json_writer_close (doc);
}

//  The texts that make a cell of a wide table no result.
static void s_no_results (json_writer_t *doc, const binding_t *binding)
{
    const schema_t *schema = binding->unpivot->schema;
    const missing_t *except = schema->fields[schema->measure.number].missing_except;
    const missing_t *const lists[] = {schema->missing, binding->missing};
    json_writer_array (doc, "no_results");
    for (size_t l = 0; l < sizeof lists / sizeof *lists; l++)
        for (size_t i = 0; lists[l] && missing_at (lists[l], i); i++) {
            const char *marker = missing_at (lists[l], i);
            if (*marker && !(l == 0 && except && missing_has (except, text_of (marker))))
                json_writer_string (doc, NULL, marker);
        }
    json_writer_close (doc);
}

//  The columns of a wide table that were taken for results, and what each says of them.
static void s_unpivoted (json_writer_t *doc, const binding_t *binding, const struct dialect *dialect)
{
    const unpivot_t *unpivot = binding->unpivot;
    if (!unpivot)
        return;
    json_writer_array (doc, "unpivoted");
    for (size_t t = 0; t < unpivot->test_count; t++) {
        const struct unpivot_test *test = &unpivot->tests[t];
        json_writer_object (doc, NULL);
        json_writer_string (doc, "source", dialect->names[test->column]);
        json_writer_number (doc, "column", (uint64_t) test->column + 1);
        for (size_t i = 0; i < unpivot->field_count; i++)
            json_writer_string (doc, unpivot->schema->fields[unpivot->fields[i]].name, test->values[i]);
        json_writer_close (doc);
    }
    json_writer_close (doc);
    s_no_results (doc, binding);
}

//  Where the submitter has it; null where there is no such path, or nobody said.
static void s_path (json_writer_t *doc, const struct input *input)
{
    char path[URI_BYTES];
    const char *uri = *input->origin ? input->origin : input->uri;
    bool known = uri_to_place (uri, path, sizeof path);
    json_writer_string (doc, "path", known ? path : NULL);
}

//  What the input says anything of: the fields that it can fill, and its own columns that make no other
//  record.
static void s_content (json_writer_t *doc, const struct layout *layout)
{
    const struct plan *plan = layout->plan;
    json_writer_array (doc, "fields");
    for (size_t i = 0; i < plan->live_count; i++)
        json_writer_string (doc, NULL, plan->schema->fields[plan->live[i]].name);
    json_writer_close (doc);
    if (layout->owns)
        return;
    json_writer_array (doc, "not_content");
    for (size_t c = 0; c < plan->binding->column_count; c++)
        if (plan->binding->columns[c].name && plan->binding->columns[c].not_content)
            json_writer_string (doc, NULL, plan->binding->columns[c].name);
    json_writer_close (doc);
}

static void s_input (json_writer_t *doc, const struct report *report)
{
    const struct dialect *dialect = report->dialect;
    const binding_t *binding = report->layout->plan->binding;
    json_writer_object (doc, "input");
    json_writer_string (doc, "name", report->input->name);
    s_path (doc, report->input);
    json_writer_number (doc, "bytes", report->input_bytes);
    json_writer_string (doc, "sha256", report->input_sha256);
    json_writer_string (doc, "format", dialect->format->name);
    json_writer_string (doc, "encoding", dialect->encoding);
    json_writer_string (doc, "compression", dialect->compression);
    char delimiter[2] = {dialect->delimiter, 0};
    json_writer_string (doc, "delimiter", dialect->delimiter ? delimiter : NULL);
    char mark[2] = {decimal_columns_sign (report->layout->plan), 0};
    json_writer_string (doc, "decimal_mark", mark[0] ? mark : NULL);
    char escape[2] = {dialect->escape, 0};
    if (dialect->escape)
        json_writer_string (doc, "quote_escape", escape);
    if (dialect->line_end[0] == '\r')
        json_writer_string (doc, "line_end", dialect->line_end);
    if (dialect->lines_above)
        json_writer_number (doc, "lines_above_header", dialect->lines_above);
    json_writer_array (doc, "columns");
    for (size_t c = 0; c < binding->column_count; c++) {
        const struct column *column = &binding->columns[c];
        bool bound = column->field != FIELD_NONE;
        json_writer_object (doc, NULL);
        json_writer_string (doc, "source", column->source);
        json_writer_string (doc, "field", bound ? binding->schema->fields[column->field].name : NULL);
        json_writer_string (doc, "by", bound_by_word (column->by));
        const char *own = report->layout->encoder->extras ? column->name : NULL;
        json_writer_string (doc, "reason", column->reason);
        json_writer_string (doc, "written_as", bound ? binding->schema->fields[column->field].name : own);
        json_writer_close (doc);
    }
    json_writer_close (doc);
    s_content (doc, report->layout);
    s_unpivoted (doc, binding, report->dialect);
    s_skipped (doc, report);
    s_left_over (doc, report);
    s_tables (doc, binding->mapping);
    variant_report_write (doc, report->dialect);
    json_writer_close (doc);
}

static void s_outputs (json_writer_t *doc, const struct report *report)
{
    json_writer_array (doc, "output");
    for (size_t i = 0; i < report->output_count; i++) {
        const struct output *output = &report->outputs[i];
        json_writer_object (doc, NULL);
        json_writer_string (doc, "name", output->name);
        json_writer_number (doc, "bytes", output->bytes);
        json_writer_string (doc, "sha256", output->sha256);
        json_writer_number (doc, "records", output->records);
        json_writer_close (doc);
    }
    json_writer_close (doc);
}

static void s_counts (json_writer_t *doc, const struct report *report)
{
    const schema_t *schema = report->layout->plan->schema;
    json_writer_object (doc, "counts");
    json_writer_number (doc, "read", report->counts->read);
    json_writer_number (doc, "written", report->counts->written);
    json_writer_number (doc, "duplicates", report->counts->duplicates);
    json_writer_number (doc, "conflicts", report->counts->conflicts);
    json_writer_number (doc, "rejected", report->counts->rejected);
    json_writer_close (doc);
    json_writer_object (doc, "fields");
    for (size_t f = 0; f < schema->field_count; f++) {
        const struct field_tally *tally = &report->tally->fields[f];
        json_writer_object (doc, schema->fields[f].name);
        json_writer_number (doc, "changed", tally->changed);
        json_writer_number (doc, "missing", tally->missing);
        json_writer_number (doc, "invalid", tally->invalid);
        json_writer_close (doc);
    }
    json_writer_close (doc);
}

static void s_issues (json_writer_t *doc, const struct report *report)
{
    const schema_t *schema = report->layout->plan->schema;
    json_writer_array (doc, "issues");
    for (size_t f = 0; f <= schema->field_count; f++)
        for (int rule = 0; rule < RULE_COUNT; rule++) {
            const struct mark *mark = &report->tally->fields[f].rules[rule];
            if (mark->count == 0 || RULE[rule].sort == RULE_SORT_CHANGED)
                continue;
            json_writer_object (doc, NULL);
            json_writer_string (doc, "rule", RULE[rule].name);
            json_writer_string (doc, "severity", RULE[rule].severity);
            json_writer_string (doc, "field", f < schema->field_count ? schema->fields[f].name : NULL);
            json_writer_number (doc, "count", mark->count);
            json_writer_number (doc, "first_line", mark->first_line);
            if (mark_is_cut (mark, (enum rule) rule, report->warned_listed))
                json_writer_number (doc, "listed", report->warned_listed);
            json_writer_string (doc, "message", RULE[rule].sentence);
            json_writer_close (doc);
        }
    json_writer_close (doc);
}

//  The first two servers that gave one id.
static void s_servers (json_writer_t *doc, const people_t *people)
{
    struct text servers[2];
    if (!people || !people_first_servers (people, servers))
        return;
    json_writer_array (doc, "servers");
    for (size_t i = 0; i < 2; i++) {
        char server[512];
        snprintf (server, sizeof server, "%.*s", NARROW (int, servers[i].n < 500 ? servers[i].n : 500),
                  servers[i].at);
        json_writer_string (doc, NULL, server);
    }
    json_writer_close (doc);
}

//  Whether a check of that field had anything to look at: it is the data set's, or something feeds the field.
static bool s_is_fed (const struct plan *plan, int field)
{
    for (size_t i = 0; field != FIELD_NONE && i < plan->live_count; i++)
        if (plan->live[i] == field)
            return true;
    return field == FIELD_NONE;
}

//  In the order of the table of checks, then of the fields; those that found nothing where nothing was are
//  left out.
static void s_checks (json_writer_t *doc, const struct report *report)
{
    const schema_t *schema = report->layout->plan->schema;
    const struct counted data = {schema, report->tally, report->counts};
    json_writer_array (doc, "checks");
    for (int check = 0; check < CHECK_COUNT; check++)
        for (int field = FIELD_NONE; field < (int) schema->field_count; field++) {
            struct measured got;
            if (!checks_measure (&data, (enum check) check, field, &got) ||
                (got.count == 0 && got.passed && !s_is_fed (report->layout->plan, field)))
                continue;
            json_writer_object (doc, NULL);
            json_writer_string (doc, "name", CHECK[check].name);
            json_writer_string (doc, "category", CHECK[check].category);
            json_writer_string (doc, "subcategory", CHECK[check].subcategory);
            json_writer_string (doc, "field", field == FIELD_NONE ? NULL : schema->fields[field].name);
            json_writer_number (doc, "count", got.count);
            json_writer_real (doc, "measured", got.percent, 4);
            json_writer_real (doc, "threshold", got.limit, 4);
            json_writer_string (doc, "unit", "percent");
            json_writer_boolean (doc, "passed", got.passed);
            if (check == CHECK_SERVERS)
                s_servers (doc, report->dialect->people);
            json_writer_close (doc);
        }
    json_writer_close (doc);
}

static void s_timing (json_writer_t *doc, const struct report *report)
{
    char text[CLOCK_TEXT_BYTES], host[256] = "";
    double seconds = (double) (report->wall_ms > 0 ? report->wall_ms : 1) / 1000;
    json_writer_object (doc, "timing");
    json_writer_string (doc, "started_at", clock_text (report->started_at, text));
    json_writer_string (doc, "finished_at", clock_text (report->finished_at, text));
    json_writer_number (doc, "wall_ms", (uint64_t) report->wall_ms);
    json_writer_real (doc, "records_per_second", (double) report->counts->read / seconds, 1);
    json_writer_real (doc, "bytes_per_second", (double) report->input_bytes / seconds, 1);
    json_writer_close (doc);
    gethostname (host, sizeof host - 1);
    json_writer_object (doc, "software");
    json_writer_string (doc, "name", "dmh");
    json_writer_string (doc, "version", DMH_VERSION);
    json_writer_string (doc, "host", host);
    json_writer_close (doc);
}

int report_write (const struct report *report, output_file_t *file, struct error *error)
{
    char sha256[HEX_BYTES];
    bool hashed = options_digest (report->options, sha256) != NULL;
    json_writer_t *doc = hashed ? json_writer_new_flush () : NULL;
    if (!doc)
        return error_set (error, DMH_INTERNAL, "out of memory while writing report.json");
    json_writer_object (doc, NULL);
    json_writer_string (doc, "format", "dmh-report/1");
    s_job (doc, report, sha256);
    if (report->write_inputs)
        report->write_inputs (report->inputs, doc);
    else
        s_input (doc, report);
    s_outputs (doc, report);
    s_counts (doc, report);
    s_issues (doc, report);
    s_checks (doc, report);
    s_timing (doc, report);
    json_writer_close (doc);
    int rc = output_document (file, doc, error);
    json_writer_destroy (&doc);
    return rc;
}

int report_document (const struct report *report, const char *folder, const char *name,
                     int (*write_it) (const struct report *, output_file_t *, struct error *),
                     struct output *out, struct error *error)
{
    output_file_t *file = output_new (folder, name, error);
    if (!file)
        return error ? error->code : DMH_IO;
    output_leave_unsynced (file, report->unsynced);
    int rc = write_it (report, file, error);
    if (rc == DMH_OK)
        rc = output_finish (file, 0, out, error);
    output_destroy (&file);
    return rc;
}
