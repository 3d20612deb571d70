//  plan.h: a binding made ready for the hot path: for each canonical field where its text comes from and what
//  is done to it. Immutable while records pass; made anew when a later block contradicts an assumption (a
//  column's date order).
#ifndef DMH_WORKER_RULES_BINDING_PLAN_H
#define DMH_WORKER_RULES_BINDING_PLAN_H

#include "worker/rules/binding/binding.h"
#include "worker/rules/dates/date_form.h"
#include "worker/rules/numbers/decimal_mark.h"
#include "worker/text/visible.h"

struct step {
    int column;                     //  index of the source column, -1 without one
    bool derived;                   //  by one of the binding's derived columns, where no column has a value
    const struct others *others;    //  columns that come next; NULL: none
    bool lone;      //  one column, which stands alone: no set, no zero that is missing, nothing comes next
    bool judged;    //  bound by a name, which the values may contradict (record/contradiction.h)
    bool asked;     //  … by any of them, not only by those that are none of its type
    bool zero_is_missing;
    uint8_t set;             //  of the column, see column_words.h
    struct text constant;    //  the value where there is no column; n = 0: none
    enum field_type type;
    bool required, past, open;
    bool bare;    //  its canonical values are digits and signs: nothing that a format has to quote
    int also;     //  the field whose spellings the column may hold too; FIELD_NONE
    enum visible_extent extent;         //  how much of a value is about its looks alone
    enum date_order order, fallback;    //  as read now, and where no value tells
    enum decimal_mark mark;             //  of numbers, as read now
    bool future;                        //  as read now: the column lies in the future as a whole
    bool shifted;                       //  the mapping says so: not even that is said
    const struct date_form *form;       //  what the mapping says of the column; NULL: nothing
    const value_map_t *codes;           //  the schema's value map, or a unit's numbers in a vocabulary
    const value_map_t *mapped;          //  the mapping's value map, looked up first; NULL without one
    const missing_t *missing_except;    //  markers of a missing value that are none here; NULL: none
    double minimum, maximum;            //  NAN: none
};

//  What the file says of where its people live.
struct places {
    bool foreign;                   //  somebody in a country outside the North American Numbering Plan
    uint8_t regions[FIELDS_MAX];    //  of each column of states: the country that explains it, see state.h
};

struct plan {
    const schema_t *schema;
    const binding_t *binding;
    const unit_table_t *units;
    struct step steps[FIELDS_MAX];
    size_t step_count;    //  = schema->field_count
    //  Lists of fields in the schema's order, so that a record skips the others.
    uint8_t fed[FIELDS_MAX];         //  that have a column or a constant
    uint8_t live[FIELDS_MAX];        //  that can have a value: fed ones, and those that a measurement fills
    uint8_t bare[FIELDS_MAX];        //  live ones whose step is `bare`
    uint8_t dated[FIELDS_MAX];       //  fed ones of type date or datetime
    uint8_t numbered[FIELDS_MAX];    //  fed ones of type number
    uint8_t required[FIELDS_MAX];    //  that a record does not stand without
    uint8_t also[FIELDS_MAX];        //  fed ones with an `also`
    size_t content_count;            //  of the live ones, those before source value and unit: where a value
                                     //  came from makes no other record of it
    size_t fed_count, live_count, bare_count, dated_count, numbered_count, required_count, also_count;
    uint8_t phones[FIELDS_MAX], states[FIELDS_MAX];    //  fed ones of these types
    size_t phone_count, state_count;
    uint8_t clocked[FIELDS_MAX];    //  fed ones whose dates may have their times in another column
    size_t clocked_count;
    const enum decimal_mark *told;    //  what the user says where a column's numbers do not; NULL: nothing
    int sex;                          //  column of the source that tells the patient's sex, -1: none
    int name;                //  the field called test_name, where a measurement has a code; FIELD_NONE else
    int country;             //  the field called country; FIELD_NONE unless it is fed, and text
    struct places places;    //  as plan_make leaves it: nothing is known
    bool ordered;            //  the fallback was given for all columns, not assumed
    bool day_first;          //  the header is of a language whose dates are
    uint32_t today;          //  YYYYMMDD, UTC, of the job's start
    char today_text[11];     //  the same as YYYY-MM-DD
};

//  Fills *out from borrowed parts, which have to outlive it. Every date column starts with `order`,
//  which the caller may have from the user (`ordered`),
//  every number with a decimal point, and `told` is NULL.
void plan_make (struct plan *out, const binding_t *binding, const unit_table_t *units, enum date_order order,
                int64_t now_wall_ms);

#endif
