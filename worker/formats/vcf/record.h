//  record.h: one record of VCF as it is handed on: a line with one alternate allele of it, values of Number
//  A, R and G dealt out, genotypes told by 0 (any other allele) and 1 (this one), as `bcftools norm -m -any`
//  does. Borrowed from the block and the rows' scratch until the next record is read. What an encoder writes
//  VCF from (struct row.variant); the columns of the same row are made of it.
#ifndef DMH_WORKER_FORMATS_VCF_RECORD_H
#define DMH_WORKER_FORMATS_VCF_RECORD_H

#include "worker/formats/vcf/allele.h"
#include "worker/formats/vcf/header.h"

//  An entry of INFO, in the order of the line.
struct vcf_info {
    int tag;              //  place in header.infos; -1: not known in this pass, which is made again
    struct text id;       //  as the line has it
    struct text value;    //  {NULL, 0}: it stands alone, as a flag does; n = 0: “KEY=”
};

struct vcf_record {
    const vcf_header_t *header;
    struct text chrom, id, ref, alt, qual, filter;    //  as the line has them: “.” where missing
    uint64_t pos;
    enum variant_type type;
    size_t allele, alleles;    //  which alternate allele of the line this is, from 0, and how many it has; 0
                               //  of 0 where alt is “.”
    const struct vcf_info *infos;
    size_t info_count;    //  0 where INFO is “.”
    //  FORMAT: place in header.formats of each key, -1 as above; ids as the line has them.
    const int *keys;
    const struct text *key_ids;
    size_t key_count;
    const struct text *values;    //  [header.sample_count][key_count]; {NULL, 0}: left out at the end
    struct text line;             //  all of the line, without its end
};

#endif
