//  schedule.h: for tests: the dispatcher in a world drawn from a seed: clients that submit, cancel and retry,
//  workers that are of one sort or of several, die, leave, drain and fall silent, links that lose, delay,
//  double and reorder, a broker that crashes between any two steps and starts again from what it had
//  committed, a clock that jumps. What has to hold is looked at after every turn of the broker; in the end
//  there is peace, in which every job has to end.
#ifndef DMH_TEST_SUPPORT_SCHEDULE_H
#define DMH_TEST_SUPPORT_SCHEDULE_H

#include "broker/dispatch/dispatcher.h"

#include <stdio.h>

typedef struct schedule schedule_t;

//  NULL when out of memory. For one thread, for any number of seeds one after the other.
schedule_t *schedule_new (void);
void schedule_destroy (schedule_t **self_p);

//  true: everything held. false: `why` says what did not. `story` (NULL: none) is told every step, a line
//  each. The same seed is the same schedule.
bool schedule_run (schedule_t *self, uint64_t seed, FILE *story, char why[SENTENCE_BYTES]);

//  Steps that were run so far, all seeds.
uint64_t schedule_steps (const schedule_t *self);

#endif
