//  profile.h: what one column holds, told without its rare values: share of filled cells, distinct values,
//  lengths, types, patterns and what is frequent. Bounded in memory whatever the column holds. One thread.
#ifndef DMH_WORKER_RULES_PROFILE_PROFILE_H
#define DMH_WORKER_RULES_PROFILE_PROFILE_H

#include "worker/rules/codes/missing.h"

enum {
    PROFILE_VALUE_BYTES = 40,    //  longer values are counted, not listed
    PROFILE_TOP = 10             //  listed at most
};

//  The first that fits a value.
enum profile_type {
    PROFILE_INTEGER,
    PROFILE_NUMBER,    //  with a decimal point, an exponent, separators or a comparator
    PROFILE_DATE,
    PROFILE_DATETIME,
    PROFILE_TIME,
    PROFILE_BOOLEAN,    //  true, false, yes, no
    PROFILE_TEXT,
    PROFILE_TYPES
};

//  A value or a pattern that stands in at least `count` records.
struct profile_item {
    char text[PROFILE_VALUE_BYTES + 1];
    uint64_t count;
};

struct profile_summary {
    uint64_t records, filled;
    uint64_t markers;    //  of the records that are not filled: with a marker of a missing value
    uint64_t distinct;
    bool exact;                  //  `distinct` was counted; else estimated, within some percent
    size_t shortest, longest;    //  filled values, in characters
    uint64_t types[PROFILE_TYPES];
    struct profile_item values[PROFILE_TOP], patterns[PROFILE_TOP];    //  the most frequent first
    size_t value_count, pattern_count;
    bool counted;    //  counts of values are exact; else they are at least so
};

typedef struct profile profile_t;

//  For one of `columns` columns, which share the memory. `secret`: its values are a person's and are never
//  kept. `crowd`: records have a person, and what stands with few of them is not frequent. NULL when out of
//  memory.
profile_t *profile_new (size_t columns, bool secret, bool crowd);
void profile_destroy (profile_t **self_p);

//  One more record's value. `who` is a hash of the record's person, 0 when not known. `missing` and `also`
//  (may be NULL) tell what counts as empty.
void profile_add (profile_t *self, struct text value, uint64_t who, const missing_t *missing,
                  const missing_t *also);

//  What is known by now. Nothing that stands in fewer than `least` records is listed; no value with fewer
//  persons, where they are known, and none of a column of dates.
void profile_summarize (const profile_t *self, uint64_t least, struct profile_summary *out);

//  Pure parts of it.
enum profile_type profile_type_of (struct text value);
const char *profile_type_word (enum profile_type type);    //  "integer", "number", …; borrowed
//  The value with 9 for a digit, A and a for letters (beyond ASCII: a), the rest as it stands; runs of more
//  than eight of one sign are written once with a +, what is too long ends in … Terminated; returns its
//  length.
size_t profile_pattern (struct text value, char out[PROFILE_VALUE_BYTES + 1]);
//  Whether a column's name says that it is about one person: a name, a number of somebody, an address, notes.
bool profile_is_secret (struct text name);

#endif
