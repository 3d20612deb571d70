//  key_set.c: entries lie in order of arrival in chunks that never move. An open-addressed index finds them:
//  a byte of each key's hash a slot, which answers nearly every question from one cache line, and beside it
//  the entry's number.
#include "worker/pipeline/keys/key_set.h"

#include "messages/base/narrow.h"
#include "worker/memory/pages.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum {
    INDEX_START = 4096,
    GROW_AHEAD = 16,
    EXPECTED_MAX = 4 << 20,
    FIRST_START = 1024,
    FIRST_MAX = 16 * 1024
};

struct entry {
    uint64_t key;
    uint32_t content_low;
    uint32_t record;
    uint16_t content_high;
    uint16_t key_more;
} __attribute__ ((packed));
enum { CHUNK_ENTRIES = LARGE_PAGE_BYTES / sizeof (struct entry) };
_Static_assert(sizeof (struct entry) == 20, "20 bytes and at most 11.5 of the index stay under 32 a record");

struct key_set {
    struct entry **chunks;
    size_t chunk_count, chunk_room;
    size_t room;    //  entries that the chunks have room for
    uint32_t count;
    uint8_t *tags;      //  by slot: some bits of the key's hash, never 0; 0 is free
    uint32_t *index;    //  by slot: the entry's number
    uint64_t mask;      //  slots - 1, slots a power of two
};

//  Slots are visited at random: in large pages, where there are any, that costs fewer translations.
static void *s_slots (size_t count, size_t bytes)
{
    return count * bytes >= LARGE_PAGE_BYTES ? pages_new (count * bytes) : malloc (count * bytes);
}

static uint8_t *s_tags (size_t count)
{
    uint8_t *tags = s_slots (count, sizeof *tags);
    return tags ? memset (tags, 0, count) : NULL;
}

key_set_t *key_set_new (void)
{
    key_set_t *self = calloc (1, sizeof *self);
    if (!self)
        return NULL;
    self->tags = s_tags (INDEX_START);
    self->index = s_slots (INDEX_START, sizeof *self->index);
    self->mask = INDEX_START - 1;
    if (!self->tags || !self->index)
        key_set_destroy (&self);
    return self;
}

void key_set_destroy (key_set_t **self_p)
{
    key_set_t *self = *self_p;
    if (!self)
        return;
    for (size_t i = 0; i < self->chunk_count; i++)
        free (self->chunks[i]);
    free (self->chunks);
    free (self->tags);
    free (self->index);
    free (self);
    *self_p = NULL;
}

void key_set_clear (key_set_t *self)
{
    self->count = 0;
    memset (self->tags, 0, (self->mask + 1) * sizeof *self->tags);
}

static struct entry *s_entry (const key_set_t *self, uint32_t number)
{
    return &self->chunks[number / CHUNK_ENTRIES][number % CHUNK_ENTRIES];
}

//  The slot takes the low bits of the key, the tag its high ones.
static uint8_t s_tag (uint64_t key)
{
    return (uint8_t) ((key >> 56 | 1) & UINT8_MAX);
}

static int s_grow_index (key_set_t *self, uint64_t slots)
{
    uint8_t *tags = s_tags (slots);
    uint32_t *index = s_slots (slots, sizeof *index);
    if (!tags || !index) {
        free (tags);
        free (index);
        return -1;
    }
    for (uint32_t number = 0; number < self->count; number++) {
        if (number + GROW_AHEAD < self->count) {
            uint64_t soon = s_entry (self, number + GROW_AHEAD)->key & (slots - 1);
            __builtin_prefetch (&tags[soon], 1);
            __builtin_prefetch (&index[soon], 1);
        }
        uint64_t key = s_entry (self, number)->key, at = key & (slots - 1);
        while (tags[at])
            at = (at + 1) & (slots - 1);
        tags[at] = s_tag (key);
        index[at] = number;
    }
    free (self->tags);
    free (self->index);
    self->tags = tags;
    self->index = index;
    self->mask = slots - 1;
    return 0;
}

//  The first chunk is small as long as there are few keys, and moves when it grows.
static int s_grow_first (key_set_t *self, size_t entries)
{
    bool large = entries > FIRST_MAX;
    struct entry *old = self->chunk_count ? self->chunks[0] : NULL;
    struct entry *chunk = large ? pages_new (LARGE_PAGE_BYTES) : malloc (entries * sizeof *chunk);
    if (!chunk)
        return -1;
    if (old)
        memcpy (chunk, old, self->room * sizeof *chunk);
    free (old);
    self->chunks[0] = chunk;
    self->chunk_count = 1;
    self->room = large ? CHUNK_ENTRIES : entries;
    return 0;
}

static int s_add_chunk (key_set_t *self)
{
    if (self->chunk_count == self->chunk_room) {
        size_t room = self->chunk_room ? self->chunk_room * 2 : 16;
        struct entry **chunks = realloc (self->chunks, room * sizeof *chunks);
        if (!chunks)
            return -1;
        self->chunks = chunks;
        self->chunk_room = room;
    }
    if (self->room < CHUNK_ENTRIES)
        return s_grow_first (self, self->room ? self->room * 4 : FIRST_START);
    struct entry *chunk = pages_new (LARGE_PAGE_BYTES);
    if (!chunk)
        return -1;
    self->chunks[self->chunk_count++] = chunk;
    self->room += CHUNK_ENTRIES;
    return 0;
}

static int s_make_room (key_set_t *self)
{
    if ((uint64_t) self->count * 8 >= (self->mask + 1) * 7 && s_grow_index (self, (self->mask + 1) * 2) != 0)
        return -1;
    return self->count < self->room ? 0 : s_add_chunk (self);
}

void key_set_expect (key_set_t *self, uint64_t records)
{
    uint64_t slots = self->mask + 1;
    if (records > EXPECTED_MAX)
        records = EXPECTED_MAX;    //  a wrong guess costs little memory
    while (records * 8 >= slots * 7)
        slots *= 2;
    if (slots > self->mask + 1)
        s_grow_index (self, slots);    //  without the memory it grows step by step, as far as it can
}

//  The entry of the key; NULL where there is none. *slot: where it is, or goes to.
static inline const struct entry *s_find (const key_set_t *self, const struct key_hash *hash, uint64_t *slot)
{
    uint16_t key_more = (uint16_t) hash->key_more;
    uint8_t tag = s_tag (hash->key);
    const struct entry *found = NULL;
    uint64_t at = hash->key & self->mask;
    for (; !found && self->tags[at]; at = (at + 1) & self->mask) {
        if (self->tags[at] != tag)
            continue;
        const struct entry *entry = s_entry (self, self->index[at]);
        if (entry->key == hash->key && entry->key_more == key_more)
            found = entry;
    }
    *slot = at;
    return found;
}

uint64_t key_set_first (const key_set_t *self, const struct key_hash *hash)
{
    uint64_t slot;
    const struct entry *entry = s_find (self, hash, &slot);
    return entry ? entry->record : 0;
}

//  The entry of `key`; where there is none, it is made, and NULL comes back. There is room for it.
static const struct entry *s_find_or_add (key_set_t *self, const struct key_hash *hash, uint64_t record)
{
    uint16_t key_more = (uint16_t) hash->key_more;
    uint8_t tag = s_tag (hash->key);
    uint64_t at;
    const struct entry *entry = s_find (self, hash, &at);
    if (entry)
        return entry;
    *s_entry (self, self->count) =
        (struct entry){hash->key, (uint32_t) (hash->content & UINT32_MAX), NARROW (uint32_t, record),
                       (uint16_t) (hash->content >> 32 & UINT16_MAX), key_more};
    self->tags[at] = tag;
    self->index[at] = self->count++;
    return NULL;
}

static bool s_has_content (const struct entry *entry, const struct key_hash *hash)
{
    return entry->content_low == (uint32_t) (hash->content & UINT32_MAX) &&
           entry->content_high == (uint16_t) (hash->content >> 32 & UINT16_MAX);
}

static uint64_t s_mix (uint64_t bits)
{
    bits = (bits ^ bits >> 32) * 0x9e3779b97f4a7c15u;
    bits = (bits ^ bits >> 29) * 0xbf58476d1ce4e5b9u;
    return bits ^ bits >> 32;
}

//  Key and content as a key of its own, under which what is in conflict stands: were it to stand under its
//  key, a key of a million contents would be walked through for each of them.
static struct key_hash s_pair (const struct key_hash *hash)
{
    return (struct key_hash){.key = hash->key ^ s_mix (hash->content + 1),
                             .key_more = hash->key_more ^ (uint32_t) (s_mix (~hash->content) & UINT32_MAX),
                             .content = hash->content};
}

enum key_set_answer key_set_add (key_set_t *self, const struct key_hash *hash, uint64_t record,
                                 uint64_t *first)
{
    if (record > KEYS_RECORDS_MAX || s_make_room (self) != 0)
        return KEY_SET_FULL;
    const struct entry *of_key = s_find_or_add (self, hash, record);
    *first = of_key ? of_key->record : record;
    if (!of_key)
        return KEY_SET_NEW;
    if (s_has_content (of_key, hash))
        return KEY_SET_DUPLICATE;
    struct key_hash pair = s_pair (hash);
    const struct entry *set_aside = s_find_or_add (self, &pair, record);
    if (!set_aside)
        return KEY_SET_CONFLICT;
    *first = set_aside->record;
    return KEY_SET_DUPLICATE;
}

void key_set_prefetch (const key_set_t *self, const struct key_hash *hash)
{
    __builtin_prefetch (&self->tags[hash->key & self->mask], 1);
    __builtin_prefetch (&self->index[hash->key & self->mask], 1);
}

size_t key_set_bytes (const key_set_t *self)
{
    return self->room * sizeof (struct entry) +
           (self->mask + 1) * (sizeof *self->index + sizeof *self->tags) +
           self->chunk_room * sizeof *self->chunks;
}
