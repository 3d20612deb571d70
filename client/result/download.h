//  download.h: brings the result of a job to a folder here.
#ifndef DMH_CLIENT_RESULT_DOWNLOAD_H
#define DMH_CLIENT_RESULT_DOWNLOAD_H

#include "client/result/file_transfer.h"

//  Copies the outputs of `record` to folder/name (folder/name.failed where a check failed the job; a good
//  result removes that one), each checked by its SHA-256: from the worker's folder where
//  it can be read, else from the broker, which keeps them or asks their worker to leave them there. *where:
//  "folder/name", yours to free. DMH_OK, DMH_CONFLICT (the job has no result, or something else is
//  there), DMH_IO, DMH_MALFORMED (a file was changed, or the report is not what the worker told),
//  DMH_NOT_FOUND (the broker keeps them no longer), DMH_UNAVAILABLE,
//  DMH_CANCELLED.
int download_result (const struct file_transfer *transfer, enum transfer_mode mode,
                     const struct job_record *record, const char *folder, const char *name, char **where,
                     struct error *error);

//  Tells the broker that a result is here, so that it may make room. A broker that does not hear of it keeps
//  it for longer: no error.
void download_acknowledge (connection_t *connection, struct job_record *record);

#endif
