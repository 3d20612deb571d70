//  writer.h: puts blocks that come in order into a result: decides duplicates and conflicts by key, writes
//  records, rejects and audit, adds up what the rules said. Plain files; no socket. One thread at a time.
#ifndef DMH_WRITER_H
#define DMH_WRITER_H

#include <czmq.h>

#include "worker/output/report.h"
#include "worker/pipeline/block.h"
#include "worker/pipeline/pass.h"

typedef struct writer writer_t;

//  Creates the result's files in `folder`, which exists and is empty. NULL with `error` set.
writer_t *writer_new (const char *folder, const struct pass *pass, struct error *error);
void writer_destroy (writer_t **self_p);

//  Starts over for another pass over the same input.
int writer_restart (writer_t *self, const struct pass *pass, struct error *error);

//  Takes the next block in the order of the input. Sets block->so_far, and block->doomed when the result
//  cannot come true any more in this pass: a failure (writer_check tells), or a date column whose order turns
//  out to be the other one.
void writer_take (writer_t *self, struct block *block);

//  DMH_OK or the failure that dooms the pass.
int writer_check (const writer_t *self, struct error *error);

//  What the pass has shown, after its last block: the date order of each field, and JSON keys that are no
//  columns yet. true: the pass assumed otherwise.
bool writer_contradicts (const writer_t *self, enum date_order orders[FIELDS_MAX]);

//  How often a rule spoke of whole records in this pass.
uint64_t writer_count (const writer_t *self, enum rule rule);
//  The i-th unknown key in order of appearance; NULL past the end. Borrowed.
const char *writer_unknown (const writer_t *self, size_t i);

//  Completes and closes all files. `report` comes with job, input, options, times; the rest is filled in
//  here. outputs [OUTPUTS_MAX] receives *count files. DMH_OK, or DMH_IO, DMH_INTERNAL.
int writer_finish (writer_t *self, struct report *report, struct output *outputs, size_t *count,
                   struct error *error);

const struct counts *writer_counts (const writer_t *self);

//  The writer's thread, for one job of a slot after the other: an actor that pulls blocks, has the pass's
//  writer take them in order and pushes them back empty. The pass's writer is the actor's alone between the
//  first block and "PASS".
struct writer_start {
    zsock_t *pull;       //  of the slot; the actor's alone while it lives
    const char *back;    //  endpoint of the reader's PULL, bound already
    size_t window;       //  number of blocks that a job may have
};
//  First message on the pipe: ("i", 0), or errno when it could not be made ready. "PASS" each time a pass has
//  come to its end.
void writer_actor (zsock_t *pipe, void *start);

#endif
