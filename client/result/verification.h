//  verification.h: checks that a result is what the worker wrote: sizes, checksums, the audit's chain, sums.
//  Reads only; holds no record longer than it takes to hash it.
#ifndef DMH_CLIENT_RESULT_VERIFICATION_H
#define DMH_CLIENT_RESULT_VERIFICATION_H

#include "messages/job.h"

//  Told each thing that is wrong, as one sentence that names the file and the line where there is one; never
//  a value.
typedef void verification_found (void *context, const char *sentence);

//  Checks the result in `folder`. `counts` receives those of its report (zeros without one). Returns how many
//  things are wrong: 0 when the result is whole.
size_t verification_check (const char *folder, struct counts *counts, verification_found *found,
                           void *context);

#endif
