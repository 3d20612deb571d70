//  job_options.h: the options of a job as a request gives them: fields of its body and values of its query.
#ifndef DMH_CLIENT_GATEWAY_JOBS_JOB_OPTIONS_H
#define DMH_CLIENT_GATEWAY_JOBS_JOB_OPTIONS_H

#include "client/arguments/arguments.h"
#include "client/gateway/http/target.h"
#include "client/gateway/http/upload.h"

//  Reads and checks them; those of the body win; mapping and schema are parts of it. `batch`: the batch's
//  name, empty without one. arguments_clear `out` in any case. DMH_OK; DMH_USAGE (also a mapping that names
//  files of a server), DMH_MALFORMED, DMH_TOO_LARGE, DMH_INTERNAL.
int job_options_read (struct arguments *out, const upload_t *upload, const struct target *query,
                      char batch[NAME_BYTES], struct error *error);

#endif
