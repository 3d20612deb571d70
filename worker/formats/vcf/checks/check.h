//  check.h: what of a line of VCF is against the specification: what makes it no record, and what is a
//  warning only. One thread. Source: VCF 4.1 to 4.5, sections 1.6 and 5.
#ifndef DMH_WORKER_FORMATS_VCF_CHECKS_CHECK_H
#define DMH_WORKER_FORMATS_VCF_CHECKS_CHECK_H

#include "worker/formats/vcf/checks/findings.h"

//  Looks at a line that was cut. *out begins empty. Hot path.
void vcf_check (const struct vcf_line *line, struct vcf_findings *out);

#endif
