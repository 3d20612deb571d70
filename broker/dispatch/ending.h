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
//  The attempt of a job that was cancelled is over: it is closed, or queued where it was retried since.
void ending_let_go (struct dispatcher *self, struct open_job *open_job);
//  It has failed: noted with `code` and `message`, closed.
void ending_failed (struct dispatcher *self, struct open_job *open_job, const char *code,
                    const char *message);
//  The attempt is over without a result, why in `code` and `message`: the job waits for the next one, or has
//  failed and is freed.
void ending_again (struct dispatcher *self, struct open_job *open_job, enum loss loss, const char *code,
                   const char *message, int64_t now);

#endif
