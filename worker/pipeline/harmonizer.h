//  harmonizer.h: where one harmonizer works on the blocks of one pass: tokenizes a block, harmonizes each
//  record, writes its row, its hashes and what the rules said into the block. No socket, no clock; one thread
//  a desk.
#ifndef DMH_WORKER_PIPELINE_HARMONIZER_H
#define DMH_WORKER_PIPELINE_HARMONIZER_H

#include "worker/encoders/layout.h"
#include "worker/pipeline/block.h"
#include "worker/rules/record/record.h"

typedef struct desk desk_t;

//  `pass` is borrowed. NULL when out of memory.
desk_t *desk_new (const struct pass *pass);
void desk_destroy (desk_t **self_p);

//  Harmonizes every record of `block`. What goes wrong is in block->error: a bad record is data, only memory
//  is an error.
void desk_harmonize (desk_t *self, struct block *block);

#endif
