//  turn.h: what one turn of the broker's loop changes and answers: all changes go into one commit, and what
//  is to be sent about them leaves after it. When the commit fails, the jobs that it was to open, new or
//  again, are as they were before and their answers become ERROR unavailable; everything else waits for a
//  later turn.
#ifndef DMH_BROKER_JOBS_TURN_H
#define DMH_BROKER_JOBS_TURN_H

#include <czmq.h>

#include "broker/dispatch/needs.h"
#include "broker/jobs/outbox.h"
#include "broker/store/store.h"

typedef struct turn turn_t;

//  Beyond these turn_is_full, and the loop takes nothing more in before the commit.
enum { TURN_MESSAGES_MAX = 4096, TURN_JOBS_MAX = 1024 };

turn_t *turn_new (store_t *store);    //  NULL when out of memory; the store is borrowed
void turn_destroy (turn_t **self_p);

//  A new job; taken over (the caller's struct is zeroed) when 0 is answered. -1: out of memory.
int turn_add (turn_t *self, struct store_job *job);
//  The batch of new jobs, behind them: a batch without jobs is none. -1: out of memory.
int turn_add_batch (turn_t *self, const struct store_batch *batch);
//  That of a submission which is in this turn; NULL: there is none. Valid until the next one is added.
const struct store_batch *turn_batch (const turn_t *self, const char *owner, const char *submit_key);
//  Takes the last `count` new jobs back.
void turn_take_back (turn_t *self, size_t count);

//  The record of a job as of this turn, to be changed in place: what an earlier change of the turn left, or
//  the store's. NULL with `error` set: DMH_NOT_FOUND, DMH_UNAVAILABLE. Valid until turn_clear. `tries` may be
//  NULL.
struct job_record *turn_change (turn_t *self, const char *job, unsigned **tries, struct error *error);

//  The same for a job that goes back to the queue: `found`, as store_find has it at this point of the turn,
//  failed or cancelled. When the commit fails all that the turn has changed about it since is taken back.
struct job_record *turn_reopen (turn_t *self, const struct store_job *found, unsigned **tries,
                                struct error *error);
//  Whether the turn reopens that job; how many jobs it opens, new or again.
bool turn_reopens (const turn_t *self, const char *job);
size_t turn_opens (const turn_t *self);

//  Whether that job was changed in this turn.
bool turn_has_changed (const turn_t *self, const char *job);

//  Writes the turn's changes so far, so that reading the store shows them. No commit.
int turn_flush (turn_t *self, struct error *error);
//  Gives the store's group up, as something else that was to be in it could not be written: the turn's
//  changes are written anew.
void turn_unwrite (turn_t *self);

//  A message to send when the turn is committed. `to` is a socket; `identity` is copied. DMH_OK or the
//  encoder's error.
int turn_send (turn_t *self, void *to, zframe_t *identity, const struct shape *shape, const void *message,
               struct error *error);
//  The same, for the answer to `request` that speaks of jobs which the turn opens.
int turn_send_opened (turn_t *self, void *to, zframe_t *identity, const struct shape *shape,
                      const void *message, const char *request, struct error *error);
//  The same, for the JOB of an attempt: turn_undelivered tells when it could not be sent.
int turn_send_order (turn_t *self, void *to, zframe_t *identity, const struct shape *shape,
                     const void *message, const char *worker, const char *job, uint64_t attempt,
                     struct error *error);

//  The ids of a submission that is in this turn already; as store_find_key.
int turn_find_key (const turn_t *self, const char *owner, const char *submit_key, struct store_job_id **ids,
                   size_t *count);

//  Those of its new jobs whose places are `from` to `from` + `count` - 1, into ids [count] by place; the
//  others there stay as they are.
void turn_find_places (const turn_t *self, const char *owner, const char *submit_key, uint64_t from,
                       struct store_job_id *ids, size_t count);

bool turn_is_empty (const turn_t *self);
bool turn_is_full (const turn_t *self);

//  Commits and sends. DMH_OK: what was done is there to be read until turn_clear. Else see above.
int turn_commit (turn_t *self, struct error *error);
//  After a commit. The new jobs; the i-th record that was changed, NULL after the last; where that job was
//  reopened, its place in the queue, else NULL; the i-th attempt whose JOB could not be sent, false after the
//  last.
struct queue_terms {
    int64_t priority;
    uint64_t sequence;
    uint64_t time_limit, stall_seconds;    //  as its options have them
    struct needs needs;
};
struct queue_terms queue_terms_of (const struct store_job *job);
const struct store_job *turn_opened (const turn_t *self, size_t *count);
const struct job_record *turn_changed (const turn_t *self, size_t i);
const struct queue_terms *turn_reopened (const turn_t *self, size_t i);
bool turn_undelivered (const turn_t *self, size_t i, struct undelivered_order *out);
void turn_clear (turn_t *self);

#endif
