//  reply.h: a message that is refused: its sender gets an ERROR, counted and logged.
#ifndef DMH_BROKER_REPLY_H
#define DMH_BROKER_REPLY_H

#include "broker/context.h"

//  `to`: front or back; `identity` is borrowed; `request`: the id of what is refused, empty when not known.
void reply_refuse (struct broker *self, zsock_t *to, zframe_t *identity, const char *request,
                   const struct error *error);

#endif
