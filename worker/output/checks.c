//  checks.c: see checks.h.
#include "worker/output/checks.h"

#include "messages/base/narrow.h"

#include <math.h>
#include <stdio.h>

//  Which rules a check counts; the others come from counts and from what a field has or lacks.
static bool s_counts (enum check check, enum rule rule)
{
    switch (rule) {
    case RULE_FIELD_COUNT:
    case RULE_RECORD_NUL:
    case RULE_RECORD_SYNTAX:
    case RULE_RECORD_KEY_TWICE:
    case RULE_RECORD_ENCODING:
        return check == CHECK_STRUCTURE;
    case RULE_CODE_ASSUMED:
        return check == CHECK_CODE_ASSUMED;
    case RULE_IDENTIFIER_SERVERS:
        return check == CHECK_SERVERS;
    case RULE_DATE_CENTURY:
        return check == CHECK_CENTURY_ASSUMED;
    case RULE_PHONE_ASSUMED:
        return check == CHECK_PHONE_ASSUMED;
    case RULE_DATE_ORDER_ASSUMED:
        return check == CHECK_ORDER_ASSUMED;
    case RULE_TABLE_UNMATCHED:
        return check == CHECK_REFERENCE;
    case RULE_UNIT_INCOMPATIBLE:
    case RULE_UNIT_INVALID:
    case RULE_REFERENCE_RANGE:
    case RULE_LOINC_CHECK:
    case RULE_LOINC_DATE:
    case RULE_IDENTIFIER_DIGITS:
    case RULE_SNOMED_CHECK:
    case RULE_FLAG_DISAGREES:
        return check == CHECK_COMPUTED;
    case RULE_NUMBER_MARK_ASSUMED:
        return check == CHECK_DECIMAL_MARK;
    case RULE_PLAUSIBLE_RANGE:
    case RULE_NUMBER_RANGE:
        return check == CHECK_RANGE;
    case RULE_DATE_FUTURE:
    case RULE_DEATH_BEFORE_BIRTH:
    case RULE_COLLECTED_AFTER_RESULT:
    case RULE_ORDER_OF_DATES:
    case RULE_DATE_TOO_LONG:
        return check == CHECK_TIME;
    default:
        return false;
    }
}

static uint64_t s_sum (const struct field_tally *tally, enum check check)
{
    uint64_t sum = 0;
    for (int rule = 0; rule < RULE_COUNT; rule++)
        if (tally->rules[rule].count && s_counts (check, (enum rule) rule))    //  most say nothing
            sum += tally->rules[rule].count;
    return sum;
}

static double s_limit (const schema_t *schema, enum check check, int field)
{
    if (field != FIELD_NONE && !isnan (schema->fields[field].checks[check]))
        return schema->fields[field].checks[check];
    return isnan (schema->checks[check]) ? CHECK[check].limit : schema->checks[check];
}

static void s_of_all (const struct counted *data, struct measured *out)
{
    const struct tally *tally = data->tally;
    out->of = data->counts->read;
    if (out->check == CHECK_KEY || out->check == CHECK_KEY_REPEATS)
        out->count = data->counts->conflicts;
    else if (out->check == CHECK_DUPLICATE)
        out->count = data->counts->duplicates;
    else
        out->count = s_sum (&tally->fields[tally->field_count], out->check);
}

//  Whether the check can say anything of the field in any data set.
static bool s_concerns (const schema_t *schema, enum check check, int field)
{
    enum field_type type = schema->fields[field].type;
    bool dated = type == FIELD_DATE || type == FIELD_DATETIME;
    switch (check) {
    case CHECK_REQUIRED:
        return schema->fields[field].required || (schema->any_of_count && schema->any_of[0] == field);
    case CHECK_RANGE:
        return type == FIELD_NUMBER;
    case CHECK_TIME:
        return dated;
    default:
        return true;
    }
}

static void s_of_field (const struct counted *data, struct measured *out)
{
    const struct tally *tally = data->tally;
    const struct field_tally *field = &tally->fields[out->field];
    uint64_t broken = s_sum (&tally->fields[tally->field_count], CHECK_STRUCTURE);
    uint64_t records = data->counts->read - broken, there = records - field->missing;
    out->of = there;
    switch (out->check) {
    case CHECK_INVALID:
        out->count = field->invalid;
        break;
    case CHECK_MISSING:
        out->of = records;
        out->count = field->missing;
        break;
    case CHECK_REQUIRED:
        out->of = records;
        out->count = data->schema->fields[out->field].required ? field->missing + field->invalid
                                                               : field->rules[RULE_FIELD_REQUIRED].count;
        break;
    default:
        out->count = s_sum (field, out->check);
    }
}

bool checks_measure (const struct counted *data, enum check check, int field, struct measured *out)
{
    const schema_t *schema = data->schema;
    *out = (struct measured){.check = check, .field = field, .limit = s_limit (schema, check, field)};
    if (CHECK[check].each == (field == FIELD_NONE))
        return false;
    if (field == FIELD_NONE)
        s_of_all (data, out);
    else if (s_concerns (schema, check, field))
        s_of_field (data, out);
    else
        return false;
    //  A value that came from another field's column (a range in words) can be counted where none was.
    if (out->count > out->of)
        out->of = out->count;
    //  These say something only where something was found.
    bool found_alone = check == CHECK_REFERENCE || check == CHECK_COMPUTED || check == CHECK_CODE_ASSUMED ||
                       check == CHECK_PHONE_ASSUMED || check == CHECK_DECIMAL_MARK ||
                       check == CHECK_ORDER_ASSUMED || check == CHECK_CENTURY_ASSUMED ||
                       check == CHECK_SERVERS;
    if (found_alone && out->count == 0)
        return false;
    out->percent = out->of ? 100 * (double) out->count / (double) out->of : 0;
    out->passed = out->percent <= out->limit;
    return true;
}

int checks_judge (const struct counted *data, const char *fail_on, const char *input, struct error *error)
{
    const schema_t *schema = data->schema;
    for (int check = 0; check < CHECK_COUNT; check++)
        for (int field = FIELD_NONE; field < (int) schema->field_count; field++) {
            struct measured got;
            if (!check_is_among ((enum check) check, fail_on) ||
                !checks_measure (data, (enum check) check, field, &got) || got.passed)
                continue;
            const char *name = field == FIELD_NONE ? NULL : schema->fields[field].name;
            return error_set (error, DMH_BAD_INPUT,
                              "%s: the check %s%s%.60s failed: %.4g %% measured, %.4g %% allowed; mend the "
                              "input, or raise the limit in the schema",
                              input, CHECK[check].name, name ? " of " : "", name ? name : "", got.percent,
                              got.limit);
        }
    return DMH_OK;
}

int checks_know (const char *fail_on, const char *input, struct error *error)
{
    size_t n = 0;
    const char *unknown = check_unknown (fail_on, &n);
    if (!unknown)
        return DMH_OK;
    char names[512] = "";
    for (int c = 0; c < CHECK_COUNT; c++)
        snprintf (names + strlen (names), sizeof names - strlen (names), "%s, ", CHECK[c].name);
    return error_set (error, DMH_BAD_INPUT,
                      "%s%s--fail-on does not know “%.*s”; write any of %sconformance, completeness, "
                      "plausibility, any",
                      input ? input : "", input ? ": " : "", NARROW (int, n < 40 ? n : 40), unknown, names);
}
