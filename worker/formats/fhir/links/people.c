//  people.c: see people.h. One open-addressed table by a 128-bit hash of sort and text.
#define XXH_INLINE_ALL
#include "worker/formats/fhir/links/people.h"

#include "messages/base/buffer.h"
#include "messages/base/narrow.h"

#include <stdlib.h>
#include <xxhash.h>

enum { SLOTS_LEAST = 256, NUMBERS_MAX = 1 << 30 };

enum sort { SORT_URL = 1, SORT_ID, SORT_SERVER };

struct slot {
    uint64_t low, high;
    uint32_t sort;     //  0: free
    uint32_t value;    //  SORT_URL: 0 another type, else an id's place + 1, UINT32_MAX several; of
                       //  the others the place in their list
};

struct place {
    size_t at, n;
};

struct known {
    struct place id;
    struct person person;
    bool births, sexes;    //  two were said
    uint32_t server[2];    //  place + 1 in servers; 0: none
};

struct people {
    struct slot *slots;
    size_t count, room;
    struct buffer texts, known, servers;    //  of char, struct known, struct place
};

people_t *people_new (void)
{
    people_t *self = calloc (1, sizeof *self);
    if (!self)
        return NULL;
    self->slots = calloc (SLOTS_LEAST, sizeof *self->slots);
    self->room = SLOTS_LEAST;
    if (!self->slots)
        people_destroy (&self);
    return self;
}

void people_destroy (people_t **self_p)
{
    people_t *self = *self_p;
    if (!self)
        return;
    free (self->slots);
    free (self->texts.at);
    free (self->known.at);
    free (self->servers.at);
    free (self);
    *self_p = NULL;
}

static struct slot *s_slot (const people_t *self, uint64_t low, uint64_t high, enum sort sort)
{
    size_t at = low & (self->room - 1);
    while (self->slots[at].sort && (self->slots[at].sort != (uint32_t) sort || self->slots[at].low != low ||
                                    self->slots[at].high != high))
        at = (at + 1) & (self->room - 1);
    return &self->slots[at];
}

static const struct slot *s_find (const people_t *self, struct text text, enum sort sort)
{
    XXH128_hash_t hash = XXH3_128bits_withSeed (text.n ? text.at : "", text.n, sort);
    const struct slot *slot = s_slot (self, hash.low64, hash.high64, sort);
    return slot->sort ? slot : NULL;
}

static int s_grow (people_t *self)
{
    people_t larger = {.slots = calloc (self->room * 2, sizeof *self->slots), .room = self->room * 2};
    if (!larger.slots)
        return -1;
    for (size_t i = 0; i < self->room; i++) {
        const struct slot *from = &self->slots[i];
        if (from->sort)
            *s_slot (&larger, from->low, from->high, (enum sort) from->sort) = *from;
    }
    free (self->slots);
    self->slots = larger.slots;
    self->room = larger.room;
    return 0;
}

//  The text's slot; *fresh: it was free. NULL: out of memory.
static struct slot *s_take (people_t *self, struct text text, enum sort sort, bool *fresh)
{
    if (self->count * 4 >= self->room * 3 && s_grow (self) != 0)
        return NULL;
    XXH128_hash_t hash = XXH3_128bits_withSeed (text.n ? text.at : "", text.n, sort);
    struct slot *slot = s_slot (self, hash.low64, hash.high64, sort);
    *fresh = slot->sort == 0;
    if (*fresh) {
        *slot = (struct slot){hash.low64, hash.high64, (uint32_t) sort, 0};
        self->count++;
    }
    return slot;
}

//  Puts a copy behind the texts.
static int s_copy (people_t *self, struct text text, struct place *out)
{
    *out = (struct place){self->texts.used, text.n};
    if (buffer_reserve (&self->texts, text.n) != 0)
        return -1;
    if (text.n)
        memcpy (self->texts.at + self->texts.used, text.at, text.n);
    self->texts.used += text.n;
    return 0;
}

static int s_append (struct buffer *list, const void *item, size_t n, uint32_t *place)
{
    if (list->used / n >= NUMBERS_MAX || buffer_reserve (list, n) != 0)
        return -1;
    memcpy (list->at + list->used, item, n);
    *place = NARROW (uint32_t, list->used / n);
    list->used += n;
    return 0;
}

static struct known *s_known (const people_t *self, uint32_t place)
{
    return (struct known *) (void *) self->known.at + place;
}

//  The id's place, new where it is not known yet. 0, or -1 out of memory.
static int s_take_id (people_t *self, struct text id, uint32_t *place)
{
    bool fresh = false;
    struct slot *slot = s_take (self, id, SORT_ID, &fresh);
    if (!slot)
        return -1;
    if (fresh) {
        struct known known = {.births = false};
        if (s_copy (self, id, &known.id) != 0 ||
            s_append (&self->known, &known, sizeof known, &slot->value) != 0)
            return -1;
    }
    *place = slot->value;
    return 0;
}

struct person people_read (struct text birth_date, struct text gender)
{
    struct person out = {.sex = text_equal (gender, TEXT ("male"))     ? 'm'
                                : text_equal (gender, TEXT ("female")) ? 'f'
                                                                       : 0};
    if (birth_date.n == 4 || birth_date.n == 7 || birth_date.n == 10)
        memcpy (out.birth, birth_date.at, birth_date.n);
    return out;
}

static void s_merge (struct known *known, const struct person *person)
{
    struct person *of = &known->person;
    known->births =
        known->births || (of->birth[0] && person->birth[0] && strcmp (of->birth, person->birth) != 0);
    known->sexes = known->sexes || (of->sex && person->sex && of->sex != person->sex);
    if (person->birth[0])
        memcpy (of->birth, person->birth, sizeof of->birth);
    if (known->births)
        of->birth[0] = 0;
    of->sex = known->sexes ? 0 : person->sex ? person->sex : of->sex;
}

int people_add (people_t *self, struct text url, struct text id, const struct person *person)
{
    uint32_t place;
    bool fresh = false;
    if (id.n == 0)
        return people_add_other (self, url);
    if (s_take_id (self, id, &place) != 0)
        return -1;
    s_merge (s_known (self, place), person);
    struct slot *slot = url.n ? s_take (self, url, SORT_URL, &fresh) : NULL;
    if (!slot)
        return url.n ? -1 : 0;
    slot->value = fresh || slot->value == place + 1 ? place + 1 : UINT32_MAX;
    return 0;
}

int people_add_other (people_t *self, struct text url)
{
    bool fresh = false;
    struct slot *slot = url.n ? s_take (self, url, SORT_URL, &fresh) : NULL;
    if (!slot)
        return url.n ? -1 : 0;
    slot->value = fresh || slot->value == 0 ? 0 : UINT32_MAX;
    return 0;
}

int people_add_server (people_t *self, struct text id, struct text server)
{
    uint32_t place;
    bool fresh = false;
    if (id.n == 0 || server.n == 0)
        return 0;
    if (s_take_id (self, id, &place) != 0)
        return -1;
    struct slot *slot = s_take (self, server, SORT_SERVER, &fresh);
    struct place copy;
    if (!slot || (fresh && (s_copy (self, server, &copy) != 0 ||
                            s_append (&self->servers, &copy, sizeof copy, &slot->value) != 0)))
        return -1;
    uint32_t *of = s_known (self, place)->server, number = slot->value + 1;
    if (of[0] == 0)
        of[0] = number;
    else if (of[0] != number && of[1] == 0)
        of[1] = number;
    return 0;
}

static struct text s_text (const people_t *self, struct place place)
{
    return (struct text){self->texts.at + place.at, place.n};
}

enum people_answer people_find (const people_t *self, struct text url, struct text *id)
{
    const struct slot *slot = url.n ? s_find (self, url, SORT_URL) : NULL;
    if (!slot)
        return PEOPLE_UNKNOWN;
    if (slot->value == 0)
        return PEOPLE_OTHER;
    if (slot->value == UINT32_MAX)
        return PEOPLE_SEVERAL;
    *id = s_text (self, s_known (self, slot->value - 1)->id);
    return PEOPLE_PATIENT;
}

const struct person *people_of (const people_t *self, struct text id)
{
    const struct slot *slot = id.n ? s_find (self, id, SORT_ID) : NULL;
    return slot ? &s_known (self, slot->value)->person : NULL;
}

static bool s_servers (const people_t *self, const struct known *known, struct text servers[2])
{
    const struct place *places = (const struct place *) (const void *) self->servers.at;
    if (known->server[1] == 0)
        return false;
    for (size_t i = 0; i < 2; i++)
        servers[i] = s_text (self, places[known->server[i] - 1]);
    return true;
}

bool people_servers (const people_t *self, struct text id, struct text servers[2])
{
    const struct slot *slot = id.n ? s_find (self, id, SORT_ID) : NULL;
    return slot && s_servers (self, s_known (self, slot->value), servers);
}

bool people_first_servers (const people_t *self, struct text servers[2])
{
    for (uint32_t i = 0; i < self->known.used / sizeof (struct known); i++)
        if (s_servers (self, s_known (self, i), servers))
            return true;
    return false;
}

uint64_t people_hash (struct text in)
{
    return XXH3_64bits (in.n ? in.at : "", in.n);
}
