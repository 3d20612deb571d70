//  persons.c: see persons.h.
#include "client/report/statistics/persons.h"

uint64_t persons_hash (const char *identifier)
{
    uint64_t hash = 0xcbf29ce484222325u;
    for (; *identifier; identifier++)
        hash = (hash ^ (unsigned char) *identifier) * 0x100000001b3u;
    return hash;
}

void persons_add (struct persons *self, uint64_t person)
{
    if (persons_are_enough (self))
        return;
    for (unsigned i = 0; i < self->count; i++)
        if (self->seen[i] == person)
            return;
    self->seen[self->count++] = person;
}

void persons_merge (struct persons *self, const struct persons *more)
{
    for (unsigned i = 0; i < more->count; i++)
        persons_add (self, more->seen[i]);
}
