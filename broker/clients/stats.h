//  stats.h: how the broker is: STATS, a struct bare_request. DMH_OK when it is answered, else `error` is the
//  answer.
#ifndef DMH_BROKER_CLIENTS_STATS_H
#define DMH_BROKER_CLIENTS_STATS_H

#include "broker/clients/request.h"

int stats_counters (struct client_request *request, const void *message, struct error *error);

//  What the gauges of /metrics stand at. DMH_OK, or as the store has it.
int stats_gauges (struct broker *self, struct error *error);

#endif
