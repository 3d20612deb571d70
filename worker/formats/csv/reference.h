//  reference.h: the reference tokenizer of CSV, by libcsv: slower, and what rows.h has to agree with.
#ifndef DMH_WORKER_FORMATS_CSV_REFERENCE_H
#define DMH_WORKER_FORMATS_CSV_REFERENCE_H

#include "worker/formats/format.h"

//  Same contract as struct format's rows_ functions for fields and count; no lines,
//  no trimming of surplus.
rows_t *csv_reference_new (const struct dialect *dialect);
void csv_reference_destroy (rows_t **self_p);
void csv_reference_begin (rows_t *self, const char *bytes, size_t n);
int csv_reference_next (rows_t *self, struct row *out);

#endif
