//  columns.h: which columns the records of a VCF file have: the fixed ones, a column an INFO tag, and of each
//  sample a column a FORMAT tag.
#ifndef DMH_WORKER_FORMATS_VCF_COLUMNS_H
#define DMH_WORKER_FORMATS_VCF_COLUMNS_H

#include "worker/formats/dialect.h"
#include "worker/formats/vcf/header.h"

//  Fills in dialect->names from its header: every INFO that is declared, every FORMAT that is, where that
//  makes few columns, else those that records in the sample, bytes [0, n), have; then what those have and no
//  line declares. DMH_OK, DMH_INTERNAL, DMH_TOO_LARGE.
int vcf_columns_make (struct dialect *dialect, const char *bytes, size_t n);

//  Adds the columns of a tag that a record has and no column takes: "INFO/XY", "FORMAT/XY". Same errors.
int vcf_columns_learn (struct dialect *dialect, struct text name);

#endif
