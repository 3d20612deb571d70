//  variant_key.h: what tells variants of several tables apart: as in one file (formats/vcf/key.h), their
//  alleles without what both share, and of other alleles than bases END, SVLEN and MATEID as well. Pure.
#ifndef DMH_WORKER_JOIN_VARIANT_KEY_H
#define DMH_WORKER_JOIN_VARIANT_KEY_H

#include "worker/join/content.h"

//  Where in a table's columns it stands; of `end`, `svlen` and `mate` columns->count: nowhere.
struct variant_columns {
    size_t chrom, pos, ref, alt, end, svlen, mate;
};

//  false: they are no variants.
bool variant_columns_find (const struct joined_columns *columns, struct variant_columns *out);

//  Puts the key of such a record in place of what is in *out. 0, or -1 out of memory.
int variant_key_make (const struct variant_columns *columns, const struct content *content, size_t count,
                      struct buffer *out);

#endif
