//  split.h: a line of VCF with several alternate alleles as one record an allele, as `bcftools norm -m -any`
//  splits it: of values of Number A the allele's, of R the reference's and the allele's, of G those of the
//  genotypes of both (LA, LR and LG the same of the alleles that LAA names); of genotypes the allele is 1,
//  and each other one 0. What has another number of values than that stays as it is. One thread.
#ifndef DMH_WORKER_FORMATS_VCF_SPLIT_H
#define DMH_WORKER_FORMATS_VCF_SPLIT_H

#include "messages/base/buffer.h"
#include "worker/formats/vcf/line.h"

//  Of a line, made by vcf_split_begin.
struct vcf_split {
    const struct vcf_line *line;
    struct vcf_record record;    //  the one that was made last
    struct vcf_info *infos;      //  what the record has of these, where it is not the line's
    size_t info_room;
    struct text *values;
    size_t value_room;
    struct buffer scratch;    //  values that do not stand so in the line
};

void vcf_split_init (struct vcf_split *self);
void vcf_split_clear (struct vcf_split *self);

//  Of a line without a fault; how many records it makes: 1 where it has no alternate allele. 0: out of
//  memory.
size_t vcf_split_begin (struct vcf_split *self, const struct vcf_line *line);

//  The i-th record, borrowed until the next one. Hot path.
const struct vcf_record *vcf_split_take (struct vcf_split *self, size_t i);

#endif
