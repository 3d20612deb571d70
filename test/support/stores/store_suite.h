//  store_suite.h: for tests: what store.h promises, said once; every database has to hold it.
#ifndef DMH_TEST_SUPPORT_STORE_SUITE_H
#define DMH_TEST_SUPPORT_STORE_SUITE_H

#include "test/support/processes/workplace.h"

#include "broker/store/store.h"

//  One store under test, empty. A store in memory does not outlive its closing; `lasts` says which do.
struct store_suite_subject {
    char url[512];
    bool lasts;
    store_t *store;
};

struct store_suite_case {
    const char *name;    //  the sentence
    void (*check) (struct store_suite_subject *subject);
};
extern const struct store_suite_case STORE_SUITE[];    //  the last has no name

//  The test fails when it cannot be opened.
store_t *store_suite_open (const char *url);

#endif
