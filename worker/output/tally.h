//  tally.h: counts of what rules said, by field and rule, with the first line where it was said; and the
//  votes of date columns. Filled by a harmonizer for one block (lines relative to it), added up in order by
//  the writer.
#ifndef DMH_WORKER_OUTPUT_TALLY_H
#define DMH_WORKER_OUTPUT_TALLY_H

#include "worker/rules/identifiers/state.h"
#include "worker/rules/numbers/decimal_mark.h"
#include "worker/rules/record/record.h"

struct mark {
    uint64_t count;
    uint64_t first_line;    //  meaningful when count > 0
    uint64_t listed;        //  those that were for the audit's list, be it full or not; the writer's alone
};

//  The first values that something was assumed of, as they stood: longer ones are cut between characters.
enum { FIRST_VALUES = 3, FIRST_VALUE_BYTES = 32 };
struct first_values {
    uint8_t count, n[FIRST_VALUES];
    char at[FIRST_VALUES][FIRST_VALUE_BYTES];
};

struct field_tally {
    struct mark rules[RULE_COUNT];
    uint64_t changed, missing, invalid;
    uint64_t dates;                    //  values that are dates
    uint64_t mdy, dmy;                 //  values that only one order makes a date
    struct mark ambiguous;             //  values that both orders make a date
    struct decimal_votes decimal;      //  values that only one decimal mark makes a number
    struct mark both_marks;            //  values that either makes one …
    struct first_values first_both;    //  … and the first of them
    uint64_t partial;                  //  canonical dates shorter than YYYY-MM-DD
    uint8_t forms;                     //  of date-times: bits of enum time_form
    //  Whether the columns hold what their names say: the field's own, then its others.
    struct column_votes votes[1 + OTHERS_MAX];
    uint64_t regions[REGIONS_MAX];    //  values that are a state of each country, see state.h
};

//  One entry a field, and a last one for records as a whole (index field_count).
struct tally {
    size_t field_count;
    struct field_tally *fields;    //  [field_count + 1]
    uint64_t foreign;              //  records of a country outside the North American Numbering Plan
};

int tally_init (struct tally *self, size_t field_count);                           //  0, or -1 out of memory
void tally_clear (struct tally *self);                                             //  frees
void tally_reset (struct tally *self);                                             //  zeroes
void tally_mark (struct tally *self, int field, enum rule rule, uint64_t line);    //  FIELD_NONE: the record
//  What tally_mark has counted of it.
static inline struct mark *tally_of (const struct tally *self, int field, enum rule rule)
{
    return &self->fields[field == FIELD_NONE ? self->field_count : (size_t) field].rules[rule];
}
//  Whether the audit lists the first `most` of the warning's values alone. A block lists no more than so
//  many.
static inline bool mark_is_cut (const struct mark *self, enum rule rule, uint64_t most)
{
    return RULE[rule].sort == RULE_SORT_WARNING && self->count > most && self->listed >= most;
}
//  Keeps the value, if it is one of the first.
void first_values_add (struct first_values *self, struct text value);
//  Adds `block`, whose lines begin at `line`.
void tally_add (struct tally *self, const struct tally *block, uint64_t line);

//  Adds what a record's values say of their columns: dates, decimal marks, places, and as tally_vote.
void tally_record (struct tally *self, const struct record *record, uint64_t line);
//  Adds what a record's values say of their columns. Of a field with one column, the caller adds those that
//  are filled.
void tally_vote (struct tally *self, const struct record *record);
//  The next column, from `column` on, whose values contradict the field that its name gave it to; -1: no
//  more.
int tally_contradicting (const struct tally *self, const struct plan *plan, int column);
//  Whether the records so far say of where people live what the plan does not, and it matters.
bool tally_misplaces (const struct tally *self, const struct plan *plan);
//  What they say.
void tally_places (const struct tally *self, struct places *out);

#endif
