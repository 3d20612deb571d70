//  rows.h: the records of a block of VCF, one an alternate allele. Contracts are those of struct format.
#ifndef DMH_WORKER_FORMATS_VCF_ROWS_H
#define DMH_WORKER_FORMATS_VCF_ROWS_H

#include "worker/formats/format.h"

rows_t *vcf_rows_new (const struct dialect *dialect);
void vcf_rows_destroy (rows_t **self_p);
void vcf_rows_begin (rows_t *self, const char *bytes, size_t n);
int vcf_rows_next (rows_t *self, struct row *out);
struct text vcf_rows_unknown (rows_t *self, size_t i);
const struct record_run *vcf_rows_runs (const rows_t *self, size_t *count);

#endif
