//  blocks.h: the blocks of a file that bgzip has written (SAM's specification, 4.1), so that any place of
//  what they unpack to can be read. Immutable once it is made, but for who reads.
#ifndef DMH_WORKER_FORMATS_REFERENCE_BLOCKS_H
#define DMH_WORKER_FORMATS_REFERENCE_BLOCKS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "messages/base/error.h"

typedef struct blocks blocks_t;

//  The most that one block unpacks to.
enum { BLOCK_TEXT_BYTES = 64 * 1024 };

//  Reads the table of blocks from the file, which stays open elsewhere. NULL with `error` set: DMH_BAD_INPUT
//  (`name` is compressed, and not by bgzip, or cut off), DMH_IO, DMH_INTERNAL.
blocks_t *blocks_new (int fd, const char *name, struct error *error);
void blocks_destroy (blocks_t **self_p);

uint64_t blocks_text_bytes (const blocks_t *self);    //  of all, unpacked

//  Unpacks the block that has byte `at` of the text to to [BLOCK_TEXT_BYTES]; *begin: of the text it begins
//  with, *n: its bytes, 0 where `at` is beyond the end. Any thread. DMH_OK, DMH_IO, DMH_BAD_INPUT,
//  DMH_INTERNAL.
int blocks_read (const blocks_t *self, uint64_t at, char *to, uint64_t *begin, size_t *n,
                 struct error *error);

#endif
