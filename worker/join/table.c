//  table.c: see table.h. What becomes of a record is decided and written at once; where a later record can
//  stand instead of one that was first, a pass over the results shows which do, and the next one writes them.
#define _GNU_SOURCE
#include "worker/join/table.h"

#include "messages/base/clock.h"
#include "messages/base/narrow.h"
#include "worker/join/finding_sums.h"
#include "worker/join/inputs/raw_input.h"
#include "worker/join/inputs/read_inputs.h"
#include "worker/join/joined_report.h"
#include "worker/join/known_records.h"
#include "worker/join/row_writer.h"
#include "worker/join/table_files.h"
#include "worker/pipeline/keys/standing.h"

#include <stdio.h>
#include <stdlib.h>

enum { PASSES_MAX = 8, LOOK_RECORDS = 4096 };

struct table {
    const struct join_request *request;
    const schema_t *schema;
    const struct table_input *inputs;    //  [count], of which those with a result are `read`
    size_t count;
    struct read_inputs read;
    const char *folder;
    struct joined_columns columns;
    struct row_writer writer;
    struct content content;
    known_records_t *known;
    standing_t *standing;    //  NULL where the first record of a key stands
    struct table_files files;
    struct tally tally;
    struct finding_sums sums;
    struct counts counts;
    raw_input_t *raw_input;    //  of the input in work; NULL: nothing was asked of it
    struct text raw;           //  of the record that is set aside
    uint32_t *roots;           //  of an input with duplicates, by record: which one stands for what it says
    struct joined_conflict conflict;    //  the first one of the pass
    int64_t started_wall, started_mono;
};

static int s_no_memory (struct error *error)
{
    return error_set (error, DMH_INTERNAL, "out of memory while joining results");
}

//  What sentences call it.
static const char *s_name (const struct table *self, char out[2 * WORD_BYTES])
{
    snprintf (out, 2 * WORD_BYTES, "joined/%s", self->schema->name);
    return out;
}

static int s_take_inputs (struct table *self, struct error *error)
{
    int rc = read_inputs_take (&self->read, self->inputs, self->count, error);
    return rc == DMH_OK ? joined_columns_make (&self->columns, self->schema, NULL, 0, self->read.results,
                                               self->read.count, error)
                        : rc;
}

static int s_writer (struct table *self, struct error *error)
{
    const struct options *options = self->request->options;
    const char *format = result_reader_facts (self->read.results[0])->json ? "ndjson" : "csv";
    char name[2 * WORD_BYTES];
    return row_writer_make (&self->writer, &self->columns, *options->format ? options->format : format,
                            options, s_name (self, name), error);
}

static int s_memory (struct table *self, struct error *error)
{
    bool late = precedence_is_late (&self->writer.precedence);
    self->standing = late ? standing_new () : NULL;
    if ((late && !self->standing) || tally_init (&self->tally, self->schema->field_count) != 0)
        return s_no_memory (error);
    self->sums.schema = self->schema;
    return content_make (&self->content, &self->columns, error);
}

static int s_files (struct table *self, struct error *error)
{
    self->known = known_records_new (&self->columns, self->folder, error);
    return self->known
               ? table_files_open (&self->files, self->folder, self->writer.layout.encoder->file, error)
               : error->code;
}

static void s_clear (struct table *self)
{
    table_files_clear (&self->files);
    known_records_destroy (&self->known);
    standing_destroy (&self->standing);
    content_clear (&self->content);
    tally_clear (&self->tally);
    finding_sums_clear (&self->sums);
    row_writer_clear (&self->writer);
    joined_columns_clear (&self->columns);
    raw_input_destroy (&self->raw_input);
    read_inputs_clear (&self->read);
    free (self->roots);
}

//  Makes all empty for a pass.
static int s_begin (struct table *self, bool again, struct error *error)
{
    int rc = DMH_OK;
    if (again) {
        known_records_clear (self->known);
        rc = table_files_restart (&self->files, error);
    }
    if (self->standing)
        standing_begin (self->standing, precedence_ranks (&self->writer.precedence));
    self->counts = (struct counts){0};
    tally_reset (&self->tally);
    for (size_t i = 0; i < self->read.count; i++)
        finding_sums_add_report (&self->tally, self->schema, result_reader_facts (self->read.results[i]));
    output_write (self->files.records, self->writer.layout.header.at, self->writer.layout.header.n);
    set_aside_header (self->files.rejects);
    return rc;
}

//  The row of a record of the i-th input, in the writer. 0, or -1 out of memory.
static int s_encode (struct table *self, size_t i, const struct result_record *record)
{
    char number[24];
    snprintf (number, sizeof number, "%llu", (unsigned long long) record->number);
    row_writer_set (&self->writer, self->content.values, text_of (self->read.names[i]), text_of (number));
    return row_writer_encode (&self->writer);
}

static void s_set_aside (struct table *self, struct record_position at, size_t i,
                         const struct result_record *record, uint64_t stands)
{
    struct set_aside row = {.at = at, .record = record, .file = self->read.names[i]};
    if (record->fate != FATE_REJECTED) {
        size_t of = read_inputs_find (&self->read, stands);
        row.key = self->schema->fields[self->schema->key[0]].name;
        row.stands = stands;
        row.stands_file = self->read.names[of];
        row.stands_number = stands - self->read.bases[of];
    }
    if (record->fate == FATE_WRITTEN)
        row.raw = self->raw;
    set_aside_write (self->files.rejects, &row);
}

static void s_conflict (struct table *self, struct record_position at, size_t i,
                        const struct result_record *record, uint64_t stands)
{
    if (self->counts.conflicts++ == 0) {
        size_t of = read_inputs_find (&self->read, stands);
        self->conflict = (struct joined_conflict){record->number, stands - self->read.bases[of],
                                                  self->read.names[i], self->read.names[of]};
    }
    tally_mark (&self->tally, FIELD_NONE, RULE_RECORD_CONFLICT, at.line);
    s_set_aside (self, at, i, record, stands);
    audit_conflict (
        self->files.audit, at, stands,
        (struct text){self->writer.row.at, self->writer.row.used ? self->writer.row.used - 1 : 0});
}

static void s_duplicate (struct table *self, struct record_position at, uint64_t first)
{
    self->counts.duplicates++;
    tally_mark (&self->tally, FIELD_NONE, RULE_RECORD_DUPLICATE, at.line);
    audit_duplicate (self->files.audit, at, first);
}

//  How a record stands in its input, which its result does not say as it has written it; and where.
static int s_read_raw (struct table *self, struct record_position *at, size_t i, uint64_t number,
                       struct error *error)
{
    const struct table_input *input = self->read.inputs[i];
    if (!self->raw_input &&
        !(self->raw_input = raw_input_new (self->request, input->input, result_reader_facts (input->result),
                                           input->catalog, error)))
        return error->code;
    return raw_input_find (self->raw_input, number, &self->raw, &at->line, error);
}

//  A content that nobody has said yet; `first` is the first record with its key.
static int s_new (struct table *self, struct record_position at, size_t i, const struct result_record *record,
                  uint64_t first, struct error *error)
{
    uint64_t stands = first;
    int rc = s_encode (self, i, record);
    if (rc == 0 && self->standing) {
        uint64_t rank = row_writer_rank (&self->writer);
        rc = first == at.record ? standing_first (self->standing, first, rank)
                                : standing_contend (self->standing, first, at.record, rank);
        stands = standing_of (self->standing, first);
    }
    if (rc != 0)
        return s_no_memory (error);
    if (stands == at.record) {
        self->counts.written++;
        output_write (self->files.records, self->writer.row.at, self->writer.row.used);
        return DMH_OK;
    }
    if (record->fate == FATE_WRITTEN && (rc = s_read_raw (self, &at, i, record->number, error)) != DMH_OK)
        return rc;
    s_conflict (self, at, i, record, stands);
    return DMH_OK;
}

//  A record that its own result has not left out. *root: the one that says what it says.
static int s_compare (struct table *self, struct record_position at, size_t i,
                      const struct result_record *record, uint64_t *root, struct error *error)
{
    const struct input_columns *input = &self->columns.inputs[i];
    size_t count = result_reader_facts (self->read.results[i])->column_count;
    enum known answer;
    uint64_t other = 0;
    int rc = content_set (&self->content, &self->columns, input->places, count, record, error);
    if (rc == DMH_OK)
        rc = known_records_add (self->known, &self->content, input->set, at.record, &answer, &other, error);
    if (rc != DMH_OK)
        return rc;
    if (answer != KNOWN_DUPLICATE)
        return s_new (self, at, i, record, other, error);
    *root = other;
    s_duplicate (self, at, other);
    return DMH_OK;
}

static void s_remarks (struct table *self, struct record_position at, const struct result_record *record)
{
    for (size_t r = 0; r < record->remark_count; r++) {
        const struct result_remark *remark = &record->remarks[r];
        audit_value (self->files.audit, at, rule_find (remark->rule), *remark->field ? remark->field : NULL,
                     remark->raw, remark->value);
    }
}

//  The record that an earlier one of the same input stands for.
static uint64_t s_root (const struct table *self, size_t i, uint64_t number, uint64_t before)
{
    if (number == 0 || number >= before)
        return 0;
    return self->roots ? self->roots[number] : self->read.bases[i] + number;
}

static int s_take (struct table *self, size_t i, const struct result_record *record, struct error *error)
{
    struct record_position at = {++self->counts.read, record->line};
    uint64_t root = at.record, other = record->other;
    int rc = DMH_OK;
    audit_source (self->files.audit, self->read.names[i], record->number);
    s_remarks (self, at, record);
    self->writer.row.used = 0;
    if (record->fate == FATE_REJECTED) {
        self->counts.rejected++;
        s_set_aside (self, at, i, record, 0);
        audit_reject (self->files.audit, at, rule_find (record->rejected_by),
                      *record->rejected_field ? record->rejected_field : NULL);
    } else if (record->fate == FATE_DUPLICATE) {
        root = s_root (self, i, other, record->number);
        if (root == 0)
            return error_set (error, DMH_MALFORMED, "%.200s: its audit names a record that cannot be",
                              self->read.names[i]);
        s_duplicate (self, at, root);
    } else if (!record->fields)
        s_conflict (self, at, i, record, self->read.bases[i] + other);
    else
        rc = s_compare (self, at, i, record, &root, error);
    if (self->roots)
        self->roots[record->number] = NARROW (uint32_t, root);
    return rc;
}

static bool s_stops (const struct table *self)
{
    return self->counts.read % LOOK_RECORDS == 0 && join_request_stops (self->request, &self->counts);
}

//  What was read again of an input is of the file that was harmonized.
static int s_finish_raw (struct table *self, int rc, struct error *error)
{
    if (rc == DMH_OK && self->raw_input)
        rc = raw_input_finish (self->raw_input, error);
    raw_input_destroy (&self->raw_input);
    return rc;
}

//  The records of one input, then what its audit says of columns.
static int s_pass_input (struct table *self, size_t i, struct error *error)
{
    result_reader_t *result = self->read.results[i];
    const struct counts *counts = &result_reader_facts (result)->counts;
    struct result_record record;
    const struct json_value *finding;
    int rc = result_reader_open (result, error), got = 1;
    free (self->roots);
    self->roots = rc == DMH_OK && counts->duplicates ? calloc (counts->read + 1, sizeof *self->roots) : NULL;
    if (rc == DMH_OK && counts->duplicates && !self->roots)
        rc = s_no_memory (error);
    while (rc == DMH_OK && (got = result_reader_next (result, &record, error)) == 1) {
        rc = s_stops (self) ? error_set (error, DMH_CANCELLED, "interrupted while results were joined")
                            : s_take (self, i, &record, error);
        if (rc == DMH_OK)
            rc = table_files_check (&self->files, error);
    }
    while (rc == DMH_OK && got >= 0 && (got = result_reader_finding (result, &finding, error)) == 1)
        if (finding_sums_add (&self->sums, finding) != 0)
            rc = s_no_memory (error);
    result_reader_close (result);
    return s_finish_raw (self, rc == DMH_OK && got < 0 ? got : rc, error);
}

static int s_passes (struct table *self, struct error *error)
{
    int rc = DMH_OK;
    for (int pass = 0; rc == DMH_OK && pass < PASSES_MAX; pass++) {
        rc = s_begin (self, pass > 0, error);
        for (size_t i = 0; rc == DMH_OK && i < self->read.count; i++)
            rc = s_pass_input (self, i, error);
        if (rc == DMH_OK)
            finding_sums_tell (&self->sums, &self->tally, self->files.audit);
        if (rc != DMH_OK || !self->standing || !standing_contradicts (self->standing))
            return rc;
    }
    return error_set (error, DMH_INTERNAL,
                      "the results were joined %d times, and no time agreed with the one before; please "
                      "report this",
                      PASSES_MAX);
}

static int s_finish (struct table *self, struct joined *out, struct error *error)
{
    const struct joined_facts facts = {.request = self->request,
                                       .schema = self->schema,
                                       .inputs = self->inputs,
                                       .count = self->count,
                                       .layout = &self->writer.layout,
                                       .tally = &self->tally,
                                       .counts = &self->counts,
                                       .started_wall = self->started_wall,
                                       .started_mono = self->started_mono};
    out->counts = self->counts;
    joined_report_judge (&facts, self->writer.precedence.by == PRECEDENCE_FAIL, &self->conflict,
                         &out->refusal);
    int rc = table_files_finish (&self->files, &self->counts, out->outputs, error);
    return rc == DMH_OK ? joined_report_write (&facts, self->folder, out, error) : rc;
}

int table_write (const struct join_request *request, const schema_t *schema, const struct table_input *inputs,
                 size_t count, const char *folder, struct joined *out, struct error *error)
{
    struct table *self = calloc (1, sizeof *self);
    if (!self)
        return s_no_memory (error);
    *self = (struct table){.request = request,
                           .schema = schema,
                           .inputs = inputs,
                           .count = count,
                           .folder = folder,
                           .started_wall = clock_wall_ms (),
                           .started_mono = clock_mono_ms ()};
    int rc = s_take_inputs (self, error);
    if (rc == DMH_OK)
        rc = s_writer (self, error);
    if (rc == DMH_OK)
        rc = s_memory (self, error);
    if (rc == DMH_OK)
        rc = s_files (self, error);
    if (rc == DMH_OK)
        rc = s_passes (self, error);
    if (rc == DMH_OK)
        rc = s_finish (self, out, error);
    s_clear (self);
    free (self);
    return rc;
}
