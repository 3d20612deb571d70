//  split_run.h: for tests: an input that is split, all of its jobs one after the other in this thread,
//  without a broker: each has the results that it follows as a broker would tell them.
#ifndef DMH_TEST_SUPPORT_SPLIT_RUN_H
#define DMH_TEST_SUPPORT_SPLIT_RUN_H

#include "messages/sockets/actor.h"
#include "test/support/results/hand_driver.h"
#include "worker/pipeline/runner.h"

enum { SPLIT_PARTS_MAX = 64 };

struct split_run {
    const struct options *options;
    const catalog_t *catalog;
    const char *input;      //  its path
    const char *uri;        //  where it lies instead, with the name of that path; NULL: it is there
    const char *results;    //  a folder of its own
    size_t parts;
    uint64_t key_memory;    //  bytes for the keys of records; 0: no bound
    size_t threads;         //  of a runner that does the jobs; 0: they are done in the test's own thread
    //  Called before each job; it may spoil what lies there. NULL: nothing happens.
    void (*before) (void *context, const struct split_run *self, const char *task, size_t part);
    void *context;
    //  What came of it.
    struct followed_result followed[1 + 2 * SPLIT_PARTS_MAX];
    size_t followed_count;
    char folder[512];    //  of the result
    struct runner_news news;
    struct error error;
    actor_t *runner;
    harmonizers_t *harmonizers;
    size_t passes[4];           //  over the input or a part of it, of each task
    uint64_t reached, bytes;    //  of who writes: how far in the input it said to be, and how long that is
    int code;
};

//  split_run_clear it. Its answer is `code`.
int split_run (struct split_run *self);
void split_run_clear (struct split_run *self);

#endif
