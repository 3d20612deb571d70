//  allele.h: an alternate allele of VCF beside its reference: whether it is one, which kind of variant it
//  makes, and both without what they share. Pure. Source: VCF 4.3 to 4.5, sections 1.6.1 and 5.
#ifndef DMH_WORKER_FORMATS_VCF_ALLELE_H
#define DMH_WORKER_FORMATS_VCF_ALLELE_H

#include "worker/text/text.h"

enum variant_type {
    VARIANT_NONE,         //  no alternate allele is there: a site
    VARIANT_SNV,          //  one base for another
    VARIANT_MNV,          //  as many bases as the reference, of which the first and last differ
    VARIANT_INSERTION,    //  bases more, behind one of the reference or before it
    VARIANT_DELETION,     //  bases less, the same way
    VARIANT_INDEL,        //  other bases, more or fewer
    VARIANT_SYMBOLIC,     //  <DEL>, <CN0>, <INS:ME>
    VARIANT_BLOCK,        //  <*> and <NON_REF>: what a gVCF says of any other allele
    VARIANT_BREAKEND,     //  G]17:198982], ]13:123456]T, .TGCA, G.
    VARIANT_SPANNED       //  *: missing, as a deletion before it takes it away
};

//  "snv", "mnv", "insertion" …, of none "".
const char *variant_type_name (enum variant_type type);

//  Whether REF is one: bases A, C, G, T and N of either case, at least one.
bool allele_is_reference (struct text ref);

//  The kind of variant that ALT makes of REF; *good: it is written as the specification wants it, else it
//  is VARIANT_NONE. “.” is no allele, and good.
enum variant_type allele_type (struct text ref, struct text alt, bool *good);

//  Takes off what both have at their ends, then at their beginnings, but for one base of each; *pos goes on
//  by what goes at the beginning. Alleles of other than bases stay as they are. Case does not count.
void allele_trim (struct text *ref, struct text *alt, uint64_t *pos);

#endif
