//  orders.h: what workers are told: what the dispatcher has decided, with what becomes of the jobs by it.
#ifndef DMH_BROKER_WORKERS_ORDERS_H
#define DMH_BROKER_WORKERS_ORDERS_H

#include "broker/context.h"

//  One action of the dispatcher. DMH_OK; DMH_UNAVAILABLE or DMH_CONFLICT when it has to be done again later,
//  as the store is away.
int orders_perform (struct broker *self, const struct action *action, struct error *error);

#endif
