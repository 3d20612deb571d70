//  unit_table.c: looks up units and tests, see unit.h; the hot path of each measurement.
#include "worker/rules/units/unit_table.h"

bool unit_is_ucum (struct text code)
{
    struct ucum unit;
    return ucum_read (code, &unit);
}

enum rule unit_standardize (const unit_table_t *self, struct text in, struct text *out)
{
    int at = text_index_find (self->exact, in);
    if (at == TEXT_INDEX_NONE) {
        char folded[UNIT_SPELLING_BYTES];
        size_t n = unit_spelling (in, folded);
        at = n ? text_index_find (self->folded, (struct text){folded, n}) : TEXT_INDEX_NONE;
    }
    if (at == TEXT_INDEX_NONE) {
        *out = in;
        return unit_is_ucum (in) ? RULE_NONE : RULE_UNIT_INVALID;
    }
    *out = self->codes[at].code;
    return text_equal (in, *out) ? RULE_NONE : RULE_UNIT_SPELLING;
}

bool unit_otherwise (const unit_table_t *self, struct text in, struct text *out)
{
    int at = text_index_find (self->others, in);
    if (at == TEXT_INDEX_NONE)
        return false;
    *out = self->codes[at].code;
    return true;
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
        found = full->conversions[at];
    else if (test->canonical.n && ucum_read (unit, &ucum))
        found = test_conversion (full, unit, &ucum);
    if (!found.known)
        return false;
    *factor = found.factor;
    *offset = found.offset;
    return true;
}
