//  removals.h: jobs that were asked to leave do: the workers that hold their results are asked to remove
//  them, the files service is rid of what no other job names. In what order, jobs/removal.h decides.
#ifndef DMH_BROKER_UPKEEP_REMOVALS_H
#define DMH_BROKER_UPKEEP_REMOVALS_H

#include "broker/context.h"

//  NULL when out of memory; the broker is borrowed.
removal_t *removals_new (struct broker *self);

//  A little of it, where there is something to do and the store is there; after a turn, so that no group is
//  open.
void removals_step (struct broker *self);

#endif
