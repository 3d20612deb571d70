//  key.h: what tells a variant from another: contig, position and alleles without what both share; of other
//  alleles than bases END, SVLEN and MATEID as well. Pure.
#ifndef DMH_WORKER_FORMATS_VCF_KEY_H
#define DMH_WORKER_FORMATS_VCF_KEY_H

#include "messages/base/buffer.h"
#include "worker/text/text.h"

struct vcf_key_parts {
    struct text chrom, ref, alt;    //  alt n = 0 or “.”: none
    uint64_t pos;
    struct text end, svlen, mate;    //  of INFO; n = 0 or “.”: none
};

//  Writes it into *out in place of what is there. 0, or -1 out of memory. Hot path.
int vcf_key_make (const struct vcf_key_parts *parts, struct buffer *out);

#endif
