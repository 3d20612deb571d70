//  ending.h: what becomes of an open job when its attempt is over without a result: queued again, tried
//  later, failed, or let go; and what it leaves behind in queue, pool and leases. For the dispatcher alone.
#ifndef DMH_BROKER_DISPATCH_ENDING_H
#define DMH_BROKER_DISPATCH_ENDING_H

#include "broker/dispatch/state.h"

//  How an attempt has ended without a result.
enum loss {
    LOSS_RETURNED,    //  given back: queued again at once, nothing counts against the job
    LOSS_TRY,         //  by its own failing: counts against the limit, tried again after a back-off
    LOSS_DEATH        //  with its worker: queued again at once
};

//  Notes what is to be done about its attempt; `code` and `message` may be NULL.
void ending_note (struct dispatcher *self, enum action_sort sort, const struct open_job *open_job,
                  const char *code, const char *message);

//  Takes it from where it runs.
void ending_vacate (struct dispatcher *self, struct open_job *open_job);
//  Ends and frees it.
void ending_close (struct dispatcher *self, struct open_job *open_job);
//  A job that was cancelled is wanted again while its attempt still holds its slot, and needs that by then,
//  which may be something else: as a split one that has become one worker's. DMH_OK, or DMH_INTERNAL out of
//  memory with nothing changed.
int ending_wanted_again (struct dispatcher *self, struct open_job *open_job, const struct needs *needs);
//  The attempt of a job that was cancelled is over: it is closed, or queued where it was retried since.
void ending_let_go (struct dispatcher *self, struct open_job *open_job);
//  It has failed: noted with `code` and `message`, closed.
void ending_failed (struct dispatcher *self, struct open_job *open_job, const char *code,
                    const char *message);
//  An attempt that may still go on is taken from its worker, which is told to stop and keeps the slot until
//  it lets go: the open job is the attempt's alone from here on. It did not get on, and is tried elsewhere as
//  long as tries are left; or it ran for too long, and has failed.
void ending_stalled (struct dispatcher *self, struct open_job *open_job, int64_t now);
void ending_too_long (struct dispatcher *self, struct open_job *open_job, int64_t now);
//  The attempt is over without a result, why in `code` and `message`: the job waits for the next one, or has
//  failed and is freed.
void ending_again (struct dispatcher *self, struct open_job *open_job, enum loss loss, const char *code,
                   const char *message, int64_t now);

//  A worker registers. What is taken for a death may be a link that was cut: whatever was blamed for it is
//  blamed no more, unless it has failed meanwhile.
void ending_came_back (struct dispatcher *self, const char *worker);

#endif
