//  tally.c: see tally.h.
#include "worker/output/tally.h"

#include "messages/base/narrow.h"
#include "worker/rules/dates/time_form.h"
#include "worker/rules/record/place.h"

#include <stdlib.h>
#include <string.h>

int tally_init (struct tally *self, size_t field_count)
{
    self->field_count = field_count;
    self->foreign = 0;
    self->fields = calloc (field_count + 1, sizeof *self->fields);
    return self->fields ? 0 : -1;
}

void tally_clear (struct tally *self)
{
    free (self->fields);
    self->fields = NULL;
}

void tally_reset (struct tally *self)
{
    memset (self->fields, 0, (self->field_count + 1) * sizeof *self->fields);
    self->foreign = 0;
}

static void s_mark (struct mark *mark, uint64_t count, uint64_t line)
{
    if (count && !mark->count)
        mark->first_line = line;
    mark->count += count;
}

void tally_mark (struct tally *self, int field, enum rule rule, uint64_t line)
{
    size_t at = field == FIELD_NONE ? self->field_count : (size_t) field;
    s_mark (&self->fields[at].rules[rule], 1, line);
}

void first_values_add (struct first_values *self, struct text value)
{
    if (self->count == FIRST_VALUES)
        return;
    size_t n = value.n < FIRST_VALUE_BYTES ? value.n : FIRST_VALUE_BYTES;
    while (n && n < value.n && ((unsigned char) value.at[n] & 0xc0) == 0x80)
        n--;
    memcpy (self->at[self->count], value.at, n);
    self->n[self->count++] = NARROW (uint8_t, n);
}

void tally_add (struct tally *self, const struct tally *block, uint64_t line)
{
    self->foreign += block->foreign;
    for (size_t f = 0; f <= self->field_count; f++) {
        struct field_tally *to = &self->fields[f];
        const struct field_tally *from = &block->fields[f];
        for (int rule = 0; rule < RULE_COUNT; rule++)
            s_mark (&to->rules[rule], from->rules[rule].count, line + from->rules[rule].first_line);
        s_mark (&to->ambiguous, from->ambiguous.count, line + from->ambiguous.first_line);
        to->changed += from->changed;
        to->missing += from->missing;
        to->invalid += from->invalid;
        to->dates += from->dates;
        to->mdy += from->mdy;
        to->dmy += from->dmy;
        to->partial += from->partial;
        to->forms |= from->forms;
        to->decimal.point += from->decimal.point;
        to->decimal.comma += from->decimal.comma;
        s_mark (&to->both_marks, from->both_marks.count, line + from->both_marks.first_line);
        for (size_t i = 0; i < from->first_both.count; i++)
            first_values_add (&to->first_both, (struct text){from->first_both.at[i], from->first_both.n[i]});
        for (size_t v = 0; v <= OTHERS_MAX; v++) {
            to->votes[v].filled += from->votes[v].filled;
            to->votes[v].against += from->votes[v].against;
        }
        for (int r = 0; r < REGIONS_MAX; r++)
            to->regions[r] += from->regions[r];
    }
}

int tally_contradicting (const struct tally *self, const struct plan *plan, int column)
{
    int next = -1;
    for (size_t f = 0; f < plan->step_count; f++) {
        const struct step *step = &plan->steps[f];
        for (size_t choice = 0; step->judged && choice <= (step->others ? step->others->count : 0);
             choice++) {
            int at = choice ? step->others->columns[choice - 1] : step->column;
            if (votes_contradict (&self->fields[f].votes[choice]) && at >= column && (next < 0 || at < next))
                next = at;
        }
    }
    return next;
}

void tally_vote (struct tally *self, const struct record *record)
{
    for (size_t i = 0; i < record->vote_count; i++) {
        const struct vote *vote = &record->votes[i];
        struct column_votes *votes = &self->fields[vote->field].votes[vote->choice];
        votes->filled += record->plan->steps[vote->field].others != NULL;
        votes->against += vote->against;
    }
}

void tally_places (const struct tally *self, struct places *out)
{
    *out = (struct places){.foreign = self->foreign > 0};
    for (size_t f = 0; f < self->field_count; f++)
        out->regions[f] = (uint8_t) state_region (self->fields[f].regions);
}

bool tally_misplaces (const struct tally *self, const struct plan *plan)
{
    struct places places;
    tally_places (self, &places);
    return (plan->phone_count && places.foreign != plan->places.foreign) ||
           memcmp (places.regions, plan->places.regions, sizeof places.regions) != 0;
}

static void s_count_date (const struct record *record, struct field_tally *tally, int f, uint64_t line)
{
    switch (record->evidence[f]) {
    case DATE_EVIDENCE_MDY:
        tally->mdy++;
        break;
    case DATE_EVIDENCE_DMY:
        tally->dmy++;
        break;
    case DATE_EVIDENCE_AMBIGUOUS:
        if (!tally->ambiguous.count++)
            tally->ambiguous.first_line = line;
        break;
    default:
        break;
    }
}

static void s_count_number (const struct record *record, struct field_tally *tally, int f, uint64_t line)
{
    switch (record->marks[f]) {
    case DECIMAL_EVIDENCE_POINT:
        tally->decimal.point++;
        break;
    case DECIMAL_EVIDENCE_COMMA:
        tally->decimal.comma++;
        break;
    case DECIMAL_EVIDENCE_AMBIGUOUS:
        if (!tally->both_marks.count++)
            tally->both_marks.first_line = line;
        first_values_add (&tally->first_both, record->sources[f]);
        break;
    default:
        break;
    }
}

static void s_count_places (const struct record *record, struct tally *tally)
{
    const struct plan *plan = record->plan;
    tally->foreign += record_is_foreign (record);
    for (size_t i = 0; i < plan->state_count; i++)
        for (unsigned countries = record->marks[plan->states[i]]; countries; countries &= countries - 1)
            tally->fields[plan->states[i]].regions[__builtin_ctz (countries)]++;
}

void tally_record (struct tally *self, const struct record *record, uint64_t line)
{
    const struct plan *plan = record->plan;
    struct field_tally *fields = self->fields;
    s_count_places (record, self);
    tally_vote (self, record);
    for (size_t i = 0; i < plan->dated_count; i++) {
        int f = plan->dated[i];
        s_count_date (record, &fields[f], f, line);
        fields[f].dates += record->values[f].n > 0;
        if (record->values[f].n == 0)
            continue;
        if (plan->steps[f].type == FIELD_DATETIME)
            fields[f].forms = (uint8_t) (fields[f].forms | time_form_of (record->values[f]));
        else if (record->values[f].n < DAY_BYTES)
            fields[f].partial++;
    }
    for (size_t i = 0; i < plan->numbered_count; i++)
        s_count_number (record, &fields[plan->numbered[i]], plan->numbered[i], line);
}
