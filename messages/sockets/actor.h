//  actor.h: a thread and a pair of sockets between it and its owner, as czmq's zactor, which ends the process
//  where there are no descriptors and waits for ever where there is no thread.
#ifndef DMH_MESSAGES_SOCKETS_ACTOR_H
#define DMH_MESSAGES_SOCKETS_ACTOR_H

#include <czmq.h>

typedef struct actor actor_t;

//  What an actor does: zsock_signal (pipe, 0) as soon as it is ready, then it listens to the pipe and returns
//  at "$TERM". A zactor_fn. The pipe is the actor's until it returns.
typedef void (actor_fn) (zsock_t *pipe, void *argument);

//  Starts it and waits until it is ready. `argument` is borrowed for as long as `run` says. NULL with errno:
//  EMFILE or ENFILE (descriptors), EAGAIN (threads), ENOMEM.
actor_t *actor_new (actor_fn *run, void *argument);

//  Says "$TERM", drops what the actor still says and waits for its end. Takes NULL.
void actor_destroy (actor_t **self_p);

//  The owner's end of the pipe; borrowed.
zsock_t *actor_pipe (const actor_t *self);

#endif
