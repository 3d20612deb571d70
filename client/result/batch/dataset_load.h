//  dataset_load.h: --dataset DIR: the results of a batch are added to a data set that stays.
#ifndef DMH_CLIENT_RESULT_BATCH_DATASET_LOAD_H
#define DMH_CLIENT_RESULT_BATCH_DATASET_LOAD_H

#include "client/arguments/arguments.h"
#include "client/result/outcome.h"

//  Adds the results of `outcomes`, in their order, to the set that the arguments name, which is made where it
//  is not there, and says what came of it; those without a result are left out. *status, the exit code so
//  far, becomes that of all. DMH_OK; else the set is as it was: as dataset_open and dataset_load.
int dataset_load_batch (const struct outcome *outcomes, size_t count, const struct arguments *arguments,
                        int interrupt, int *status, struct error *error);

//  Before any work: whether the set of --dataset can be added to. DMH_OK (also without one), or a sentence
//  why not.
int dataset_load_check (const struct arguments *arguments, int interrupt, struct error *error);

#endif
