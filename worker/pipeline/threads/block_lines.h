//  block_lines.h: the way of a runner's blocks: to each thread of the harmonizers, and back from its own
//  writer. It stays from one job to the next.
#ifndef DMH_WORKER_PIPELINE_THREADS_BLOCK_LINES_H
#define DMH_WORKER_PIPELINE_THREADS_BLOCK_LINES_H

#include "messages/sockets/actor.h"
#include "worker/pipeline/threads/harmonizers.h"

struct block_lines {
    zsock_t *back;    //  PULL: blocks that the writer has taken
    actor_t *writer;
    zsock_t **harmonizers;    //  [count] PUSH to each of the threads
    size_t count;
};

//  For the runner of that slot. 0, or -1 with errno: memory, descriptors or threads are missing.
//  block_lines_close it in any case.
int block_lines_open (struct block_lines *self, harmonizers_t *harmonizers, size_t slot);
void block_lines_close (struct block_lines *self);

#endif
