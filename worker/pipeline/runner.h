//  runner.h: one attempt at one job, as an actor: the session starts it, hears of it, may cancel it.
//  Inside: reader → PUSH/PULL → the harmonizers's harmonizers → PUSH/PULL → writer, over inproc. Never speaks
//  to the broker.
#ifndef DMH_RUNNER_H
#define DMH_RUNNER_H

#include <czmq.h>

#include "messages/job.h"
#include "messages/keys/credential.h"
#include "worker/input/data_roots.h"
#include "worker/rules/schema/schema.h"

//  The harmonization threads that all running jobs of a worker share, fairly.
typedef struct harmonizers harmonizers_t;

//  Starts `threads` (1 … 256) harmonizers for at most `slots` jobs at once. NULL with `error` set.
harmonizers_t *harmonizers_new (size_t threads, size_t slots, struct error *error);
//  Stops and joins the threads; no runner may be left. Takes NULL.
void harmonizers_destroy (harmonizers_t **self_p);

//  What a runner is given; everything is borrowed until the runner actor is destroyed.
struct assignment {
    char job[ID_BYTES];
    char correlation[CORRELATION_BYTES];
    uint64_t attempt;
    struct input input;
    const struct options *options;
    size_t slot;    //  0 … slots - 1, not used by another running job
    harmonizers_t *harmonizers;
    const catalog_t *catalog;
    const data_roots_t *roots;    //  where the input may be; NULL: anywhere
    const char *folder;     //  absolute path of the attempt's own folder; made by the runner, must not exist
    const char *results;    //  the folder that it is in
    const char *files;      //  endpoint of the broker's files service; empty: there is none
    const struct credential *credential;    //  shown to it; NULL: none
};

//  What a runner tells. Sent on the actor's pipe as ("sp", WORD, pointer); the receiver frees with free ()
//  after runner_news_clear.  PROGRESS: at most 10 a second. Then exactly one of DONE or FAILED (with
//  NULL: no memory for the news either), after which it waits for $TERM.
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

//  zactor_new (runner_actor, &assignment). Words to it: "CANCEL" (stops soon, removes its folder, then FAILED
//  with DMH_CANCELLED), "$TERM" (the same, and leaves).
void runner_actor (zsock_t *pipe, void *assignment);

#endif
