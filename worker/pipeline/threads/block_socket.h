//  block_socket.h: blocks by pointer over inproc sockets: whoever sends one gives it away. One thread a
//  socket.
#ifndef DMH_WORKER_PIPELINE_THREADS_BLOCK_SOCKET_H
#define DMH_WORKER_PIPELINE_THREADS_BLOCK_SOCKET_H

#include <czmq.h>

#include "worker/pipeline/block.h"
#include "worker/pipeline/threads/stage_clock.h"

//  Waits while the queue is full. 0, or -1 when the context ends.
int block_send (zsock_t *socket, struct block *block);
//  NULL when nothing is there or the context ends. Does not wait.
struct block *block_receive (zsock_t *socket);

//  An actor's loop: `take`s each block that comes on `pull`, until "$TERM" comes on `pipe`. `clock`: of the
//  thread; `take` says which passes it has a part in.
void block_serve (zsock_t *pipe, zsock_t *pull, struct stage_clock *clock,
                  void (*take) (void *self, struct block *block), void *self);

#endif
