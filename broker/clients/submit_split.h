//  submit_split.h: which inputs of a SUBMIT several workers share, and the jobs that are made of one.
#ifndef DMH_BROKER_CLIENTS_SUBMIT_SPLIT_H
#define DMH_BROKER_CLIENTS_SUBMIT_SPLIT_H

#include "broker/clients/submit_follows.h"
#include "broker/jobs/split.h"

//  Of each new input, by its place: how it is cut. None is where no worker that is registered knows the
//  tasks, or the queue has no room for the parts; then it is one worker's.
void submit_split_plan (struct broker *self, const struct submit *submit, const bool is_new[INPUTS_MAX],
                        const struct submit_follows *follows, struct split splits[INPUTS_MAX]);

//  Adds the jobs that `whole` is made of to the turn, and says in it whom it follows; it is added behind
//  them. *added grows with each. DMH_OK; DMH_UNAVAILABLE: out of memory, and what was added stays to be taken
//  back.
int submit_split_add (turn_t *turn, const struct split *split, struct store_job *whole, size_t *added);

#endif
