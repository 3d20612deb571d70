//  writer_actor.h: the writer's thread, for one job of a slot after the other: an actor that pulls blocks,
//  has the pass's writer take them in order and pushes them back empty.
#ifndef DMH_WORKER_PIPELINE_THREADS_WRITER_ACTOR_H
#define DMH_WORKER_PIPELINE_THREADS_WRITER_ACTOR_H

#include <czmq.h>

struct writer_start {
    zsock_t *pull;       //  of the slot; the actor's alone while it lives
    const char *back;    //  endpoint of the reader's PULL, bound already
    size_t window;       //  number of blocks that a job may have
};

//  First message on the pipe: ("i", 0), or errno when it could not be made ready. "PASS" each time a pass has
//  come to its end; between its first block and that the pass's writer is the actor's alone.
void writer_actor (zsock_t *pipe, void *start);

#endif
