//  rows.h: the records of a block of FASTA. The last one may go on in the next block; its letters are not
//  kept for that. Contracts are those of struct format.
#ifndef DMH_WORKER_FORMATS_FASTA_ROWS_H
#define DMH_WORKER_FORMATS_FASTA_ROWS_H

#include "worker/formats/format.h"

rows_t *fasta_rows_new (const struct dialect *dialect);
void fasta_rows_destroy (rows_t **self_p);
void fasta_rows_begin (rows_t *self, const char *bytes, size_t n);
void fasta_rows_goes_on (rows_t *self, bool goes_on);
int fasta_rows_next (rows_t *self, struct row *out);
size_t fasta_rows_rest (const rows_t *self);
struct text fasta_rows_unknown (rows_t *self, size_t i);

#endif
