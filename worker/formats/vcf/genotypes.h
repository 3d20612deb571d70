//  genotypes.h: where values of Number=G stand when alleles are split one a record. Pure. Source: VCF 4.3 to
//  4.5, section 1.6.2 (GL).
#ifndef DMH_WORKER_FORMATS_VCF_GENOTYPES_H
#define DMH_WORKER_FORMATS_VCF_GENOTYPES_H

#include <stdbool.h>
#include <stdint.h>

//  How many genotypes there are of so many alleles (the reference among them) in so many copies. 0: more than
//  fit, or no copy.
uint64_t genotypes_count (uint64_t ploidy, uint64_t alleles);

//  The place of the genotype that has `copies` of the alternate allele `alt` (from 1) and is the reference
//  else; copies <= ploidy. *fits: it is a number.
uint64_t genotypes_place (uint64_t ploidy, uint64_t alt, uint64_t copies, bool *fits);

#endif
