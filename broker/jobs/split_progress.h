//  split_progress.h: how far a split job is: what the jobs that it is made of have done, added up. Knows open
//  split jobs alone; all of it can be made again from the store and from what workers say. No clock, no
//  socket.
#ifndef DMH_BROKER_JOBS_SPLIT_PROGRESS_H
#define DMH_BROKER_JOBS_SPLIT_PROGRESS_H

#include "messages/event.h"

typedef struct split_progress split_progress_t;

split_progress_t *split_progress_new (void);    //  NULL when out of memory
void split_progress_destroy (split_progress_t **self_p);

//  One of the jobs that a split one is made of, as it stands, with its task: new, or after a restart; its
//  bytes_total is the whole file's. Known ones are changed. Out of memory: it adds nothing to the sum.
void split_progress_add (split_progress_t *self, const struct job_record *record, const char *task);
//  It has changed: runs, is done, is queued again. Unknown ones change nothing.
void split_progress_change (split_progress_t *self, const struct job_record *record);
//  Its worker says how far it is: the split job's id, borrowed; NULL: it is no attempt that runs.
const char *split_progress_hear (split_progress_t *self, const struct event *event);

//  Whether at `now` (ms) so much time has passed since this was last answered with true that the sum is worth
//  being told.
bool split_progress_is_due (split_progress_t *self, const char *whole, int64_t now);

//  Adds the sum to an event or a record of a split job that is open: the file is read by the cut, by the
//  surveys, by the parts and, as far as bytes_done there says so, by who writes, a quarter each. Records are
//  those of the surveys. false: the
//  job is not known.
bool split_progress_sum (const split_progress_t *self, const char *whole, bool runs, uint64_t *bytes_done,
                         struct counts *counts, double *records_per_second);

//  Of the whole file; 0: the job is not known.
uint64_t split_progress_bytes (const split_progress_t *self, const char *whole);

//  The first of its jobs that is neither done nor given to a worker; NULL: there is none. Borrowed.
const char *split_progress_waiting (const split_progress_t *self, const char *whole);

//  The split job has ended.
void split_progress_forget (split_progress_t *self, const char *whole);
size_t split_progress_count (const split_progress_t *self);

#endif
