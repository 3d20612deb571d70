//  job_watch.h: what becomes of the jobs of messages: heard from the broker's feed, asked for where nothing
//  comes.
#ifndef DMH_CLIENT_BRIDGE_JOB_WATCH_H
#define DMH_CLIENT_BRIDGE_JOB_WATCH_H

#include "client/bridge/context.h"

//  Takes what has come without waiting: changes are to be published, and a message whose jobs all have ended
//  is over, with its end event. As intake_submit.
int job_watch_take (struct bridge *bridge, struct error *error);

#endif
