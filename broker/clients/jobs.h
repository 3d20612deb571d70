//  jobs.h: the requests about jobs that are there. Each takes a struct job_request, LIST a struct list;
//  DMH_OK when it is answered, else `error` is the answer.
#ifndef DMH_BROKER_CLIENTS_JOBS_H
#define DMH_BROKER_CLIENTS_JOBS_H

#include "broker/clients/request.h"

int jobs_status (struct client_request *request, const void *message, struct error *error);
int jobs_list (struct client_request *request, const void *message, struct error *error);
int jobs_cancel (struct client_request *request, const void *message, struct error *error);
int jobs_retry (struct client_request *request, const void *message, struct error *error);
int jobs_fetched (struct client_request *request, const void *message, struct error *error);
int jobs_bring (struct client_request *request, const void *message, struct error *error);

//  CANCEL and RETRY of a job that was found and may be seen, without an answer: *out is its record as the
//  turn has it now. DMH_CONFLICT: it is not in the state for that.
int jobs_cancel_found (struct client_request *request, const struct job_record *found,
                       struct job_record **out, struct error *error);
int jobs_retry_found (struct client_request *request, const struct store_job *found, struct job_record **out,
                      struct error *error);

#endif
