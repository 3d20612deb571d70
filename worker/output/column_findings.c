//  column_findings.c: see column_findings.h.
#include "worker/output/column_findings.h"

#include "worker/output/date_evidence.h"
#include "worker/output/decimal_columns.h"

struct judged {
    struct tally *tally;
    const struct plan *plan;
    audit_t *audit;
};

//  The field's name; NULL for records as a whole.
static const char *s_name (const struct judged *self, size_t f)
{
    return f < self->tally->field_count ? self->plan->schema->fields[f].name : NULL;
}

static void s_judge (struct judged *self, size_t f, enum rule rule, struct mark mark)
{
    self->tally->fields[f].rules[rule] = mark;
    if (mark.count && RULE[rule].sort > RULE_SORT_ASSUMED)
        audit_count (self->audit, rule, s_name (self, f), mark.count, mark.first_line);
}

static void s_judge_dates (struct judged *self, size_t f, const struct date_reading *reading,
                           uint64_t data_line)
{
    const struct field_tally *tally = &self->tally->fields[f];
    if (tally->mdy && tally->dmy)
        s_judge (self, f, RULE_DATE_ORDER_MIXED,
                 (struct mark){.count = tally->mdy + tally->dmy, .first_line = data_line});
    if (tally->ambiguous.count && reading->by == DATE_ORDER_ASSUMED)
        s_judge (self, f, RULE_DATE_ORDER_ASSUMED, tally->ambiguous);
    if (tally->ambiguous.count && reading->by == DATE_ORDER_BY_FILE)
        s_judge (self, f, RULE_DATE_ORDER_FILE, tally->ambiguous);
    if (reading->future)
        s_judge (self, f, RULE_DATE_FUTURE, tally->rules[RULE_DATE_FUTURE]);
}

void column_findings_judge (struct tally *tally, const struct plan *plan, uint64_t data_line,
                            uint64_t warned_listed, audit_t *audit)
{
    struct judged self = {tally, plan, audit};
    struct date_reading readings[FIELDS_MAX];
    struct mark *header = &tally->fields[tally->field_count].rules[RULE_HEADER_HIDDEN];
    *header = (struct mark){.count = plan->binding->unseen_names, .first_line = 1};
    decimal_columns_judge (plan, tally, audit);
    date_evidence_decide (tally, plan, readings);
    for (size_t i = 0; i < plan->dated_count; i++)
        s_judge_dates (&self, plan->dated[i], &readings[plan->dated[i]], data_line);
    for (size_t f = 0; f <= tally->field_count; f++)
        for (int rule = 0; rule < RULE_COUNT; rule++) {
            const struct mark *mark = &tally->fields[f].rules[rule];
            bool counted =
                RULE[rule].sort <= RULE_SORT_ASSUMED || mark_is_cut (mark, (enum rule) rule, warned_listed);
            if (mark->count && counted)
                audit_count (audit, (enum rule) rule, s_name (&self, f), mark->count, mark->first_line);
        }
}
