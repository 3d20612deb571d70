//  left_align.h: an indel where VCF wants it: as far to the left on its reference as it says the same, and
//  with as few bases as that takes (Tan, Abecasis, Kang 2015; VCF 4.3, section 1.6.1), as bcftools norm does
//  it of records that have one alternate allele. Pure but for the bases that it asks for.
#ifndef DMH_WORKER_FORMATS_REFERENCE_LEFT_ALIGN_H
#define DMH_WORKER_FORMATS_REFERENCE_LEFT_ALIGN_H

#include "messages/base/buffer.h"
#include "worker/text/text.h"

//  Where bases of one contig come from: `from` counts from 0, `to` has room for n. They are A, C, G, T and N,
//  which stands for all others, in upper case. Returns how many there are: fewer than n where the contig
//  ends; -1: they cannot be read.
struct bases {
    long (*read) (void *context, uint64_t from, size_t n, char *to);
    void *context;
};

struct allele_pair {
    uint64_t pos;    //  of the first base of REF, from 1
    struct text ref, alt;
};

enum alignment {
    ALIGNMENT_SAME,        //  the pair stays as it is, to the case of its letters
    ALIGNMENT_OTHER,       //  it is written otherwise: in upper case
    ALIGNMENT_MISMATCH,    //  REF is not what the reference has there
    ALIGNMENT_FAILED,      //  the reference cannot be read
    ALIGNMENT_MEMORY       //  out of memory
};

//  Compares REF with the reference, case aside, then aligns the pair. Symbolic alleles, breakends, “*” and
//  what is at position 0 stay as they are; of a site without an alternate allele (“.”) the first base of REF
//  stays. A base of the reference that is none of A, C, G, T is N, and REF has to say so. A pair that is
//  written otherwise lies in `room`, which is begun anew.
enum alignment left_align (const struct bases *bases, struct buffer *room, struct allele_pair *pair);

#endif
