//  refusal.h: what an object store answers instead of success: which of it passes, and what is said of the
//  rest. Pure.
#ifndef DMH_MESSAGES_S3_REFUSAL_H
#define DMH_MESSAGES_S3_REFUSAL_H

#include "messages/s3/request.h"

//  The code in the document of an error (<Error><Code>SlowDown</Code>…), letters and digits alone; empty
//  where it is none.
void refusal_code (const char *bytes, size_t n, char out[S3_CODE_BYTES]);

//  Whether the same request may succeed a moment later.
bool refusal_may_pass (long status, const char *code);

//  The sentence and the code, as s3_client_do has them. `region`: where the store says that the bucket is, or
//  "".
int refusal_say (const struct s3_request *request, const struct s3_answer *answer, const char *region,
                 struct error *error);

//  It is another one than at first: DMH_CONFLICT.
int refusal_changed (const char *called, struct error *error);

#endif
