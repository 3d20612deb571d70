//  fasta_index.h: where the sequences of a FASTA file stand, as samtools' .fai says it (faidx(5)): read from
//  such a file, or made of the bytes themselves. Immutable once it is made.
#ifndef DMH_WORKER_FORMATS_REFERENCE_FASTA_INDEX_H
#define DMH_WORKER_FORMATS_REFERENCE_FASTA_INDEX_H

#include "messages/base/error.h"
#include "worker/text/text.h"

struct fasta_sequence {
    struct text name;                   //  of the header up to the first white space
    uint64_t length;                    //  in bases
    uint64_t offset;                    //  of the first base in the text, unpacked
    uint64_t line_bases, line_bytes;    //  of each line but the last; 0 of a sequence without bases
};

typedef struct fasta_index fasta_index_t;

//  NULL when out of memory.
fasta_index_t *fasta_index_new (void);
void fasta_index_destroy (fasta_index_t **self_p);

//  Takes what a .fai says; `text_bytes` is how long the FASTA file is, UINT64_MAX: not known. DMH_OK;
//  DMH_BAD_INPUT: it is no such index, or not that file's; DMH_INTERNAL. `name` is what sentences call it.
int fasta_index_read (fasta_index_t *self, struct text fai, uint64_t text_bytes, const char *name,
                      struct error *error);

//  Takes the FASTA file itself, in pieces of any length, and its end. DMH_BAD_INPUT: no sequence begins it,
//  or lines of a sequence differ in length, so that no place in it can be found.
int fasta_index_feed (fasta_index_t *self, const char *bytes, size_t n, const char *name,
                      struct error *error);
int fasta_index_end (fasta_index_t *self, const char *name, struct error *error);

size_t fasta_index_count (const fasta_index_t *self);
const struct fasta_sequence *fasta_index_at (const fasta_index_t *self, size_t i);

//  Its place; -1: there is none of that name. Any thread, once all is there.
int fasta_index_find (const fasta_index_t *self, struct text name);

#endif
