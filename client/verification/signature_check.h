//  signature_check.h: whether report.json.sig is the signature of the report by one key. Shares with the
//  worker only the key.
#ifndef DMH_CLIENT_VERIFICATION_SIGNATURE_CHECK_H
#define DMH_CLIENT_VERIFICATION_SIGNATURE_CHECK_H

#include "client/verification/problems.h"
#include "messages/keys/signing_key.h"

//  `digest`: of report.json in `folder`, as verification_check has it.
void signature_check (const char *folder, const char *digest, const signing_key_t *key,
                      struct problems *problems);

#endif
