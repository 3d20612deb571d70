//  variant_header.h: the header of records.vcf.gz: the input's lines as they stand, and what of its records
//  they leave undefined.
#ifndef DMH_WORKER_OUTPUT_VARIANTS_VARIANT_HEADER_H
#define DMH_WORKER_OUTPUT_VARIANTS_VARIANT_HEADER_H

#include "messages/base/buffer.h"
#include "worker/formats/dialect.h"

//  Adds it to *out, the line of column names last. By dialect->vcf, with contigs named as dialect->contigs
//  has them. 0, or -1 out of memory.
int variant_header_write (struct buffer *out, const struct dialect *dialect);

#endif
