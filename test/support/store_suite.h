//  store_suite.h: for tests: what store.h promises, said once; every database has to hold it.
#ifndef DMH_TEST_SUPPORT_STORE_SUITE_H
#define DMH_TEST_SUPPORT_STORE_SUITE_H

#include "test/support/local_attempt.h"

#include "broker/store/store.h"

//  One store under test, empty. A store in memory does not outlive its closing; `lasts` says which do.
struct subject {
    char url[512];
    bool lasts;
    store_t *store;
};

struct promise {
    const char *name;    //  the sentence
    void (*is_held) (struct subject *subject);
};
extern const struct promise PROMISES[];    //  the last has no name

//  The test fails when it cannot be opened.
store_t *promises_open (const char *url);

#endif
