//  key_set.h: the keys that a job has seen, each with every content that it came with, for duplicates and
//  conflicts. At most 32 bytes a record and one large page. One thread. Keys are 128-bit hashes with a random
//  seed per job: 80 bits of them are kept, and 48 bits of the content's hash, so a wrong answer by chance is
//  out of reach (below 1e-6 for a billion records).
#ifndef DMH_WORKER_PIPELINE_KEYS_KEY_SET_H
#define DMH_WORKER_PIPELINE_KEYS_KEY_SET_H

#include <stddef.h>
#include <stdint.h>

typedef struct key_set key_set_t;

struct key_hash {
    uint64_t key;    //  of the key's fields
    uint32_t key_more;
    uint64_t content;    //  of all of the record
};

enum key_set_answer {
    KEY_SET_NEW,
    KEY_SET_DUPLICATE,    //  same key, same content as an earlier record, be it the first or in conflict
    KEY_SET_CONFLICT,     //  same key, a content that it has not come with
    KEY_SET_FULL = -1     //  out of memory, or more than KEYS_RECORDS_MAX records
};
#define KEYS_RECORDS_MAX 0xfffffff0u
enum { KEY_SET_BYTES = 32 };    //  at most, a record

//  NULL when out of memory.
key_set_t *key_set_new (void);
void key_set_destroy (key_set_t **self_p);

//  Adds key and content of `record` (its number, from 1) unless both are there. *first: itself when it is
//  new; the record that it repeats; or the first of its key, with which it is in conflict.
enum key_set_answer key_set_add (key_set_t *self, const struct key_hash *hash, uint64_t record,
                                 uint64_t *first);

//  The first record with that key; 0: there is none.
uint64_t key_set_first (const key_set_t *self, const struct key_hash *hash);

//  Makes the index as large as about `records` keys need, at once instead of by doubling. A hint: no error.
void key_set_expect (key_set_t *self, uint64_t records);

//  Starts loading the memory that key_set_add will need for `hash`; call some records ahead.
void key_set_prefetch (const key_set_t *self, const struct key_hash *hash);

size_t key_set_bytes (const key_set_t *self);    //  memory held
void key_set_clear (key_set_t *self);            //  forgets all keys

#endif
