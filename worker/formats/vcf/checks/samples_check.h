//  samples_check.h: what of FORMAT and of the samples' values is against the specification. Pure.
#ifndef DMH_WORKER_FORMATS_VCF_CHECKS_SAMPLES_CHECK_H
#define DMH_WORKER_FORMATS_VCF_CHECKS_SAMPLES_CHECK_H

#include "worker/formats/vcf/checks/findings.h"

void vcf_check_samples (const struct vcf_line *line, struct vcf_findings *out);

//  How many copies a genotype tells of: alleles, of which none is above `alts`; 0: it is none.
size_t vcf_genotype_ploidy (struct text in, uint64_t alts);

#endif
