//  local_attempt.h: for tests: one job through harmonizers and runner in this process, without session or
//  broker.
#ifndef DMH_TEST_SUPPORT_LOCAL_ATTEMPT_H
#define DMH_TEST_SUPPORT_LOCAL_ATTEMPT_H

#include "test/support/processes/workplace.h"

#include "worker/pipeline/runner.h"

struct local_attempt {
    char folder[512];    //  of the result
    bool done;
    struct counts counts;
    char kind[WORD_BYTES];
    struct error error;
    struct error refusal;    //  of one that is done: why it is not good enough
};

//  Runs the input <folder>/<name> with `options` on `threads` harmonizers.
struct local_attempt local_attempt_run (struct workplace *place, const char *name,
                                        const struct options *options, size_t threads);

//  As the first, with what was submitted of the input besides its place.
struct local_attempt local_attempt_run_input (struct workplace *place, const char *name,
                                              const struct input *input, const struct options *options);

//  As the first with an input path of any place.
struct local_attempt local_attempt_run_path (struct workplace *place, const char *path,
                                             const struct options *options, size_t threads);

#endif
