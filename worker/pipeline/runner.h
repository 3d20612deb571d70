//  runner.h: the thread of a slot, as an actor: one attempt at a job after the other, which the session
//  starts, hears of, and may cancel.
//  Inside: reader → PUSH/PULL → harmonizers → PUSH/PULL → writer, over inproc. Knows no message of
//  the broker; files that lie there it has brought and taken by messages/files/transfer.
#ifndef DMH_WORKER_PIPELINE_RUNNER_H
#define DMH_WORKER_PIPELINE_RUNNER_H

#include <czmq.h>

#include "worker/pipeline/runner_news.h"
#include "worker/pipeline/threads/harmonizers.h"
#include "worker/results/assignment.h"

//  Where a runner works, for as long as it lives.
struct runner_place {
    harmonizers_t *harmonizers;
    size_t slot;    //  0 … slots - 1 of the harmonizers, no other runner's
};

//  actor_new (runner_actor, &place), which is borrowed for that call. The first message is ("i", 0), or
//  errno when descriptors, threads or memory are missing. Then words to it: ("sp") "RUN" with a struct
//  assignment, when none is under way; "CANCEL" (stops soon, removes its folder, then FAILED with
//  DMH_CANCELLED; nothing between two attempts); "$TERM" (the same, and leaves).
void runner_actor (zsock_t *pipe, void *place);

#endif
