//  placement.c: see placement.h.
#include "worker/formats/vcf/placement.h"

#include "worker/formats/reference/contig_names.h"
#include "worker/formats/reference/reference.h"

#include <stdlib.h>

enum { NUMBER_BYTES = 24, SEQUENCE_NONE = -1 };

struct vcf_placement {
    const struct dialect *dialect;
    reference_view_t *view;    //  NULL: there is no reference
    struct buffer contig;      //  of the record before, as its line has it
    struct text name;          //  and in the file's style
    int sequence;              //  and in the reference
    struct vcf_record record;
    struct buffer room;    //  of its alleles
    struct buffer mate;    //  its ALT, where that names a contig
    struct vcf_info *infos;
    size_t info_room;
    char pos[NUMBER_BYTES], end[NUMBER_BYTES], old_pos[NUMBER_BYTES];
};

vcf_placement_t *vcf_placement_new (const struct dialect *dialect)
{
    vcf_placement_t *self = calloc (1, sizeof *self);
    if (!self)
        return NULL;
    self->dialect = dialect;
    self->sequence = SEQUENCE_NONE;
    if (dialect->reference && !(self->view = reference_view_new (dialect->reference)))
        vcf_placement_destroy (&self);
    return self;
}

void vcf_placement_destroy (vcf_placement_t **self_p)
{
    vcf_placement_t *self = *self_p;
    if (!self)
        return;
    reference_view_destroy (&self->view);
    free (self->contig.at);
    free (self->room.at);
    free (self->mate.at);
    free (self->infos);
    free (self);
    *self_p = NULL;
}

//  Its sequence in the reference, which may call it otherwise.
static int s_sequence (const vcf_placement_t *self, struct text chrom)
{
    const fasta_index_t *index = reference_index (self->dialect->reference);
    int found = fasta_index_find (index, chrom);
    for (unsigned s = 0; found < 0 && self->dialect->contigs && s < STYLE_COUNT; s++) {
        struct text other = contig_names_in (self->dialect->contigs, chrom, (enum contig_style) s);
        found = other.n ? fasta_index_find (index, other) : found;
    }
    return found;
}

//  Looks for the contig, unless it is that of the record before. 0, or -1 out of memory.
static int s_meet (vcf_placement_t *self, struct text chrom)
{
    if (self->contig.at && text_equal ((struct text){self->contig.at, self->contig.used}, chrom))
        return 0;
    self->contig.used = 0;
    if (buffer_reserve (&self->contig, chrom.n + 1) != 0)
        return -1;
    memcpy (self->contig.at, chrom.at, chrom.n);
    self->contig.used = chrom.n;
    self->name = (struct text){self->contig.at, chrom.n};
    if (self->dialect->contigs)
        self->name = contig_names_find (self->dialect->contigs, self->name);
    self->sequence = self->view ? s_sequence (self, chrom) : SEQUENCE_NONE;
    return 0;
}

static void s_note (struct vcf_placed *out, enum rule rule, const char *field, struct text raw,
                    struct text to)
{
    out->notes[out->note_count++] = (struct row_warning){rule, field, raw, to};
}

static void s_note_aligned (struct vcf_placed *out, const char *field, struct text raw, struct text to)
{
    if (!text_equal (raw, to))
        s_note (out, RULE_VCF_ALIGNED, field, raw, to);
}

static struct text s_number (char to[NUMBER_BYTES], uint64_t number)
{
    char *at = to + NUMBER_BYTES;
    do
        *--at = (char) ('0' + number % 10);
    while (number /= 10);
    return (struct text){at, (size_t) (to + NUMBER_BYTES - at)};
}

//  END goes along with the bases that REF has. 0, or -1 out of memory.
static int s_move_end (vcf_placement_t *self)
{
    struct vcf_record *record = &self->record;
    size_t at = 0;
    while (at < record->info_count && !text_equal (record->infos[at].id, TEXT ("END")))
        at++;
    if (at == record->info_count || record->infos[at].value.n == 0 || record->infos[at].value.at[0] == '.')
        return 0;
    if (self->info_room < record->info_count) {
        struct vcf_info *infos = realloc (self->infos, record->info_count * sizeof *infos);
        if (!infos)
            return -1;
        self->infos = infos;
        self->info_room = record->info_count;
    }
    memcpy (self->infos, record->infos, record->info_count * sizeof *self->infos);
    self->infos[at].value = s_number (self->end, record->pos + record->ref.n - 1);
    record->infos = self->infos;
    return 0;
}

static int s_align (vcf_placement_t *self, struct vcf_placed *out)
{
    struct vcf_record *record = &self->record;
    struct allele_pair pair = {record->pos, record->ref, record->alt};
    switch (reference_view_align (self->view, self->sequence, &self->room, &pair)) {
    case ALIGNMENT_SAME:
        return 0;
    case ALIGNMENT_MISMATCH:
        out->problem = RULE_VCF_REFERENCE;
        return 0;
    case ALIGNMENT_FAILED:
        out->problem = RULE_VCF_REFERENCE_FAILED;
        return 0;
    case ALIGNMENT_MEMORY:
        return -1;
    case ALIGNMENT_OTHER:
        break;
    }
    bool good;
    enum variant_type type = allele_type (pair.ref, pair.alt, &good);
    out->pos = s_number (self->pos, pair.pos);
    s_note_aligned (out, "pos", s_number (self->old_pos, record->pos), out->pos);
    s_note_aligned (out, "ref", record->ref, pair.ref);
    s_note_aligned (out, "alt", record->alt, pair.alt);
    record->pos = pair.pos;
    record->ref = pair.ref;
    record->alt = pair.alt;
    record->type = good ? type : record->type;
    return s_move_end (self);
}

//  Where the name of the contig stands in a breakend that has a mate, “G]17:198982]”; n = 0: it names none.
static struct text s_mate (struct text alt)
{
    size_t first = 0, colon = alt.n;
    while (first < alt.n && alt.at[first] != '[' && alt.at[first] != ']')
        first++;
    while (colon > first && alt.at[colon - 1] != ':')
        colon--;
    return colon > first + 1 ? (struct text){alt.at + first + 1, colon - first - 2} : (struct text){NULL, 0};
}

//  The contig of a breakend's mate, as all are named. 0, or -1 out of memory.
static int s_name_mate (vcf_placement_t *self, struct vcf_placed *out)
{
    struct vcf_record *record = &self->record;
    struct text alt = record->alt, from = s_mate (alt);
    struct text to = from.n ? contig_names_find (self->dialect->contigs, from) : from;
    if (!from.n || !alt.at || text_equal (from, to))
        return 0;
    self->mate.used = 0;
    if (buffer_reserve (&self->mate, alt.n + to.n) != 0)
        return -1;
    size_t before = (size_t) (from.at - alt.at), behind = alt.n - before - from.n;
    memcpy (self->mate.at, alt.at, before);
    memcpy (self->mate.at + before, to.at, to.n);
    memcpy (self->mate.at + before + to.n, from.at + from.n, behind);
    record->alt = (struct text){self->mate.at, before + to.n + behind};
    s_note (out, RULE_VCF_CONTIG_NAMED, "alt", alt, record->alt);
    return 0;
}

int vcf_placement_apply (vcf_placement_t *self, const struct vcf_record *record, struct vcf_placed *out)
{
    *out = (struct vcf_placed){.record = record, .problem = RULE_NONE};
    if (!self->view && !self->dialect->contigs)
        return 0;
    if (s_meet (self, record->chrom) != 0)
        return -1;
    bool named = !text_equal (self->name, record->chrom),
         mated = self->dialect->contigs && record->type == VARIANT_BREAKEND;
    if (!named && !mated && !self->view)
        return 0;
    self->record = *record;
    out->record = &self->record;
    if (named) {
        s_note (out, RULE_VCF_CONTIG_NAMED, "chrom", record->chrom, self->name);
        self->record.chrom = self->name;
    }
    if (mated && s_name_mate (self, out) != 0)
        return -1;
    if (!self->view)
        return 0;
    if (self->sequence != SEQUENCE_NONE)
        return s_align (self, out);
    s_note (out, RULE_VCF_CONTIG_UNKNOWN, "chrom", record->chrom, (struct text){NULL, 0});
    return 0;
}
