//  back.h: the workers' messages: decoded, told to the dispatcher, answered, refused where they are wrong.
#ifndef DMH_BROKER_WORKERS_BACK_H
#define DMH_BROKER_WORKERS_BACK_H

#include "broker/context.h"

//  One message of a worker; `identity` and `frames` are borrowed.
void back_take (struct broker *self, zframe_t *identity, zmsg_t *frames);

#endif
