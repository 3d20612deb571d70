//  header_findings.c: see header_findings.h.
#include "worker/output/header_findings.h"

#include "worker/rules/schema/schema.h"

void header_findings_judge (const vcf_header_t *header, struct tally *tally, uint64_t listed, audit_t *audit)
{
    for (size_t i = 0; header && i < header->problem_count; i++) {
        const struct vcf_problem *problem = &header->problems[i];
        struct mark *mark = tally_of (tally, FIELD_NONE, problem->rule);
        tally_mark (tally, FIELD_NONE, problem->rule, problem->line);
        if (mark->listed >= listed)
            continue;
        mark->listed++;
        audit_header (audit, problem->rule, problem->line, problem->text);
    }
}
