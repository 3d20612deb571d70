//  passed_by.h: what a pass has met besides records: what is no record of the kind, what of records no column
//  took, what depends on the rest of the file. One thread.
#ifndef DMH_WORKER_PIPELINE_PASSED_BY_H
#define DMH_WORKER_PIPELINE_PASSED_BY_H

#include "worker/output/path_counts.h"
#include "worker/output/skipped.h"
#include "worker/pipeline/block.h"

struct passed_by {
    struct skipped skipped;
    struct path_counts left_over;
    struct buffer links;    //  link_set.h
};

//  Adds a block's. 0, or -1 out of memory.
int passed_by_add (struct passed_by *self, const struct block *block);

void passed_by_clear (struct passed_by *self);    //  frees, and may be used again

#endif
