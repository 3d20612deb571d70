//  harmonizers.h: the harmonizer threads that all running jobs of a worker share. Each pulls blocks from
//  every job's reader in turn (a PULL socket serves its peers fairly, so a small job does not wait for a
//  large one) and pushes them to that job's writer.
#ifndef DMH_WORKER_PIPELINE_THREADS_HARMONIZERS_H
#define DMH_WORKER_PIPELINE_THREADS_HARMONIZERS_H

#include <czmq.h>

#include "messages/base/error.h"

typedef struct harmonizers harmonizers_t;

enum {
    HARMONIZERS_QUEUE_BLOCKS =
        4,    //  that wait before one harmonizer, for one job; more make the reader wait
    HARMONIZERS_SPARE_BLOCKS = 3    //  of a job, that the reader fills or the writer holds
};

//  Starts `threads` (1 … 256) harmonizers for at most `slots` jobs at once. NULL with `error` set.
harmonizers_t *harmonizers_new (size_t threads, size_t slots, struct error *error);
//  Stops and joins the threads; no runner may be left. Takes NULL.
void harmonizers_destroy (harmonizers_t **self_p);

size_t harmonizers_threads (const harmonizers_t *self);

//  Blocks that a job on all threads may have.
size_t harmonizers_blocks (const harmonizers_t *self);

//  Endpoint of harmonizer `i`'s PULL. Borrowed.
const char *harmonizers_endpoint (const harmonizers_t *self, size_t i);
//  The PULL of the slot's writer, to which every harmonizer is connected; it is used by one thread at a time.
//  Borrowed.
zsock_t *harmonizers_writer (const harmonizers_t *self, size_t slot);

#endif
