//  failing_calls.h: for tests of faults: runs of the real programs in which the n-th call of a kind fails
//  (fault/fail_nth.c makes it fail), for every n or for some, and what their results have to be.
#ifndef DMH_TEST_SUPPORT_FAILING_CALLS_H
#define DMH_TEST_SUPPORT_FAILING_CALLS_H

#include "test/support/processes/processes.h"

enum { FAILING_CALLS_WORDS = 12, FAILING_CALLS_RESULTS = 2, FAILING_CALLS_SHARDS = 12 };

//  A file of input. `text` ends with a NUL, which is not written.
struct failing_calls_file {
    const char *name, *text;
};

//  What is harmonized.
struct failing_calls_job {
    struct failing_calls_file files[5];        //  ended by one without a name
    const char *words[FAILING_CALLS_WORDS];    //  inputs and options, ended by NULL
    const char *results[FAILING_CALLS_RESULTS];
};

struct failing_calls {
    struct workplace place;    //  base/ holds the results of an undisturbed dmh run
    const struct failing_calls_job *job;
    const char *who, *kind;    //  whose calls, and which
    const char *how;           //  it fails, as DMH_FAIL_HOW has it; NULL: once
    long at;                   //  the one that fails; 0: none, they are counted
    long calls;                //  of an undisturbed run
    unsigned wrong;
};

//  One run with self->at as its number; whether a call was made to fail.
typedef bool (failing_calls_run) (struct failing_calls *self);

//  Runs with `few` numbers that are spread over the whole; with DMH_FAULT=all with every `shards`-th number
//  from `shard` on. Fails the test at the end when a run was wrong.
void failing_calls_each (const struct failing_calls_job *job, const char *who, const char *kind,
                         failing_calls_run *run, long few, long shard, long shards);
//  How many shards there are: 1, or `most` with DMH_FAULT=all: as many tests, which may run at the same time,
//  since runs wait more than they work.
long failing_calls_shards (long most);

//  A test of that name, once for each of at most 12 shards, that runs CALL with `shard`. (Under sanitizers it
//  is skipped; test/support/plain has no parameters.)
#ifdef DMH_SANITIZED
enum { FAILING_CALLS_CAN = 0 };
#define FAILING_CALLS_TEST_OF(NAME, SHARDS, CALL)                                                            \
    Test (fail_nth, NAME)                                                                                    \
    {                                                                                                        \
        long shard = 0;                                                                                      \
        CALL;                                                                                                \
    }
#else
enum { FAILING_CALLS_CAN = 1 };
#define FAILING_CALLS_TEST_OF(NAME, SHARDS, CALL)                                                            \
    ParameterizedTestParameters (fail_nth, NAME)                                                             \
    {                                                                                                        \
        static long shards[FAILING_CALLS_SHARDS] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11};                   \
        return cr_make_param_array (long, shards, (size_t) failing_calls_shards (SHARDS));                   \
    }                                                                                                        \
    ParameterizedTest (long *shard_p, fail_nth, NAME, .timeout = 3600)                                       \
    {                                                                                                        \
        long shard = *shard_p;                                                                               \
        CALL;                                                                                                \
    }
#endif
#define FAILING_CALLS_TEST(NAME, JOB, WHO, KIND, RUN, FEW)                                                   \
    FAILING_CALLS_TEST_OF (NAME, FAILING_CALLS_SHARDS,                                                       \
                           failing_calls_each (JOB, WHO, KIND, RUN, FEW, shard, FAILING_CALLS_SHARDS))

//  The programs that are started from here on have the fault, until failing_calls_disarm.
void failing_calls_arm (const struct failing_calls *self);
void failing_calls_disarm (void);
//  Whether the call was made to fail; without a number, takes how many there were.
bool failing_calls_struck (struct failing_calls *self);

void failing_calls_remove (const struct failing_calls *self, const char *name);
//  argv of `words`, then the job's, then `more`; each ended by NULL.
void failing_calls_argv (const struct failing_calls *self, const char *argv[2 * FAILING_CALLS_WORDS + 1],
                         const char *const *words, const char *const *more);
//  Every result in <folder>/ is whole and the same, byte for byte; `all`: each one is there.
void failing_calls_check (struct failing_calls *self, const char *folder, bool all);
//  Says what was wrong in this run.
void failing_calls_wrong (struct failing_calls *self, const char *format, ...)
    __attribute__ ((format (printf, 2, 3)));

#endif
