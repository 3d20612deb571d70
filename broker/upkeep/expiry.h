//  expiry.h: what ended long enough ago leaves: the workers that hold a result are asked to remove it, and
//  the job is forgotten. When, and which, jobs/retention.h decides.
#ifndef DMH_BROKER_UPKEEP_EXPIRY_H
#define DMH_BROKER_UPKEEP_EXPIRY_H

#include "broker/context.h"

//  NULL when out of memory; the broker is borrowed.
retention_t *expiry_new (struct broker *self);

//  A little of it, where there is something to do and the store is there; after a turn, so that no group is
//  open.
void expiry_step (struct broker *self);

#endif
