//  split.c: see split.h. What a record has is never longer than what the line has, so that the line's length
//  is all the scratch that one needs.
#include "worker/formats/vcf/split.h"

#include "worker/formats/vcf/genotypes.h"
#include "worker/text/ascii.h"

#include <stdlib.h>

enum { PLOIDY_MOST = 64 };

void vcf_split_init (struct vcf_split *self)
{
    *self = (struct vcf_split){.line = NULL};
}

void vcf_split_clear (struct vcf_split *self)
{
    free (self->infos);
    free (self->info_cuts);
    free (self->values);
    free (self->value_cuts);
    free (self->locals);
    vcf_cuts_clear (&self->cuts);
    free (self->scratch.at);
    vcf_split_init (self);
}

static bool s_is_missing (struct text in)
{
    return in.n == 1 && in.at[0] == '.';
}

static bool s_is_dealt (const struct vcf_tag *tag)
{
    switch (tag->number) {
    case NUMBER_ALTERNATE:
    case NUMBER_ALLELE:
    case NUMBER_GENOTYPE:
    case NUMBER_LOCAL_ALTERNATE:
    case NUMBER_LOCAL_ALLELE:
    case NUMBER_LOCAL_GENOTYPE:
        return true;
    default:
        return false;
    }
}

static int s_grow (void **array, size_t count, size_t size)
{
    void *grown = count > SIZE_MAX / size ? NULL : realloc (*array, count * size);
    if (!grown)
        return -1;
    *array = grown;
    return 0;
}

//  Room for what differs between the records of a line.
static int s_make_room (struct vcf_split *self, const struct vcf_line *line)
{
    size_t samples = line->header->sample_count, values = samples * line->key_count;
    if (line->info_count > self->info_room) {
        if (s_grow ((void **) &self->infos, line->info_count * 2, sizeof *self->infos) != 0 ||
            s_grow ((void **) &self->info_cuts, line->info_count * 2, sizeof *self->info_cuts) != 0)
            return -1;
        self->info_room = line->info_count * 2;
    }
    if (values > self->value_room) {
        if (s_grow ((void **) &self->values, values * 2, sizeof *self->values) != 0 ||
            s_grow ((void **) &self->value_cuts, values * 2, sizeof *self->value_cuts) != 0)
            return -1;
        self->value_room = values * 2;
    }
    if (samples > self->local_room) {
        if (s_grow ((void **) &self->locals, samples, sizeof *self->locals) != 0)
            return -1;
        self->local_room = samples;
    }
    self->scratch.used = 0;
    return buffer_reserve (&self->scratch, line->text.n + 1);
}

//  All that an allele takes a part of.
static int s_cut (struct vcf_split *self, const struct vcf_line *line)
{
    const vcf_header_t *header = line->header;
    size_t samples = header->sample_count, keys = line->key_count;
    int rc = 0;
    self->cuts.used = 0;
    self->local_key = SIZE_MAX;
    for (size_t i = 0; rc == 0 && i < line->info_count; i++) {
        const struct vcf_info *info = &line->infos[i];
        self->infos[i] = *info;
        self->info_cuts[i] = (struct vcf_cut){0, 0};
        if (info->tag >= 0 && info->value.n && s_is_dealt (&header->infos[info->tag]))
            rc = vcf_cuts_add (&self->cuts, info->value, &self->info_cuts[i]);
    }
    for (size_t k = 0; k < keys; k++) {
        bool dealt = line->keys[k] >= 0 && s_is_dealt (&header->formats[line->keys[k]]);
        if (text_equal (line->key_ids[k], TEXT ("LAA")))
            self->local_key = k;
        for (size_t at = k; rc == 0 && at < samples * keys; at += keys) {
            self->values[at] = line->values[at];
            self->value_cuts[at] = (struct vcf_cut){0, 0};
            if (dealt && line->values[at].n)
                rc = vcf_cuts_add (&self->cuts, line->values[at], &self->value_cuts[at]);
        }
    }
    for (size_t s = 0; rc == 0 && s < samples && self->local_key != SIZE_MAX; s++) {
        struct text local = line->values[s * keys + self->local_key];
        self->locals[s] = (struct vcf_cut){0, 0};
        if (local.n && !s_is_missing (local))
            rc = vcf_cuts_add (&self->cuts, local, &self->locals[s]);
    }
    return rc;
}

size_t vcf_split_begin (struct vcf_split *self, const struct vcf_line *line)
{
    self->line = line;
    struct vcf_record *record = &self->record;
    *record = (struct vcf_record){.header = line->header,
                                  .chrom = line->fixed[LINE_CHROM],
                                  .id = line->fixed[LINE_ID],
                                  .ref = line->fixed[LINE_REF],
                                  .alt = line->fixed[LINE_ALT],
                                  .qual = line->fixed[LINE_QUAL],
                                  .filter = line->fixed[LINE_FILTER],
                                  .pos = line->pos,
                                  .alleles = line->alt_count,
                                  .infos = line->infos,
                                  .info_count = line->info_count,
                                  .keys = line->keys,
                                  .key_ids = line->key_ids,
                                  .key_count = line->key_count,
                                  .values = line->values,
                                  .line = line->text};
    if (line->alt_count <= 1)
        return 1;
    if (s_make_room (self, line) != 0 || s_cut (self, line) != 0)
        return 0;
    record->infos = self->infos;
    record->values = self->values;
    return line->alt_count;
}

static char *s_put (char *to, struct text in)
{
    memcpy (to, in.at, in.n);
    return to + in.n;
}

//  The part of a value that its `places` [count] name. Neighbours stand so in the line.
static struct text s_parts (struct vcf_split *self, struct text value, struct vcf_cut cut,
                            const uint64_t *places, size_t count)
{
    struct text first = vcf_cuts_part (&self->cuts, value, cut, places[0]);
    bool neighbours = true;
    for (size_t i = 1; i < count; i++)
        neighbours = neighbours && places[i] == places[i - 1] + 1;
    if (neighbours) {
        struct text last = vcf_cuts_part (&self->cuts, value, cut, places[count - 1]);
        return (struct text){first.at, (size_t) (last.at + last.n - first.at)};
    }
    char *start = self->scratch.at + self->scratch.used, *to = s_put (start, first);
    for (size_t i = 1; i < count; i++) {
        *to++ = ',';
        to = s_put (to, vcf_cuts_part (&self->cuts, value, cut, places[i]));
    }
    self->scratch.used += (size_t) (to - start);
    return (struct text){start, (size_t) (to - start)};
}

//  In how many copies so many genotypes are those of so many alleles; 0: in none.
static uint64_t s_ploidy (size_t genotypes, uint64_t alleles)
{
    for (uint64_t ploidy = 1; ploidy <= PLOIDY_MOST; ploidy++) {
        uint64_t count = genotypes_count (ploidy, alleles);
        if (count == genotypes)
            return ploidy;
        if (count == 0 || count > genotypes)
            return 0;
    }
    return 0;
}

//  Values of one a genotype of `alleles`, the reference among them, for the `alt`-th of them; 0: for the
//  reference alone.
static struct text s_deal_genotypes (struct vcf_split *self, struct text value, struct vcf_cut cut,
                                     uint64_t alleles, uint64_t alt)
{
    uint64_t places[PLOIDY_MOST + 1] = {0}, ploidy = s_ploidy (cut.count, alleles);
    bool fits = true;
    if (ploidy == 0)
        return value;
    for (uint64_t copies = 1; alt && copies <= ploidy; copies++) {
        places[copies] = genotypes_place (ploidy, alt, copies, &fits);
        if (!fits || places[copies] >= cut.count)
            return value;
    }
    return s_parts (self, value, cut, places, alt ? (size_t) ploidy + 1 : 1);
}

//  The same of values of which there are as many as alternate alleles, or alleles; `alt` 0: this one is not
//  among them.
static struct text s_deal (struct vcf_split *self, enum value_number number, struct text value,
                           struct vcf_cut cut, uint64_t alts, uint64_t alt)
{
    const uint64_t places[] = {0, alt};
    switch (number) {
    case NUMBER_ALTERNATE:
    case NUMBER_LOCAL_ALTERNATE:
        if (cut.count != alts)
            return value;
        return alt ? vcf_cuts_part (&self->cuts, value, cut, alt - 1) : TEXT (".");
    case NUMBER_ALLELE:
    case NUMBER_LOCAL_ALLELE:
        return cut.count == alts + 1 ? s_parts (self, value, cut, places, alt ? 2 : 1) : value;
    default:
        return s_deal_genotypes (self, value, cut, alts + 1, alt);
    }
}

//  The digits at `at`, and where they end. Anything above `most` is told as one more.
static const char *s_number (const char *at, const char *end, uint64_t most, uint64_t *out)
{
    for (*out = 0; at < end && is_digit (*at); at++)
        *out = *out > most ? *out : *out * 10 + digit_of (*at);
    return at;
}

//  Which of the alleles that LAA names is the alternate allele `alt`, from 1; 0: none.
static uint64_t s_local (const struct vcf_split *self, size_t sample, uint64_t alt)
{
    struct text value = self->line->values[sample * self->line->key_count + self->local_key];
    for (size_t i = 0; i < self->locals[sample].count; i++) {
        struct text part = vcf_cuts_part (&self->cuts, value, self->locals[sample], i);
        uint64_t number;
        if (part.n && s_number (part.at, part.at + part.n, alt, &number) == part.at + part.n && number == alt)
            return i + 1;
    }
    return 0;
}

//  A genotype with 1 for the alternate allele `alt` and 0 for each other one.
static struct text s_genotype (struct vcf_split *self, struct text value, uint64_t alt)
{
    char *start = self->scratch.at + self->scratch.used, *to = start;
    const char *at = value.at, *end = value.at + value.n;
    while (at < end) {
        uint64_t allele;
        if (is_digit (*at)) {
            at = s_number (at, end, alt, &allele);
            *to++ = allele == alt ? '1' : '0';
        } else
            *to++ = *at++;
    }
    self->scratch.used += (size_t) (to - start);
    return (struct text){start, (size_t) (to - start)};
}

static void s_deal_key (struct vcf_split *self, size_t k, uint64_t alt)
{
    const struct vcf_line *line = self->line;
    const struct vcf_tag *tag = line->keys[k] < 0 ? NULL : &line->header->formats[line->keys[k]];
    size_t keys = line->key_count, samples = line->header->sample_count;
    bool genotype = text_equal (line->key_ids[k], TEXT ("GT")), locals = self->local_key != SIZE_MAX;
    bool local = tag && (tag->number == NUMBER_LOCAL_ALTERNATE || tag->number == NUMBER_LOCAL_ALLELE ||
                         tag->number == NUMBER_LOCAL_GENOTYPE);
    if (!genotype && k != self->local_key && !(tag && s_is_dealt (tag) && (!local || locals)))
        return;
    for (size_t s = 0, at = k; s < samples; s++, at += keys) {
        struct text value = line->values[at], *to = &self->values[at];
        if (value.n == 0 || s_is_missing (value))
            continue;
        if (genotype)
            *to = s_genotype (self, value, alt);
        else if (k == self->local_key)
            *to = s_local (self, s, alt) ? TEXT ("1") : TEXT (".");
        else if (local)
            *to = s_deal (self, tag->number, value, self->value_cuts[at], self->locals[s].count,
                          s_local (self, s, alt));
        else
            *to = s_deal (self, tag->number, value, self->value_cuts[at], line->alt_count, alt);
    }
}

const struct vcf_record *vcf_split_take (struct vcf_split *self, size_t i)
{
    const struct vcf_line *line = self->line;
    struct vcf_record *record = &self->record;
    bool good;
    record->allele = i;
    if (line->alt_count)
        record->alt = line->alts[i];
    record->type = allele_type (record->ref, record->alt, &good);
    if (line->alt_count <= 1)
        return record;
    self->scratch.used = 0;
    for (size_t n = 0; n < line->info_count; n++) {
        struct text value = line->infos[n].value;
        if (self->info_cuts[n].count && !s_is_missing (value))
            self->infos[n].value = s_deal (self, line->header->infos[line->infos[n].tag].number, value,
                                           self->info_cuts[n], line->alt_count, i + 1);
    }
    for (size_t k = 0; k < line->key_count; k++)
        s_deal_key (self, k, i + 1);
    return record;
}
