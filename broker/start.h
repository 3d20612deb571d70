//  start.h: the broker's beginning and end: store, dispatcher, sockets, the jobs of before.
#ifndef DMH_BROKER_START_H
#define DMH_BROKER_START_H

#include "broker/context.h"

//  Everything from the configuration (in `config`; the rest is zeros) to bound sockets and restored jobs.
//  DMH_OK, or a code with a sentence; DMH_CONFLICT: another broker has the store. start_close takes
//  half-built ones.
int start_open (struct broker *self, struct error *error);
void start_close (struct broker *self);

//  Gives the dispatcher every open job of the store that it does not know.
int start_restore (struct broker *self, struct error *error);

//  The limits of the configuration as it is now.
void start_limit (struct broker *self);

#endif
