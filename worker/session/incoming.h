//  incoming.h: what a broker says to a session: each message decoded and acted upon.
#ifndef DMH_WORKER_SESSION_INCOMING_H
#define DMH_WORKER_SESSION_INCOMING_H

#include "worker/session/context.h"

//  Takes one message of the broker. One that is not understood changes nothing.
void incoming_take (struct session *self);

#endif
