//  key_partitions.c: see key_partitions.h. Entries go to their partition's buffer, and from there in chunks
//  to one file; each partition knows where its chunks are. Answers are written partition by partition, so
//  those of one are a row, in the order of its records: who asks for a record's answer knows its partition by
//  its hash.
#define _GNU_SOURCE
#include "worker/pipeline/keys/key_partitions.h"

#include "messages/base/buffer.h"
#include "messages/base/narrow.h"
#include "worker/memory/unnamed_file.h"
#include "worker/pipeline/keys/standing.h"

#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

//  A key takes 20 bytes, up to 11.5 of the index and half as much again while that grows, 8 of its record and
//  8 of its rank.
enum {
    PARTITIONS_LEAST = 16,
    PARTITIONS_MOST = 4096,
    CHUNK_LEAST = 4096,
    CHUNK_MOST = 256 * 1024,
    KEY_BYTES = 64,
    PARTITION_BIT = 40    //  of the key: the set of a partition takes its slots by lower ones
};

struct entry {
    uint64_t key, content, record, rank;
    uint64_t key_more;
};

struct partition {
    struct buffer entries;    //  that are in no chunk yet
    struct buffer chunks;     //  of uint64_t: where they are in the file
    struct key_answers answers;
};

struct key_partitions {
    unnamed_file_t *entries, *answers;
    struct partition *parts;
    size_t count;            //  a power of two
    size_t chunk;            //  bytes, whole entries
    size_t reading;          //  bytes of answers that are read at once
    uint64_t came, asked;    //  sums over the records of either pass
};

static uint64_t s_power (uint64_t least)
{
    uint64_t power = PARTITIONS_LEAST;
    while (power < least && power < PARTITIONS_MOST)
        power *= 2;
    return power;
}

static size_t s_within (uint64_t bytes, size_t least, size_t most)
{
    return bytes < least ? least : bytes > most ? most : (size_t) bytes;
}

key_partitions_t *key_partitions_new (const char *folder, uint64_t memory, uint64_t records)
{
    key_partitions_t *self = calloc (1, sizeof *self);
    if (!self)
        return NULL;
    //  Half of the memory is for the keys of a partition, a quarter for what all of them have not written
    //  yet.
    uint64_t keys = memory / 2 / KEY_BYTES;
    uint64_t most = memory / 4 / CHUNK_LEAST;
    uint64_t wanted = keys ? records / keys + 1 : PARTITIONS_MOST;
    self->count = (size_t) s_power (wanted < most ? wanted : most);
    self->chunk = s_within (memory / 4 / self->count, CHUNK_LEAST, CHUNK_MOST);
    self->reading = self->chunk / sizeof (struct key_answer) * sizeof (struct key_answer);
    self->chunk = self->chunk / sizeof (struct entry) * sizeof (struct entry);
    self->parts = calloc (self->count, sizeof *self->parts);
    self->entries = unnamed_file_new (folder, "keys of records");
    self->answers = unnamed_file_new (folder, "keys of records");
    if (!self->parts || !self->entries || !self->answers)
        key_partitions_destroy (&self);
    return self;
}

void key_partitions_destroy (key_partitions_t **self_p)
{
    key_partitions_t *self = *self_p;
    if (!self)
        return;
    for (size_t i = 0; self->parts && i < self->count; i++) {
        free (self->parts[i].entries.at);
        free (self->parts[i].chunks.at);
        key_answers_clear (&self->parts[i].answers);
    }
    free (self->parts);
    unnamed_file_destroy (&self->entries);
    unnamed_file_destroy (&self->answers);
    free (self);
    *self_p = NULL;
}

static int s_no_memory (struct error *error)
{
    return error_set (error, DMH_INTERNAL, "out of memory for the keys of its records");
}

static int s_append (struct buffer *buffer, const void *bytes, size_t n)
{
    if (buffer_reserve (buffer, n) != 0)
        return -1;
    memcpy (buffer->at + buffer->used, bytes, n);
    buffer->used += n;
    return 0;
}

static struct partition *s_part (const key_partitions_t *self, const struct key_hash *hash)
{
    return &self->parts[hash->key >> PARTITION_BIT & (self->count - 1)];
}

//  Order is no matter, as the number is part of it.
static uint64_t s_sum (const struct key_hash *hash, uint64_t record)
{
    const uint64_t words[] = {hash->key, hash->key_more, hash->content, record};
    return XXH3_64bits (words, sizeof words);
}

int key_partitions_add (key_partitions_t *self, const struct key_hash *hash, uint64_t record, uint64_t rank,
                        struct error *error)
{
    struct partition *part = s_part (self, hash);
    const struct entry entry = {hash->key, hash->content, record, rank, hash->key_more};
    self->came += s_sum (hash, record);
    if (s_append (&part->entries, &entry, sizeof entry) != 0)
        return s_no_memory (error);
    if (part->entries.used < self->chunk)
        return DMH_OK;
    uint64_t at;
    int rc = unnamed_file_append (self->entries, part->entries.at, part->entries.used, &at, error);
    if (rc == DMH_OK && s_append (&part->chunks, &at, sizeof at) != 0)
        rc = s_no_memory (error);
    part->entries.used = 0;
    return rc;
}

//  What is known of a partition while it is looked at. Its keys and contents are numbered as they come; only
//  those are, so that a key of a million repetitions takes no more than one of two.
struct look {
    key_set_t *keys;
    standing_t *standing;     //  NULL where the first one stands
    struct buffer records;    //  of uint64_t: by number, from 1
    bool answers;             //  else it finds out who stands
    struct buffer *out;       //  of struct key_answer
};

static int s_judge (struct look *look, const struct entry *entry, struct error *error)
{
    const struct key_hash hash = {entry->key, (uint32_t) (entry->key_more & UINT32_MAX), entry->content};
    uint64_t number = look->records.used / sizeof (uint64_t) + 1, other = 0;
    const enum key_set_answer came = key_set_add (look->keys, &hash, number, &other);
    bool repeats = came == KEY_SET_DUPLICATE;
    int rc = came == KEY_SET_FULL ? -1 : 0;
    if (rc == 0 && !repeats) {
        rc = s_append (&look->records, &entry->record, sizeof entry->record);
        if (rc == 0 && look->standing)
            rc = other == number ? standing_first (look->standing, number, entry->rank)
                                 : standing_contend (look->standing, other, number, entry->rank);
        if (look->standing)
            other = standing_of (look->standing, other);
    }
    if (rc == 0 && look->answers && look->records.at && (repeats || other != number)) {
        struct key_answer answer = {.record = entry->record, .repeats = repeats};
        uint64_t record;
        memcpy (&record, look->records.at + (other - 1) * sizeof record, sizeof record);
        answer.other = record & INT64_MAX;
        rc = s_append (look->out, &answer, sizeof answer);
    }
    return rc == 0 ? DMH_OK : s_no_memory (error);
}

static int s_judge_all (struct look *look, const char *entries, size_t n, struct error *error)
{
    int rc = DMH_OK;
    for (size_t at = 0; rc == DMH_OK && at < n; at += sizeof (struct entry)) {
        struct entry entry;
        memcpy (&entry, entries + at, sizeof entry);
        rc = s_judge (look, &entry, error);
    }
    return rc;
}

static int s_write_answers (key_partitions_t *self, struct partition *part, struct buffer *out,
                            struct error *error)
{
    uint64_t at;
    int rc = out->used ? unnamed_file_append (self->answers, out->at, out->used, &at, error) : DMH_OK;
    part->answers.end += out->used;
    out->used = 0;
    return rc;
}

//  All entries of the partition, in the order of their records.
static int s_go_through (key_partitions_t *self, struct partition *part, struct look *look, char *chunk,
                         struct error *error)
{
    int rc = DMH_OK;
    for (size_t i = 0; rc == DMH_OK && i < part->chunks.used; i += sizeof (uint64_t)) {
        uint64_t at;
        memcpy (&at, part->chunks.at + i, sizeof at);
        rc = unnamed_file_read (self->entries, at, chunk, self->chunk, error);
        if (rc == DMH_OK)
            rc = s_judge_all (look, chunk, self->chunk, error);
        if (rc == DMH_OK && look->out->used >= self->chunk)
            rc = s_write_answers (self, part, look->out, error);
    }
    if (rc == DMH_OK)
        rc = s_judge_all (look, part->entries.at, part->entries.used, error);
    return rc == DMH_OK ? s_write_answers (self, part, look->out, error) : rc;
}

static void s_begin (struct look *look, enum key_choice choice, bool answers)
{
    key_set_clear (look->keys);
    look->records.used = 0;
    look->answers = answers;
    if (look->standing)
        standing_begin (look->standing, choice == KEY_RANKED);
}

static int s_read (void *context, uint64_t at, void *bytes, size_t n, struct error *error)
{
    return unnamed_file_read (context, at, bytes, n, error);
}

static int s_resolve (key_partitions_t *self, struct partition *part, enum key_choice choice,
                      struct look *look, char *chunk, struct error *error)
{
    int rc = DMH_OK;
    uint64_t begin = unnamed_file_bytes (self->answers);
    part->answers = (struct key_answers){
        .at = begin, .end = begin, .reading = self->reading, .read = s_read, .context = self->answers};
    if (choice != KEY_FIRST) {
        standing_destroy (&look->standing);
        if (!(look->standing = standing_new ()))
            return s_no_memory (error);
        s_begin (look, choice, false);
        rc = s_go_through (self, part, look, chunk, error);
    }
    if (rc == DMH_OK) {
        s_begin (look, choice, true);
        rc = s_go_through (self, part, look, chunk, error);
    }
    free (part->entries.at);
    free (part->chunks.at);
    part->entries = part->chunks = (struct buffer){.at = NULL};
    return rc;
}

int key_partitions_resolve (key_partitions_t *self, enum key_choice choice, struct error *error)
{
    struct buffer out = {.at = NULL};
    struct look look = {.keys = key_set_new (), .out = &out};
    char *chunk = malloc (self->chunk);
    int rc = look.keys && chunk ? DMH_OK : s_no_memory (error);
    for (size_t i = 0; rc == DMH_OK && i < self->count; i++)
        rc = s_resolve (self, &self->parts[i], choice, &look, chunk, error);
    key_set_destroy (&look.keys);
    standing_destroy (&look.standing);
    free (look.records.at);
    free (out.at);
    free (chunk);
    unnamed_file_destroy (&self->entries);
    return rc;
}

enum key_place key_partitions_answer (key_partitions_t *self, const struct key_hash *hash, uint64_t record,
                                      uint64_t *other, struct error *error)
{
    self->asked += s_sum (hash, record);
    struct key_answers *answers = &s_part (self, hash)->answers;
    struct key_answer answer;
    int rc = key_answers_next (answers, &answer, error);
    if (rc < 0)
        return KEY_NO_ROOM;
    if (rc == 0 || answer.record != record)
        return KEY_STANDS;
    key_answers_pass (answers);
    return key_answer_place (&answer, other);
}

bool key_partitions_agree (const key_partitions_t *self)
{
    return self->came == self->asked;
}
