//  record_key.h: what the records of a data set are found by. Pure.
#ifndef DMH_WORKER_DATASET_RECORD_KEY_H
#define DMH_WORKER_DATASET_RECORD_KEY_H

#include "worker/join/variant_key.h"

//  Where the key stands in a record.
struct key_columns {
    const schema_t *schema;
    bool are_variants;
    struct variant_columns variants;
    size_t count;           //  of all columns
    struct buffer *made;    //  what making one needs, of variants
};

//  Puts it in place of what is in *key: the fields of the key that are there; of a record without one, what
//  every record of the kind has. *keyed: it has one. 0, or -1 out of memory.
int record_key_make (struct buffer *key, const struct content *content, const struct key_columns *columns,
                     bool *keyed);

#endif
