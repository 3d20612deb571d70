//  download.h: brings the result of a job to a folder here.
#ifndef DMH_CLIENT_RESULT_DOWNLOAD_H
#define DMH_CLIENT_RESULT_DOWNLOAD_H

#include "client/result/file_transfer.h"
#include "client/result/outcome.h"

//  Brings the outputs of outcome->record to outcome->staged, each checked by its SHA-256: from the worker's
//  folder where it can be read, else from the broker, which keeps them or asks their worker to leave them
//  there. `folder` is the folder of the results as given, `root` the same as it is, `scratch` one in it whose
//  names are `name`'s; outcome->place says where it is to go to. DMH_OK, DMH_CONFLICT (the job has no result,
//  or something else is there), DMH_IO, DMH_MALFORMED (a file was changed, or the report is not what the
//  worker told), DMH_NOT_FOUND (the broker keeps them no longer), DMH_UNAVAILABLE, DMH_CANCELLED; the
//  sentence is outcome->error's.
struct download_room {
    const char *folder, *root, *scratch, *name;
};
int download_result (struct file_transfer *transfer, enum transfer_mode mode,
                     const struct download_room *room, struct outcome *outcome);

//  Tells the broker that these results are here, so that it may make room. A broker that does not hear of one
//  keeps it for longer: no error.
void download_acknowledge (connection_t *connection, struct outcome *const *outcomes, size_t count);

#endif
