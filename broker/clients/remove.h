//  remove.h: REMOVE: a job is asked to leave for good, with its input and its result. That it does is
//  jobs/removal.h's.
#ifndef DMH_BROKER_CLIENTS_REMOVE_H
#define DMH_BROKER_CLIENTS_REMOVE_H

#include "broker/clients/request.h"

//  `message`: a struct job_request. DMH_OK when it is answered, else `error` is the answer.
int remove_take (struct client_request *request, const void *message, struct error *error);

#endif
