//  record_keys.h: of each record of a pass whether it stands, repeats another one or is in conflict with the
//  one that stands. Keys are held in memory as long as that suffices. What a pass cannot know, or no longer
//  hold, the next one does: which record of a key stands that is not the first, and keys beyond the memory,
//  which a pass puts on the disk for the one behind it. One thread.
#ifndef DMH_WORKER_PIPELINE_KEYS_RECORD_KEYS_H
#define DMH_WORKER_PIPELINE_KEYS_RECORD_KEYS_H

#include "worker/pipeline/keys/key_partitions.h"
#include "worker/pipeline/keys/range_answers.h"
#include "worker/rules/record/precedence.h"

typedef struct record_keys record_keys_t;

//  Which record of a key stands by that rule.
enum key_choice record_keys_choice (const struct precedence *precedence);

//  `folder`, borrowed: where the keys lie that go beyond `memory` (bytes; 0: nobody bounds it) or beyond what
//  the system has. `answers`, borrowed: what others have found out about all records of the passes, so that
//  no key is held; NULL: nothing. NULL when out of memory.
record_keys_t *record_keys_new (const char *folder, uint64_t memory, range_answers_t *answers);
void record_keys_destroy (record_keys_t **self_p);

//  Before the first pass: only some of the input's records will come, so that what is held is held of those
//  that came, and not by their numbers.
void record_keys_expect_gaps (record_keys_t *self);

//  A pass begins. DMH_OK; DMH_IO, DMH_INTERNAL: what the one before left on the disk cannot be looked at.
int record_keys_begin (record_keys_t *self, enum key_choice choice, struct error *error);

//  About how many records there are, as the first of them tell. A hint.
void record_keys_expect (record_keys_t *self, uint64_t records);

//  Starts loading the memory that will be needed for `hash`; call some records ahead.
void record_keys_prefetch (const record_keys_t *self, const struct key_hash *hash);

//  `record` (from 1, rising). *other: the record that it repeats, or that stands. KEY_NO_ROOM: *error says
//  how.
enum key_place record_keys_judge (record_keys_t *self, const struct key_hash *hash, uint64_t record,
                                  uint64_t rank, uint64_t *other, struct error *error);

//  Whether the pass is in vain: its keys go beyond the memory, and the next pass is to put them on the disk.
//  To be asked now and then: from then on no more are held.
bool record_keys_outgrown (record_keys_t *self);

//  Whether the pass only gathers keys: no record stands in it.
bool record_keys_gather (const record_keys_t *self);

//  After a pass over all records: whether another one has to answer, or will answer otherwise.
bool record_keys_unsettled (record_keys_t *self);

//  That pass read records otherwise than the next one will: what it put on the disk is void.
void record_keys_forget (record_keys_t *self);

size_t record_keys_bytes (const record_keys_t *self);    //  memory held by keys

#endif
