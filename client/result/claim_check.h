//  claim_check.h: whether a result is what its worker told the broker of it: the report's job, attempt, kind
//  and counts, and its list of files. The SHA-256 of each file says only that it is the one that was told.
#ifndef DMH_CLIENT_RESULT_CLAIM_CHECK_H
#define DMH_CLIENT_RESULT_CLAIM_CHECK_H

#include "messages/job.h"

//  Compares report.json in `folder` with `record`, the job as the broker has it. DMH_OK; DMH_MALFORMED: they
//  differ, in one sentence that says where first; else what result_document_read says.
int claim_check (const char *folder, const struct job_record *record, struct error *error);

#endif
