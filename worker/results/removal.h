//  removal.h: takes a result off the disk when the broker has kept its job for long enough. Called by
//  session/broker_link.c alone. Removes a folder only where this worker puts the results of that very
//  attempt; follows no link, goes into no folder inside it.
#ifndef DMH_WORKER_RESULTS_REMOVAL_H
#define DMH_WORKER_RESULTS_REMOVAL_H

#include "messages/work.h"

//  `results`: the worker's folder of results, absolute. DMH_OK: nothing of it is there, now or before.
//  DMH_MALFORMED: the job's name is no id. DMH_NOT_FOUND: the uri is not where this worker puts that result.
//  DMH_IO: it is there, or a part of it, and cannot be removed. Waits for the disk.
int attempt_folder_remove (const char *results, const struct remove_result *removal, struct error *error);

#endif
