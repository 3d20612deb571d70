//  table_results.h: the result of a job that joins: a table for each kind, each of which is brought and
//  stands as a result by itself.
#ifndef DMH_CLIENT_RESULT_TABLE_RESULTS_H
#define DMH_CLIENT_RESULT_TABLE_RESULTS_H

#include "client/result/download.h"

struct table_results {
    struct job_record *records;    //  [count], named joined/KIND, of that kind; each owns its outputs alone
    size_t count;
};

//  Of the job's record, which has to outlive it. DMH_OK; DMH_MALFORMED: its outputs are no such tables;
//  DMH_INTERNAL. table_results_clear it in any case.
int table_results_of (struct table_results *self, const struct job_record *record, struct error *error);
void table_results_clear (struct table_results *self);

#endif
