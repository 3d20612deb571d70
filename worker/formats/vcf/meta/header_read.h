//  header_read.h: the lines above the records of a VCF file read into a header. Pure.
#ifndef DMH_WORKER_FORMATS_VCF_META_HEADER_READ_H
#define DMH_WORKER_FORMATS_VCF_META_HEADER_READ_H

#include "messages/base/error.h"
#include "worker/formats/vcf/header.h"

//  Reads the header at the beginning of bytes [0, n); *end: where the first record begins. DMH_BAD_INPUT with
//  one sentence that names `source` for what cannot be read as one, and for one that goes on behind n
//  (`whole`: nothing does).
int vcf_header_read (vcf_header_t **out, const char *bytes, size_t n, bool whole, size_t *end,
                     const char *source, struct error *error);

#endif
