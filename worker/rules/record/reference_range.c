//  reference_range.c: see reference_range.h.
#include "worker/rules/record/reference_range.h"

#include "worker/rules/numbers/range.h"
#include "worker/rules/record/measured_unit.h"

#include <math.h>

static struct text s_keep (struct record *self, const struct number *number)
{
    char *to = record_scratch (self, number->n);
    memcpy (to, number->digits, number->n);
    return (struct text){to, number->n};
}

//  One end of the range, unless the field has a value of its own. `from`: the field whose column held it.
static void s_put (struct record *self, int field, int from, const struct number *number)
{
    if (field == FIELD_NONE || (field != from && self->values[field].n))
        return;
    self->values[field] = s_keep (self, number);
    self->sources[field] = self->sources[from];
    self->missing[field] = false;
}

//  One number in the column of a limit: it is that limit, whatever the comparator says of the values that are
//  meant ("low: <3.5"). Something that says the contrary earns a warning.
static void s_take_limit (struct record *self, const struct measure *measure, int field,
                          const struct range *range)
{
    bool low = field == measure->low, contrary = low ? range->has_high && !range->lone : range->has_low;
    const struct number *number = range->has_low ? &range->low : &range->high;
    self->values[field] = s_keep (self, number);
    record_note (self, field, contrary ? RULE_LIMIT_COMPARATOR : RULE_NUMBER_FORMAT, self->sources[field],
                 self->values[field]);
}

//  The unit that stands with the range, as UCUM; n = 0: none but the value's own. false: it is no unit, or
//  one that the value's cannot be compared with.
static bool s_read_unit (struct record *self, const struct measure *measure, const struct unit_test *test,
                         const struct range *range, struct text *out)
{
    struct text own = measure->unit == FIELD_NONE ? (struct text){NULL, 0} : self->values[measure->unit];
    struct text in = {range->unit, range->unit_n};
    *out = (struct text){NULL, 0};
    if (in.n == 0)
        return true;
    if (!measured_unit_of (self->plan->units, test, in, out))
        return false;
    if (own.n == 0 || text_equal (own, *out)) {
        *out = (struct text){NULL, 0};
        return true;
    }
    double factor, offset;
    return test && unit_conversion (self->plan->units, test, *out, &factor, &offset) &&
           unit_conversion (self->plan->units, test, own, &factor, &offset);
}

//  What is no number in the field of a limit: a range, or nothing that can be used.
static void s_spread (struct record *self, const struct measure *measure, const struct unit_test *test,
                      int field, int other)
{
    struct text in = self->values[field], source = self->sources[field], range_unit;
    struct text unit =
        measure->unit == FIELD_NONE ? (struct text){NULL, 0} : text_trim (self->sources[measure->unit]);
    struct range range = {.has_low = false};
    bool kept = record_is_range (self, field);
    bool read = range_read (in, unit, record_mark (self, field), sex_of (text_trim (self->sex)), &range) &&
                !(range.lone && kept);
    if (read)
        record_count_mark (self, field, range.evidence);
    read = read && s_read_unit (self, measure, test, &range, &range_unit);
    bool own = field == measure->low ? range.has_low : range.has_high;
    self->values[field] = (struct text){NULL, 0};
    if (read && range_unit.n)
        self->limit_unit = range_unit;
    if (read && !kept && !(range.has_low && range.has_high)) {
        s_take_limit (self, measure, field, &range);
        return;
    }
    if (!read && kept) {
        self->missing[field] = true;    //  "Negative" stays in a column of its own
        return;
    }
    if (!read || (!own && (other == FIELD_NONE || self->values[other].n))) {
        record_note (self, field, RULE_NUMBER_INVALID, source, self->values[field]);
        return;
    }
    if (range.has_low)
        s_put (self, measure->low, field, &range.low);
    if (range.has_high)
        s_put (self, measure->high, field, &range.high);
    self->missing[field] = self->values[field].n == 0;
    record_note (self, field, RULE_RANGE_SPLIT, source, self->values[field]);
}

//  Whether the limit is not read yet. All that stands in a column of ranges is for this file.
static bool s_is_open (const struct record *self, int field)
{
    return field != FIELD_NONE && self->values[field].n &&
           (record_is_range (self, field) || !number_is_decimal (self->values[field]));
}

void record_read_limits (struct record *self, const struct measure *measure, const struct unit_test *test)
{
    int low = measure->low, high = measure->high;
    self->limit_unit = (struct text){NULL, 0};
    bool high_open = s_is_open (self, high);    //  before the low one's range may go to it
    if (s_is_open (self, low))
        s_spread (self, measure, test, low, high);
    if (high_open)
        s_spread (self, measure, test, high, low);
}

static double s_value (const struct record *self, int field)
{
    if (field == FIELD_NONE || self->values[field].n == 0)
        return NAN;
    return number_value (self->values[field].at, self->values[field].n);
}

//  Where the measured value lies, as its comparator tells: a single point, or all above or below one.
struct span {
    double least, most;
};

static struct span s_span (const struct record *self, const struct measure *measure,
                           const struct number *number)
{
    double value = number_value (number->digits, number->n);
    struct text comparator =
        measure->comparator == FIELD_NONE ? text_of (number->comparator) : self->values[measure->comparator];
    char sign = comparator.n ? comparator.at[0] : '\0';
    return (struct span){sign == '<' ? -INFINITY : value, sign == '>' ? INFINITY : value};
}

//  Whether the flag says what cannot be. A value at a limit agrees with either side: laboratories flag before
//  they round.
static bool s_disagrees (struct text flag, struct span value, double low, double high)
{
    bool single = flag.n == 1 || (flag.n == 2 && (flag.at[1] == flag.at[0] || flag.at[1] == 'U' ||
                                                  flag.at[1] == 'X'));    //  HH, HU, HX
    bool below = value.most<low, above = value.least> high;               //  false where there is no limit
    switch (single ? flag.at[0] : '\0') {
    case 'H':
        return below || value.most < high;
    case 'L':
        return above || value.least > low;
    case 'N':
        return flag.n == 1 && (below || above);
    default:
        return false;
    }
}

void record_check_limits (struct record *self, const struct measure *measure, const struct number *number)
{
    double low = s_value (self, measure->low), high = s_value (self, measure->high);
    if (low > high) {
        record_note (self, measure->low, RULE_REFERENCE_RANGE, self->sources[measure->low],
                     self->values[measure->low]);
        return;
    }
    if (!number || measure->flag == FIELD_NONE || self->values[measure->flag].n == 0 ||
        (isnan (low) && isnan (high)))
        return;
    struct text flag = self->values[measure->flag];
    if (s_disagrees (flag, s_span (self, measure, number), low, high))
        record_note (self, measure->flag, RULE_FLAG_DISAGREES, self->sources[measure->flag], flag);
}
