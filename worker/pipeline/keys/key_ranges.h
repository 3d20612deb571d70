//  key_ranges.h: the keys of a part's records on the disk, parted into ranges by their hash, so that each
//  range of all parts can be judged by another worker, who reads no other keys. They lie in chunks of one
//  range, 24 bytes a record, 32 where ranks tell; 16 MiB of memory. One thread.
#ifndef DMH_WORKER_PIPELINE_KEYS_KEY_RANGES_H
#define DMH_WORKER_PIPELINE_KEYS_KEY_RANGES_H

#include "messages/codec/pack.h"
#include "worker/output/output_file.h"
#include "worker/pipeline/keys/key_set.h"

//  Which of so many ranges it belongs to: by other bits than those that key_set and key_partitions go by
//  first.
static inline size_t key_range_of (const struct key_hash *hash, size_t ranges)
{
    return (size_t) ((hash->key >> 24 & UINT32_MAX) * ranges >> 32);
}

//  Keys of one range that lie in a row.
struct key_chunk {
    uint64_t at;       //  in the file
    uint64_t count;    //  keys
    uint64_t first;    //  the record of the first one: of the part, from 0
    uint64_t hash;     //  XXH3 of its bytes
};

//  Where a file has its chunks, those of a range in the order of their records.
struct key_directory {
    bool ranked;
    size_t ranges;
    struct buffer *chunks;    //  of struct key_chunk, owned, [ranges]
};

//  0, or -1 out of memory. key_directory_clear it in any case.
int key_directory_init (struct key_directory *self, size_t ranges);
void key_directory_clear (struct key_directory *self);
size_t key_directory_chunks (const struct key_directory *self, size_t range);
struct key_chunk key_directory_chunk (const struct key_directory *self, size_t range, size_t at);
//  Bytes of a chunk in the file.
uint64_t key_directory_bytes (const struct key_directory *self, const struct key_chunk *chunk);

void key_directory_pack (const struct key_directory *self, struct packer *to);
//  Into a zeroed one; key_directory_clear it in any case. What is none makes `from` bad. 0, or -1 out of
//  memory.
int key_directory_unpack (struct key_directory *self, struct packed *from);

typedef struct key_ranges key_ranges_t;

//  Of so many ranges, 1 or more. `file` is borrowed; it is emptied and finished by its owner. NULL when out
//  of memory.
key_ranges_t *key_ranges_new (output_file_t *file, size_t ranges);
void key_ranges_destroy (key_ranges_t **self_p);

//  A pass begins: what came before is forgotten.
void key_ranges_begin (key_ranges_t *self, bool ranked);

//  `record` of the part, from 0, rising. A disk that refuses is the file's to tell. 0, or -1 out of memory.
int key_ranges_add (key_ranges_t *self, const struct key_hash *hash, uint64_t record, uint64_t rank);

//  All keys have come. Borrowed; NULL when out of memory.
const struct key_directory *key_ranges_end (key_ranges_t *self);

//  One key of a chunk.
struct ranged_key {
    struct key_hash hash;
    uint64_t record, rank;
};

//  The key of that place in the bytes of a chunk, which are whole.
struct ranged_key key_chunk_key (const struct key_directory *self, const struct key_chunk *chunk,
                                 const char *bytes, size_t at);

//  Whether those are the bytes that were written.
bool key_chunk_is_whole (const struct key_directory *self, const struct key_chunk *chunk, const char *bytes);

#endif
