//  failing_store.h: for tests: a store that hands on to another until its calls are used up; then one call
//  fails, as a disk would.
#ifndef DMH_TEST_SUPPORT_FAILING_STORE_H
#define DMH_TEST_SUPPORT_FAILING_STORE_H

#include "broker/store/driver.h"

struct failing_store {
    struct store base;    //  its driver is failing_store_driver
    store_t *inner;       //  borrowed
    int calls;            //  until the one that fails; 0: never
    bool failed;
    bool notes_fail;    //  no use of a file is noted
};

extern const struct driver failing_store_driver;

#endif
