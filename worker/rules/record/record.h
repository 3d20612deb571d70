//  record.h: one record on its way from source fields to canonical fields: its values, what the rules found,
//  and whether it stands. Knows no format and no thread: one struct record a thread and plan, used again and
//  again.
#ifndef DMH_WORKER_RULES_RECORD_RECORD_H
#define DMH_WORKER_RULES_RECORD_RECORD_H

#include "worker/formats/value_sort.h"
#include "worker/rules/binding/plan.h"
#include "worker/rules/numbers/decimal_mark.h"
#include "worker/rules/record/contradiction.h"
#include "worker/rules/record/memo.h"

enum { FINDINGS_MAX = 6 * FIELDS_MAX, VOTES_MAX = 2 * FIELDS_MAX };

//  What a value says of its column: the field's own (choice 0), or one of its others (1, 2 …).
struct vote {
    uint8_t field, choice;
    bool against;    //  it contradicts the field
};

//  What a rule found. Texts are borrowed, valid until the next record.
struct finding {
    int field;    //  FIELD_NONE: the record as a whole
    enum rule rule;
    struct text raw;    //  the source's value
    struct text to;     //  what it became; n = 0 where emptied
};

//  What a byte of a source column may become in the scratch: of each field that it feeds.
struct column_room {
    int column;
    size_t factor;
};

struct record {
    const struct plan *plan;                    //  borrowed
    memo_t *memos[FIELDS_MAX];                  //  of the plan's fed fields
    struct text values[FIELDS_MAX];             //  canonical; n = 0: empty
    struct text sources[FIELDS_MAX];            //  as they stood
    enum date_evidence evidence[FIELDS_MAX];    //  dates only
    uint16_t marks[FIELDS_MAX];                 //  what else a value says, by its type; 0: nothing
    int from[FIELDS_MAX];                       //  the column that was asked last, -1: none
    //  [columns] of the source, set by the caller: what its value is, as in struct row; NULL: all are texts.
    const unsigned char *bare;
    struct text
        limit_unit;     //  of the limits, where it is another than the value's: UCUM; n = 0: it is that
    struct text sex;    //  as the source has it, where the plan has a column of it
    struct text plain[FIELDS_MAX];    //  what no output has to quote or escape; the value, where it is known
    bool missing[FIELDS_MAX];         //  the source gave nothing
    bool against[FIELDS_MAX];    //  of judged fields: the value that was taken last contradicts the field
    struct finding findings[FINDINGS_MAX];
    size_t finding_count;
    //  Of fields that a name binds: values that contradict it; with other columns behind it, all that are
    //  there.
    struct vote votes[VOTES_MAX];
    size_t vote_count;
    int set;                                     //  that the measured value comes from, 0: from none
    enum rule rejected;                          //  RULE_NONE: it stands
    int rejected_field;                          //  FIELD_NONE: the record as a whole
    struct column_room *rooms;                   //  one a column that feeds a field
    size_t room_count, room;                     //  and what is needed besides
    struct scratch scratch;                      //  where changed values lie
    struct derived_value derived[FIELDS_MAX];    //  of the plan's derived columns, where it has some
    struct scratch derived_scratch;
};

//  For records of one plan, which has to outlive it. NULL when out of memory.
struct record *record_new (const struct plan *plan);
void record_destroy (struct record **self_p);

//  Notes a finding; dropped when the table is full.
static inline void record_note (struct record *self, int field, enum rule rule, struct text raw,
                                struct text to)
{
    if (self->finding_count < FINDINGS_MAX)
        self->findings[self->finding_count++] = (struct finding){field, rule, raw, to};
}

//  Takes the findings of a rule about a field back.
void record_unnote (struct record *self, int field, enum rule rule);
//  Whether the field's value is a number of its format.
static inline bool record_is_bare (const struct record *self, int field)
{
    int column = self->from[field];
    return self->bare && column >= 0 && self->bare[column] == VALUE_BARE;
}

//  Whether it is known that no output has to quote or escape anything of the field's value.
static inline bool record_is_plain (const struct record *self, int field)
{
    struct text plain = self->plain[field];
    return plain.n && plain.n == self->values[field].n && plain.at == self->values[field].at;
}

//  How a number of the field is read where it can be read two ways.
static inline enum decimal_mark record_mark (const struct record *self, int field)
{
    return record_is_bare (self, field) ? DECIMAL_POINT : self->plan->steps[field].mark;
}

//  What a number of the field shows counts, unless its format says it.
static inline void record_count_mark (struct record *self, int field, enum decimal_evidence evidence)
{
    self->marks[field] = (uint16_t) (record_is_bare (self, field) ? DECIMAL_EVIDENCE_NONE : evidence);
}

//  Whether a range stands in the column of this limit, whoever put it there, and is kept as a column too; in
//  FHIR, whether it does in this record.
static inline bool record_is_range (const struct record *self, int field)
{
    int column = self->plan->steps[field].column;
    return column >= 0 &&
           (self->plan->binding->columns[column].kept || (self->bare && self->bare[column] == VALUE_RANGE));
}

//  Takes `n` bytes of scratch, which record_make_room has made large enough.
static inline char *record_scratch (struct record *self, size_t n)
{
    char *at = self->scratch.at + self->scratch.used;
    self->scratch.used += n;
    return at;
}

//  Empties the scratch and makes room for all that the rules write of one source record, beyond its fields
//  MEASUREMENT_SCRATCH_BYTES: values in it must not move while the record is used. 0, or -1 out of memory.
int record_make_room (struct record *self, const struct text *fields, size_t count);
enum { MEASUREMENT_SCRATCH_BYTES = 4096 };

#endif
