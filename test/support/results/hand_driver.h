//  hand_driver.h: for tests: passes of an attempt in the test's own thread, for passes_run and for tasks.
#ifndef DMH_TEST_SUPPORT_HAND_DRIVER_H
#define DMH_TEST_SUPPORT_HAND_DRIVER_H

#include "worker/pipeline/passes.h"

struct hand_driver {
    //  What stands between harmonizer and writer: gives the block that goes on; NULL: nothing does.
    struct block *(*between) (void *context, const struct pass *pass, struct block *block);
    void *context;
    struct followed_task task;    //  made by hand_driver_make, with the driver as its context
    size_t passes;
    uint64_t reached, bytes;    //  of `task`'s reached, what was said last
};

void hand_driver_make (struct hand_driver *self);

//  Whether two results are the same but for times and ids; what differs is said on standard error.
bool results_agree (const char *folder, const char *other);

#endif
