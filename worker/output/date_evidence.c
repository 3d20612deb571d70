//  date_evidence.c: see date_evidence.h.
#include "worker/output/date_evidence.h"

enum { FUTURE_LEAST = 20 };    //  values before a pass is begun anew for it

//  Whether the file's numbers are written with a decimal comma, as where days come first.
static bool s_has_comma (const struct tally *tally, const struct plan *plan)
{
    uint64_t point = 0, comma = 0;
    for (size_t i = 0; i < plan->numbered_count; i++) {
        point += tally->fields[plan->numbered[i]].decimal.point;
        comma += tally->fields[plan->numbered[i]].decimal.comma;
    }
    return comma > point || (comma == point && plan->told && *plan->told == DECIMAL_COMMA);
}

//  The order that the file's other columns have, by all of their values; else by what goes with day first.
static bool s_of_file (const struct tally *tally, const struct plan *plan, enum date_order *order)
{
    uint64_t mdy = 0, dmy = 0;
    for (size_t i = 0; i < plan->dated_count; i++) {
        mdy += tally->fields[plan->dated[i]].mdy;
        dmy += tally->fields[plan->dated[i]].dmy;
    }
    *order = date_order_decide (mdy, dmy, DATE_ORDER_DMY);
    return mdy != dmy || plan->day_first || s_has_comma (tally, plan);
}

//  Most of the column's values, of more than a few, lie in the future. One that a person is born on or dies
//  on is no plan for the future, so that is a shift of all dates.
static bool s_is_future (const struct field_tally *tally)
{
    return tally->rules[RULE_DATE_FUTURE].count > 1 &&
           tally->rules[RULE_DATE_FUTURE].count * 2 > tally->dates;
}

void date_evidence_decide (const struct tally *tally, const struct plan *plan,
                           struct date_reading readings[FIELDS_MAX])
{
    enum date_order of_file;
    bool told = s_of_file (tally, plan, &of_file);
    for (size_t i = 0; i < plan->dated_count; i++) {
        const struct field_tally *field = &tally->fields[plan->dated[i]];
        const struct step *step = &plan->steps[plan->dated[i]];
        bool given = plan->ordered || (step->form && step->form->ordered);
        struct date_reading *out = &readings[plan->dated[i]];
        out->order = date_order_decide (field->mdy, field->dmy, given || !told ? step->fallback : of_file);
        out->by = field->mdy != field->dmy ? DATE_ORDER_BY_VALUES
                  : given                  ? DATE_ORDER_BY_USER
                  : told                   ? DATE_ORDER_BY_FILE
                                           : DATE_ORDER_ASSUMED;
        out->future = s_is_future (field);
    }
}

bool date_evidence_contradicts (const struct plan *plan, const struct date_reading readings[FIELDS_MAX])
{
    for (size_t i = 0; i < plan->dated_count; i++) {
        const struct step *step = &plan->steps[plan->dated[i]];
        const struct date_reading *reading = &readings[plan->dated[i]];
        if (step->order != reading->order || step->future != reading->future)
            return true;
    }
    return false;
}

bool date_evidence_is_clear (const struct tally *tally, const struct plan *plan)
{
    for (size_t i = 0; i < plan->dated_count; i++) {
        const struct field_tally *field = &tally->fields[plan->dated[i]];
        const struct step *step = &plan->steps[plan->dated[i]];
        bool dmy = step->order == DATE_ORDER_DMY;
        if (dmy ? field->mdy && !field->dmy : field->dmy && !field->mdy)
            return true;
        if (!step->future && field->dates >= FUTURE_LEAST && s_is_future (field))
            return true;
    }
    return false;
}
