//  remove.h: REMOVE: a job is asked to leave for good, with its input and its result. That it does is
//  jobs/removal.h's.
#ifndef DMH_BROKER_CLIENTS_REMOVE_H
#define DMH_BROKER_CLIENTS_REMOVE_H

#include "broker/clients/request.h"

//  `message`: a struct job_request. DMH_OK when it is answered, else `error` is the answer.
int remove_take (struct client_request *request, const void *message, struct error *error);

//  The same of a job that was found and is not leaving yet, without an answer: *out is its record as the turn
//  has it now. DMH_CONFLICT, DMH_UNAUTHORIZED.
int remove_found (struct client_request *request, const struct job_record *found, struct job_record **out,
                  struct error *error);

#endif
