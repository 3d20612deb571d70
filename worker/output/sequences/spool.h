//  spool.h: the text of one record while it comes in pieces: in memory, and once it is long in a file of the
//  result's folder that has no name. One thread.
#ifndef DMH_WORKER_OUTPUT_SEQUENCES_SPOOL_H
#define DMH_WORKER_OUTPUT_SEQUENCES_SPOOL_H

#include "messages/base/error.h"
#include "worker/text/text.h"

typedef struct spool spool_t;

//  `folder` is borrowed. NULL when out of memory.
spool_t *spool_new (const char *folder);
void spool_destroy (spool_t **self_p);

//  Adds to the text. DMH_OK; DMH_IO: the disk refuses; DMH_INTERNAL: out of memory.
int spool_add (spool_t *self, struct text more, struct error *error);

//  The next piece of the text, from *at on, which goes on behind it; 1, or 0 at its end, or DMH_IO. Borrowed
//  until the next call.
int spool_read (spool_t *self, uint64_t *at, struct text *out, struct error *error);

//  All of it, without line ends at its end. Borrowed until the text changes. DMH_OK, DMH_IO.
int spool_text (spool_t *self, struct text *out, struct error *error);

//  Begins another text.
void spool_clear (spool_t *self);

#endif
