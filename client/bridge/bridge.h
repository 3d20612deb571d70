//  bridge.h: the way from a message queue to a broker and back: takes messages, submits the jobs that they
//  ask for, follows them, publishes what becomes of them, and settles each message when its jobs have ended.
//  The id of a message is the submit key, so a message that comes again finds its jobs.
#ifndef DMH_CLIENT_BRIDGE_BRIDGE_H
#define DMH_CLIENT_BRIDGE_BRIDGE_H

#include "client/bridge/config.h"

//  Runs until it is told to end. DMH_OK; DMH_USAGE: an address is none, or the queue can't be as it is told;
//  DMH_INTERNAL.
int bridge_run (const struct bridge_config *config, struct error *error);

#endif
