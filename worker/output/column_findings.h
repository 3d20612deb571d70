//  column_findings.h: what only whole columns show, when all records are counted: how dates and numbers were
//  read, what was changed and assumed how often.
#ifndef DMH_WORKER_OUTPUT_COLUMN_FINDINGS_H
#define DMH_WORKER_OUTPUT_COLUMN_FINDINGS_H

#include "worker/output/audit.h"
#include "worker/output/tally.h"

//  Adds it to the tally and tells the audit. `data_line`: the line of the first record; `warned_listed`: of a
//  column's warnings by a rule, those that the audit has one by one, beyond which all are counted.
void column_findings_judge (struct tally *tally, const struct plan *plan, uint64_t data_line,
                            uint64_t warned_listed, audit_t *audit);

#endif
