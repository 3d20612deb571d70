//  frequent.c: see frequent.h. An open table of twice as many slots as places; when all places are taken,
//  each loses one, and those at nothing are free again: paid for by the texts that came before.
#include "worker/rules/profile/frequent.h"

#include <stdlib.h>

struct entry {
    uint64_t hash, count;    //  count 0: free
    char *at;                //  its bytes in `texts`
    size_t n;
    uint64_t *crowd;    //  [CROWD_MAX], 0: nobody; NULL: not asked for
};

struct frequent {
    struct entry *slots;    //  [2 * places]
    size_t places, bytes, used;
    char *texts;         //  [2 * places] times `bytes`
    uint64_t *crowds;    //  [2 * places] times CROWD_MAX
    bool lossy;
    struct entry **order;    //  for frequent_at
    size_t ordered;
};

frequent_t *frequent_new (size_t places, size_t bytes, bool crowd)
{
    frequent_t *self = calloc (1, sizeof *self);
    if (!self)
        return NULL;
    self->places = places;
    self->bytes = bytes;
    self->slots = calloc (2 * places, sizeof *self->slots);
    self->order = calloc (places, sizeof *self->order);
    self->texts = malloc (2 * places * bytes);
    self->crowds = crowd ? calloc (2 * places * CROWD_MAX, sizeof *self->crowds) : NULL;
    if (!self->slots || !self->order || !self->texts || (crowd && !self->crowds))
        frequent_destroy (&self);
    for (size_t i = 0; self && i < 2 * places; i++) {
        self->slots[i].at = self->texts + i * bytes;
        self->slots[i].crowd = crowd ? self->crowds + i * CROWD_MAX : NULL;
    }
    return self;
}

void frequent_destroy (frequent_t **self_p)
{
    frequent_t *self = *self_p;
    if (!self)
        return;
    free (self->slots);
    free (self->order);
    free (self->texts);
    free (self->crowds);
    free (self);
    *self_p = NULL;
}

static struct entry *s_seek (const frequent_t *self, uint64_t hash)
{
    size_t mask = 2 * self->places - 1, at = (size_t) (hash >> 32) & mask;
    while (self->slots[at].count && self->slots[at].hash != hash)
        at = (at + 1) & mask;
    return &self->slots[at];
}

static void s_meet (struct entry *entry, uint64_t who)
{
    if (!entry->crowd || who == 0)
        return;
    for (size_t i = 0; i < CROWD_MAX; i++) {
        if (entry->crowd[i] == who)
            return;
        if (entry->crowd[i] == 0) {
            entry->crowd[i] = who;
            return;
        }
    }
}

static struct entry *s_put (frequent_t *self, struct text text, uint64_t hash, uint64_t count)
{
    struct entry *entry = s_seek (self, hash);
    entry->hash = hash;
    entry->count = count;
    entry->n = text.n;
    memmove (entry->at, text.at, text.n);
    return entry;
}

//  Everybody loses one. Those that stay move into a table without gaps, in place: each is taken out and put
//  where it belongs, from the slot behind a gap on.
static void s_forget (frequent_t *self)
{
    size_t slots = 2 * self->places;
    for (size_t i = 0; i < slots; i++)
        if (self->slots[i].count && --self->slots[i].count == 0)
            self->used--;
    size_t gap = 0;
    while (self->slots[gap].count)
        gap++;    //  at most half of the slots are taken
    for (size_t step = 1; step < slots; step++) {
        struct entry *entry = &self->slots[(gap + step) & (slots - 1)];
        if (entry->count == 0)
            continue;
        uint64_t count = entry->count;
        entry->count = 0;
        struct entry *to = s_put (self, (struct text){entry->at, entry->n}, entry->hash, count);
        if (to->crowd && to != entry)
            memcpy (to->crowd, entry->crowd, CROWD_MAX * sizeof *to->crowd);
    }
    self->lossy = true;
}

void frequent_add (frequent_t *self, struct text text, uint64_t hash, uint64_t who)
{
    if (text.n > self->bytes)
        return;
    struct entry *entry = s_seek (self, hash);
    if (entry->count) {
        entry->count++;
        s_meet (entry, who);
        return;
    }
    if (self->used == self->places) {
        s_forget (self);
        return;
    }
    self->used++;
    entry = s_put (self, text, hash, 1);
    if (entry->crowd)
        memset (entry->crowd, 0, CROWD_MAX * sizeof *entry->crowd);
    s_meet (entry, who);
}

static int s_compare (const void *a, const void *b)
{
    const struct entry *x = *(struct entry *const *) a, *y = *(struct entry *const *) b;
    if (x->count != y->count)
        return x->count > y->count ? -1 : 1;
    int order = memcmp (x->at, y->at, x->n < y->n ? x->n : y->n);
    return order ? order : (x->n > y->n) - (x->n < y->n);
}

static bool s_is_frequent (const struct entry *entry, uint64_t least)
{
    uint64_t persons = least < CROWD_MAX ? least : CROWD_MAX;
    return entry->count && entry->count >= least &&
           (!entry->crowd || persons == 0 || entry->crowd[persons - 1] != 0);
}

static void s_order (frequent_t *self, uint64_t least)
{
    self->ordered = 0;
    for (size_t i = 0; i < 2 * self->places; i++)
        if (s_is_frequent (&self->slots[i], least))
            self->order[self->ordered++] = &self->slots[i];
    qsort (self->order, self->ordered, sizeof *self->order, s_compare);
}

struct text frequent_at (frequent_t *self, size_t i, uint64_t least, uint64_t *count)
{
    if (i == 0)
        s_order (self, least);
    if (i >= self->ordered)
        return (struct text){NULL, 0};
    *count = self->order[i]->count;
    return (struct text){self->order[i]->at, self->order[i]->n};
}

bool frequent_is_exact (const frequent_t *self)
{
    return !self->lossy;
}
