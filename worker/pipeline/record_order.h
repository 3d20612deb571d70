//  record_order.h: whether the records of a file come contig by contig, each by position (VCF), as its blocks
//  tell. One thread.
#ifndef DMH_WORKER_PIPELINE_RECORD_ORDER_H
#define DMH_WORKER_PIPELINE_RECORD_ORDER_H

#include "messages/base/buffer.h"
#include "worker/formats/format.h"
#include "worker/output/audit.h"

struct record_order {
    uint64_t *groups;    //  a hash table of those that were met; 0: free
    size_t group_count, room;
    uint64_t group, last;    //  where the last record stands
};

void record_order_clear (struct record_order *self);    //  frees; ready for another pass

//  Adds the runs (struct record_run) of a block whose lines begin at `line`, and marks each that comes where
//  it should not. 0, or -1 out of memory.
int record_order_add (struct record_order *self, const struct buffer *runs, uint64_t line,
                      struct tally *tally);

//  Tells the audit how many there were; they are not told one by one.
void record_order_judge (const struct tally *tally, audit_t *audit);

#endif
