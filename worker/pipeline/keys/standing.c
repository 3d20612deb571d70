//  standing.c: see standing.h. Ranks lie in chunks by the record's number; contested keys in an
//  open-addressed table by the number of their first record, one table for what is assumed and one for what
//  shows.
#include "worker/pipeline/keys/standing.h"

#include "messages/base/narrow.h"
#include "worker/memory/pages.h"

#include "worker/rules/record/precedence.h"

#include <stdlib.h>
#include <string.h>

enum {
    CHUNK_RANKS = LARGE_PAGE_BYTES / sizeof (uint64_t),
    FIRST_START = 1024,
    FIRST_MAX = 64 * 1024,
    SLOTS_LEAST = 64
};

struct contest {
    uint32_t first, stands;    //  first 0: the slot is free
    uint64_t rank;             //  of the one that stands
};

struct contests {
    struct contest *slots;
    size_t count, room;    //  room: 0 or a power of two
};

struct standing {
    bool ranked;
    uint64_t **ranks;    //  chunks
    size_t chunk_count, chunk_room;
    size_t room;    //  records whose ranks the chunks have room for, from 0
    struct contests assumed, shown;
};

standing_t *standing_new (void)
{
    return calloc (1, sizeof (standing_t));
}

void standing_destroy (standing_t **self_p)
{
    standing_t *self = *self_p;
    if (!self)
        return;
    for (size_t i = 0; i < self->chunk_count; i++)
        free (self->ranks[i]);
    free (self->ranks);
    free (self->assumed.slots);
    free (self->shown.slots);
    free (self);
    *self_p = NULL;
}

void standing_begin (standing_t *self, bool ranked)
{
    self->ranked = ranked;
    free (self->assumed.slots);
    self->assumed = self->shown;
    self->shown = (struct contests){.slots = NULL};
}

static struct contest *s_slot (const struct contests *contests, uint32_t first)
{
    size_t mask = contests->room - 1, at = (first * 0x9e3779b1u) & mask;
    while (contests->slots[at].first && contests->slots[at].first != first)
        at = (at + 1) & mask;
    return &contests->slots[at];
}

static int s_grow (struct contests *contests)
{
    if (contests->count * 4 < contests->room * 3)
        return 0;
    size_t room = contests->room ? contests->room * 2 : SLOTS_LEAST;
    struct contests larger = {calloc (room, sizeof *larger.slots), contests->count, room};
    if (!larger.slots)
        return -1;
    for (size_t i = 0; i < contests->room; i++)
        if (contests->slots[i].first)
            *s_slot (&larger, contests->slots[i].first) = contests->slots[i];
    free (contests->slots);
    *contests = larger;
    return 0;
}

//  The first chunk is small as long as there are few records, and moves when it grows.
static int s_grow_first (standing_t *self, size_t ranks)
{
    bool large = ranks > FIRST_MAX;
    uint64_t *old = self->chunk_count ? self->ranks[0] : NULL;
    uint64_t *chunk = large ? pages_new (LARGE_PAGE_BYTES) : malloc (ranks * sizeof *chunk);
    if (!chunk)
        return -1;
    if (old)
        memcpy (chunk, old, self->room * sizeof *chunk);
    free (old);
    self->ranks[0] = chunk;
    self->chunk_count = 1;
    self->room = large ? CHUNK_RANKS : ranks;
    return 0;
}

static int s_add_chunk (standing_t *self)
{
    if (self->chunk_count == self->chunk_room) {
        size_t room = self->chunk_room ? self->chunk_room * 2 : 16;
        uint64_t **ranks = realloc (self->ranks, room * sizeof *ranks);
        if (!ranks)
            return -1;
        self->ranks = ranks;
        self->chunk_room = room;
    }
    if (self->room < CHUNK_RANKS)
        return s_grow_first (self, self->room ? self->room * 4 : FIRST_START);
    uint64_t *chunk = pages_new (LARGE_PAGE_BYTES);
    if (!chunk)
        return -1;
    self->ranks[self->chunk_count++] = chunk;
    self->room += CHUNK_RANKS;
    return 0;
}

int standing_first (standing_t *self, uint64_t record, uint64_t rank)
{
    if (!self->ranked)
        return 0;
    while (record >= self->room)
        if (s_add_chunk (self) != 0)
            return -1;
    self->ranks[record / CHUNK_RANKS][record % CHUNK_RANKS] = rank;
    return 0;
}

int standing_contend (standing_t *self, uint64_t first, uint64_t record, uint64_t rank)
{
    if (s_grow (&self->shown) != 0)
        return -1;
    struct contest *contest = s_slot (&self->shown, NARROW (uint32_t, first));
    if (!contest->first) {
        uint64_t of_first = self->ranked ? self->ranks[first / CHUNK_RANKS][first % CHUNK_RANKS] : 0;
        *contest = (struct contest){NARROW (uint32_t, first), NARROW (uint32_t, first), of_first};
        self->shown.count++;
    }
    if (rank_stands (rank, contest->rank)) {
        contest->stands = NARROW (uint32_t, record);
        contest->rank = rank;
    }
    return 0;
}

static uint64_t s_stands (const struct contests *contests, uint64_t first)
{
    const struct contest *contest = contests->count ? s_slot (contests, NARROW (uint32_t, first)) : NULL;
    return contest && contest->first ? contest->stands : first;
}

uint64_t standing_of (const standing_t *self, uint64_t first)
{
    return s_stands (&self->assumed, first);
}

//  Whether `a` says of each of its keys what `b` says.
static bool s_agrees (const struct contests *a, const struct contests *b)
{
    for (size_t i = 0; i < a->room; i++)
        if (a->slots[i].first && a->slots[i].stands != s_stands (b, a->slots[i].first))
            return false;
    return true;
}

bool standing_contradicts (const standing_t *self)
{
    return !s_agrees (&self->shown, &self->assumed) || !s_agrees (&self->assumed, &self->shown);
}

size_t standing_bytes (const standing_t *self)
{
    return self->room * sizeof **self->ranks + self->chunk_room * sizeof *self->ranks +
           (self->assumed.room + self->shown.room) * sizeof *self->shown.slots;
}
