//  job_change.h: what CANCEL and RETRY do to a job, alone or as one of a batch.
#ifndef DMH_BROKER_CLIENTS_JOB_CHANGE_H
#define DMH_BROKER_CLIENTS_JOB_CHANGE_H

#include "broker/clients/request.h"

//  CANCEL and RETRY of a job that was found and may be seen, without an answer: *out is its record as the
//  turn has it now. DMH_CONFLICT: it is not in the state for that.
int job_change_cancel (struct client_request *request, const struct job_record *found,
                       struct job_record **out, struct error *error);
int job_change_retry (struct client_request *request, const struct store_job *found, struct job_record **out,
                      struct error *error);

#endif
