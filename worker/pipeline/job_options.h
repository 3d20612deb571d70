//  job_options.h: whether the words of a job's options are ones that a worker knows. Pure.
#ifndef DMH_WORKER_PIPELINE_JOB_OPTIONS_H
#define DMH_WORKER_PIPELINE_JOB_OPTIONS_H

#include "messages/job.h"

//  DMH_OK, or DMH_BAD_INPUT with a sentence that begins with the input's `name`.
int job_options_check (const struct options *options, const char *name, struct error *error);

#endif
