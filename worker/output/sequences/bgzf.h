//  bgzf.h: bytes as BGZF (SAM's specification, 4.1): members of gzip of at most 64 KiB, so that any place in
//  them can be read; with the index of its blocks that htslib calls .gzi. The same bytes make the same file
//  by the same zlib. One thread.
#ifndef DMH_WORKER_OUTPUT_SEQUENCES_BGZF_H
#define DMH_WORKER_OUTPUT_SEQUENCES_BGZF_H

#include "worker/output/output_file.h"

typedef struct bgzf bgzf_t;

//  Writes to `file`, which is borrowed and whose failures stick there. NULL when out of memory.
bgzf_t *bgzf_new (output_file_t *file);
void bgzf_destroy (bgzf_t **self_p);

void bgzf_write (bgzf_t *self, const char *bytes, size_t n);

//  Bytes that were written.
uint64_t bgzf_position (const bgzf_t *self);

//  Writes what is left and the empty block that says that nothing is missing; then the index to `index`.
void bgzf_finish (bgzf_t *self, output_file_t *index);

//  Begins again; the file is emptied by its owner.
void bgzf_restart (bgzf_t *self);

#endif
