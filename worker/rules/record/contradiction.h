//  contradiction.h: whether what a column holds contradicts the field that its name binds it to: a count
//  called contact_number is no telephone. A value that is merely wrong does not; one that is plainly
//  something else does. Pure.
#ifndef DMH_WORKER_RULES_RECORD_CONTRADICTION_H
#define DMH_WORKER_RULES_RECORD_CONTRADICTION_H

#include "worker/rules/binding/plan.h"

//  Of one column: values that are there, and those that contradict its field.
struct column_votes {
    uint64_t filled, against;
};

//  `value` is trimmed, not empty and not missing; `invalid`: the field's type does not take it.
bool value_contradicts (const struct field *field, struct text value, bool invalid);

//  More than half of at least two.
bool votes_contradict (const struct column_votes *votes);

#endif
