//  record_keys.c: see record_keys.h.
#include "worker/pipeline/keys/record_keys.h"

#include "worker/pipeline/keys/standing.h"

#include <stdlib.h>
#include <string.h>

//  Of a part of the keys on the disk, where nobody said how much they may take in memory.
#define PART_BYTES ((uint64_t) 256 * 1024 * 1024)

//  How a pass answers. In memory → gathering, once that is outgrown → from the disk; or by what others say.
enum mode { IN_MEMORY, GATHERING, ON_DISK, BY_OTHERS };

struct record_keys {
    const char *folder;
    uint64_t memory;
    enum key_choice choice;
    enum mode mode;
    bool full;                    //  the system has no memory for another key
    key_set_t *keys;              //  in memory
    standing_t *standing;         //  NULL where the first record of a key stands
    key_partitions_t *on_disk;    //  else
    range_answers_t *answers;     //  borrowed; of BY_OTHERS
    uint64_t expected, seen;      //  records
    //  With gaps between the records, ranks lie by how many keys and contents came before: which records
    //  those are. They come in one order in each pass, so what stands from the one before is right.
    bool gaps;
    struct buffer numbers;    //  of uint64_t
    uint64_t came;
};

enum key_choice record_keys_choice (const struct precedence *precedence)
{
    return !precedence_is_late (precedence) ? KEY_FIRST
           : precedence_ranks (precedence)  ? KEY_RANKED
                                            : KEY_LAST;
}

record_keys_t *record_keys_new (const char *folder, uint64_t memory, range_answers_t *answers)
{
    record_keys_t *self = calloc (1, sizeof *self);
    if (!self)
        return NULL;
    *self = (record_keys_t){.folder = folder,
                            .memory = memory,
                            .mode = answers ? BY_OTHERS : IN_MEMORY,
                            .keys = key_set_new (),
                            .answers = answers};
    if (!self->keys)
        record_keys_destroy (&self);
    return self;
}

void record_keys_destroy (record_keys_t **self_p)
{
    record_keys_t *self = *self_p;
    if (!self)
        return;
    key_set_destroy (&self->keys);
    standing_destroy (&self->standing);
    key_partitions_destroy (&self->on_disk);
    free (self->numbers.at);
    free (self);
    *self_p = NULL;
}

void record_keys_expect_gaps (record_keys_t *self)
{
    self->gaps = true;
}

static int s_no_room (uint64_t record, struct error *error)
{
    return error_set (error, DMH_INTERNAL, "out of memory for the keys of %llu records; split the input",
                      (unsigned long long) record);
}

static int s_begin_in_memory (record_keys_t *self, struct error *error)
{
    key_set_clear (self->keys);
    self->came = 0;
    if (self->choice == KEY_FIRST)
        return DMH_OK;
    if (!self->standing && !(self->standing = standing_new ()))
        return s_no_room (0, error);
    standing_begin (self->standing, self->choice == KEY_RANKED);
    return DMH_OK;
}

//  The keys on the disk are gathered anew.
static int s_begin_gathering (record_keys_t *self, struct error *error)
{
    key_set_destroy (&self->keys);
    standing_destroy (&self->standing);
    key_partitions_destroy (&self->on_disk);
    free (self->numbers.at);
    self->numbers = (struct buffer){.at = NULL};
    self->mode = GATHERING;
    self->on_disk =
        key_partitions_new (self->folder, self->memory ? self->memory : PART_BYTES, self->expected);
    return self->on_disk ? DMH_OK : s_no_room (self->seen, error);
}

int record_keys_begin (record_keys_t *self, enum key_choice choice, struct error *error)
{
    bool otherwise = choice != self->choice;
    bool outgrown = record_keys_outgrown (self);
    if (self->seen > self->expected)
        self->expected = self->seen;
    self->seen = 0;
    self->full = false;
    self->choice = choice;
    if (self->mode == BY_OTHERS)
        return range_answers_begin (self->answers, error);
    if (self->mode == IN_MEMORY && !outgrown)
        return s_begin_in_memory (self, error);
    if (self->mode != GATHERING || !self->on_disk || otherwise)
        return s_begin_gathering (self, error);
    self->mode = ON_DISK;
    return key_partitions_resolve (self->on_disk, choice, error);
}

void record_keys_forget (record_keys_t *self)
{
    key_partitions_destroy (&self->on_disk);
}

//  What memory does not hold is not made room for.
void record_keys_expect (record_keys_t *self, uint64_t records)
{
    self->expected = records;
    if (self->mode == IN_MEMORY && (!self->memory || records < self->memory / KEY_SET_BYTES))
        key_set_expect (self->keys, records);
}

void record_keys_prefetch (const record_keys_t *self, const struct key_hash *hash)
{
    if (self->mode == IN_MEMORY)
        key_set_prefetch (self->keys, hash);
}

size_t record_keys_bytes (const record_keys_t *self)
{
    return self->mode == IN_MEMORY
               ? key_set_bytes (self->keys) + (self->standing ? standing_bytes (self->standing) : 0) +
                     self->numbers.size
               : 0;
}

//  A record with a content that its key has not come with; `first` is the first one of its key.
static enum key_place s_judge_new (record_keys_t *self, uint64_t record, uint64_t rank, uint64_t first,
                                   uint64_t *other, struct error *error)
{
    int rc = 0;
    *other = first;
    if (self->standing) {
        rc = first == record ? standing_first (self->standing, first, rank)
                             : standing_contend (self->standing, first, record, rank);
        *other = standing_of (self->standing, first);
    }
    if (rc != 0)
        s_no_room (record, error);
    return rc != 0 ? KEY_NO_ROOM : *other == record ? KEY_STANDS : KEY_CONFLICTS;
}

//  The record gets the next number.
static int s_number (record_keys_t *self, uint64_t record)
{
    size_t at = (size_t) self->came * sizeof record;
    if (at == self->numbers.used) {
        if (buffer_reserve (&self->numbers, sizeof record) != 0)
            return -1;
        self->numbers.used += sizeof record;
    }
    memcpy (self->numbers.at + at, &record, sizeof record);
    self->came++;
    return 0;
}

static uint64_t s_numbered (const record_keys_t *self, uint64_t number)
{
    uint64_t record = 0;
    if (number && number <= self->numbers.used / sizeof record)
        memcpy (&record, self->numbers.at + (number - 1) * sizeof record, sizeof record);
    return record;
}

static enum key_place s_judge_in_memory (record_keys_t *self, const struct key_hash *hash, uint64_t record,
                                         uint64_t rank, uint64_t *other, struct error *error)
{
    bool numbered = self->gaps && self->choice == KEY_RANKED;
    uint64_t number = numbered ? self->came + 1 : record;
    enum key_place place = KEY_REPEATS;
    switch (key_set_add (self->keys, hash, number, other)) {
    case KEY_SET_NEW:
    case KEY_SET_CONFLICT:
        if (numbered && s_number (self, record) != 0) {
            s_no_room (record, error);
            return KEY_NO_ROOM;
        }
        place = s_judge_new (self, number, rank, *other, other, error);
        break;
    case KEY_SET_DUPLICATE:
        break;
    case KEY_SET_FULL:
        self->full = true;
        return KEY_LATER;
    }
    if (numbered && place != KEY_NO_ROOM)
        *other = s_numbered (self, *other);
    return place;
}

enum key_place record_keys_judge (record_keys_t *self, const struct key_hash *hash, uint64_t record,
                                  uint64_t rank, uint64_t *other, struct error *error)
{
    self->seen = record;
    switch (self->mode) {
    case GATHERING:
        return key_partitions_add (self->on_disk, hash, record, rank, error) == DMH_OK ? KEY_LATER
                                                                                       : KEY_NO_ROOM;
    case BY_OTHERS:
        return range_answers_place (self->answers, record, other, error);
    case ON_DISK:
        return key_partitions_answer (self->on_disk, hash, record, other, error);
    case IN_MEMORY:
        break;
    }
    return self->full ? KEY_LATER : s_judge_in_memory (self, hash, record, rank, other, error);
}

bool record_keys_outgrown (record_keys_t *self)
{
    self->full =
        self->full || (self->mode == IN_MEMORY && self->memory && record_keys_bytes (self) > self->memory);
    return self->full;
}

bool record_keys_gather (const record_keys_t *self)
{
    return self->mode == GATHERING;
}

bool record_keys_unsettled (record_keys_t *self)
{
    switch (self->mode) {
    case GATHERING:
        return true;
    case BY_OTHERS:
        return false;
    case ON_DISK:
        return !key_partitions_agree (self->on_disk);
    case IN_MEMORY:
        break;
    }
    return record_keys_outgrown (self) || (self->standing && standing_contradicts (self->standing));
}
