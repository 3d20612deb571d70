//  record_hash.h: the hashes by which records are told apart: of a record's key, and of all that it says.
//  Pure.
#ifndef DMH_WORKER_PIPELINE_KEYS_RECORD_HASH_H
#define DMH_WORKER_PIPELINE_KEYS_RECORD_HASH_H

#include "worker/encoders/encoder.h"
#include "worker/pipeline/keys/key_set.h"

//  Of a record that is encoded as `encoded`, with `rest` of its content that stands in no row (content.h).
//  `owns`: the row's own columns are content. The key is that of the fields of the key that are there, one
//  after another, each with its place; where none is, the content is the key. `own_key`: what the format has
//  in their place; n = 0: nothing. `seed` is the job's. Hot path.
struct key_hash record_hash (const struct record *record, const struct encoded *encoded, bool owns,
                             struct text rest, struct text own_key, uint64_t seed);

#endif
