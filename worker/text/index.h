//  index.h: a hash index from texts to numbers, made once and then only read. Immutable after the last add;
//  any thread may look up then.
#ifndef DMH_WORKER_TEXT_INDEX_H
#define DMH_WORKER_TEXT_INDEX_H

#include "worker/text/text.h"

typedef struct text_index text_index_t;

enum { TEXT_INDEX_NONE = -1 };

//  NULL when out of memory. text_index_destroy takes NULL.
text_index_t *text_index_new (void);
void text_index_destroy (text_index_t **self_p);

//  `value` >= 0. The key's bytes are borrowed and have to outlive the index. A key that stands already gets
//  the new value. 0, or -1 out of memory.
int text_index_put (text_index_t *self, struct text key, int value);

//  The value of a key, TEXT_INDEX_NONE when there is none. Byte for byte. Hot path: no allocation.
int text_index_find (const text_index_t *self, struct text key);

#endif
