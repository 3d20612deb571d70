//  submit_check.h: whether a SUBMIT is one: its form alone, nothing of what is there.
#ifndef DMH_BROKER_CLIENTS_SUBMIT_CHECK_H
#define DMH_BROKER_CLIENTS_SUBMIT_CHECK_H

#include "messages/request.h"

//  DMH_OK; DMH_MALFORMED; DMH_TOO_LARGE: a batch of too many jobs.
int submit_check (const struct submit *submit, struct error *error);

#endif
