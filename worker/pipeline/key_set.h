//  key_set.h: the set of keys that a job has seen, for duplicates and conflicts. At most 32 bytes a record.
//  One thread (the writer). Keys are 128-bit hashes with a random seed per job: 80 bits of them are kept, and
//  48 bits of the content's hash, so a wrong answer by chance is out of reach (below 1e-6 for a billion
//  records).
#ifndef DMH_WORKER_PIPELINE_KEY_SET_H
#define DMH_WORKER_PIPELINE_KEY_SET_H

#include <stddef.h>
#include <stdint.h>

typedef struct keys keys_t;

struct key_hash {
    uint64_t key;    //  of the key's fields
    uint32_t key_more;
    uint64_t content;    //  of all canonical fields
};

enum keys_answer {
    KEYS_NEW,
    KEYS_DUPLICATE,    //  same key, same content as the first
    KEYS_CONFLICT,     //  same key, other content
    KEYS_FULL = -1     //  out of memory, or more than KEYS_RECORDS_MAX records
};
#define KEYS_RECORDS_MAX 0xfffffff0u

//  NULL when out of memory.
keys_t *keys_new (void);
void keys_destroy (keys_t **self_p);

//  Adds the key of `record` (its number, from 1) unless it is there; then *first is the number of the one
//  that came first.
enum keys_answer keys_add (keys_t *self, const struct key_hash *hash, uint64_t record, uint64_t *first);

//  Makes the index as large as about `records` keys need, at once instead of by doubling. A hint: no error.
void keys_expect (keys_t *self, uint64_t records);

//  Starts loading the memory that keys_add will need for `hash`; call some records ahead.
void keys_prefetch (const keys_t *self, const struct key_hash *hash);

size_t keys_bytes (const keys_t *self);    //  memory held
void keys_clear (keys_t *self);            //  forgets all keys

#endif
