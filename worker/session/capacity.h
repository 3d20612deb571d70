//  capacity.h: how many slots and threads a worker can have with the descriptors that there are. Pure.
#ifndef DMH_WORKER_SESSION_CAPACITY_H
#define DMH_WORKER_SESSION_CAPACITY_H

#include <stdbool.h>
#include <stddef.h>

struct capacity {
    size_t slots, threads;
};

//  Descriptors that such a worker opens at most, with every slot at work.
size_t capacity_descriptors (struct capacity self);

//  Takes threads and slots away, of which there are more first, until `descriptors` are enough; one of each
//  stays. false: even those are too many.
bool capacity_fit (struct capacity *self, size_t descriptors);

//  Half of that of which there are more; false: there is one of each.
bool capacity_halve (struct capacity *self);

#endif
