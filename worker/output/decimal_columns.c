//  decimal_columns.c: see decimal_columns.h.
#include "worker/output/decimal_columns.h"

#include "messages/base/narrow.h"

static void s_add (struct decimal_votes *to, struct decimal_votes votes)
{
    to->point += votes.point;
    to->comma += votes.comma;
}

static bool s_is_measured (const schema_t *schema, int field)
{
    const struct measure *measure = &schema->measure;
    return schema->has_measure &&
           (field == measure->number || field == measure->low || field == measure->high);
}

struct decimal_votes decimal_column_votes (const struct plan *plan, const struct tally *tally, int field)
{
    struct decimal_votes votes = {0, 0};
    if (!s_is_measured (plan->schema, field))
        return tally->fields[field].decimal;
    for (size_t i = 0; i < plan->numbered_count; i++)
        if (s_is_measured (plan->schema, plan->numbered[i]))
            s_add (&votes, tally->fields[plan->numbered[i]].decimal);
    return votes;
}

enum decimal_mark decimal_column_mark (const struct plan *plan, const struct tally *tally, int field,
                                       bool *assumed)
{
    struct decimal_votes file = {0, 0};
    for (size_t i = 0; i < plan->numbered_count; i++)
        s_add (&file, tally->fields[plan->numbered[i]].decimal);
    enum decimal_mark mark =
        decimal_mark_decide (decimal_column_votes (plan, tally, field), plan->told, file, assumed);
    *assumed = *assumed && tally->fields[field].both_marks.count;
    return mark;
}

void decimal_columns_read (const struct plan *plan, const struct tally *tally,
                           enum decimal_mark marks[FIELDS_MAX])
{
    bool assumed;
    for (size_t f = 0; f < tally->field_count; f++)
        marks[f] = decimal_column_mark (plan, tally, NARROW (int, f), &assumed);
}

static void s_say (enum rule rule, const char *name, struct field_tally *tally, audit_t *audit)
{
    tally->rules[rule] = tally->both_marks;
    audit_assumption (audit, rule, name, tally->both_marks, &tally->first_both);
}

void decimal_columns_judge (const struct plan *plan, struct tally *tally, audit_t *audit)
{
    for (size_t i = 0; i < plan->numbered_count; i++) {
        int f = plan->numbered[i];
        struct field_tally *field = &tally->fields[f];
        struct decimal_votes votes = decimal_column_votes (plan, tally, f);
        bool assumed;
        if (votes.point && votes.comma && field->both_marks.count)
            s_say (RULE_NUMBER_MARK_MIXED, plan->schema->fields[f].name, field, audit);
        decimal_column_mark (plan, tally, f, &assumed);
        if (assumed)
            s_say (RULE_NUMBER_MARK_ASSUMED, plan->schema->fields[f].name, field, audit);
    }
}

bool decimal_columns_contradict (const struct plan *plan, const struct tally *tally)
{
    bool assumed;
    for (size_t i = 0; i < plan->numbered_count; i++)
        if (decimal_column_mark (plan, tally, plan->numbered[i], &assumed) !=
            plan->steps[plan->numbered[i]].mark)
            return true;
    return false;
}

char decimal_columns_sign (const struct plan *plan)
{
    if (plan->numbered_count == 0)
        return '\0';
    int field = plan->numbered[0];
    for (size_t i = 0; i < plan->numbered_count; i++)
        if (plan->schema->has_measure && plan->numbered[i] == plan->schema->measure.number)
            field = plan->numbered[i];
    return decimal_mark_sign (plan->steps[field].mark);
}
