//  value_map.c: see value_map.h. Two indexes: the spellings as they were written, which most values match
//  byte for byte, and their folded forms. Most values that match nothing are told by their first or last byte
//  alone.
#include "worker/rules/codes/value_map.h"

#include "messages/base/narrow.h"
#include "worker/text/ascii.h"
#include "worker/text/index.h"

#include <stdlib.h>

enum { FOLD_BYTES = 256, ENTRIES_FIRST = 32 };

//  One spelling. A code is a spelling of itself as long as no other code claims it.
struct entry {
    char *bytes;    //  owned: spelling, its folded form, code
    struct text spelling, folded, code;
    bool implied, assumed;
};

struct value_map {
    struct entry *entries;
    size_t count, size;
    text_index_t *exact, *folded;
    bool first[256], last[256];    //  which bytes a spelling can begin and end with, in either case
};

value_map_t *value_map_new (void)
{
    value_map_t *self = calloc (1, sizeof *self);
    if (!self)
        return NULL;
    self->exact = text_index_new ();
    self->folded = text_index_new ();
    if (!self->exact || !self->folded)
        value_map_destroy (&self);
    return self;
}

void value_map_destroy (value_map_t **self_p)
{
    value_map_t *self = *self_p;
    if (!self)
        return;
    for (size_t at = 0; at < self->count; at++)
        free (self->entries[at].bytes);
    free (self->entries);
    text_index_destroy (&self->exact);
    text_index_destroy (&self->folded);
    free (self);
    *self_p = NULL;
}

//  The folded form in `out` [FOLD_BYTES]; n = 0 where it is empty or too long to be compared.
static struct text s_fold (struct text in, char *out)
{
    size_t n = text_fold (in, out, FOLD_BYTES);
    return (struct text){out, n < FOLD_BYTES ? n : 0};
}

static struct entry *s_find (const value_map_t *self, struct text value, struct text folded)
{
    int at = text_index_find (self->exact, value);
    if (at == TEXT_INDEX_NONE && folded.n)
        at = text_index_find (self->folded, folded);
    return at == TEXT_INDEX_NONE ? NULL : &self->entries[at];
}

static void s_mark (bool *set, char c)
{
    set[(unsigned char) c] = set[(unsigned char) to_lower (c)] = set[(unsigned char) to_upper (c)] = true;
}

//  A letter beyond ASCII may have been one in ASCII with a mark behind it.
static void s_mark_first (bool *set, char c)
{
    s_mark (set, c);
    for (char letter = 'a'; (c & 0x80) && letter <= 'z'; letter++)
        s_mark (set, letter);
}

//  Punctuation that folding drops can stand at either end of a value, and so can letters beyond ASCII: which
//  bytes these have depends on their case.
static void s_mark_ends (value_map_t *self, const struct entry *entry)
{
    static const char DROPPED[] = " \t\n\v\f\r_-./";
    for (const char *c = DROPPED; *c; c++)
        self->first[(unsigned char) *c] = self->last[(unsigned char) *c] = true;
    memset (self->first + 0x80, true, 0x80);
    memset (self->last + 0x80, true, 0x80);
    struct text forms[] = {entry->spelling, entry->folded};
    for (size_t at = 0; at < 2; at++)
        if (forms[at].n) {
            s_mark_first (self->first, forms[at].at[0]);
            s_mark (self->last, forms[at].at[forms[at].n - 1]);
        }
}

static char *s_copy (char *to, struct text in, struct text *out)
{
    if (in.n)
        memcpy (to, in.at, in.n);
    *out = (struct text){to, in.n};
    return to + in.n;
}

static int s_append (value_map_t *self, struct text spelling, struct text folded, struct text code,
                     bool implied)
{
    if (!self->entries || self->count == self->size) {
        size_t size = self->size ? self->size * 2 : ENTRIES_FIRST;
        struct entry *entries = realloc (self->entries, size * sizeof *entries);
        if (!entries)
            return -1;
        self->entries = entries;
        self->size = size;
    }
    struct entry *entry = &self->entries[self->count];
    entry->bytes = malloc (spelling.n + folded.n + code.n + 1);
    if (!entry->bytes)
        return -1;
    char *to = s_copy (entry->bytes, spelling, &entry->spelling);
    to = s_copy (to, folded, &entry->folded);
    s_copy (to, code, &entry->code);
    entry->implied = implied;
    entry->assumed = false;
    int at = NARROW (int, self->count++);
    s_mark_ends (self, entry);
    if (text_index_put (self->exact, entry->spelling, at) != 0)
        return -1;
    return entry->folded.n ? text_index_put (self->folded, entry->folded, at) : 0;
}

int value_map_add (value_map_t *self, struct text spelling, struct text code)
{
    char buffer[FOLD_BYTES];
    struct text folded = s_fold (spelling, buffer);
    const struct entry *there = s_find (self, spelling, folded);
    if ((!there || there->implied) && s_append (self, spelling, folded, code, false) != 0)
        return -1;
    folded = s_fold (code, buffer);
    if (code.n && !s_find (self, code, folded))
        return s_append (self, code, folded, code, true);
    return 0;
}

int value_map_assume (value_map_t *self, struct text spelling)
{
    char buffer[FOLD_BYTES];
    struct entry *entry = s_find (self, spelling, s_fold (spelling, buffer));
    if (!entry)
        return -1;
    entry->assumed = true;
    return 0;
}

int value_map_entry (const value_map_t *self, struct text value)
{
    if (value.n == 0 || !self->first[(unsigned char) value.at[0]] ||
        !self->last[(unsigned char) value.at[value.n - 1]])
        return VALUE_MAP_NONE;
    int at = text_index_find (self->exact, value);
    if (at == TEXT_INDEX_NONE) {
        char buffer[FOLD_BYTES];
        struct text folded = s_fold (value, buffer);
        at = folded.n ? text_index_find (self->folded, folded) : TEXT_INDEX_NONE;
    }
    return at == TEXT_INDEX_NONE ? VALUE_MAP_NONE : at;
}

struct text value_map_code (const value_map_t *self, int entry)
{
    return self->entries[entry].code;
}

enum rule value_map_find (const value_map_t *self, struct text value, struct text *out)
{
    int at = value_map_entry (self, value);
    if (at == VALUE_MAP_NONE)
        return RULE_CODE_UNMAPPED;
    *out = self->entries[at].code;
    if (self->entries[at].assumed)
        return RULE_CODE_ASSUMED;
    return text_equal (value, *out) ? RULE_NONE : RULE_CODE_MAPPED;
}
