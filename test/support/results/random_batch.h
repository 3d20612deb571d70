//  random_batch.h: for tests: a batch of inputs with random columns, keys, repetitions and contradictions,
//  and the table that has to come of it.
#ifndef DMH_TEST_SUPPORT_RANDOM_BATCH_H
#define DMH_TEST_SUPPORT_RANDOM_BATCH_H

#include "test/support/processes/workplace.h"
#include "test/support/results/joined_model.h"

//  Makes the batch of a seed, judged, and writes its files into the place.
void random_batch_make (const struct workplace *place, struct model *model, uint64_t seed);

//  records.csv as it has to be; its canonical fields, in their order, are taken from `got`. Yours to free.
char *random_batch_records (const struct model *model, const char *got);

#endif
