//  columns.h: what a record of FASTA is as columns: what its letters come to and what its header says, under
//  the names of the schema's fields; behind those what else a header says, by its own names. One thread.
#ifndef DMH_WORKER_FORMATS_FASTA_COLUMNS_H
#define DMH_WORKER_FORMATS_FASTA_COLUMNS_H

#include "worker/formats/dialect.h"
#include "worker/formats/fasta/header.h"
#include "worker/formats/fasta/residues.h"

typedef struct fasta_columns fasta_columns_t;

//  The names that every file has, in the order of the columns; ended by NULL.
extern const char *const FASTA_COLUMNS[];

//  `dialect` has those names first; it is borrowed. NULL when out of memory.
fasta_columns_t *fasta_columns_new (const struct dialect *dialect);
void fasta_columns_destroy (fasta_columns_t **self_p);

//  Forgets the names that no column has.
void fasta_columns_begin (fasta_columns_t *self);

//  Makes the columns of a record, [dialect.name_count], which borrow from both until the next one. NULL: out
//  of memory.
struct text *fasta_columns_take (fasta_columns_t *self, const struct fasta_header *header,
                                 const struct residue_facts *facts);

//  The i-th name in this block that no column has; {NULL, 0} past the end.
struct text fasta_columns_unknown (const fasta_columns_t *self, size_t i);

//  Adds the names of what a header says to the dialect, where it has them not. 0, or -1 out of memory.
int fasta_columns_learn (struct dialect *dialect, const struct fasta_header *header);

#endif
