//  block_codec.h: what a harmonizer made of a block, as bytes and back again, so that a writer elsewhere
//  takes it as if it had come from a thread beside. Without its tally, which is its part's (part_sink.h), and
//  without the records as they stood, which are in the input (block.load). Of formats whose records stand
//  whole in a block and speak of no other one: CSV and JSON.
#ifndef DMH_WORKER_PIPELINE_PARTS_BLOCK_CODEC_H
#define DMH_WORKER_PIPELINE_PARTS_BLOCK_CODEC_H

#include "messages/codec/pack.h"
#include "worker/pipeline/block.h"

enum { BLOCK_CODEC_FORM = 1 };    //  changes with what is written

//  Appends it. `keyed`: with the hashes of its keys and their ranks; else whoever takes it has them from
//  elsewhere, or needs none.
void block_pack (const struct block *self, bool keyed, struct packer *to);

//  Into a block that is empty (block_reset), whose `load` the caller sets. `fields`: of the schema. `cells`:
//  rows are so many cells each (cell.h); 0: they are text. What is no block makes `from` bad: nothing of it
//  points outside of its own bytes otherwise. 0, or -1 out of memory.
int block_unpack (struct block *self, size_t fields, size_t cells, struct packed *from);

#endif
