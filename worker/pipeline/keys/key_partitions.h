//  key_partitions.h: the keys of a pass that memory does not hold, on the disk: parted by their hash, so that
//  a part is looked at in memory. First all records of a pass come (add), then the parts are looked at
//  (resolve), then the same records come once more and are answered (answer). All is written and read in a
//  row: 40 bytes a record, and 16 of one that does not stand. `memory` holds for memory / 128 keys a
//  partition, and there are at most 4,096: 256 MiB for 8,000 million keys. One thread.
#ifndef DMH_WORKER_PIPELINE_KEYS_KEY_PARTITIONS_H
#define DMH_WORKER_PIPELINE_KEYS_KEY_PARTITIONS_H

#include "messages/base/error.h"
#include "worker/pipeline/keys/key_answers.h"
#include "worker/pipeline/keys/key_set.h"

#include <stdbool.h>

typedef struct key_partitions key_partitions_t;

//  Which record of a key stands that came with several contents: the first one, else as ranks tell
//  (rank_stands), or the last one.
enum key_choice { KEY_FIRST, KEY_RANKED, KEY_LAST };

//  The files lie in `folder`, borrowed, and have no names. `records`: about how many there will be. NULL when
//  out of memory.
key_partitions_t *key_partitions_new (const char *folder, uint64_t memory, uint64_t records);
void key_partitions_destroy (key_partitions_t **self_p);

//  A record, which rise. DMH_OK; DMH_IO: the disk refuses; DMH_INTERNAL: out of memory.
int key_partitions_add (key_partitions_t *self, const struct key_hash *hash, uint64_t record, uint64_t rank,
                        struct error *error);

//  Once all have come. DMH_OK, DMH_IO, DMH_INTERNAL.
int key_partitions_resolve (key_partitions_t *self, enum key_choice choice, struct error *error);

//  *other: the record that it repeats, or that stands. KEY_STANDS, KEY_REPEATS, KEY_CONFLICTS;
//  KEY_NO_ROOM: the disk or the memory refuses, *error says how.
enum key_place key_partitions_answer (key_partitions_t *self, const struct key_hash *hash, uint64_t record,
                                      uint64_t *other, struct error *error);

//  Whether the records that were answered are those that had come, all of them with the same hashes.
bool key_partitions_agree (const key_partitions_t *self);

#endif
