//  writer.c: see writer.h.
#define _GNU_SOURCE
#include "worker/pipeline/writer.h"

#include "messages/base/narrow.h"
#include "worker/output/checks.h"
#include "worker/output/column_findings.h"
#include "worker/output/datapackage.h"
#include "worker/output/decimal_columns.h"
#include "worker/output/header_findings.h"
#include "worker/output/rejects.h"
#include "worker/output/result_files.h"
#include "worker/pipeline/keys/origins.h"
#include "worker/pipeline/keys/record_keys.h"
#include "worker/pipeline/letters.h"
#include "worker/pipeline/link_set.h"
#include "worker/pipeline/passed_by.h"
#include "worker/pipeline/record_order.h"
#include "worker/pipeline/unknown_names.h"

#include <czmq.h>

enum { PREFETCH_RECORDS = 12 };

struct writer {
    const struct pass *pass;
    char *folder;
    struct result_files files;
    letters_t *letters;    //  NULL where records have none
    record_keys_t *keys;
    struct {
        struct record_position at;
        uint64_t first;
    } conflict;    //  the first one of the pass
    struct counts counts;
    struct tally tally;
    struct error failure;
    unknown_names_t *unknown;
    struct passed_by passed_by;
    struct origins origins;
    struct record_order order;
};

static int s_open (writer_t *self, struct error *error)
{
    const struct pass *pass = self->pass;
    bool letters = pass_has_letters (pass);
    int rc = result_files_open (&self->files, self->folder, &pass->layout, pass->dialect, pass->budget,
                                &pass->variants, error);
    if (rc != DMH_OK)
        return rc;
    if (letters)
        sequence_file_keep_case (self->files.letters, pass->keep_case);
    self->letters = letters ? letters_new (self->folder) : NULL;
    self->keys = record_keys_new (self->folder, pass->key_memory, pass->answers);
    self->unknown = unknown_names_new ();
    if (!self->keys || !self->unknown || (letters && !self->letters) ||
        tally_init (&self->tally, pass->plan->step_count) != 0)
        return error_set (error, DMH_INTERNAL, "out of memory while making a result");
    result_files_leave_unsynced (&self->files, pass->unsynced);
    return record_keys_begin (self->keys, record_keys_choice (&pass->precedence), error);
}

writer_t *writer_new (const char *folder, const struct pass *pass, struct error *error)
{
    writer_t *self = calloc (1, sizeof *self);
    if (!self || !(self->folder = strdup (folder)))
        error_set (error, DMH_INTERNAL, "out of memory while making a result");
    else
        self->pass = pass;
    if (!self || !self->folder || s_open (self, error) != 0)
        writer_destroy (&self);
    return self;
}

void writer_destroy (writer_t **self_p)
{
    writer_t *self = *self_p;
    if (!self)
        return;
    result_files_close (&self->files);
    letters_destroy (&self->letters);
    record_keys_destroy (&self->keys);
    tally_clear (&self->tally);
    unknown_names_destroy (&self->unknown);
    passed_by_clear (&self->passed_by);
    origins_clear (&self->origins);
    record_order_clear (&self->order);
    free (self->folder);
    free (self);
    *self_p = NULL;
}

int writer_restart (writer_t *self, const struct pass *pass, struct error *error)
{
    self->pass = pass;
    self->counts = (struct counts){0};
    self->failure.code = DMH_OK;
    tally_reset (&self->tally);
    unknown_names_forget (self->unknown);
    passed_by_clear (&self->passed_by);
    origins_clear (&self->origins);
    record_order_clear (&self->order);
    if (self->letters)
        letters_restart (self->letters);
    int rc = record_keys_begin (self->keys, record_keys_choice (&pass->precedence), error);
    return rc == DMH_OK ? result_files_restart (&self->files, pass->dialect, error) : rc;
}

const struct counts *writer_counts (const writer_t *self)
{
    return &self->counts;
}

static const char *s_field_name (const writer_t *self, int field)
{
    return field == FIELD_NONE ? NULL : self->pass->plan->schema->fields[field].name;
}

static struct url s_origin (const struct block *block, const struct verdict *verdict)
{
    struct record_url url = {0};
    if (verdict->url)
        memcpy (&url, block->urls.at + (verdict->url - 1) * sizeof url, sizeof url);
    return (struct url){{block->in.at + url.at, url.n}, {block->in.at + url.id_at, url.id_n}};
}

//  `other`: with which it is in conflict.
static void s_reject (writer_t *self, const struct block *block, const struct verdict *verdict,
                      struct record_position at, enum rule rule, int field, uint64_t other)
{
    char more[REJECT_MORE_BYTES] = "";
    const struct reject reject = {.at = at,
                                  .rule = rule,
                                  .field = s_field_name (self, field),
                                  .other = other,
                                  .more = more,
                                  .raw = self->letters
                                             ? letters_raw (self->letters, block, verdict, &self->failure)
                                             : block_raw (block, verdict)};
    if (rule != RULE_RECORD_CONFLICT && verdict->title)
        snprintf (more, sizeof more, "%.*s", NARROW (int, block_title (block, verdict).n),
                  block_title (block, verdict).at);
    if (rule == RULE_RECORD_CONFLICT)
        origins_say (&self->origins, other, s_origin (block, verdict), more, sizeof more);
    rejects_add (self->files.rejects, &reject);
    if (rule == RULE_RECORD_CONFLICT)
        audit_conflict (self->files.audit, at, other,
                        block_row (block, verdict, self->pass->layout.encoder->head));
    else
        audit_reject (self->files.audit, at, rule, reject.field);
}

static void s_remarks (writer_t *self, const struct block *block, const struct verdict *verdict,
                       struct record_position at)
{
    for (size_t i = 0; i < verdict->remark_n; i++) {
        const struct remark *remark = &block->remarks[verdict->remark_at + i];
        uint64_t most = pass_listed (self->pass, remark->rule);
        if (most != UINT64_MAX && ++tally_of (&self->tally, remark->field, remark->rule)->listed > most)
            continue;
        audit_value (self->files.audit, at, remark->rule, s_field_name (self, remark->field),
                     (struct text){block->notes.at + remark->raw_at, remark->raw_n},
                     (struct text){block->notes.at + remark->raw_at + remark->raw_n, remark->to_n});
    }
}

static void s_keep (writer_t *self, struct block *block, const struct verdict *verdict, size_t *kept)
{
    if (*kept != verdict->out_at)
        memmove (block->out.at + *kept, block->out.at + verdict->out_at, verdict->out_n);
    *kept += verdict->out_n;
    self->counts.written++;
    if (self->letters)
        letters_write (self->letters, block, verdict, self->files.letters, &self->failure);
}

//  `other` has the key, too, and stands.
static void s_conflict (writer_t *self, const struct block *block, const struct verdict *verdict,
                        struct record_position at, uint64_t other)
{
    if (self->counts.conflicts++ == 0) {
        self->conflict.at = at;
        self->conflict.first = other;
    }
    tally_mark (&self->tally, FIELD_NONE, RULE_RECORD_CONFLICT, at.line);
    s_reject (self, block, verdict, at, RULE_RECORD_CONFLICT, self->pass->plan->schema->key[0], other);
}

//  A record that its rules let through: what is written stays in the block's output, which is closed up over
//  the others.
static void s_place (writer_t *self, struct block *block, const struct verdict *verdict,
                     struct record_position at, size_t *kept)
{
    uint64_t other = 0;
    switch (
        record_keys_judge (self->keys, &verdict->hash, at.record, verdict->rank, &other, &self->failure)) {
    case KEY_STANDS:
        s_keep (self, block, verdict, kept);
        break;
    case KEY_REPEATS:
        self->counts.duplicates++;
        tally_mark (&self->tally, FIELD_NONE, RULE_RECORD_DUPLICATE, at.line);
        audit_duplicate (self->files.audit, at, other);
        break;
    case KEY_CONFLICTS:
        s_conflict (self, block, verdict, at, other);
        break;
    case KEY_LATER:
    case KEY_NO_ROOM:
        break;
    }
}

static void s_records (writer_t *self, struct block *block)
{
    size_t kept = 0;
    for (size_t i = 0; i < block->verdict_count && self->failure.code == DMH_OK; i++) {
        const struct verdict *verdict = &block->verdicts[i];
        block_prefetch (block, i + 2 * PREFETCH_RECORDS);
        if (i + PREFETCH_RECORDS < block->verdict_count)
            record_keys_prefetch (self->keys, &block->verdicts[i + PREFETCH_RECORDS].hash);
        struct record_position at = {++self->counts.read, block->first_line + verdict->line};
        s_remarks (self, block, verdict, at);
        if (verdict->url && origins_put (&self->origins, at.record, s_origin (block, verdict)) != 0)
            error_set (&self->failure, DMH_INTERNAL, "out of memory for the URLs of %llu records",
                       (unsigned long long) at.record);
        if (verdict->rule == RULE_NONE)
            s_place (self, block, verdict, at, &kept);
        else {
            self->counts.rejected++;
            s_reject (self, block, verdict, at, verdict->rule, verdict->field, 0);
        }
        if (self->letters)
            letters_pass (self->letters, verdict);
    }
    if (self->letters)
        letters_keep (self->letters, block, &self->failure);
    result_files_rows (&self->files, block->out.at, kept);
}

bool writer_wants_beside (const writer_t *self, bool wanted[FIELDS_MAX])
{
    return !record_keys_gather (self->keys) && records_contradict (self->files.records, wanted);
}

//  Whether the pass is in vain: there are too many columns, memory does not hold its keys, or it is the first
//  one and is read otherwise than it shows itself.
static bool s_contradicted (const writer_t *self)
{
    const struct plan *plan = self->pass->plan;
    if (record_keys_outgrown (self->keys) ||
        self->pass->dialect->name_count + unknown_names_count (self->unknown) >
            dialect_columns_most (self->pass->dialect))
        return true;
    return self->pass->generation == 0 &&
           (date_evidence_is_clear (&self->tally, plan) || decimal_columns_contradict (plan, &self->tally) ||
            tally_misplaces (&self->tally, plan) || writer_wants_beside (self, NULL));
}

void writer_take (writer_t *self, struct block *block)
{
    if (self->failure.code == DMH_OK && block->error.code != DMH_OK)
        self->failure = block->error;
    if (self->failure.code == DMH_OK) {
        if (self->counts.read == 0 && block->in.used)    //  it tells how many records there may be
            record_keys_expect (self->keys,
                                (uint64_t) ((double) self->pass->input_bytes / (double) block->in.used *
                                            (double) block->verdict_count));
        s_records (self, block);
        tally_add (&self->tally, &block->tally, block->first_line);
        if (record_order_add (&self->order, &block->runs, block->first_line, &self->tally) != 0)
            error_set (&self->failure, DMH_INTERNAL, "out of memory for the contigs of the records");
        if (unknown_names_learn (self->unknown, &block->unknown) != 0 ||
            passed_by_add (&self->passed_by, block) != 0)
            error_set (&self->failure, DMH_INTERNAL, "out of memory while gathering names and paths");
    }
    block->so_far = self->counts;
    block->doomed = writer_check (self, NULL) != DMH_OK || s_contradicted (self);
}

int writer_check (const writer_t *self, struct error *error)
{
    int rc = self->failure.code;
    if (rc != DMH_OK && error)
        *error = self->failure;
    return rc == DMH_OK ? result_files_check (&self->files, error) : rc;
}

int writer_contradicting (const writer_t *self, int column)
{
    return tally_contradicting (&self->tally, self->pass->plan, column);
}

bool writer_asks_for_people (writer_t *self)
{
    return !self->pass->dialect->people && link_set_asks (&self->passed_by.links);
}

uint64_t writer_count (const writer_t *self, enum rule rule)
{
    return self->tally.fields[self->tally.field_count].rules[rule].count;
}

bool writer_misreads (const writer_t *self)
{
    const struct plan *plan = self->pass->plan;
    struct date_reading readings[FIELDS_MAX];
    date_evidence_decide (&self->tally, plan, readings);
    return date_evidence_contradicts (plan, readings) || unknown_names_at (self->unknown, 0) ||
           decimal_columns_contradict (plan, &self->tally) || tally_misplaces (&self->tally, plan);
}

bool writer_contradicts (const writer_t *self, struct date_reading readings[FIELDS_MAX],
                         struct places *places)
{
    const struct plan *plan = self->pass->plan;
    date_evidence_decide (&self->tally, plan, readings);
    tally_places (&self->tally, places);
    return writer_misreads (self);
}

bool writer_unsettled (writer_t *self, bool otherwise)
{
    if (otherwise)
        record_keys_forget (self->keys);
    return !otherwise && record_keys_unsettled (self->keys);
}

const struct tally *writer_tally (const writer_t *self)
{
    return &self->tally;
}

const char *writer_unknown (const writer_t *self, size_t i)
{
    return unknown_names_at (self->unknown, i);
}

//  What the options want the job to fail for.
static int s_check (const writer_t *self, const struct report *report, struct error *error)
{
    const struct counted data = {self->pass->plan->schema, &self->tally, &self->counts};
    const char *input = report->input->name;
    if (self->pass->precedence.by != PRECEDENCE_FAIL || self->counts.conflicts == 0)
        return checks_judge (&data, report->options->fail_on, input, error);
    return error_set (
        error, DMH_BAD_INPUT,
        "%s: record %llu on line %llu has the key of record %llu and other content, the first of %llu "
        "conflicts; mend the input, or say which stands with --on-conflict first, last or newest:FIELD",
        input, (unsigned long long) self->conflict.at.record, (unsigned long long) self->conflict.at.line,
        (unsigned long long) self->conflict.first, (unsigned long long) self->counts.conflicts);
}

int writer_finish (writer_t *self, struct report *report, struct output *outputs, size_t *count,
                   struct error *refusal, struct error *error)
{
    record_order_judge (&self->tally, self->files.audit);
    header_findings_judge (self->pass->dialect->vcf, &self->tally, self->pass->warned_listed,
                           self->files.audit);
    column_findings_judge (&self->tally, self->pass->plan, self->pass->dialect->data_line,
                           self->pass->warned_listed, self->files.audit);
    audit_end (self->files.audit, &self->counts);
    report->dialect = self->pass->dialect;
    report->layout = &self->pass->layout;
    report->tally = &self->tally;
    report->counts = &self->counts;
    report->skipped = &self->passed_by.skipped;
    report->left_over = &self->passed_by.left_over;
    report->refusal = refusal;
    int rc = writer_check (self, error);
    if (rc == DMH_OK)
        s_check (self, report, refusal);
    if (rc == DMH_OK)
        rc = result_files_finish (&self->files, &self->counts, outputs, count, error);
    report->outputs = outputs;
    report->output_count = *count;
    if (rc == DMH_OK)
        rc = report_document (report, self->folder, "datapackage.json", datapackage_write, &outputs[*count],
                              error);
    report->output_count++;
    if (rc == DMH_OK)
        rc = report_document (report, self->folder, "report.json", report_write,
                              &outputs[report->output_count], error);
    *count = rc == DMH_OK ? report->output_count + 1 : 0;
    return rc;
}
