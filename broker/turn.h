//  turn.h: what one turn of the broker's loop changes and answers: all changes go into one commit, and what
//  was said about them leaves after it. When the commit fails, submissions are answered "unavailable" and
//  everything else waits for the next turn.
#ifndef DMH_TURN_H
#define DMH_TURN_H

#include <czmq.h>

#include "store/store.h"

typedef struct turn turn_t;

turn_t *turn_new (void);    //  NULL when out of memory
void turn_destroy (turn_t **self_p);

//  A new job; taken over (the caller's struct is zeroed). 0, or -1 out of memory.
int turn_add (turn_t *self, struct store_job *job);

//  The record of a job as of this turn, to be changed in place: what an earlier change of the turn left, or
//  the store's. NULL with `error` set when there is none. Valid until the next call. `tries` may be NULL.
struct job_record *turn_change (turn_t *self, store_t *store, const char *job, unsigned **tries,
                                struct error *error);

//  A message to send when the turn is committed. `to` is a socket; `identity` is copied. 0, or an error of
//  the encoder.
int turn_say (turn_t *self, void *to, zframe_t *identity, const struct shape *shape, const void *message);
//  The same, for the answer to a submission: gone and answered by ERROR when the commit fails.
int turn_accept (turn_t *self, void *to, zframe_t *identity, const struct shape *shape, const void *message,
                 const char *request);

//  The ids of a submission that is in this turn already; as store_find_key.
int turn_find_key (const turn_t *self, const char *submit_key, struct store_job_id **ids, size_t *count);

bool turn_is_empty (const turn_t *self);

//  Commits and sends. DMH_OK: `opened` [*count] are the new jobs, borrowed until turn_clear. DMH_UNAVAILABLE:
//  see above.
int turn_commit (turn_t *self, store_t *store, struct error *error);
const struct store_job *turn_opened (const turn_t *self, size_t *count);
//  The records that were changed, in order; borrowed until turn_clear.
const struct job_record *turn_changed (const turn_t *self, size_t i);
void turn_clear (turn_t *self);

#endif
