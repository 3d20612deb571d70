//  submit.h: SUBMIT: what is asked is checked, becomes jobs of this turn, and is answered after its commit.
#ifndef DMH_BROKER_CLIENTS_SUBMIT_H
#define DMH_BROKER_CLIENTS_SUBMIT_H

#include "broker/clients/request.h"

//  `message`: a struct submit. DMH_OK when it is answered, else `error` is the answer.
int submit_take (struct client_request *request, const void *message, struct error *error);

#endif
