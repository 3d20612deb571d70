//  standardize.c: see standardize.h.
#include "worker/rules/record/standardize.h"

#include "worker/rules/identifiers/check_digit.h"
#include "worker/rules/identifiers/contact.h"
#include "worker/rules/identifiers/identifier.h"
#include "worker/rules/identifiers/loinc.h"
#include "worker/rules/identifiers/phone.h"
#include "worker/rules/identifiers/state.h"
#include "worker/rules/numbers/number.h"
#include "worker/rules/record/also.h"
#include "worker/rules/record/place.h"
#include "worker/text/ascii.h"

#include <math.h>

static enum rule s_read_date (const struct step *step, struct text in, enum date_order order, uint32_t today,
                              char *to, size_t *n, enum date_evidence *evidence)
{
    bool timed = step->type == FIELD_DATETIME;
    if (step->form)
        return date_form_standardize (step->form, timed, in, order, today, to, n, evidence);
    return timed ? datetime_standardize (in, order, today, to, n, evidence)
                 : date_standardize (in, order, today, to, n, evidence);
}

//  A value votes the same in every pass, or passes could overrule each other without end: where ymd is what
//  to fall back on, two-digit years are read as votes by ymd alone.
static __attribute__ ((noinline)) enum rule s_date (struct record *self, const struct plan *plan, int f,
                                                    struct text in, struct text *out)
{
    const struct step *step = &plan->steps[f];
    size_t n = 0;
    char *to = self->scratch.at + self->scratch.used;
    enum rule rule = s_read_date (step, in, step->order, plan->today, to, &n, &self->evidence[f]);
    if (step->fallback == DATE_ORDER_YMD && step->order != DATE_ORDER_YMD) {
        char ignored[DATE_BYTES];
        size_t ignored_n = 0;
        s_read_date (step, in, DATE_ORDER_YMD, plan->today, ignored, &ignored_n, &self->evidence[f]);
    }
    if (RULE[rule].sort == RULE_SORT_INVALID)
        return rule;
    *out = rule == RULE_NONE ? in : (struct text){record_scratch (self, n), n};
    if (step->past && memcmp (out->at, plan->today_text, out->n < 10 ? out->n : 10) > 0)
        record_note (self, f, RULE_DATE_FUTURE, in, *out);
    return rule;
}

static bool s_is_inside (const struct step *step, const struct number *number)
{
    if (isnan (step->minimum) && isnan (step->maximum))
        return true;
    double value = number_value (number->digits, number->n);
    return !(value < step->minimum || value > step->maximum);
}

//  48,137 of a latitude can be read one way only, as the other one is outside of what the field can hold.
static void s_read_inside (const struct step *step, struct text in, struct number *number)
{
    struct number point, comma;
    if (number_read (in, DECIMAL_POINT, &point) == RULE_NUMBER_INVALID ||
        number_read (in, DECIMAL_COMMA, &comma) == RULE_NUMBER_INVALID ||
        s_is_inside (step, &point) == s_is_inside (step, &comma))
        return;
    *number = s_is_inside (step, &point) ? point : comma;
    number->evidence = s_is_inside (step, &point) ? DECIMAL_EVIDENCE_POINT : DECIMAL_EVIDENCE_COMMA;
}

//  A number that no measurement spreads: no comparator, inside the field's range.
static enum rule s_number (struct record *self, const struct step *step, int f, struct text in,
                           struct text *out)
{
    struct number number;
    enum rule rule = number_read (in, record_mark (self, f), &number);
    if (rule != RULE_NUMBER_INVALID && number.evidence == DECIMAL_EVIDENCE_AMBIGUOUS) {
        s_read_inside (step, in, &number);
        rule = text_equal (in, (struct text){number.digits, number.n}) ? RULE_NONE : RULE_NUMBER_FORMAT;
    }
    record_count_mark (self, f, rule == RULE_NUMBER_INVALID ? DECIMAL_EVIDENCE_NONE : number.evidence);
    if (rule == RULE_NUMBER_INVALID || number.comparator[0])
        return RULE_NUMBER_INVALID;
    if (!s_is_inside (step, &number))
        return RULE_NUMBER_RANGE;
    if (rule == RULE_NONE) {
        *out = in;
        return rule;
    }
    char *to = record_scratch (self, number.n);
    memcpy (to, number.digits, number.n);
    *out = (struct text){to, number.n};
    return rule;
}

//  The same; what is none in the field of a limit may be a whole range, which record_measure reads, as it
//  reads all of a column of ranges: a number alone is none there.
static __attribute__ ((noinline)) enum rule s_limit (struct record *self, const struct plan *plan, int f,
                                                     struct text in, struct text *out)
{
    const struct measure *measure = &plan->schema->measure;
    bool limit = plan->schema->has_measure && (f == measure->low || f == measure->high);
    enum rule rule = RULE_NUMBER_INVALID;
    if (!limit || !record_is_range (self, f))
        rule = s_number (self, &plan->steps[f], f, in, out);
    if (rule != RULE_NUMBER_INVALID || !limit)
        return rule;
    *out = in;
    return RULE_NONE;
}

//  Whether the field keeps a value as it stood before it was converted, which may be any number.
static bool s_is_source (const struct record *self, int f)
{
    const struct measure *measure = &self->plan->schema->measure;
    return self->plan->schema->has_measure && (f == measure->source_value || f == measure->source_unit);
}

static enum rule s_identified (const struct step *step, struct text in, struct text *out,
                               struct scratch *scratch)
{
    switch (step->type) {
    case FIELD_SSN:
        return ssn_standardize (in, out, scratch);
    case FIELD_PHONE:
        return phone_standardize (in, out, scratch);
    case FIELD_EMAIL:
        return email_standardize (in, out, scratch);
    case FIELD_POSTAL_CODE:
        return postal_code_standardize (in, out, scratch);
    case FIELD_NPI:
        return npi_standardize (in, out);
    case FIELD_NHS_NUMBER:
        return nhs_number_standardize (in, out, scratch);
    case FIELD_SNOMED_CT:
        return snomed_standardize (in, step->open, out);
    case FIELD_ICD10CM:
        return icd10cm_standardize (in, out, scratch);
    case FIELD_UID:
        *out = in;
        if (step->open && identifier_lost_digits (in))
            return RULE_IDENTIFIER_DIGITS;
        return uid_is_valid (in) || (step->open && !uid_is_meant (in)) ? RULE_NONE : RULE_UID_INVALID;
    default:
        return identifier_standardize (in, out, scratch);
    }
}

//  What is no spelling may hold several, of another field too.
static __attribute__ ((noinline)) enum rule s_several (struct record *self, const struct plan *plan, int f,
                                                       struct text in, struct text *out)
{
    const struct field *field = &plan->schema->fields[f];
    int also = plan->steps[f].also, other;
    enum rule rule = several_find (&field->several, field->codes,
                                   also == FIELD_NONE ? NULL : plan->steps[also].codes, in, out, &other);
    if (other != VALUE_MAP_NONE && other < UINT16_MAX)
        self->marks[f] = (uint16_t) (other + 1);
    return rule;
}

//  The number of a concept is no unit, though UCUM takes numbers for units: 8840.
static bool s_is_concept (struct text in)
{
    enum { CONCEPT_LEAST = 4 };
    size_t digits = 0;
    while (digits < in.n && is_digit (in.at[digits]))
        digits++;
    return digits == in.n && in.n >= CONCEPT_LEAST;
}

enum rule record_standardize (struct record *self, const struct plan *plan, int f, struct text in,
                              struct text *out)
{
    const struct step *step = &plan->steps[f];
    enum rule rule;
    switch (step->type) {
    case FIELD_TEXT:
        rule = text_standardize (in, out, &self->scratch);
        self->marks[f] = f == plan->country ? country_mark (*out) : 0;
        return rule;
    case FIELD_STATE:
        *out = in;
        self->marks[f] = state_countries (in);
        return state_standardize (in, plan->places.regions[f], out);
    case FIELD_DATE:
    case FIELD_DATETIME:
        return s_date (self, plan, f, in, out);
    case FIELD_NUMBER:
        if (plan->schema->has_measure && f == plan->schema->measure.number) {
            *out = in;    //  record_measure reads it
            return RULE_NONE;
        }
        return s_limit (self, plan, f, in, out);
    case FIELD_UNIT:
        if (step->codes && s_is_concept (in))
            return value_map_find (step->codes, in, out) == RULE_CODE_UNMAPPED ? RULE_UNIT_INVALID
                                                                               : RULE_CODE_MAPPED;
        return unit_standardize (plan->units, in, out, &self->scratch);
    case FIELD_CODE:
        if (step->also != FIELD_NONE)
            self->marks[f] = record_also_mark (plan, f, in);
        rule = value_map_find (step->codes, in, out);
        return rule == RULE_CODE_UNMAPPED ? s_several (self, plan, f, in, out) : rule;
    case FIELD_TEST_CODE:
        rule = loinc_standardize (in, out, &self->scratch);
        return rule == RULE_NONE ? identifier_standardize (in, out, &self->scratch) : rule;
    case FIELD_IDENTIFIER:
        *out = in;
        if (identifier_lost_digits (in) && !s_is_source (self, f))
            return RULE_IDENTIFIER_DIGITS;
        return identifier_standardize (in, out, &self->scratch);
    default:
        return s_identified (step, in, out, &self->scratch);
    }
}
