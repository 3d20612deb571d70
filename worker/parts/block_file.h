//  block_file.h: the blocks of a part, read from their file in their order. Plain file I/O; one thread.
#ifndef DMH_WORKER_PARTS_BLOCK_FILE_H
#define DMH_WORKER_PARTS_BLOCK_FILE_H

#include "worker/pipeline/block.h"

typedef struct block_file block_file_t;

//  Of records of so many fields, whose rows are so many cells (see block_unpack). NULL with `error` set:
//  DMH_IO, DMH_INTERNAL.
block_file_t *block_file_open (const char *path, size_t fields, size_t cells, struct error *error);
void block_file_close (block_file_t **self_p);

//  Puts the next one into `block`, in place of what is there. 1; 0: there is none; negative: DMH_IO,
//  DMH_INTERNAL, DMH_MALFORMED: it is no file of blocks.
int block_file_next (block_file_t *self, struct block *block, struct error *error);

#endif
