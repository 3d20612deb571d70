//  harmonizer.h: works on the blocks of one pass: tokenizes a block, harmonizes each
//  record, writes its row, its hashes and what the rules said into the block. No socket, no clock; one thread
//  each.
#ifndef DMH_WORKER_PIPELINE_HARMONIZER_H
#define DMH_WORKER_PIPELINE_HARMONIZER_H

#include "worker/pipeline/block.h"
#include "worker/pipeline/pass.h"
#include "worker/rules/record/record.h"

typedef struct harmonizer harmonizer_t;

//  `pass` is borrowed. NULL when out of memory.
harmonizer_t *harmonizer_new (const struct pass *pass);
void harmonizer_destroy (harmonizer_t **self_p);

//  Harmonizes every record of `block`. What goes wrong is in block->error: a bad record is data, only memory
//  is an error.
void harmonizer_harmonize (harmonizer_t *self, struct block *block);

#endif
