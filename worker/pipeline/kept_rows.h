//  kept_rows.h: of the rows of a block those that are written, closed up over the others: rows that stand in
//  a row are moved as one. Pure.
#ifndef DMH_WORKER_PIPELINE_KEPT_ROWS_H
#define DMH_WORKER_PIPELINE_KEPT_ROWS_H

#include "worker/pipeline/block.h"

#include <string.h>

//  Zeroed to begin with.
struct kept_rows {
    size_t used;             //  bytes that lie at the beginning of the block's output
    size_t run_at, run_n;    //  rows that come next, where they stand still
};

//  The last run goes where it belongs: `used` bytes are all that is kept.
static inline void kept_rows_end (struct kept_rows *self, struct block *block)
{
    if (self->run_n && self->used != self->run_at)
        memmove (block->out.at + self->used, block->out.at + self->run_at, self->run_n);
    self->used += self->run_n;
    self->run_n = 0;
}

//  The row of that record is kept; they come in their order.
static inline void kept_rows_add (struct kept_rows *self, struct block *block, const struct verdict *verdict)
{
    if (self->run_at + self->run_n != verdict->out_at) {
        kept_rows_end (self, block);
        self->run_at = verdict->out_at;
    }
    self->run_n += verdict->out_n;
}

#endif
