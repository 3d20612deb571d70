//  variants_check.h: whether records.vcf.gz of a result is VCF whose records are sorted, each with as many
//  columns as its header names, and how many there are.
#ifndef DMH_CLIENT_VERIFICATION_VARIANTS_CHECK_H
#define DMH_CLIENT_VERIFICATION_VARIANTS_CHECK_H

#include <stdint.h>

#include "messages/base/error.h"

//  DMH_OK and *count; DMH_IO, DMH_MALFORMED, DMH_INTERNAL with a sentence that names the file.
int variants_check (const char *folder, const char *name, uint64_t *count, struct error *error);

#endif
