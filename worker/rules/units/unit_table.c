//  unit_table.c: looks up units and tests, see unit.h; the hot path of each measurement.
#include "worker/rules/units/unit_table.h"

bool unit_is_ucum (struct text code)
{
    struct ucum unit;
    return ucum_read (code, &unit);
}

//  Index of the code that the text spells, TEXT_INDEX_NONE: none.
static int s_find (const unit_table_t *self, struct text in)
{
    char folded[UNIT_SPELLING_BYTES];
    int at = text_index_find (self->exact, in);
    if (at != TEXT_INDEX_NONE)
        return at;
    size_t n = unit_spelling (in, folded);
    return n ? text_index_find (self->folded, (struct text){folded, n}) : TEXT_INDEX_NONE;
}

static int s_find_stripped (const unit_table_t *self, struct text in)
{
    int at = s_find (self, in);
    while (at == TEXT_INDEX_NONE && unit_strip (&in))
        at = s_find (self, in);
    return at;
}

static int s_readings (const unit_table_t *self, struct text in)
{
    return in.n <= self->others_longest ? text_index_find (self->others, in) : TEXT_INDEX_NONE;
}

//  UCUM that the table has not, in the one way that is written.
static enum rule s_respell (const unit_table_t *self, struct text in, struct text *out,
                            struct scratch *scratch)
{
    *out = in;
    if (!unit_is_ucum (in))
        return RULE_UNIT_INVALID;
    if (!scratch || scratch->size - scratch->used < in.n)
        return RULE_NONE;
    char *to = scratch->at + scratch->used;
    struct text spelled = {to, ucum_spell (in, to)};
    if (text_equal (in, spelled))
        return RULE_NONE;
    int at = text_index_find (self->exact, spelled);
    *out = at == TEXT_INDEX_NONE ? spelled : self->codes[at].code;
    scratch->used += spelled.n;
    return RULE_UNIT_SPELLING;
}

//  The same without brackets around it and without what is no part of it, where that is a unit.
static enum rule s_bare (const unit_table_t *self, struct text in, struct text *out, struct scratch *scratch)
{
    struct text bare = in;
    while (unit_strip (&bare))
        ;
    if (bare.n < in.n && s_respell (self, bare, out, scratch) != RULE_UNIT_INVALID)
        return RULE_UNIT_SPELLING;
    return s_respell (self, in, out, scratch);
}

enum rule unit_standardize (const unit_table_t *self, struct text in, struct text *out,
                            struct scratch *scratch)
{
    int at = s_find_stripped (self, in);
    if (at == TEXT_INDEX_NONE)
        return s_bare (self, in, out, scratch);
    *out = self->codes[at].code;
    for (int r = s_readings (self, in); r != TEXT_INDEX_NONE; r = self->readings[r].next)
        if (self->readings[r].warns)
            return RULE_UNIT_AMBIGUOUS;
    return text_equal (in, *out) ? RULE_NONE : RULE_UNIT_SPELLING;
}

bool unit_of_table (const unit_table_t *self, struct text in, struct text *out)
{
    int at = s_find_stripped (self, in);
    if (at != TEXT_INDEX_NONE)
        *out = self->codes[at].code;
    return at != TEXT_INDEX_NONE;
}

bool unit_has_readings (const unit_table_t *self, struct text in)
{
    return s_readings (self, in) != TEXT_INDEX_NONE;
}

//  Of one of the table's codes.
static struct conversion s_conversion (const unit_table_t *self, const struct test *test, int code)
{
    struct known_conversion *known = &test->conversions[code];
    if (atomic_load_explicit (&known->state, memory_order_acquire) == CONVERSION_MADE)
        return known->conversion;
    struct conversion found = test_conversion (test, self->codes[code].code, &self->codes[code].ucum);
    unsigned char none = CONVERSION_NONE;
    if (atomic_compare_exchange_strong (&known->state, &none, CONVERSION_MAKING)) {
        known->conversion = found;
        atomic_store_explicit (&known->state, CONVERSION_MADE, memory_order_release);
    }
    return found;
}

bool unit_reading (const unit_table_t *self, const struct unit_test *test, struct text in, struct text *out)
{
    const struct test *full = (const struct test *) test;
    int at = s_find_stripped (self, in), best = TEXT_INDEX_NONE, next = s_readings (self, in);
    while (at != TEXT_INDEX_NONE) {
        struct conversion found = s_conversion (self, full, at);
        bool same = found.known && found.factor == 1 && found.offset == 0;
        if (found.known && (best == TEXT_INDEX_NONE || same))
            best = at;
        while (next != TEXT_INDEX_NONE && self->readings[next].named)
            next = self->readings[next].next;
        at = same || next == TEXT_INDEX_NONE ? TEXT_INDEX_NONE : self->readings[next].code;
        next = next == TEXT_INDEX_NONE ? next : self->readings[next].next;
    }
    if (best != TEXT_INDEX_NONE)
        *out = self->codes[best].code;
    return best != TEXT_INDEX_NONE;
}

static const struct analyte *s_analyte (const unit_table_t *self, struct text name)
{
    char folded[ANALYTE_NAME_BYTES];
    size_t n = text_fold (name, folded, sizeof folded);
    int at = n ? text_index_find (self->analyte_of, (struct text){folded, n}) : TEXT_INDEX_NONE;
    return at == TEXT_INDEX_NONE ? NULL : &self->analytes[at];
}

//  By the whole name; else by what stands before a bracket, a comma or the first space: “Leukocytes
//  [#/volume] in Blood”, “pH, arterial”, “WBC count”.
bool unit_reading_of (const unit_table_t *self, struct text name, struct text in, struct text *out)
{
    static const char *const ENDS[] = {"", "[(,;:", "[(,;: "};
    for (size_t e = 0; name.n && e < sizeof ENDS / sizeof *ENDS; e++) {
        size_t n = 0;
        while (n < name.n && !(*ENDS[e] && strchr (ENDS[e], name.at[n])))
            n++;
        const struct analyte *analyte = s_analyte (self, (struct text){name.at, n});
        for (size_t i = 0; analyte && i < analyte->count; i++)
            if (text_equal (analyte->readings[i].spelling, in)) {
                *out = self->codes[analyte->readings[i].code].code;
                return true;
            }
    }
    return false;
}

const struct unit_test *unit_test_find (const unit_table_t *self, struct text loinc)
{
    int at = text_index_find (self->by_loinc, loinc);
    return at == TEXT_INDEX_NONE ? NULL : &self->tests[at].shown;
}

bool unit_conversion (const unit_table_t *self, const struct unit_test *test, struct text unit,
                      double *factor, double *offset)
{
    const struct test *full = (const struct test *) test;
    struct conversion found = {.known = false};
    int at = text_index_find (self->exact, unit);
    struct ucum ucum;
    if (at != TEXT_INDEX_NONE)
        found = s_conversion (self, full, at);
    else if (test->canonical.n && ucum_read (unit, &ucum))
        found = test_conversion (full, unit, &ucum);
    if (!found.known)
        return false;
    *factor = found.factor;
    *offset = found.offset;
    return true;
}
