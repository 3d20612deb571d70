//  measured_unit.c: see measured_unit.h.
#include "worker/rules/record/measured_unit.h"

#include "worker/text/ascii.h"

static struct finding *s_ambiguous (struct record *self, int field)
{
    for (size_t i = 0; i < self->finding_count; i++)
        if (self->findings[i].rule == RULE_UNIT_AMBIGUOUS && self->findings[i].field == field)
            return &self->findings[i];
    return NULL;
}

static struct text s_value (const struct record *self, int field)
{
    return field == FIELD_NONE ? (struct text){NULL, 0} : self->values[field];
}

void record_resolve_unit (struct record *self, const struct unit_test *test)
{
    const struct plan *plan = self->plan;
    int field = plan->schema->measure.unit;
    if (field == FIELD_NONE || self->values[field].n == 0)
        return;
    struct finding *finding = s_ambiguous (self, field);
    struct text source = text_trim (self->sources[field]), reading;
    if (!finding && (test || !unit_has_readings (plan->units, source)))
        return;
    bool told =
        test ? unit_reading (plan->units, test, source, &reading)
             : unit_reading_of (plan->units, s_value (self, plan->schema->measure.code), source, &reading) ||
                   unit_reading_of (plan->units, s_value (self, plan->name), source, &reading);
    if (!told)
        return;
    self->values[field] = reading;
    if (finding)
        *finding = (struct finding){field, RULE_UNIT_SPELLING, self->sources[field], reading};
    else if (!text_equal (source, reading))
        record_note (self, field, RULE_UNIT_SPELLING, self->sources[field], reading);
}

bool measured_unit_of (const unit_table_t *units, const struct unit_test *test, struct text in,
                       struct text *out)
{
    if (test && unit_reading (units, test, in, out))
        return true;
    return unit_of_table (units, in, out);
}

//  Where a unit may begin: behind a digit, and not with what goes on with a number.
static bool s_may_begin (struct text in, size_t at)
{
    char c = in.at[at];
    return is_digit (in.at[at - 1]) && !is_digit (c) && c != '.' && c != ',' && c != '-';
}

//  One letter is a flag as well as a unit: 5.4 H.
static bool s_is_flag (struct text unit)
{
    return unit.n == 1 && is_letter (*unit.at);
}

enum rule record_read_quantity (struct record *self, const struct unit_test *test, struct number *number)
{
    enum { UNIT_BYTES = 40 };
    const struct measure *measure = &self->plan->schema->measure;
    struct text in = self->values[measure->number], code;
    if (measure->unit == FIELD_NONE || in.n > NUMBER_BYTES + UNIT_BYTES)
        return RULE_NUMBER_INVALID;
    struct text *own = &self->values[measure->unit];
    for (size_t at = 1; at < in.n; at++) {
        struct text unit = text_trim ((struct text){in.at + at, in.n - at});
        if (!s_may_begin (in, at) || s_is_flag (unit) ||
            !measured_unit_of (self->plan->units, test, unit, &code))
            continue;
        if (own->n ? !text_equal (*own, code) : !self->missing[measure->unit])
            return RULE_NUMBER_INVALID;
        enum rule rule =
            number_read (text_trim ((struct text){in.at, at}), record_mark (self, measure->number), number);
        if (rule == RULE_NUMBER_INVALID)
            continue;
        if (own->n == 0) {
            *own = code;
            self->sources[measure->unit] = unit;
            self->missing[measure->unit] = false;
            record_note (self, measure->unit, RULE_NUMBER_UNIT, self->sources[measure->number], code);
        }
        return rule == RULE_NONE ? RULE_NUMBER_FORMAT : rule;
    }
    return RULE_NUMBER_INVALID;
}
