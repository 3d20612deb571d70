//  result_owner.h: whose result stands at a place, as its report.json tells: the input that it was made of.
#ifndef DMH_CLIENT_RESULT_PLACES_RESULT_OWNER_H
#define DMH_CLIENT_RESULT_PLACES_RESULT_OWNER_H

#include "messages/job.h"

//  DMH_OK where nothing stands at the absolute path `to`, and at `to`.failed, or the result of the same
//  input: of the same path; where one of both has none (standard input, a gateway's, an older dmh's) of the
//  same bytes, which are read then. `replace`: of any input. DMH_CONFLICT: what stands there is no result, or
//  of another input; DMH_IO; DMH_INTERNAL.
int result_owner_check (const struct input *input, const char *to, bool replace, struct error *error);

//  Whether the result in `folder` is of that job. false also where there is none.
bool result_owner_is_job (const char *folder, const char *job);

//  Whether `written`, as a document of JSON has it, is that path: bytes that are not UTF-8 stand as U+FFFD
//  there.
bool result_owner_is_path (const char *written, const char *path);

#endif
