//  part_sink.h: what takes the blocks of a part of an input in the place of a writer: it keeps them in a file
//  in their order, adds up what they say of the whole input, and decides nothing. One thread at a time.
#ifndef DMH_WORKER_PIPELINE_PARTS_PART_SINK_H
#define DMH_WORKER_PIPELINE_PARTS_PART_SINK_H

#include "messages/codec/pack.h"
#include "worker/output/output_file.h"
#include "worker/pipeline/block.h"
#include "worker/pipeline/keys/key_ranges.h"
#include "worker/pipeline/unknown_names.h"

struct part_sink {
    output_file_t *blocks;    //  borrowed; NULL: only what they say is wanted
    output_file_t *keys;      //  the same of the keys of its records, by ranges; NULL: nobody wants them
    key_ranges_t *ranges;     //  borrowed, of that file
    uint64_t most;            //  bytes that blocks may come to
    bool over;                //  they came to more: they are of no use
    uint64_t block_count, made;
    struct counts counts;    //  as long as no other part is known: there are no repeats
    bool begun;
    uint64_t first_line;    //  that the tally's lines are behind
    struct tally tally;
    unknown_names_t *unknown;
    struct packer packer;
    struct error failure;
};

//  Empties it for a pass over records of so many fields; files, ranges and `most` stay as they are, the files
//  are emptied. Zeroed but for these the first time. DMH_OK, DMH_INTERNAL, DMH_IO.
int part_sink_begin (struct part_sink *self, size_t field_count, struct error *error);

//  As writer_take and writer_check. A block of a part that comes to too much is doomed, which is no failure.
void part_sink_take (struct part_sink *self, struct block *block);
int part_sink_check (const struct part_sink *self, struct error *error);

void part_sink_clear (struct part_sink *self);    //  frees

#endif
