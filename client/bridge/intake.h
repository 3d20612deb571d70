//  intake.h: messages become jobs: decoded, their inputs found, submitted.
#ifndef DMH_CLIENT_BRIDGE_INTAKE_H
#define DMH_CLIENT_BRIDGE_INTAKE_H

#include "client/bridge/context.h"

//  Those that are due. What cannot be done ever is over, with its reason. DMH_OK; DMH_UNAVAILABLE: the broker
//  is silent; DMH_CANCELLED; DMH_UNAUTHORIZED; DMH_INTERNAL.
int intake_submit (struct bridge *bridge, struct error *error);

#endif
