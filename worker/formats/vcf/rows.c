//  rows.c: see rows.h.
#include "worker/formats/vcf/rows.h"

#include "worker/formats/vcf/checks/check.h"
#include "worker/formats/vcf/key.h"
#include "worker/formats/vcf/placement.h"
#include "worker/formats/vcf/split.h"
#include "worker/formats/vcf/unknown.h"
#include "worker/text/bytes.h"

#define XXH_INLINE_ALL
#include <stdlib.h>
#include <xxhash.h>

struct rows {
    const struct dialect *dialect;
    struct vcf_line line;
    struct vcf_split split;
    vcf_placement_t *placement;
    struct vcf_placed placed;    //  the record at hand
    size_t allele, alleles;      //  of the line: the next one, and how many there are
    struct text *fields;         //  [dialect.name_count]
    struct vcf_unknown unknown;
    struct buffer key;               //  of the record
    struct buffer runs;              //  struct record_run
    struct text contig;              //  of the last one
    const char *at, *end;            //  what of the block is left
    uint64_t lines;                  //  before it
    struct vcf_findings findings;    //  of the line
    bool last;                       //  the line has no end
    struct row row;                  //  what the records of the line have in common
};

rows_t *vcf_rows_new (const struct dialect *dialect)
{
    rows_t *self = calloc (1, sizeof *self);
    if (!self)
        return NULL;
    self->dialect = dialect;
    vcf_line_init (&self->line, dialect->vcf);
    vcf_split_init (&self->split);
    self->fields = calloc (dialect->name_count + 1, sizeof *self->fields);
    self->placement = vcf_placement_new (dialect);
    if (!self->fields || !self->placement)
        vcf_rows_destroy (&self);
    return self;
}

void vcf_rows_destroy (rows_t **self_p)
{
    rows_t *self = *self_p;
    if (!self)
        return;
    vcf_line_clear (&self->line);
    vcf_split_clear (&self->split);
    vcf_placement_destroy (&self->placement);
    vcf_unknown_clear (&self->unknown);
    free (self->runs.at);
    free (self->key.at);
    free (self->fields);
    free (self);
    *self_p = NULL;
}

void vcf_rows_begin (rows_t *self, const char *bytes, size_t n)
{
    self->at = bytes;
    self->end = bytes + n;
    self->lines = 0;
    self->allele = self->alleles = 0;
    vcf_unknown_begin (&self->unknown);
    self->runs.used = 0;
    self->contig = (struct text){NULL, 0};
}

struct text vcf_rows_unknown (rows_t *self, size_t i)
{
    return vcf_unknown_at (&self->unknown, i);
}

//  The next line that is not blank. False: the block is over.
static bool s_next_line (rows_t *self, struct text *line)
{
    while (self->at < self->end) {
        const char *feed = memchr (self->at, '\n', (size_t) (self->end - self->at));
        *line = (struct text){self->at, (size_t) ((feed ? feed : self->end) - self->at)};
        self->at = feed ? feed + 1 : self->end;
        self->row.line = self->lines;
        self->lines += feed != NULL;
        self->last = !feed;
        if (line->n && line->at[line->n - 1] == '\r')
            line->n--;
        if (line->n)
            return true;
    }
    return false;
}

const struct record_run *vcf_rows_runs (const rows_t *self, size_t *count)
{
    *count = self->runs.used / sizeof (struct record_run);
    return (const struct record_run *) (const void *) self->runs.at;
}

//  Where the line stands, behind those before it. 0, or -1 out of memory.
static int s_stand (rows_t *self)
{
    struct text chrom = self->line.fixed[LINE_CHROM];
    struct record_run *last = NULL;
    if (self->contig.n)
        last = (struct record_run *) (void *) (self->runs.at + self->runs.used - sizeof *last);
    if (last && text_equal (self->contig, chrom) && self->line.pos >= last->last) {
        last->last = self->line.pos;
        return 0;
    }
    struct record_run run = {XXH3_64bits (chrom.at, chrom.n) | 1, self->line.pos, self->line.pos,
                             self->row.line};
    if (buffer_reserve (&self->runs, sizeof run) != 0)
        return -1;
    memcpy (self->runs.at + self->runs.used, &run, sizeof run);
    self->runs.used += sizeof run;
    self->contig = chrom;
    return 0;
}

static struct text s_unless_missing (struct text in)
{
    return in.n == 1 && in.at[0] == '.' ? (struct text){NULL, 0} : in;
}

//  What no column takes is read in the next pass. 0, or -1 out of memory.
static int s_put_infos (rows_t *self, const struct vcf_record *record)
{
    for (size_t i = 0; i < record->info_count; i++) {
        const struct vcf_info *info = &record->infos[i];
        int column = info->tag < 0 ? VCF_NO_COLUMN : record->header->infos[info->tag].column;
        if (column == VCF_NO_COLUMN) {
            if (vcf_unknown_add (&self->unknown, TEXT ("INFO/"), info->id) != 0)
                return -1;
        } else
            self->fields[column] = info->value.at ? info->value : TEXT ("1");
    }
    return 0;
}

static int s_put_values (rows_t *self, const struct vcf_record *record)
{
    size_t samples = record->header->sample_count;
    for (size_t k = 0; k < record->key_count; k++) {
        const struct vcf_tag *tag = record->keys[k] < 0 ? NULL : &record->header->formats[record->keys[k]];
        if (!tag || tag->column == VCF_NO_COLUMN) {
            if (samples && vcf_unknown_add (&self->unknown, TEXT ("FORMAT/"), record->key_ids[k]) != 0)
                return -1;
            continue;
        }
        struct text *to = self->fields + tag->column;
        const struct text *from = record->values + k;
        for (size_t s = 0; s < samples; s++, to += tag->stride, from += record->key_count)
            *to = *from;
    }
    return 0;
}

//  Whatever alleles a line has, END, SVLEN and MATEID are few entries.
static int s_make_key (rows_t *self, const struct vcf_record *record)
{
    struct vcf_key_parts parts = {
        .chrom = record->chrom, .ref = record->ref, .alt = record->alt, .pos = record->pos};
    bool more = record->type >= VARIANT_SYMBOLIC;
    for (size_t i = 0; more && i < record->info_count; i++) {
        const struct vcf_info *info = &record->infos[i];
        if (text_equal (info->id, TEXT ("END")))
            parts.end = info->value;
        else if (text_equal (info->id, TEXT ("SVLEN")))
            parts.svlen = info->value;
        else if (text_equal (info->id, TEXT ("MATEID")))
            parts.mate = info->value;
    }
    return vcf_key_make (&parts, &self->key);
}

static int s_put (rows_t *self, const struct vcf_record *record, struct row *out)
{
    struct text *fields = self->fields;
    memset (fields, 0, self->dialect->name_count * sizeof *fields);
    fields[VCF_CHROM] = record->chrom;
    fields[VCF_POS] = self->placed.pos.n ? self->placed.pos : self->line.fixed[LINE_POS];
    fields[VCF_ID] = s_unless_missing (record->id);
    fields[VCF_REF] = record->ref;
    fields[VCF_ALT] = s_unless_missing (record->alt);
    fields[VCF_QUAL] = s_unless_missing (record->qual);
    fields[VCF_FILTER] = s_unless_missing (record->filter);
    fields[VCF_TYPE] = text_of (variant_type_name (record->type));
    if (s_put_infos (self, record) != 0 || s_put_values (self, record) != 0 || s_make_key (self, record) != 0)
        return -1;
    *out = self->row;
    out->fields = fields;
    out->count = self->dialect->name_count;
    out->variant = record;
    out->key = (struct text){self->key.at, self->key.used};
    return 1;
}

//  Why a line is no record, with where.
static int s_refuse (rows_t *self, const struct vcf_fault *fault, struct row *out)
{
    *out = self->row;
    out->fields = self->fields;
    out->count = self->dialect->name_count;
    out->problem = fault->rule;
    out->wrong_field = fault->field;
    out->wrong_text = fault->text;
    if (fault->text.n)
        out->wrong_column = (uint64_t) (fault->text.at - self->row.raw.at) + 1;
    return 1;
}

//  The next record of the line: with the first one comes what there is to say of the line.
static int s_take (rows_t *self, struct row *out)
{
    struct vcf_findings *findings = &self->findings;
    const struct vcf_placed *placed = &self->placed;
    const struct vcf_record *record = vcf_split_take (&self->split, self->allele);
    if (self->allele++)
        findings->count = 0;
    if (vcf_placement_apply (self->placement, record, &self->placed) != 0)
        return -1;
    const struct vcf_fault fault = {placed->problem, "ref", self->line.fixed[LINE_REF]};
    if (placed->problem != RULE_NONE)
        return s_refuse (self, &fault, out);
    for (size_t i = 0; i < placed->note_count; i++)
        vcf_findings_note (findings, &placed->notes[i]);
    int rc = s_put (self, placed->record, out);
    out->warnings = findings->warnings;
    out->warning_count = findings->count;
    return rc;
}

int vcf_rows_next (rows_t *self, struct row *out)
{
    struct text line;
    struct vcf_findings *findings = &self->findings;
    if (self->allele < self->alleles)
        return s_take (self, out);
    self->row = (struct row){.fields = NULL};
    if (!s_next_line (self, &line))
        return 0;
    self->row.raw = line;
    self->row.unquoted =
        !memchr (line.at, ',', line.n) && !memchr (line.at, '"', line.n) && !memchr (line.at, '\r', line.n);
    findings->count = 0;
    findings->fault = (struct vcf_fault){bytes_encoding (line), NULL, {NULL, 0}};
    self->allele = self->alleles = 0;
    if (findings->fault.rule == RULE_NONE && vcf_line_read (&self->line, line, &findings->fault) != 0)
        return -1;
    if (findings->fault.rule == RULE_NONE)
        vcf_check (&self->line, findings);
    if (findings->fault.rule != RULE_NONE)
        return s_refuse (self, &findings->fault, out);
    if (self->last)
        vcf_findings_warn (findings, RULE_VCF_LINE_END, NULL, (struct text){NULL, 0});
    self->alleles = vcf_split_begin (&self->split, &self->line);
    if (self->alleles == 0 || s_stand (self) != 0)
        return -1;
    return s_take (self, out);
}
