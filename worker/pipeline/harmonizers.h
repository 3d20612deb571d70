//  harmonizers.h: the harmonizer threads that all running jobs share. Each pulls blocks from every job's
//  reader in turn (a PULL socket serves its peers fairly, so a small job does not wait for a large one) and
//  pushes them to that job's writer. Used by runner.c; worker/session and tests make one (see runner.h for
//  harmonizers_new and harmonizers_destroy).
#ifndef DMH_WORKER_PIPELINE_HARMONIZERS_H
#define DMH_WORKER_PIPELINE_HARMONIZERS_H

#include "worker/encoders/layout.h"
#include "worker/pipeline/block.h"
#include "worker/pipeline/runner.h"

enum {
    HARMONIZERS_QUEUE_BLOCKS =
        4,    //  that wait before one harmonizer, for one job; more make the reader wait
    HARMONIZERS_SPARE_BLOCKS = 3    //  of a job, that the reader fills or the writer holds
};

size_t harmonizers_threads (const harmonizers_t *self);

//  Blocks that a job on all threads may have.
size_t harmonizers_blocks (const harmonizers_t *self);

//  Endpoint of harmonizer `i`'s PULL. Borrowed.
const char *harmonizers_endpoint (const harmonizers_t *self, size_t i);
//  The PULL of the slot's writer, to which every harmonizer is connected; it is used by one thread at a time.
//  Borrowed.
zsock_t *harmonizers_writer (const harmonizers_t *self, size_t slot);

//  Sends or receives a block by pointer; the sender gives it away. block_send waits while the queue is full.
//  0, or -1 when the context ends.
int block_send (void *socket, struct block *block);
//  NULL when nothing is there or the context ends. Does not wait.
struct block *block_receive (void *socket);

#endif
