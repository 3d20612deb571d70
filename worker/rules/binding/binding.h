//  binding.h: which kind a file is, and which column feeds which field, each with its reason.
//  Made once from the header; immutable afterwards.
#ifndef DMH_WORKER_RULES_BINDING_BINDING_H
#define DMH_WORKER_RULES_BINDING_BINDING_H

#include "worker/rules/binding/columns/others.h"
#include "worker/rules/binding/derived.h"
#include "worker/rules/binding/unpivot.h"
#include "worker/rules/dates/date_form.h"
#include "worker/rules/schema/catalog.h"

enum bound_by { BOUND_NONE, BOUND_NAME, BOUND_ALIAS, BOUND_MAPPING };

struct column {
    char *source;    //  the header's name as people see it
    char
        *name;    //  for an extra column: snake_case, unique among all output names; NULL for one that is not
    int field;    //  index into schema->fields, or FIELD_NONE: kept as the source's own; the first of
                  //  those that a split feeds
    bool kept;    //  bound, and kept as it is besides: a range in words is more than its two numbers
    bool not_content;    //  the mapping says that its value makes no other record
    int set;             //  of columns that belong together (column_words.h), 0: of none
    bool zero_is_missing;
    int clock;    //  the column that holds the times of day of its dates, -1: none
    enum bound_by by;
    char *reason;    //  "is the field's own name", "“mrn” is a name of patient_id", "the mapping says so", …
};

struct constant {
    int field;
    char *value;
};

typedef struct binding {
    const schema_t *schema;      //  borrowed from the catalog
    const mapping_t *mapping;    //  borrowed; NULL without one
    const unpivot_t *unpivot;    //  columns are those of its long rows; borrowed; NULL: they are the file's
    struct column *columns;      //  in the file's order
    size_t column_count;
    size_t unseen_names;           //  columns of whose names something was taken off, see header_unseen
    int *column_of;                //  [schema->field_count]: the column that feeds a field first, or -1
    struct others *others;         //  [schema->field_count]: which come next
    struct derived *derived;       //  from the mapping: fields that come from a table, from several columns
    size_t derived_count;          //  or from a part of one
    struct constant *constants;    //  from the mapping: fields without a column
    size_t constant_count;
    value_map_t **values;    //  [schema->field_count]: the mapping's value map of a field (looked up before
                             //  the type's rule), or NULL
    struct date_form *forms;    //  [column_count]: what the mapping says of dates; NULL: nothing
    missing_t *missing;         //  the mapping's own missing markers, or NULL
    double score;               //  of the kind: share of its weight that the header answers
} binding_t;

void binding_destroy (binding_t **self_p);

//  "name", "alias", "mapping", "none": report.json's `by`. Borrowed.
const char *bound_by_word (enum bound_by by);

#endif
