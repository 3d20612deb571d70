//  passed_by.h: what a pass has met besides records: what is no record of the kind, what of records no column
//  took, what depends on the rest of the file. One thread.
#ifndef DMH_WORKER_PIPELINE_PASSED_BY_H
#define DMH_WORKER_PIPELINE_PASSED_BY_H

#include "worker/formats/format.h"
#include "worker/output/path_counts.h"
#include "worker/output/skipped.h"
#include "worker/pipeline/block.h"

struct passed_by {
    struct skipped skipped;
    struct path_counts left_over;
    struct buffer links;    //  link_set.h
};

//  Puts that of a block behind its records, which are over, into it. What goes wrong is in block->error.
//  `without`: rows of a wide table that hold no result.
void passed_by_gather (struct block *block, const struct format *format, rows_t *rows, uint64_t without);

//  Adds a block's. 0, or -1 out of memory.
int passed_by_add (struct passed_by *self, const struct block *block);

void passed_by_clear (struct passed_by *self);    //  frees, and may be used again

#endif
