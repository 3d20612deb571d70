//  session.h: a worker at its broker, as an actor: registers, heartbeats, takes jobs into slots, runs
//  each through a runner, publishes progress, hands in results, drains and says goodbye.
//  What travels as a file goes beside it, by messages/files/transfer.
#ifndef DMH_WORKER_SESSION_SESSION_H
#define DMH_WORKER_SESSION_SESSION_H

#include "messages/sockets/actor.h"
#include "worker/session/config.h"

//  actor_new (session_actor, &config); config is borrowed until the actor is destroyed. A failed start comes
//  as a first message on the pipe: ("sis") "FAILED", code, sentence; a good one as ("s88") "READY" with the
//  slots and threads that there are: fewer than wanted where descriptors or threads are too few, which is
//  logged. "DRAIN" finishes and takes nothing new, then the actor says "DRAINED". "$TERM": running jobs go
//  back to the queue at once (FAIL returned), BYE, leaves within 2 s.
void session_actor (zsock_t *pipe, void *config);

//  Such an actor that has started. NULL with `error` set (DMH_INTERNAL).
actor_t *session_new (struct session_config *config, struct error *error);

#endif
