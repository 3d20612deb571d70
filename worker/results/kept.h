//  kept.h: which folder a message of the broker means that speaks of a result: this worker's own, or none.
//  Called by removal.c and uploader.c.
#ifndef DMH_WORKER_RESULTS_KEPT_H
#define DMH_WORKER_RESULTS_KEPT_H

#include "messages/job.h"

enum { ATTEMPT_FOLDER_BYTES = ID_BYTES + 24 };    //  job "." attempt

//  The name in `results` (absolute) of the folder of that attempt, when `uri` is that very folder; what is in
//  a message is never opened. DMH_OK; DMH_MALFORMED: the job's name is no id; DMH_NOT_FOUND: the uri is not
//  where this worker puts that result.
int attempt_folder_named (const char *results, const char *job, uint64_t attempt, const char *uri,
                          char name[ATTEMPT_FOLDER_BYTES], struct error *error);

#endif
