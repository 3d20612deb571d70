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

#endif
