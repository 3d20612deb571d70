//  unknown.h: tags that records of a block have and no column takes, each once: "INFO/XY", "FORMAT/XY". They
//  are columns of the next pass. One thread.
#ifndef DMH_WORKER_FORMATS_VCF_UNKNOWN_H
#define DMH_WORKER_FORMATS_VCF_UNKNOWN_H

#include "messages/base/buffer.h"
#include "worker/text/text.h"

enum { VCF_UNKNOWN_MOST = 1000 };    //  of a block; the next pass finds the others

struct vcf_unknown {
    struct buffer names;    //  each ended by NUL
    size_t count;
};

void vcf_unknown_begin (struct vcf_unknown *self);
void vcf_unknown_clear (struct vcf_unknown *self);

//  0, or -1 out of memory. A tag without a name is none.
int vcf_unknown_add (struct vcf_unknown *self, struct text where, struct text id);

//  The i-th; {NULL, 0} past the end.
struct text vcf_unknown_at (const struct vcf_unknown *self, size_t i);

#endif
