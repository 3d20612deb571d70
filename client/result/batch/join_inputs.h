//  join_inputs.h: the results of a batch as what is joined, or added to a data set: in their order, each with
//  the file that its records are of.
#ifndef DMH_CLIENT_RESULT_BATCH_JOIN_INPUTS_H
#define DMH_CLIENT_RESULT_BATCH_JOIN_INPUTS_H

#include "client/result/outcome.h"
#include "worker/join/join.h"

//  Whether it has a result here that is good.
bool join_inputs_has (const struct outcome *outcome);

//  Whether one of them has.
bool join_inputs_any (const struct outcome *outcomes, size_t count);

//  One for each outcome; those without a result say why. `folder`: that the results are in. Yours to free;
//  texts are borrowed from the outcomes. NULL: out of memory.
struct join_input *join_inputs_new (const struct outcome *outcomes, size_t count, const char *folder);

//  Says in outcomes[i].input what its records are said to be of and where its result stands, for a broker
//  whose worker joins them. DMH_OK; DMH_TOO_LARGE: a path is too long; DMH_INTERNAL.
int join_inputs_name (struct outcome *outcomes, size_t count, struct error *error);

#endif
