//  bgzf.h: bytes as BGZF (SAM's specification, 4.1): members of gzip of at most 64 KiB, so that any place in
//  them can be read; with the index of its blocks that htslib calls .gzi. The same bytes make the same file
//  by the same zlib, whatever the number of threads. One thread calls it.
#ifndef DMH_WORKER_OUTPUT_BGZF_BGZF_H
#define DMH_WORKER_OUTPUT_BGZF_BGZF_H

#include "worker/output/output_file.h"

typedef struct bgzf bgzf_t;

//  What is in it, which tells how it packs best.
enum bgzf_content { BGZF_LETTERS, BGZF_TEXT };

//  Writes to `file`, which is borrowed and whose failures stick there; `threads` pack at once. NULL when out
//  of memory or threads.
bgzf_t *bgzf_new (output_file_t *file, enum bgzf_content content, size_t threads);
void bgzf_destroy (bgzf_t **self_p);

void bgzf_write (bgzf_t *self, const char *bytes, size_t n);

//  Bytes that were written.
uint64_t bgzf_position (const bgzf_t *self);

//  Writes what is left and the empty block that says that nothing is missing; then the index to `index`,
//  unless it is NULL.
void bgzf_finish (bgzf_t *self, output_file_t *index);

//  Once it is finished: the virtual offset of a position in the text.
uint64_t bgzf_virtual (const bgzf_t *self, uint64_t position);

//  Begins again; the file is emptied by its owner.
void bgzf_restart (bgzf_t *self);

#endif
