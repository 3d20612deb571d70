//  own_results.h: what dmh has written itself, told by its content: a folder that is a result or a data set,
//  and the index of a batch. Neither is an input that a folder holds.
#ifndef DMH_CLIENT_ARGUMENTS_OWN_RESULTS_H
#define DMH_CLIENT_ARGUMENTS_OWN_RESULTS_H

#include <stdbool.h>

#define OWN_BATCH_FORMAT "dmh-batch/1"
#define OWN_BATCH_JSON "batch.json"
#define OWN_BATCH_CSV "batch.csv"
//  The header of batch.csv.
#define OWN_BATCH_COLUMNS                                                                                    \
    "path,sha256,result,kind,state,read,written,duplicates,conflicts,rejected,code,error,job"

//  Whether a report.json or a dataset.json of dmh lies in it; follows no link.
bool own_result_is (const char *folder);

//  Whether the file at `path` is called batch.json or batch.csv and was written by dmh.
bool own_index_is (const char *path);

#endif
