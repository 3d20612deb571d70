//  runner.h: the thread of a slot, as an actor: one attempt at a job after the other, which the session
//  starts, hears of, and may cancel.
//  Inside: reader → PUSH/PULL → the harmonizers's harmonizers → PUSH/PULL → writer, over inproc. Never speaks
//  to the broker.
#ifndef DMH_RUNNER_H
#define DMH_RUNNER_H

#include <czmq.h>

#include "worker/results/assignment.h"

//  The harmonization threads that all running jobs of a worker share, fairly.
typedef struct harmonizers harmonizers_t;

//  Starts `threads` (1 … 256) harmonizers for at most `slots` jobs at once. NULL with `error` set.
harmonizers_t *harmonizers_new (size_t threads, size_t slots, struct error *error);
//  Stops and joins the threads; no runner may be left. Takes NULL.
void harmonizers_destroy (harmonizers_t **self_p);

//  Where a runner works, for as long as it lives.
struct runner_place {
    harmonizers_t *harmonizers;
    size_t slot;    //  0 … slots - 1 of the harmonizers, no other runner's
};

//  What a runner tells. Sent on the actor's pipe as ("sp", WORD, pointer); the receiver frees with free ()
//  after runner_news_clear.  PROGRESS: at most 10 a second. Then exactly one of DONE or FAILED (with
//  NULL: no memory for the news either), after which it waits for the next RUN.
struct runner_news {
    char kind[WORD_BYTES];
    uint64_t bytes_done, bytes_total;
    struct counts counts;
    double records_per_second;
    struct output *outputs;    //  DONE
    size_t outputs_count;
    bool stored;           //  DONE: the outputs are with the broker, not in the attempt's folder
    struct error error;    //  FAILED; code DMH_BAD_INPUT, DMH_NOT_FOUND, DMH_TOO_LARGE: trying again does not
                           //  help; DMH_CANCELLED after CANCEL
};
void runner_news_clear (struct runner_news *self);

//  actor_new (runner_actor, &place), which is borrowed for that call. The first message is ("i", 0), or
//  errno when descriptors, threads or memory are missing. Then words to it: ("sp") "RUN" with a struct
//  assignment, when none is under way; "CANCEL" (stops soon, removes its folder, then FAILED with
//  DMH_CANCELLED; nothing between two attempts); "$TERM" (the same, and leaves).
void runner_actor (zsock_t *pipe, void *place);

#endif
