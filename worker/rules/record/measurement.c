//  measurement.c: see measurement.h.
#include "worker/rules/record/measurement.h"

#include "worker/rules/identifiers/identifier.h"
#include "worker/rules/identifiers/loinc.h"
#include "worker/rules/numbers/number.h"
#include "worker/rules/record/measured_unit.h"
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

//  Whether the value's comparator has no place, or another one stands there: as a number alone it would be
//  wrong.
static bool s_contradicts (const struct record *self, const struct measure *measure,
                           const struct number *number)
{
    if (number->comparator[0] == '\0')
        return false;
    if (measure->comparator == FIELD_NONE)
        return true;
    struct text there = self->values[measure->comparator];
    return there.n && !text_equal (there, text_of (number->comparator));
}

//  Where nothing else holds a result, what stood in the source is one (OMOP's value_source_value, PCORnet's
//  RAW_RESULT); and words in a column of comparators are (i2b2's TVAL_CHAR).
static void s_find_result (struct record *self, const struct measure *measure)
{
    int value = measure->source_value, comparator = measure->comparator;
    if (self->values[measure->number].n || (measure->text != FIELD_NONE && self->values[measure->text].n))
        return;
    int from = FIELD_NONE;
    if (comparator != FIELD_NONE && !self->missing[comparator] && self->values[comparator].n == 0)
        from = comparator;
    else if (value != FIELD_NONE && self->values[value].n)
        from = value;
    struct text in = from == FIELD_NONE ? (struct text){NULL, 0} : text_trim (self->sources[from]);
    struct finding *last = NULL;
    for (size_t i = 0; from == comparator && i < self->finding_count; i++)
        if (self->findings[i].field == comparator && self->findings[i].rule == RULE_CODE_UNMAPPED)
            last = &self->findings[i];
    if (in.n == 0 || (from == comparator && !last))
        return;
    self->values[measure->number] = in;
    self->sources[measure->number] = self->sources[from];
    self->from[measure->number] = self->from[from];
    self->missing[measure->number] = false;
    if (from == value)
        record_note (self, measure->number, RULE_VALUE_FROM_SOURCE, self->sources[from], in);
    else
        *last = (struct finding){measure->number, RULE_VALUE_FROM_SOURCE, last->raw, in};
}

//  false: the number field holds no number.
static bool s_read (struct record *self, const struct measure *measure, const struct unit_test *test,
                    struct number *number)
{
    struct text in = self->values[measure->number];
    if (in.n == 0)
        return false;
    enum rule rule = number_read (in, record_mark (self, measure->number), number);
    if (rule == RULE_NUMBER_INVALID)
        rule = record_read_quantity (self, test, number);
    if (rule == RULE_NUMBER_INVALID || s_contradicts (self, measure, number)) {
        s_to_text (self, measure, in);
        return false;
    }
    record_count_mark (self, measure->number, number->evidence);
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
        number_read (self->values[field], DECIMAL_POINT, &bound) == RULE_NUMBER_INVALID)
        return;
    struct text source = self->sources[field];
    s_convert_number (self, field, &bound, factor, offset);
    record_note (self, field, RULE_UNIT_CONVERTED, source, self->values[field]);
}

static void s_convert_bounds (struct record *self, const struct measure *measure, double factor,
                              double offset)
{
    if (factor == 1 && offset == 0)
        return;
    s_convert_bound (self, measure->low, factor, offset);
    s_convert_bound (self, measure->high, factor, offset);
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
                 (unit_reading (plan->units, test, text_trim (source), &other) &&
                  unit_conversion (plan->units, test, other, &factor, &offset));
    if (!known) {
        record_note (self, measure->unit, RULE_UNIT_INCOMPATIBLE, source, unit);
        return false;
    }
    s_keep_source (self, measure);
    self->values[measure->unit] = test->canonical;
    record_note (self, measure->unit, RULE_UNIT_CONVERTED, source, test->canonical);
    if (factor != 1 || offset != 0) {
        s_convert_number (self, measure->number, number, factor, offset);
        record_note (self, measure->number, RULE_UNIT_CONVERTED, self->sources[measure->number],
                     self->values[measure->number]);
    }
    if (self->limit_unit.n == 0)
        s_convert_bounds (self, measure, factor, offset);
    return true;
}

//  Limits that have a unit of their own are converted by that one, once the value is in the test's.
static void s_convert_limits (struct record *self, const struct plan *plan, const struct unit_test *test)
{
    double factor, offset;
    if (self->limit_unit.n && unit_conversion (plan->units, test, self->limit_unit, &factor, &offset))
        s_convert_bounds (self, &plan->schema->measure, factor, offset);
}

//  Limits in another unit than the value's, which could not be brought together.
static void s_drop_limits (struct record *self, const struct measure *measure)
{
    const int limits[] = {measure->low, measure->high};
    for (size_t i = 0; i < 2; i++) {
        if (limits[i] == FIELD_NONE || self->values[limits[i]].n == 0)
            continue;
        self->values[limits[i]] = (struct text){NULL, 0};
        record_note (self, limits[i], RULE_NUMBER_INVALID, self->sources[limits[i]], self->values[limits[i]]);
    }
}

//  The code's system, which a LOINC code has by its check digit.
static void s_set_system (struct record *self, const struct measure *measure, bool loinc)
{
    static const char LOINC_SYSTEM[] = "http://loinc.org";
    if (measure->code_system == FIELD_NONE || self->values[measure->code].n == 0)
        return;
    struct text *system = &self->values[measure->code_system];
    if (loinc)
        *system = TEXT (LOINC_SYSTEM);
    else if (text_equal (*system, TEXT (LOINC_SYSTEM)))
        *system = (struct text){NULL, 0};
    self->missing[measure->code_system] = system->n == 0;
}

//  2951-2^Sodium^LN has the name of the test too.
static void s_take_name (struct record *self, const struct measure *measure, struct text code)
{
    int name = self->plan->name;
    struct text source = measure->code == FIELD_NONE ? code : text_trim (self->sources[measure->code]);
    if (name == FIELD_NONE || source.n <= code.n || self->values[name].n ||
        !memchr (source.at, '^', source.n) || !loinc_is_valid (code))
        return;
    struct text out = loinc_name (source);
    if (out.n == 0)
        return;
    record_note (self, name, RULE_COLUMN_SPLIT, source, out);
    self->values[name] = out;
    self->missing[name] = false;
}

//  The value is in the test's unit.
static void s_check_plausible (struct record *self, const struct measure *measure,
                               const struct unit_test *test)
{
    struct text number = self->values[measure->number];
    double value = number_value (number.at, number.n);
    if (value < test->low || value > test->high)
        record_note (self, measure->number, RULE_PLAUSIBLE_RANGE, self->sources[measure->number], number);
}

void record_measure (struct record *self)
{
    const struct plan *plan = self->plan;
    const struct measure *measure = &plan->schema->measure;
    struct number number;
    struct text code = measure->code == FIELD_NONE ? (struct text){NULL, 0} : self->values[measure->code];
    //  The table's codes are valid; only another one's check digit is computed.
    const struct unit_test *test = code.n ? unit_test_find (plan->units, code) : NULL;
    s_set_system (self, measure, test || (code.n && loinc_is_valid (code)));
    s_take_name (self, measure, code);
    record_resolve_unit (self, test);
    if (measure->number != FIELD_NONE)
        s_find_result (self, measure);
    bool there = measure->number != FIELD_NONE && s_read (self, measure, test, &number);
    if (measure->low != FIELD_NONE || measure->high != FIELD_NONE) {
        record_read_limits (self, measure, test);
        bool alike = self->limit_unit.n == 0;
        record_check_limits (self, measure, there && alike ? &number : NULL);
    }
    if (there && test && measure->unit != FIELD_NONE && s_convert (self, plan, test, &number)) {
        s_convert_limits (self, plan, test);
        s_check_plausible (self, measure, test);
    } else if (self->limit_unit.n)
        s_drop_limits (self, measure);
}
