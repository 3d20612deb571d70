//  variant_row.h: a row of VCF on its way to records.vcf.gz: a line, and what sorts and indexes it before
//  that.
#ifndef DMH_WORKER_ENCODERS_VARIANT_ROW_H
#define DMH_WORKER_ENCODERS_VARIANT_ROW_H

#include <stdint.h>

//  The line follows, with its line end; its first column is the contig.
struct variant_row {
    uint64_t bytes;         //  of the line
    uint64_t begin, end;    //  the bases that it is about, from 0; begin < end
};

#endif
