//  worker_totals.h: how many workers are registered, and their slots.
#ifndef DMH_BROKER_DISPATCH_WORKER_TOTALS_H
#define DMH_BROKER_DISPATCH_WORKER_TOTALS_H

#include <stddef.h>

struct worker_totals {
    size_t workers, slots, busy;    //  busy: slots that are taken
};

#endif
