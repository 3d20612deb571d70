//  verification.h: checks that a result is what the worker wrote: its files and no others, sizes, checksums,
//  the audit's chain, and that report, audit, rejects, records and datapackage say the same. Reads only;
//  holds no record longer than it takes.
#ifndef DMH_CLIENT_VERIFICATION_VERIFICATION_H
#define DMH_CLIENT_VERIFICATION_VERIFICATION_H

#include "client/verification/problems.h"
#include "messages/base/digest.h"
#include "messages/job.h"

//  What report.json says, and what it is known by: its SHA-256, in which all other files of the result have
//  theirs. Zeros and "" where it cannot be read.
struct verified {
    struct counts counts;
    char digest[DIGEST_HEX_BYTES];
};

//  Checks the result in `folder`; what is wrong is told. *out may be NULL.
void verification_check (const char *folder, struct verified *out, struct problems *problems);

#endif
