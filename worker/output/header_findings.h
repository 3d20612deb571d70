//  header_findings.h: what the lines above the records have against their specification (VCF).
#ifndef DMH_WORKER_OUTPUT_HEADER_FINDINGS_H
#define DMH_WORKER_OUTPUT_HEADER_FINDINGS_H

#include "worker/formats/vcf/header.h"
#include "worker/output/audit.h"
#include "worker/output/tally.h"

//  Adds it to the tally and tells the audit, which has the first `listed` of each rule. `header` may be NULL.
void header_findings_judge (const vcf_header_t *header, struct tally *tally, uint64_t listed, audit_t *audit);

#endif
