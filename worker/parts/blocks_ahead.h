//  blocks_ahead.h: the blocks of a part as a thread of its own reads them, some ahead of who takes them. One
//  thread besides that.
#ifndef DMH_WORKER_PARTS_BLOCKS_AHEAD_H
#define DMH_WORKER_PARTS_BLOCKS_AHEAD_H

#include "worker/parts/block_file.h"

enum { BLOCKS_AHEAD = 6 };

typedef struct blocks_ahead blocks_ahead_t;

//  For blocks of about so many bytes of input, of records of so many fields. NULL with `error` set.
blocks_ahead_t *blocks_ahead_new (size_t fields, size_t block_bytes, struct error *error);
void blocks_ahead_destroy (blocks_ahead_t **self_p);

//  Begins with a file, which is the thread's until blocks_ahead_end. DMH_OK, DMH_INTERNAL.
int blocks_ahead_begin (blocks_ahead_t *self, block_file_t *file, struct error *error);
void blocks_ahead_end (blocks_ahead_t *self);

//  The next block of it, borrowed until the next call. As block_file_next.
int blocks_ahead_next (blocks_ahead_t *self, struct block **block, struct error *error);

#endif
