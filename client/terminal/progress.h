//  progress.h: what is seen of running jobs on standard error: bars on a terminal, else a line at each change
//  of state. Never writes to standard output, never reads a
//  file.
#ifndef DMH_CLIENT_TERMINAL_PROGRESS_H
#define DMH_CLIENT_TERMINAL_PROGRESS_H

#include <stdio.h>

#include "messages/event.h"

typedef struct progress progress_t;

enum { PROGRESS_LINE_BYTES = 1024 };

//  One running job in at most `width` columns (20 … 400; others are brought into that range): name, bar,
//  percent, records/s, time left. Pure. What must not be shown is escaped.
//  Terminated; returns out.
char *progress_bar (const struct event *event, size_t width, char out[PROGRESS_LINE_BYTES]);

//  One job at a change of its state, as a sentence without a line end. Pure; returns out.
char *progress_sentence (const struct event *event, char out[PROGRESS_LINE_BYTES]);

//  `to` is borrowed; bars are drawn when it is a terminal, TERM is not "dumb" and width is known. NULL when
//  out of memory.
progress_t *progress_new (FILE *to, size_t job_count);

//  Takes a job's newest state; draws at most 10 times a second, and at each change of state.
void progress_take (progress_t *self, const struct event *event);

//  Removes the bars from the screen; lines of other origin may be written then.
void progress_clear (progress_t *self);
void progress_destroy (progress_t **self_p);

#endif
