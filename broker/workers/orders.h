//  orders.h: what workers are told: what the dispatcher has decided, with what becomes of the jobs by it, and
//  what is wanted of the results that they hold.
#ifndef DMH_BROKER_WORKERS_ORDERS_H
#define DMH_BROKER_WORKERS_ORDERS_H

#include "broker/context.h"

//  One action of the dispatcher. DMH_OK; DMH_UNAVAILABLE or DMH_CONFLICT when it has to be done again later,
//  as the store is away.
int orders_perform (struct broker *self, const struct action *action, struct error *error);

//  The worker that holds the job's result, or when it is gone another one of its host; NULL: none is here.
//  Borrowed as peers_of_worker's.
const struct peer *orders_peer_of_host (const struct broker *self, const struct job_record *record);

//  Sends a message about a result, at once, to the worker that made it, or when it is gone to every one of
//  its host: it knows its own by the folder. false: nobody is there to be asked.
bool orders_ask_host (struct broker *self, const struct job_record *record, const struct shape *shape,
                      const void *message);

//  A worker of the host that holds the result is asked to leave it with the files service; whoever asked
//  looks for it there. DMH_OK; DMH_CONFLICT: the job has none; DMH_NOT_FOUND: no worker of that host is
//  connected; DMH_UNAVAILABLE: there is no files service.
int orders_bring (struct broker *self, const struct job_record *record, struct error *error);

#endif
