//  result_host.h: the workers of the host that holds a result, and what is wanted of them.
#ifndef DMH_BROKER_WORKERS_RESULT_HOST_H
#define DMH_BROKER_WORKERS_RESULT_HOST_H

#include "broker/context.h"

//  The worker that holds the job's result, or when it is gone another one of its host; NULL: none is here.
//  Borrowed as peers_of_worker's.
const struct peer *result_host_peer (const struct broker *self, const struct job_record *record);

//  Sends a message about a result, at once, to the worker that made it, or when it is gone to every one of
//  its host: it knows its own by the folder. false: nobody is there to be asked.
bool result_host_ask (struct broker *self, const struct job_record *record, const struct shape *shape,
                      const void *message);

//  A worker of the host that holds the result is asked to leave it with the files service; whoever asked
//  looks for it there. DMH_OK; DMH_CONFLICT: the job has none; DMH_NOT_FOUND: no worker of that host is
//  connected; DMH_UNAVAILABLE: there is no files service.
int result_host_bring (struct broker *self, const struct job_record *record, struct error *error);

#endif
