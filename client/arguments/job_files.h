//  job_files.h: the files that say how a job is to be done.
#ifndef DMH_CLIENT_ARGUMENTS_JOB_FILES_H
#define DMH_CLIENT_ARGUMENTS_JOB_FILES_H

#include "client/arguments/option_rows.h"

//  Puts the texts of the mapping and the schema, and the path of the reference, into the job's options.
//  DMH_OK; DMH_USAGE with a sentence: one of them cannot be read or is too long; DMH_INTERNAL out of memory.
int job_files_read (struct arguments *arguments, struct error *error);

#endif
