//  release.h: how launched workers end: what the engine still has of them, their keys and their notes go.
#ifndef DMH_CLIENT_LAUNCH_RELEASE_H
#define DMH_CLIENT_LAUNCH_RELEASE_H

#include "client/connection/connection.h"
#include "client/launch/engine.h"

//  Ends one. `leaving`: it has left its broker and is about to end by itself, for which it gets a moment.
//  DMH_OK; else it stays noted, and what is still to be done is tried again by release_lost.
int release_worker (const struct launched *worker, bool leaving, struct error *error);

//  Of launched workers [count] those that are neither among `registered` nor alive any more, whatever became
//  of them. What cannot be known now stays.
void release_lost (const struct launched *workers, size_t count, const struct worker_list *registered);

#endif
