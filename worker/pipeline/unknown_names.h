//  unknown_names.h: names of columns that blocks met and the dialect does not have, each once, in order of
//  appearance.
#ifndef DMH_WORKER_PIPELINE_UNKNOWN_NAMES_H
#define DMH_WORKER_PIPELINE_UNKNOWN_NAMES_H

#include "messages/base/buffer.h"

typedef struct unknown_names unknown_names_t;

unknown_names_t *unknown_names_new (void);    //  NULL when out of memory
void unknown_names_destroy (unknown_names_t **self_p);

//  Those of a block, each ended by NUL; the first COLUMNS_MAX of all are kept. 0, or -1 out of memory.
int unknown_names_learn (unknown_names_t *self, const struct buffer *names);
void unknown_names_forget (unknown_names_t *self);

//  The i-th; NULL past the end. Borrowed.
size_t unknown_names_count (const unknown_names_t *self);
const char *unknown_names_at (const unknown_names_t *self, size_t i);

#endif
