//  tabix_index.h: the index of a sorted VCF file packed by BGZF, as tabix writes it (.tbi; the Tabix index
//  file format): by which the records of a region are found. One thread.
#ifndef DMH_WORKER_OUTPUT_BGZF_TABIX_INDEX_H
#define DMH_WORKER_OUTPUT_BGZF_TABIX_INDEX_H

#include "worker/output/bgzf/bgzf.h"

typedef struct tabix_index tabix_index_t;

//  Positions that a .tbi can tell apart: below 2^29.
#define TABIX_POSITIONS ((uint64_t) 1 << 29)

//  NULL when out of memory.
tabix_index_t *tabix_index_new (void);
void tabix_index_destroy (tabix_index_t **self_p);

//  A record of bases [begin, end) of a contig, from 0, begin < end <= TABIX_POSITIONS, which stands in the
//  text at [from, to). Contigs are numbered as they come first, records come in their order. 0, or -1 out of
//  memory.
int tabix_index_add (tabix_index_t *self, size_t contig, uint64_t begin, uint64_t end, uint64_t from,
                     uint64_t to);

//  Writes the index of `text`, which is finished, to `file`, where failures stick; names: of the contigs, as
//  many as have come.
void tabix_index_write (const tabix_index_t *self, const struct text *names, const bgzf_t *text,
                        output_file_t *file);

void tabix_index_restart (tabix_index_t *self);

#endif
