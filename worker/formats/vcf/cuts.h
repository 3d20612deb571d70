//  cuts.h: values of a line that are to be dealt out to several alleles, cut at their commas once, so that
//  each allele finds its own at once however many there are. One thread.
#ifndef DMH_WORKER_FORMATS_VCF_CUTS_H
#define DMH_WORKER_FORMATS_VCF_CUTS_H

#include "worker/text/text.h"

//  A value that was cut.
struct vcf_cut {
    size_t first;    //  of its ends
    size_t count;    //  parts; 0: it was not cut
};

struct vcf_cuts {
    size_t *ends;    //  of parts, in their value
    size_t used, room;
};

void vcf_cuts_clear (struct vcf_cuts *self);    //  frees

//  Cuts a value. 0, or -1 out of memory. Hot path.
int vcf_cuts_add (struct vcf_cuts *self, struct text value, struct vcf_cut *out);

//  The i-th part of a value that was cut.
static inline struct text vcf_cuts_part (const struct vcf_cuts *self, struct text value, struct vcf_cut cut,
                                         size_t i)
{
    size_t begin = i ? self->ends[cut.first + i - 1] + 1 : 0;
    return (struct text){value.at + begin, self->ends[cut.first + i] - begin};
}

#endif
