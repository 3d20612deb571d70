//  memo.c: see memo.h. A direct-mapped table: a value's place follows from its bytes, a newcomer takes it.
#include "worker/rules/record/memo.h"

#include "messages/base/narrow.h"

#include <stdlib.h>

enum {
    ENTRY_BITS = 8,    //  more entries than a category has values
    TRIAL = 1024       //  values that decide, again and again, whether they come often enough
};

struct memo {
    struct memo_entry entries[1 << ENTRY_BITS];
    unsigned lookups, misses;    //  in the current trial
    bool off;
};

memo_t *memo_new (void)
{
    return calloc (1, sizeof (memo_t));
}

void memo_destroy (memo_t **self_p)
{
    free (*self_p);
    *self_p = NULL;
}

//  Where half of the values are unknown, remembering costs more than it saves.
static void s_decide (memo_t *self)
{
    self->off = self->misses * 2 > self->lookups;
    self->lookups = self->misses = 0;
}

//  Two loads that overlap; together with n they tell all values of up to 16 bytes apart.
static inline void s_load (struct text source, uint64_t *head, uint64_t *tail)
{
    *head = *tail = 0;
    if (source.n >= 8) {
        memcpy (head, source.at, 8);
        memcpy (tail, source.at + source.n - 8, 8);
    } else if (source.n >= 4) {
        memcpy (head, source.at, 4);
        memcpy (tail, source.at + source.n - 4, 4);
    } else
        for (size_t i = 0; i < source.n; i++)
            *head = *head << 8 | (unsigned char) source.at[i];
}

//  The top bits of a product with an odd constant depend on all bits of the other factor.
static inline size_t s_slot (uint64_t head, uint64_t tail, size_t n)
{
    uint64_t mixed = (head * 0x9e3779b97f4a7c15u ^ tail ^ n << 32) * 0xd6e8feb86659fd93u;
    return (size_t) (mixed >> (64 - ENTRY_BITS));
}

struct memo_entry *memo_find (memo_t *self, struct text source)
{
    if (self->off || source.n == 0 || source.n > MEMO_SOURCE_BYTES)
        return NULL;
    if (++self->lookups == TRIAL)
        s_decide (self);
    uint64_t head, tail;
    s_load (source, &head, &tail);
    struct memo_entry *entry = &self->entries[s_slot (head, tail, source.n)];
    if (entry->known && entry->n == source.n && entry->head == head && entry->tail == tail)
        return entry;
    self->misses++;
    entry->known = false;
    entry->n = NARROW (uint8_t, source.n);
    entry->head = head;
    entry->tail = tail;
    return entry;
}

//  Printing ASCII but for what CSV and JSON quote, and no space at an end.
static bool s_is_plain (struct text value)
{
    for (size_t i = 0; i < value.n; i++)
        if (value.at[i] < ' ' || value.at[i] > '~' || memchr (",\"\\", value.at[i], 3))
            return false;
    return value.n && value.at[0] != ' ' && value.at[value.n - 1] != ' ';
}

void memo_keep (struct memo_entry *self, struct text source, struct text value, const struct scratch *scratch)
{
    self->plain = s_is_plain (value);
    self->known = value.n <= UINT16_MAX;
    if (!self->known)
        return;
    self->value_n = NARROW (uint16_t, value.n);
    self->offset = 0;
    if (value.n == 0)
        self->where = MEMO_IN_SOURCE;
    else if (value.at >= source.at && value.at < source.at + source.n) {
        self->where = MEMO_IN_SOURCE;
        self->offset = NARROW (uint16_t, value.at - source.at);
    } else if (value.at < scratch->at || value.at >= scratch->at + scratch->size) {
        self->where = MEMO_IN_TABLE;
        self->at = value.at;
    } else if (value.n <= MEMO_VALUE_BYTES) {
        self->where = MEMO_HERE;
        memcpy (self->bytes, value.at, value.n);
    } else
        self->known = false;
}
