//  harmonizer.h: works on the blocks of one pass: tokenizes a block, harmonizes each
//  record, writes its row, its hashes and what the rules said into the block. No socket, no clock; one thread
//  each.
#ifndef DMH_WORKER_PIPELINE_HARMONIZER_H
#define DMH_WORKER_PIPELINE_HARMONIZER_H

#include "worker/pipeline/block.h"
#include "worker/pipeline/pass.h"
#include "worker/rules/record/record.h"

//  `pass` is borrowed. NULL when out of memory.
harmonizer_t *harmonizer_new (const struct pass *pass);
void harmonizer_destroy (harmonizer_t **self_p);

//  Harmonizes the records of `block`. What goes wrong is in block->error: a bad record is data, only memory
//  is an error. true: they make more than a part may hold (pass.part_bytes), and what is there is its first
//  part. Then harmonizer_go_on puts the next one in its place, as often as it says so, on any thread; until
//  then the block stays as it is and no other is for this harmonizer.
bool harmonizer_harmonize (harmonizer_t *self, struct block *block);
bool harmonizer_go_on (harmonizer_t *self, struct block *block);

#endif
