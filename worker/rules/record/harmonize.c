//  harmonize.c: see harmonize.h. A field's answer depends on its own value alone, so a memo keeps it.
#include "worker/rules/record/harmonize.h"

#include "messages/base/narrow.h"
#include "worker/rules/dates/date_compare.h"
#include "worker/rules/identifiers/phone.h"
#include "worker/rules/identifiers/state.h"
#include "worker/rules/record/also.h"
#include "worker/rules/record/day_time.h"
#include "worker/rules/record/measurement.h"
#include "worker/rules/record/place.h"
#include "worker/rules/record/standardize.h"
#include "worker/rules/schema/typed.h"

#include <stdlib.h>

//  The values that a mapping derives from several columns, a table or a part of a column.
static int s_derive (struct record *self, const struct plan *plan, const struct text *fields, size_t count)
{
    const binding_t *binding = plan->binding;
    struct scratch *scratch = &self->derived_scratch;
    size_t need = 0;
    for (size_t m = 0; m < binding->derived_count; m++)
        need += derived_room (&binding->derived[m], fields, count);
    scratch->used = 0;
    if (need > scratch->size) {
        char *larger = realloc (scratch->at, need * 2);
        if (!larger)
            return -1;
        scratch->at = larger;
        scratch->size = need * 2;
    }
    memset (self->derived, 0, plan->step_count * sizeof *self->derived);
    for (size_t m = 0; m < binding->derived_count; m++)
        derived_make (&binding->derived[m], fields, count, plan->schema->missing, binding->missing,
                      self->derived, scratch);
    return 0;
}

//  The mapping has the last word: it knows its file.
static bool s_is_missing (const struct plan *plan, const struct step *step, struct text in)
{
    if (plan->binding->missing && missing_has (plan->binding->missing, in))
        return true;
    return missing_has (plan->schema->missing, in) &&
           !(step->missing_except && missing_has (step->missing_except, in));
}

//  What people see of a value that is not plain; the rules of the record as a whole take it for the source.
//  True: nothing was taken off but spaces at the ends.
static bool s_look (struct record *self, const struct step *step, int f, struct text source, struct text *in)
{
    struct visible seen;
    visible_make (*in, step->extent, &self->scratch, &seen);
    bool same = !seen.hidden && !seen.guarded && !seen.spaced;
    *in = seen.text;
    if (!same)
        self->sources[f] = seen.text;
    if (seen.hidden)
        record_note (self, f, RULE_TEXT_HIDDEN, source, seen.text);
    if (seen.guarded)
        record_note (self, f, RULE_TEXT_GUARD, source, seen.text);
    return same;
}

//  A value that stands in the source, spaces aside: what it becomes and what the rules find. False: not by
//  its bytes as they are, so that there is nothing to remember.
static bool s_standardize (struct record *self, const struct plan *plan, int f, struct text source)
{
    const struct step *step = &plan->steps[f];
    struct text in = text_trim (source);
    size_t finding = self->finding_count;
    if (in.n == 0)
        return true;
    bool same = visible_is_plain (in) || s_look (self, step, f, source, &in);
    if (in.n == 0)
        return false;
    if (s_is_missing (plan, step, in)) {
        record_note (self, f, RULE_VALUE_MISSING, source, self->values[f]);
        return same;
    }
    self->missing[f] = false;
    struct text *out = &self->values[f];
    enum rule rule = step->mapped ? value_map_find (step->mapped, in, out) : RULE_CODE_UNMAPPED;
    if (rule == RULE_CODE_MAPPED) {
        record_note (self, f, rule, source, *out);
        in = *out;
    }
    rule = record_standardize (self, plan, f, in, out);
    if ((rule == RULE_DATE_INVALID || rule == RULE_DATETIME_INVALID) && date_is_zero (in)) {
        self->missing[f] = true;
        rule = RULE_VALUE_MISSING;
        *out = (struct text){NULL, 0};
    }
    if (RULE[rule].sort == RULE_SORT_INVALID) {
        *out = (struct text){NULL, 0};
        record_note (self, f, rule, source, *out);
    } else if (rule != RULE_NONE)
        record_note (self, f, rule, source, *out);
    else if ((in.n != source.n || !same) && self->finding_count == finding)
        record_note (self, f, RULE_TEXT_SPACES, source, *out);
    return same;
}

static void s_recall (struct record *self, int f, struct text source, const struct memo_entry *entry)
{
    struct text value = memo_value (entry, source);
    self->values[f] = value;
    self->missing[f] = entry->missing;
    self->evidence[f] = (enum date_evidence) entry->evidence;
    self->marks[f] = entry->mark;
    self->against[f] = entry->against;
    if (entry->plain)
        self->plain[f] = value;
    if (entry->rule != RULE_NONE)
        record_note (self, f, (enum rule) entry->rule, source, value);
}

//  Keeps an answer of no finding, or of one that ends in the value.
static void s_remember (struct record *self, int f, struct text source, size_t finding,
                        struct memo_entry *entry)
{
    size_t findings = self->finding_count - finding;
    if (findings > 1 || (findings == 1 && !text_equal (self->findings[finding].to, self->values[f])))
        return;
    entry->missing = self->missing[f];
    entry->evidence = (uint8_t) self->evidence[f];
    entry->mark = self->marks[f];
    entry->against = self->against[f];
    entry->rule = findings ? (uint8_t) self->findings[finding].rule : RULE_NONE;
    memo_keep (entry, source, self->values[f], &self->scratch);
}

//  Whether the value agrees with the field that its column is bound to by a name; see contradiction.h.
static bool s_is_against (const struct record *self, const struct plan *plan, int f, struct text source)
{
    const struct step *step = &plan->steps[f];
    bool invalid = self->values[f].n == 0;
    return step->judged && !self->missing[f] && (invalid || step->asked) &&
           value_contradicts (&plan->schema->fields[f], invalid ? text_trim (source) : self->values[f],
                              invalid);
}

//  One source of the field: what it becomes, remembered or worked out.
static inline void s_take (struct record *self, const struct plan *plan, int f, struct text source)
{
    bool bare = plan->steps[f].type == FIELD_NUMBER && record_is_bare (self, f);
    struct memo_entry *entry = bare ? NULL : memo_find (self->memos[f], source);
    if (entry && entry->known) {
        s_recall (self, f, source, entry);
        return;
    }
    size_t finding = self->finding_count;
    bool same = s_standardize (self, plan, f, source);
    self->against[f] = s_is_against (self, plan, f, source);
    if (entry && same)
        s_remember (self, f, source, finding, entry);
}

//  Whether the values of its column agree with the field is told by all of them.
static void s_vote (struct record *self, int f, size_t choice, bool others)
{
    if ((self->against[f] || others) && !self->missing[f] && self->vote_count < VOTES_MAX)
        self->votes[self->vote_count++] =
            (struct vote){(uint8_t) f, NARROW (uint8_t, choice), self->against[f]};
}

//  One column of the field, in which 0 may be no value. Whether it gave one.
static inline bool s_column (struct record *self, const struct plan *plan, int f, size_t choice,
                             struct text source, bool zero_is_missing)
{
    static const struct text NOTHING = {NULL, 0};
    self->sources[f] = source;
    if (source.n == 0)
        return false;
    if (zero_is_missing && text_equal (text_trim (source), TEXT ("0"))) {
        record_note (self, f, RULE_VALUE_MISSING, source, NOTHING);
        return false;
    }
    s_take (self, plan, f, source);
    const struct step *step = &plan->steps[f];
    if (step->judged)
        s_vote (self, f, choice, step->others);
    return self->values[f].n > 0;
}

//  A column of another set than the measured value's says nothing of it: LBSTRESU is the unit of LBSTRESN.
static bool s_is_apart (const struct record *self, int set)
{
    return set && self->set && set != self->set;
}

//  The columns of the field that come after its first, until one gives a value.
static __attribute__ ((noinline)) void s_others (struct record *self, const struct plan *plan, int f,
                                                 const struct text *fields, size_t count)
{
    const struct others *others = plan->steps[f].others;
    bool missing = self->missing[f], given = false;
    for (size_t i = 0; !given && i < others->count; i++) {
        const struct column *column = &plan->binding->columns[others->columns[i]];
        bool there = (size_t) others->columns[i] < count && fields[others->columns[i]].n;
        if (!there || s_is_apart (self, column->set))
            continue;
        self->from[f] = others->columns[i];
        given = s_column (self, plan, f, i + 1, fields[others->columns[i]], column->zero_is_missing);
        missing = missing && self->missing[f];
        if (given && plan->schema->has_measure && f == plan->schema->measure.number)
            self->set = column->set;
    }
    self->missing[f] = missing;
}

static __attribute__ ((noinline)) void s_derived (struct record *self, const struct plan *plan, int f)
{
    struct text source = self->derived[f].value;
    bool missing = self->missing[f];
    if (self->derived[f].rule != RULE_NONE)
        record_note (self, f, self->derived[f].rule, self->derived[f].raw, source);
    self->sources[f] = source;
    self->from[f] = -1;
    if (source.n)
        s_take (self, plan, f, source);
    self->missing[f] = missing && self->missing[f];
}

static void s_field (struct record *self, const struct plan *plan, int f, const struct text *fields,
                     size_t count)
{
    const struct step *step = &plan->steps[f];
    if (step->lone && (size_t) step->column < count) {
        self->from[f] = step->column;
        s_column (self, plan, f, 0, fields[step->column], false);
        return;
    }
    bool there = step->column >= 0 && (size_t) step->column < count && !s_is_apart (self, step->set);
    self->from[f] = there ? step->column : -1;
    if (there || step->column < 0)
        s_column (self, plan, f, 0, there ? fields[step->column] : step->constant, step->zero_is_missing);
    if (plan->schema->has_measure && f == plan->schema->measure.number && self->values[f].n)
        self->set = step->set;
    if (step->others && self->values[f].n == 0)
        s_others (self, plan, f, fields, count);
    if (step->derived && self->values[f].n == 0)
        s_derived (self, plan, f);
}

static void s_check_dates (struct record *self, const struct schema *schema)
{
    for (size_t i = 0; i < schema->date_check_count; i++) {
        const struct date_check *check = &schema->date_checks[i];
        struct text before = self->values[check->before], after = self->values[check->after];
        if (before.n && after.n && date_compare (before, after) > 0)
            record_note (self, check->after, check->rule, self->sources[check->after], after);
    }
}

//  Whether a life lasted, or lasts, more years than there are.
static void s_check_spans (struct record *self, const struct plan *plan)
{
    for (size_t i = 0; i < plan->schema->span_count; i++) {
        const struct span_check *span = &plan->schema->spans[i];
        struct text begin = self->values[span->begin], end = self->values[span->end];
        bool open = end.n == 0, shifted = plan->steps[span->begin].shifted || plan->steps[span->begin].future;
        if (open && shifted)
            continue;    //  today says nothing of it
        if (open)
            end = (struct text){plan->today_text, 10};
        if (begin.n && date_span_over (begin, end, span->years))
            record_note (self, span->begin, RULE_DATE_TOO_LONG, self->sources[span->begin], begin);
    }
}

//  What was wrong with a required field that is empty now.
static enum rule s_reason (const struct record *self, int field)
{
    for (size_t i = 0; i < self->finding_count; i++)
        if (self->findings[i].field == field && RULE[self->findings[i].rule].sort == RULE_SORT_INVALID)
            return self->findings[i].rule;
    return RULE_FIELD_REQUIRED;
}

static void s_reject_incomplete (struct record *self, const struct plan *plan)
{
    self->rejected = RULE_NONE;
    self->rejected_field = FIELD_NONE;
    for (size_t i = 0; i < plan->required_count; i++)
        if (self->values[plan->required[i]].n == 0) {
            self->rejected_field = plan->required[i];
            self->rejected = s_reason (self, self->rejected_field);
            return;
        }
    const schema_t *schema = plan->schema;
    if (schema->any_of_count == 0)
        return;
    for (size_t i = 0; i < schema->any_of_count; i++)
        if (self->values[schema->any_of[i]].n)
            return;
    self->rejected = s_reason (self, schema->any_of[0]);
    self->rejected_field = schema->any_of[0];
}

//  Nothing, until a field's source or a measurement says something.
static void s_clear (struct record *self, const struct plan *plan)
{
    size_t count = plan->step_count;
    memset (self->values, 0, count * sizeof *self->values);
    memset (self->sources, 0, count * sizeof *self->sources);
    for (size_t i = 0; i < plan->dated_count; i++)
        self->evidence[plan->dated[i]] = DATE_EVIDENCE_NONE;
    memset (self->marks, 0, count * sizeof *self->marks);
    memset (self->plain, 0, count * sizeof *self->plain);
    memset (self->missing, true, count * sizeof *self->missing);
}

//  Nothing is written that is not of its field's type, whatever a rule made: what would be is emptied and
//  said, as datapackage.json's reader takes the types at their word. No rule is known that comes here.
static void s_check_types (struct record *self, const struct plan *plan)
{
    for (size_t i = 0; i < plan->bare_count; i++) {
        int f = plan->bare[i];
        const struct step *step = &plan->steps[f];
        if (self->values[f].n == 0 || value_is_typed (step->type, self->values[f]))
            continue;
        self->values[f] = (struct text){NULL, 0};
        record_note (self, f,
                     step->type == FIELD_NUMBER ? RULE_NUMBER_INVALID
                     : step->type == FIELD_DATE ? RULE_DATE_INVALID
                                                : RULE_DATETIME_INVALID,
                     self->sources[f], self->values[f]);
    }
}

int record_harmonize (struct record *self, const struct text *fields, size_t count)
{
    const struct plan *plan = self->plan;
    self->finding_count = self->vote_count = 0;
    self->set = 0;
    if (plan->binding->derived_count && s_derive (self, plan, fields, count) != 0)
        return -1;
    if (record_make_room (self, fields, count) != 0)
        return -1;
    s_clear (self, plan);
    bool sexed = plan->sex >= 0 && (size_t) plan->sex < count;
    self->sex = sexed ? fields[plan->sex] : (struct text){NULL, 0};
    for (size_t i = 0; i < plan->fed_count; i++)
        s_field (self, plan, plan->fed[i], fields, count);
    if (plan->schema->has_measure)
        record_measure (self);
    record_read_phones (self);
    record_read_states (self);
    record_read_also (self);
    record_join_times (self, fields, count);
    s_check_types (self, plan);
    s_check_dates (self, plan->schema);
    s_check_spans (self, plan);
    s_reject_incomplete (self, plan);
    return 0;
}
