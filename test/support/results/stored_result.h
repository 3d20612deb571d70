//  stored_result.h: for tests: a result in a worker's folder of results, and a files service that it can go
//  to.
#ifndef DMH_TEST_SUPPORT_STORED_RESULT_H
#define DMH_TEST_SUPPORT_STORED_RESULT_H

#include "broker/files/service.h"
#include "messages/work.h"
#include "test/support/processes/workplace.h"

struct stored_result {
    struct workplace place;
    char results[600], folder[700], store[600], endpoint[64];
    files_t *files;
    struct output output;      //  records.csv, which holds "hello"
    struct hand_over order;    //  of the result job.2 with that one output
};

//  At an address that stays: the order borrows from it.
void stored_result_make (struct stored_result *self);
void stored_result_remove (struct stored_result *self);

//  Whether the output has come to the files service.
bool stored_result_is_there (const struct stored_result *self);

#endif
