//  report.c: report.json. See report.h.
#define _GNU_SOURCE
#include "worker/output/report.h"

#include "messages/base/clock.h"
#include "messages/version.h"
#include "worker/output/checks.h"
#include "worker/output/document.h"

#include <unistd.h>

static const char *s_or (const char *word, const char *fallback)
{
    return word[0] ? word : fallback;
}

static void s_job (document_t *doc, const struct report *report)
{
    const schema_t *schema = report->pass->plan->schema;
    const struct options *options = report->options;
    document_object (doc, "job");
    document_string (doc, "id", report->job);
    document_string (doc, "correlation_id", report->correlation);
    document_number (doc, "attempt", report->attempt);
    document_string (doc, "kind", schema->name);
    document_object (doc, "schema");
    document_string (doc, "name", schema->name);
    document_string (doc, "version", schema->version);
    document_string (doc, "sha256", schema->sha256);
    document_close (doc);
    document_object (doc, "options");
    document_string (doc, "kind", options->kind[0] ? options->kind : NULL);
    document_string (doc, "format", s_or (options->format, "csv"));
    document_string (doc, "date_order", options->date_order[0] ? options->date_order : NULL);
    document_string (doc, "audit", s_or (options->audit, "summary"));
    document_string (doc, "mapping", options->mapping ? s_or (options->mapping_name, "mapping") : NULL);
    document_string (doc, "schema", options->schema ? s_or (options->schema_name, "schema") : NULL);
    document_boolean (doc, "strict", options->strict);
    document_string (doc, "encoding", options->encoding[0] ? options->encoding : NULL);
    document_string (doc, "delimiter", options->delimiter[0] ? options->delimiter : NULL);
    document_boolean (doc, "no_header", options->no_header);
    document_string (doc, "fail_on", options->fail_on[0] ? options->fail_on : NULL);
    document_close (doc);
    document_close (doc);
}

//  Resources that the kind does not read, where the format has several.
static void s_passed_by (document_t *doc, const struct report *report)
{
    if (!report->pass->dialect->format->passed)
        return;
    document_object (doc, "skipped");
    for (size_t i = 0; i < report->passed->count; i++)
        document_number (doc, report->passed->names[i].name, report->passed->names[i].count);
    document_close (doc);
}

//  The code tables that the mapping has joined, as they were read.
static void s_tables (document_t *doc, const mapping_t *mapping)
{
    document_array (doc, "tables");
    for (size_t j = 0; mapping && j < mapping->join_count; j++) {
        const struct mapping_join *join = &mapping->joins[j];
        document_object (doc, NULL);
        document_string (doc, "name", join->table);
        document_string (doc, "sha256", join->sha256);
        document_number (doc, "rows", code_table_rows (join->rows));
        document_close (doc);
    }
    document_close (doc);
}

static void s_input (document_t *doc, const struct report *report)
{
    const struct dialect *dialect = report->pass->dialect;
    const binding_t *binding = report->pass->plan->binding;
    document_object (doc, "input");
    document_string (doc, "name", report->input->name);
    document_number (doc, "bytes", report->input_bytes);
    document_string (doc, "sha256", report->input_sha256);
    document_string (doc, "format", dialect->format->name);
    document_string (doc, "encoding", dialect->encoding);
    document_string (doc, "compression", dialect->compression);
    char delimiter[2] = {dialect->delimiter, 0};
    document_string (doc, "delimiter", dialect->delimiter ? delimiter : NULL);
    document_array (doc, "columns");
    for (size_t c = 0; c < binding->column_count; c++) {
        const struct column *column = &binding->columns[c];
        bool bound = column->field != FIELD_NONE;
        document_object (doc, NULL);
        document_string (doc, "source", column->source);
        document_string (doc, "field", bound ? binding->schema->fields[column->field].name : NULL);
        document_string (doc, "by", bound_by_word (column->by));
        const char *own = report->pass->format == RECORDS_FHIR ? NULL : column->name;
        document_string (doc, "written_as", bound ? binding->schema->fields[column->field].name : own);
        document_close (doc);
    }
    document_close (doc);
    s_passed_by (doc, report);
    s_tables (doc, binding->mapping);
    document_close (doc);
}

static void s_outputs (document_t *doc, const struct report *report)
{
    document_array (doc, "output");
    for (size_t i = 0; i < report->output_count; i++) {
        const struct output *output = &report->outputs[i];
        document_object (doc, NULL);
        document_string (doc, "name", output->name);
        document_number (doc, "bytes", output->bytes);
        document_string (doc, "sha256", output->sha256);
        document_number (doc, "records", output->records);
        document_close (doc);
    }
    document_close (doc);
}

static void s_counts (document_t *doc, const struct report *report)
{
    const schema_t *schema = report->pass->plan->schema;
    document_object (doc, "counts");
    document_number (doc, "read", report->counts->read);
    document_number (doc, "written", report->counts->written);
    document_number (doc, "duplicates", report->counts->duplicates);
    document_number (doc, "conflicts", report->counts->conflicts);
    document_number (doc, "rejected", report->counts->rejected);
    document_close (doc);
    document_object (doc, "fields");
    for (size_t f = 0; f < schema->field_count; f++) {
        const struct field_tally *tally = &report->tally->fields[f];
        document_object (doc, schema->fields[f].name);
        document_number (doc, "changed", tally->changed);
        document_number (doc, "missing", tally->missing);
        document_number (doc, "invalid", tally->invalid);
        document_close (doc);
    }
    document_close (doc);
}

static void s_issues (document_t *doc, const struct report *report)
{
    const schema_t *schema = report->pass->plan->schema;
    document_array (doc, "issues");
    for (size_t f = 0; f <= schema->field_count; f++)
        for (int rule = 0; rule < RULE_COUNT; rule++) {
            const struct mark *mark = &report->tally->fields[f].rules[rule];
            if (mark->count == 0 || RULE[rule].sort == RULE_SORT_CHANGED)
                continue;
            document_object (doc, NULL);
            document_string (doc, "rule", RULE[rule].name);
            document_string (doc, "severity", RULE[rule].severity);
            document_string (doc, "field", f < schema->field_count ? schema->fields[f].name : NULL);
            document_number (doc, "count", mark->count);
            document_number (doc, "first_line", mark->first_line);
            document_string (doc, "message", RULE[rule].sentence);
            document_close (doc);
        }
    document_close (doc);
}

//  In the order of the table of checks, then of the fields.
static void s_checks (document_t *doc, const struct report *report)
{
    const schema_t *schema = report->pass->plan->schema;
    document_array (doc, "checks");
    for (int check = 0; check < CHECK_COUNT; check++)
        for (int field = FIELD_NONE; field < (int) schema->field_count; field++) {
            struct measured got;
            if (!checks_measure (report, (enum check) check, field, &got))
                continue;
            document_object (doc, NULL);
            document_string (doc, "name", CHECK[check].name);
            document_string (doc, "category", CHECK[check].category);
            document_string (doc, "subcategory", CHECK[check].subcategory);
            document_string (doc, "field", field == FIELD_NONE ? NULL : schema->fields[field].name);
            document_number (doc, "count", got.count);
            document_real (doc, "measured", got.percent, 4);
            document_real (doc, "threshold", got.limit, 4);
            document_string (doc, "unit", "percent");
            document_boolean (doc, "passed", got.passed);
            document_close (doc);
        }
    document_close (doc);
}

static void s_timing (document_t *doc, const struct report *report)
{
    char text[CLOCK_TEXT_BYTES], host[256] = "";
    double seconds = (double) (report->wall_ms > 0 ? report->wall_ms : 1) / 1000;
    document_object (doc, "timing");
    document_string (doc, "started_at", clock_text (report->started_at, text));
    document_string (doc, "finished_at", clock_text (report->finished_at, text));
    document_number (doc, "wall_ms", (uint64_t) report->wall_ms);
    document_real (doc, "records_per_second", (double) report->counts->read / seconds, 1);
    document_real (doc, "bytes_per_second", (double) report->input_bytes / seconds, 1);
    document_close (doc);
    gethostname (host, sizeof host - 1);
    document_object (doc, "software");
    document_string (doc, "name", "dmh");
    document_string (doc, "version", DMH_VERSION);
    document_string (doc, "host", host);
    document_close (doc);
}

int report_write (const struct report *report, output_file_t *file, struct error *error)
{
    document_t *doc = document_new ();
    if (!doc)
        return error_set (error, DMH_INTERNAL, "out of memory while writing report.json");
    document_object (doc, NULL);
    document_string (doc, "format", "dmh-report/1");
    s_job (doc, report);
    s_input (doc, report);
    s_outputs (doc, report);
    s_counts (doc, report);
    s_issues (doc, report);
    s_checks (doc, report);
    s_timing (doc, report);
    document_close (doc);
    int rc = document_finish (doc, file, error);
    document_destroy (&doc);
    return rc;
}
