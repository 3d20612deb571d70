//  measurement.c: see measurement.h.
#include "worker/rules/record/measurement.h"

#include "worker/rules/identifiers/identifier.h"
#include "worker/rules/numbers/number.h"
#include "worker/rules/record/reference_range.h"

#include <math.h>

enum { SIGNIFICANT_MIN = 3, SIGNIFICANT_MAX = 6 };

static struct text s_keep (struct record *self, const char *bytes, size_t n)
{
    char *to = record_scratch (self, n);
    memcpy (to, bytes, n);
    return (struct text){to, n};
}

//  Result text that is no number: to the text field, unless that has a value of its own.
static void s_to_text (struct record *self, const struct measure *measure, struct text in)
{
    struct text source = self->sources[measure->number];
    self->values[measure->number] = (struct text){NULL, 0};
    if (measure->text == FIELD_NONE || self->values[measure->text].n) {
        record_note (self, measure->number, RULE_NUMBER_INVALID, source, self->values[measure->number]);
        return;
    }
    struct text out = in;
    enum rule rule = text_standardize (in, &out, &self->scratch);
    if (rule == RULE_TEXT_INVALID)
        out = in;
    self->values[measure->text] = out;
    self->missing[measure->text] = false;
    record_note (self, measure->number, RULE_NUMBER_TO_TEXT, source, out);
}

//  false: the number field holds no number.
static bool s_read (struct record *self, const struct measure *measure, struct number *number)
{
    struct text in = self->values[measure->number];
    if (in.n == 0)
        return false;
    enum rule rule = number_read (in, number);
    if (rule == RULE_NUMBER_INVALID) {
        s_to_text (self, measure, in);
        return false;
    }
    struct text source = self->sources[measure->number];
    if (rule != RULE_NONE)
        self->values[measure->number] = s_keep (self, number->digits, number->n);
    if (number->comparator[0] && measure->comparator != FIELD_NONE) {
        if (self->values[measure->comparator].n == 0)
            self->values[measure->comparator] =
                s_keep (self, number->comparator, strlen (number->comparator));
        self->missing[measure->comparator] = false;
        record_note (self, measure->number, RULE_NUMBER_SPLIT, source, self->values[measure->number]);
    } else if (rule != RULE_NONE)
        record_note (self, measure->number, RULE_NUMBER_FORMAT, source, self->values[measure->number]);
    return true;
}

static unsigned s_significant (unsigned shown)
{
    unsigned want = shown + 1;
    if (want < SIGNIFICANT_MIN)
        return SIGNIFICANT_MIN;
    return want > SIGNIFICANT_MAX ? SIGNIFICANT_MAX : want;
}

static void s_convert_number (struct record *self, int field, const struct number *number, double factor,
                              double offset)
{
    char digits[NUMBER_BYTES];
    double value = number_value (number->digits, number->n) * factor + offset;
    size_t n = number_write (value, s_significant (number->significant), digits);
    if (n)
        self->values[field] = s_keep (self, digits, n);
}

static void s_convert_bound (struct record *self, int field, double factor, double offset)
{
    struct number bound;
    if (field == FIELD_NONE || self->values[field].n == 0 ||
        number_read (self->values[field], &bound) == RULE_NUMBER_INVALID)
        return;
    struct text source = self->sources[field];
    s_convert_number (self, field, &bound, factor, offset);
    record_note (self, field, RULE_UNIT_CONVERTED, source, self->values[field]);
}

//  The original goes to source_value and source_unit, unless an earlier harmonization has put it there
//  already.
static void s_keep_source (struct record *self, const struct measure *measure)
{
    int value = measure->source_value, unit = measure->source_unit;
    if (value == FIELD_NONE || unit == FIELD_NONE || self->values[value].n || self->values[unit].n)
        return;
    self->values[value] = text_trim (self->sources[measure->number]);
    self->values[unit] = text_trim (self->sources[measure->unit]);
    self->missing[value] = self->missing[unit] = false;
}

//  true: the number is in the test's canonical unit now.
static bool s_convert (struct record *self, const struct plan *plan, const struct unit_test *test,
                       const struct number *number)
{
    const struct measure *measure = &plan->schema->measure;
    struct text unit = self->values[measure->unit];
    if (test->canonical.n == 0 || (unit.n == 0 && !test->unitless))
        return false;
    if (unit.n == 0 || text_equal (unit, test->canonical))
        return true;
    double factor, offset;
    struct text source = self->sources[measure->unit];
    struct text other;
    bool known = unit_conversion (plan->units, test, unit, &factor, &offset) ||
                 (unit_otherwise (plan->units, text_trim (source), &other) &&
                  unit_conversion (plan->units, test, other, &factor, &offset));
    if (!known) {
        record_note (self, measure->unit, RULE_UNIT_INCOMPATIBLE, source, unit);
        return false;
    }
    s_keep_source (self, measure);
    self->values[measure->unit] = test->canonical;
    record_note (self, measure->unit, RULE_UNIT_CONVERTED, source, test->canonical);
    if (factor == 1 && offset == 0)
        return true;
    s_convert_number (self, measure->number, number, factor, offset);
    record_note (self, measure->number, RULE_UNIT_CONVERTED, self->sources[measure->number],
                 self->values[measure->number]);
    s_convert_bound (self, measure->low, factor, offset);
    s_convert_bound (self, measure->high, factor, offset);
    return true;
}

void record_measure (struct record *self)
{
    const struct plan *plan = self->plan;
    static const char LOINC_SYSTEM[] = "http://loinc.org";
    const struct measure *measure = &plan->schema->measure;
    struct number number;
    bool there = measure->number != FIELD_NONE && s_read (self, measure, &number);
    if (measure->low != FIELD_NONE || measure->high != FIELD_NONE) {
        record_read_limits (self, measure);
        record_check_limits (self, measure, there ? &number : NULL);
    }
    struct text code = measure->code == FIELD_NONE ? (struct text){NULL, 0} : self->values[measure->code];
    //  The table's codes are valid; only another one's check digit is computed.
    const struct unit_test *test = code.n ? unit_test_find (plan->units, code) : NULL;
    bool loinc = test || (code.n && loinc_is_valid (code));
    if (measure->code_system != FIELD_NONE && code.n) {
        struct text *system = &self->values[measure->code_system];
        if (loinc)
            *system = TEXT (LOINC_SYSTEM);
        else if (text_equal (*system, TEXT (LOINC_SYSTEM)))
            *system = (struct text){NULL, 0};
        self->missing[measure->code_system] = system->n == 0;
    }
    if (there && test && measure->unit != FIELD_NONE && s_convert (self, plan, test, &number)) {
        struct text converted = self->values[measure->number];
        double value = number_value (converted.at, converted.n);
        if (value < test->low || value > test->high)
            record_note (self, measure->number, RULE_PLAUSIBLE_RANGE, self->sources[measure->number],
                         self->values[measure->number]);
    }
}
