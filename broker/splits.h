//  splits.h: what the broker does about jobs whose files several workers share: what ends them, tries them
//  again or removes them is done to the jobs that they are made of, and those have the progress that is
//  theirs.
#ifndef DMH_BROKER_SPLITS_H
#define DMH_BROKER_SPLITS_H

#include "broker/context.h"

//  DMH_OK, or DMH_INTERNAL: out of memory. Cleared in any case.
int splits_open (struct splits *self);
void splits_close (struct splits *self);

//  A job with that task was found open, after a restart or as it is tried again: where it is of a split one,
//  its progress is known from now on. DMH_OK, or the store's reason.
int splits_take_in (struct broker *self, const struct job_record *record, const char *task,
                    struct error *error);

//  After a restart: split jobs that had ended before what they are made of was seen to, as the store was away
//  then, are noted as splits_ended does. DMH_OK, or the store's reason.
int splits_restore (struct broker *self, struct error *error);

//  A job has ended, or was asked to leave: what else is to be done follows with splits_act. Others than split
//  ones need nothing.
void splits_ended (struct broker *self, const struct job_record *record);
//  Does it, as part of the turn. DMH_OK, or the store's reason: the rest waits.
int splits_act (struct broker *self, struct error *error);

//  The split job `whole` is tried again, in a queue with room for so many jobs: `reopen` is told of each of
//  its jobs that is not done. *alone: they are not all there any more, and it is one worker's now. DMH_OK;
//  DMH_UNAVAILABLE: the queue has no room; or what `reopen` answered, and then those that were reopened end
//  again.
int splits_reopen (struct broker *self, const struct store_job *whole, size_t room,
                   int (*reopen) (void *context, const struct store_job *found, struct error *error),
                   void *context, bool *alone, struct error *error);

//  What a client is shown of a split job: nothing of whom it follows, and while it is open their progress. Of
//  others nothing changes.
void splits_add_progress (const struct broker *self, struct job_record *record);

//  DMH_CONFLICT with a sentence: the job is a part of another one, to which it is done.
int splits_check_whole (const struct job_record *record, struct error *error);

#endif
