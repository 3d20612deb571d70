//  opening.h: the dispatcher gets a job that is open: after the commit that made it so, after a restart, or
//  when those that it follows are done.
#ifndef DMH_BROKER_OPENING_H
#define DMH_BROKER_OPENING_H

#include "broker/context.h"

//  Gives the dispatcher an open job: its record, its place in the queue and its limits, and the tries that
//  count. DMH_OK, also when it has it already; DMH_INTERNAL out of memory.
int opening_give (struct broker *self, const struct job_record *record, const struct queue_terms *terms,
                  unsigned tries);

#endif
