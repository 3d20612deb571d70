//  split.h: a line of VCF with several alternate alleles as one record an allele, as `bcftools norm -m -any`
//  splits it: of values of Number A the allele's, of R the reference's and the allele's, of G those of the
//  genotypes of both (LA, LR and LG the same of the alleles that LAA names); of genotypes the allele is 1,
//  and each other one 0. What has another number of values than that stays as it is. One thread.
#ifndef DMH_WORKER_FORMATS_VCF_SPLIT_H
#define DMH_WORKER_FORMATS_VCF_SPLIT_H

#include "messages/base/buffer.h"
#include "worker/formats/vcf/cuts.h"
#include "worker/formats/vcf/line.h"

//  Of a line, made by vcf_split_begin.
struct vcf_split {
    const struct vcf_line *line;
    struct vcf_record record;    //  the one that was made last
    //  Of a line with several alleles: what the record has in place of the line's, and the line's, cut.
    struct vcf_info *infos;        //  [line.info_count]
    struct vcf_cut *info_cuts;     //  [line.info_count]
    struct text *values;           //  [sample_count * line.key_count]
    struct vcf_cut *value_cuts;    //  [sample_count * line.key_count]
    struct vcf_cut *locals;        //  [sample_count]: of LAA
    size_t info_room, value_room, local_room;
    struct vcf_cuts cuts;
    size_t local_key;         //  the place of LAA in FORMAT; SIZE_MAX: it has none
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
