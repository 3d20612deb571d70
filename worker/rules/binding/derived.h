//  derived.h: fields that no single column feeds: a mapping's joins, combinations and splits, and dates of
//  which year, month and day have columns of their own, lists of codes in numbered columns, bound to the
//  columns of one file. Immutable once made; any thread may derive values with it.
#ifndef DMH_WORKER_RULES_BINDING_DERIVED_H
#define DMH_WORKER_RULES_BINDING_DERIVED_H

#include "worker/rules/binding/match.h"
#include "worker/rules/mapping/mapping.h"
#include "worker/rules/schema/schema.h"

enum derived_sort {
    DERIVED_JOIN,
    DERIVED_COMBINE,
    DERIVED_NAME,
    DERIVED_SPLIT,
    DERIVED_SPLIT_NAME,
    DERIVED_DATE,     //  columns are its year, month and day, -1: there is none
    DERIVED_SERIES    //  columns of one name and a number, as a list of codes
};

struct derived {
    enum derived_sort sort;
    int columns[DERIVED_COLUMNS_MAX];    //  of the file; a join and a split have one
    size_t column_count;
    int fields[DERIVED_FIELDS_MAX];    //  that it feeds, FIELD_NONE: nobody takes that part
    size_t field_count;
    int keep;                    //  DERIVED_JOIN: the field for the column's own value, FIELD_NONE: nobody
    const code_table_t *rows;    //  DERIVED_JOIN; borrowed from the mapping
    enum name_form form;
    enum name_part parts[DERIVED_COLUMNS_MAX];    //  DERIVED_NAME: of the columns
    char separator[SEPARATOR_BYTES];
};

//  What one field of one record gets. Texts are borrowed from the record's fields, a table or the
//  scratch.
struct derived_value {
    struct text value, raw;
    enum rule rule;    //  what was done; RULE_NONE: nothing to report
};

//  All of a mapping (may be NULL) whose columns are in the header and whose fields are in the schema, and the
//  dates of the match that have parts: *out [*count] is yours to free. 0, or -1 out of memory.
int derived_all_new (const mapping_t *mapping, const struct match *match, const header_t *header,
                     struct derived **out, size_t *count);

//  Bytes of scratch that derived_make needs at most for a record.
size_t derived_room (const struct derived *self, const struct text *fields, size_t count);

//  Fills the places of its fields in `out`, which are empty before. `missing` and `also` (may be NULL) say
//  which values are none. Pure; hot path: no allocation.
void derived_make (const struct derived *self, const struct text *fields, size_t count,
                   const missing_t *missing, const missing_t *also, struct derived_value *out,
                   struct scratch *scratch);

#endif
