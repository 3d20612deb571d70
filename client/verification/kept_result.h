//  kept_result.h: whether a result is the one that the broker keeps word of: by the SHA-256 of report.json,
//  in which all other files have theirs, and of its signature.
#ifndef DMH_CLIENT_VERIFICATION_KEPT_RESULT_H
#define DMH_CLIENT_VERIFICATION_KEPT_RESULT_H

#include "client/verification/problems.h"
#include "messages/job.h"

//  `record`: the job as the broker has it; `digest`: of report.json in `folder`, as verification_check has
//  it.
void kept_result_check (const char *folder, const char *digest, const struct job_record *record,
                        struct problems *problems);

#endif
