//  workers.h: the broker's workers as clients ask for them: who they are (WORKERS, a struct bare_request),
//  and that one is to leave (DRAIN, a struct drain_request). DMH_OK when it is answered, else `error` is the
//  answer.
#ifndef DMH_BROKER_CLIENTS_WORKERS_H
#define DMH_BROKER_CLIENTS_WORKERS_H

#include "broker/clients/request.h"

int workers_list (struct client_request *request, const void *message, struct error *error);
int workers_drain (struct client_request *request, const void *message, struct error *error);

#endif
