//  front.h: the clients' messages: decoded, given to what decides and answers, refused where they are wrong.
#ifndef DMH_BROKER_CLIENTS_FRONT_H
#define DMH_BROKER_CLIENTS_FRONT_H

#include "broker/context.h"

//  One message of a client; `identity` and `message` are borrowed.
void front_take (struct broker *self, zframe_t *identity, zmsg_t *message);

#endif
