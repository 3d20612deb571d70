//  file_sweep.h: the files service rid of what nobody uses any more.
#ifndef DMH_BROKER_UPKEEP_FILE_SWEEP_H
#define DMH_BROKER_UPKEEP_FILE_SWEEP_H

#include "broker/context.h"

//  Begins a sweep where one is due; the service's thread does it.
void file_sweep (struct broker *self);

#endif
