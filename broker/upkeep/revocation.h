//  revocation.h: what is taken from a key that has lost a right.
#ifndef DMH_BROKER_UPKEEP_REVOCATION_H
#define DMH_BROKER_UPKEEP_REVOCATION_H

#include "broker/context.h"

//  The keys have changed, or may have: they are read again. Nothing without keys.
void revocation_reload (struct broker *self);

#endif
