//  standing.h: of the keys that came with several contents, the record that stands where it is not the first.
//  A pass shows it only at its end, so the next one assumes it; the writer then puts each where it belongs.
//  8 bytes a record where ranks tell, and at most 32 a key that is contested. One thread.
#ifndef DMH_WORKER_PIPELINE_KEYS_STANDING_H
#define DMH_WORKER_PIPELINE_KEYS_STANDING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct standing standing_t;

//  NULL when out of memory.
standing_t *standing_new (void);
void standing_destroy (standing_t **self_p);

//  A pass begins: what the one before has shown is assumed. `ranked`: ranks tell; else the last stands.
void standing_begin (standing_t *self, bool ranked);

//  `record` (from 1, rising) is the first of its key. 0, or -1 out of memory.
int standing_first (standing_t *self, uint64_t record, uint64_t rank);
//  `record` has the key of `first` and another content. 0, or -1 out of memory.
int standing_contend (standing_t *self, uint64_t first, uint64_t record, uint64_t rank);

//  The record that stands for the key whose first record is `first`, as assumed.
uint64_t standing_of (const standing_t *self, uint64_t first);

//  Whether the pass has shown otherwise than it assumed.
bool standing_contradicts (const standing_t *self);

size_t standing_bytes (const standing_t *self);    //  memory held

#endif
