//  batches.h: the requests about batches, and what a word means. DMH_OK when it is answered, else `error` is
//  the answer.
#ifndef DMH_BROKER_CLIENTS_BATCHES_H
#define DMH_BROKER_CLIENTS_BATCHES_H

#include "broker/clients/request.h"
#include "messages/batch.h"

//  BATCH: a struct batch_request.
int batches_take (struct client_request *request, const void *message, struct error *error);
//  FIND: a struct find.
int batches_find (struct client_request *request, const void *message, struct error *error);

//  The jobs of a batch for LIST: at most `limit`, in their order, behind list->after. *out is yours.
int batches_list (struct client_request *request, const struct list *list, size_t limit,
                  struct job_record **out, size_t *count, struct error *error);

#endif
