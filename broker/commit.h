//  commit.h: a turn is committed, and only then known: the dispatcher gets the jobs that it opens,
//  subscribers hear what it has changed, the quota counts it.
#ifndef DMH_BROKER_COMMIT_H
#define DMH_BROKER_COMMIT_H

#include "broker/context.h"

//  DMH_OK, and the turn is empty. Else the store's reason: the jobs that were to be opened are not,
//  everything else waits in the turn.
int commit_turn (struct broker *self, struct error *error);

#endif
