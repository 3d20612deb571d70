//  record_key.h: what the records of a data set are found by. Pure.
#ifndef DMH_WORKER_DATASET_RECORD_KEY_H
#define DMH_WORKER_DATASET_RECORD_KEY_H

#include "worker/join/content.h"

//  Puts it in place of what is in *key: the fields of the key that are there; of a record without one, what
//  every record of the kind has. *keyed: it has one. 0, or -1 out of memory.
int record_key_make (struct buffer *key, const struct content *content, const schema_t *schema, bool *keyed);

#endif
