//  entry.h: whether the sender of a message may use the socket that it came by.
#ifndef DMH_BROKER_ENTRY_H
#define DMH_BROKER_ENTRY_H

#include "broker/context.h"

//  Always true without keys. Who may not is answered unauthorized where there is an `identity` (borrowed) to
//  answer, and counted.
bool entry_check (struct broker *self, zsock_t *from, zframe_t *identity, zmsg_t *message);

#endif
