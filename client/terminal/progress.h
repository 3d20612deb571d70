//  progress.h: what is seen of running jobs on standard error: bars on a terminal, else a line at each change
//  of state. Never writes to standard output, never reads a
//  file.
#ifndef DMH_CLIENT_TERMINAL_PROGRESS_H
#define DMH_CLIENT_TERMINAL_PROGRESS_H

#include <stdio.h>

#include "messages/event.h"

typedef struct progress progress_t;

//  `to` is borrowed; bars are drawn when it is a terminal, TERM is not "dumb" and width is known. Else there
//  is a line at each change of state of up to 20 jobs; of more a line for each that failed, and one over the
//  whole every 5 s. NULL when out of memory.
progress_t *progress_new (FILE *to, size_t job_count);

//  The bytes of all jobs, where they are known before each of them runs.
void progress_expect (progress_t *self, uint64_t bytes);

//  Takes a job's newest state; draws at most 10 times a second, and at each change of state.
void progress_take (progress_t *self, const struct event *event);

//  Time has passed: draws what is due, also as wide as the terminal is now. `why`: why nothing moves, said
//  below the bars, or once where there are none; NULL: something does.
void progress_tick (progress_t *self, const char *why);

//  Removes the bars from the screen; lines of other origin may be written then.
void progress_clear (progress_t *self);
void progress_destroy (progress_t **self_p);

#endif
