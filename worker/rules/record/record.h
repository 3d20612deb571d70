//  record.h: one record on its way from source fields to canonical fields: the rules of its schema applied in
//  order, what they found, and whether it stands. Knows no format and no thread: one struct record a thread
//  and plan, used again and again.
#ifndef DMH_WORKER_RULES_RECORD_RECORD_H
#define DMH_WORKER_RULES_RECORD_RECORD_H

#include "worker/rules/binding/plan.h"
#include "worker/rules/record/memo.h"

enum { FINDINGS_MAX = 6 * FIELDS_MAX };

//  One thing that a rule said. Texts are borrowed, valid until the next record.
struct finding {
    int field;    //  FIELD_NONE: the record as a whole
    enum rule rule;
    struct text raw;    //  the source's value
    struct text to;     //  what it became; n = 0 where emptied
};

struct record {
    const struct plan *plan;                    //  borrowed
    memo_t *memos[FIELDS_MAX];                  //  of the plan's fed fields
    struct text values[FIELDS_MAX];             //  canonical; n = 0: empty
    struct text sources[FIELDS_MAX];            //  as they stood
    enum date_evidence evidence[FIELDS_MAX];    //  dates only
    bool missing[FIELDS_MAX];                   //  the source gave nothing
    struct finding findings[FINDINGS_MAX];
    size_t finding_count;
    enum rule rejected;                          //  RULE_NONE: it stands
    int rejected_field;                          //  FIELD_NONE: the record as a whole
    struct scratch scratch;                      //  where changed values lie
    struct derived_value derived[FIELDS_MAX];    //  what the plan's makers gave, where it has some
    struct scratch derived_scratch;
};

//  For records of one plan, which has to outlive it. NULL when out of memory.
struct record *record_new (const struct plan *plan);
void record_destroy (struct record **self_p);

//  Applies the plan to fields [0, count) of one source record; absent columns count as empty. Everything in
//  *self is valid until the next call. 0, or -1 out of memory.
int record_harmonize (struct record *self, const struct text *fields, size_t count);

//  For the parts of the rules that live in other files: notes a finding (dropped when the table is full).
void record_note (struct record *self, int field, enum rule rule, struct text raw, struct text to);

//  Takes `n` bytes of scratch, which record_harmonize has made large enough for MEASURE_SCRATCH_BYTES beyond
//  its fields.
char *record_scratch (struct record *self, size_t n);
enum { MEASURE_SCRATCH_BYTES = 4096 };

//  reference.c: a range that stands in the field of one limit goes to both …
struct number;
void record_read_limits (struct record *self, const struct measure *measure);
//  … and the limits and the flag are checked against each other and the value, NULL without one.
void record_check_limits (struct record *self, const struct measure *measure, const struct number *number);

//  measure.c: number, comparator, text, unit, conversion and plausibility of a measurement.
void record_measure (struct record *self, const struct plan *plan);

//  dial.c: the telephone number as the record's country dials it.
void record_dial (struct record *self, const struct plan *plan);

#endif
