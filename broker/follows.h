//  follows.h: what the broker does about jobs that follow others: it holds them until those are done, gives
//  them to the dispatcher then, or fails them.
#ifndef DMH_BROKER_FOLLOWS_H
#define DMH_BROKER_FOLLOWS_H

#include "broker/context.h"

//  Takes an open follower in as the store has it, beside those that it follows: after a commit or a restart.
//  DMH_OK; DMH_INTERNAL out of memory; or the store's reason.
int follows_take_in (struct broker *self, const struct job_record *record, struct error *error);

//  Does what is to be done about them, as part of the turn. DMH_OK, or the store's reason: the rest waits.
int follows_act (struct broker *self, struct error *error);

//  Jobs that are open: with the dispatcher, or waiting for others.
size_t follows_open_count (const struct broker *self);

//  Why a job cannot begin that follows these: the first of them that was not done and is not open either.
//  DMH_OK: there is none; DMH_CONFLICT with a sentence about it; or the store's reason.
int follows_check (struct broker *self, const char *job, struct error *error);

//  The jobs that failed because `job` was not done and that nothing else keeps from beginning, and those that
//  failed because of them: `reopen` is told of each, those that are followed first. Stops at the first error
//  and answers it.
int follows_each_held_up (struct broker *self, const char *job,
                          int (*reopen) (void *context, const struct store_job *found, struct error *error),
                          void *context, struct error *error);

#endif
