//  split.c: see split.h.
#include "worker/formats/vcf/split.h"

#include "worker/formats/vcf/genotypes.h"
#include "worker/text/ascii.h"

#include <stdlib.h>

void vcf_split_init (struct vcf_split *self)
{
    *self = (struct vcf_split){.line = NULL};
}

void vcf_split_clear (struct vcf_split *self)
{
    free (self->infos);
    free (self->values);
    free (self->scratch.at);
    vcf_split_init (self);
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
    return line->alt_count ? line->alt_count : 1;
}

const struct vcf_record *vcf_split_take (struct vcf_split *self, size_t i)
{
    struct vcf_record *record = &self->record;
    bool good;
    record->allele = i;
    if (self->line->alt_count)
        record->alt = self->line->alts[i];
    record->type = allele_type (record->ref, record->alt, &good);
    return record;
}
