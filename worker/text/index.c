//  index.c: see index.h. Open addressing with linear steps, at most half full.
#include "worker/text/index.h"

#include <stdlib.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

enum { SLOTS_FIRST = 64 };

struct slot {
    struct text key;
    uint32_t hash;    //  compared first, so that a miss rarely touches the key's bytes
    int32_t value;    //  TEXT_INDEX_NONE: the slot is free
};

struct text_index {
    struct slot *slots;
    size_t slot_count;    //  a power of two
    size_t used;
};

static uint32_t s_hash (struct text key)
{
    return (uint32_t) (XXH3_64bits (key.at ? key.at : "", key.n) & UINT32_MAX);
}

static struct slot *s_slots_new (size_t count)
{
    struct slot *slots = calloc (count, sizeof *slots);
    for (size_t at = 0; slots && at < count; at++)
        slots[at].value = TEXT_INDEX_NONE;
    return slots;
}

//  The slot that holds the key, or the free one where it belongs.
static struct slot *s_seek (struct slot *slots, size_t slot_count, struct text key, uint32_t hash)
{
    size_t at = hash & (slot_count - 1);
    while (slots[at].value != TEXT_INDEX_NONE && !(slots[at].hash == hash && text_equal (slots[at].key, key)))
        at = (at + 1) & (slot_count - 1);
    return &slots[at];
}

static int s_grow (text_index_t *self)
{
    size_t count = self->slot_count * 2;
    struct slot *slots = s_slots_new (count);
    if (!slots)
        return -1;
    for (size_t at = 0; at < self->slot_count; at++) {
        struct slot *old = &self->slots[at];
        if (old->value != TEXT_INDEX_NONE)
            *s_seek (slots, count, old->key, old->hash) = *old;
    }
    free (self->slots);
    self->slots = slots;
    self->slot_count = count;
    return 0;
}

text_index_t *text_index_new (void)
{
    text_index_t *self = calloc (1, sizeof *self);
    if (!self)
        return NULL;
    self->slot_count = SLOTS_FIRST;
    self->slots = s_slots_new (SLOTS_FIRST);
    if (!self->slots)
        text_index_destroy (&self);
    return self;
}

void text_index_destroy (text_index_t **self_p)
{
    text_index_t *self = *self_p;
    if (!self)
        return;
    free (self->slots);
    free (self);
    *self_p = NULL;
}

int text_index_put (text_index_t *self, struct text key, int value)
{
    if (self->used * 2 >= self->slot_count && s_grow (self) != 0)
        return -1;
    uint32_t hash = s_hash (key);
    struct slot *slot = s_seek (self->slots, self->slot_count, key, hash);
    if (slot->value == TEXT_INDEX_NONE) {
        *slot = (struct slot){key, hash, value};
        self->used++;
    } else
        slot->value = value;
    return 0;
}

int text_index_find (const text_index_t *self, struct text key)
{
    return s_seek (self->slots, self->slot_count, key, s_hash (key))->value;
}
