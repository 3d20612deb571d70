//  vcf_deal.h: what of a value belongs to one of several alternate alleles, told by going over all that it
//  may be of. Pure; shares no code with the worker's.
#ifndef DMH_CLIENT_VERIFICATION_INPUT_VCF_DEAL_H
#define DMH_CLIENT_VERIFICATION_INPUT_VCF_DEAL_H

#include "messages/base/buffer.h"

//  Adds to *out, with a NUL behind it, what a value of Number `number` ("A", "R", "G", "GT" of a genotype) is
//  for the allele `alt`, from 1, of `alts`; 0: of none of them. Any other Number: as it is. 0, or -1 out of
//  memory.
int vcf_deal (const char *number, const char *value, size_t alts, size_t alt, struct buffer *out);

#endif
