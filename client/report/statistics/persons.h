//  persons.h: how many people stand behind a count, as far as it matters: up to the least number that is told
//  of. Pure.
#ifndef DMH_CLIENT_REPORT_STATISTICS_PERSONS_H
#define DMH_CLIENT_REPORT_STATISTICS_PERSONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { PERSONS_LEAST = 5 };

//  Empty when zeroed.
struct persons {
    uint64_t seen[PERSONS_LEAST];
    unsigned count;
};

//  What tells a person apart: a hash (FNV-1a) of the identifier.
uint64_t persons_hash (const char *identifier);

void persons_add (struct persons *self, uint64_t person);
void persons_merge (struct persons *self, const struct persons *more);

//  Whether there are at least PERSONS_LEAST.
static inline bool persons_are_enough (const struct persons *self)
{
    return self->count == PERSONS_LEAST;
}

#endif
