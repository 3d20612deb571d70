//  hand_attempt.h: for tests: an attempt that the test drives by hand, in one thread, so that a pass can be
//  looked at, or ended, anywhere.
#ifndef DMH_TEST_SUPPORT_HAND_ATTEMPT_H
#define DMH_TEST_SUPPORT_HAND_ATTEMPT_H

#include "test/support/processes/workplace.h"
#include "worker/pipeline/attempt.h"

struct hand_attempt {
    struct workplace place;
    struct options options;
    struct assignment assignment;
    struct fetched_files fetched_files;
    catalog_t *catalog;
    struct attempt attempt;
    struct error error;
    char folder[300];    //  of the result
};

//  At an address that stays.
void hand_attempt_make (struct hand_attempt *self);
void hand_attempt_drop (struct hand_attempt *self);

//  Writes the input and prepares the attempt at it, by the options as they are, anew where there was one.
//  attempt_prepare's answer, and the sentence in `error`.
int hand_attempt_prepare (struct hand_attempt *self, const char *name, const void *bytes, size_t n);

//  A pass over at most so many blocks; whether there has to be another one.
bool hand_attempt_pass (struct hand_attempt *self, size_t most);
//  Makes ready for it.
void hand_attempt_again (struct hand_attempt *self);

#endif
