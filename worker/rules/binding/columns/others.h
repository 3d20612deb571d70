//  others.h: further columns for a field that has one: a record whose first column has no usable value takes
//  the next. They stay the source's own as well. Pure.
#ifndef DMH_WORKER_RULES_BINDING_COLUMNS_OTHERS_H
#define DMH_WORKER_RULES_BINDING_COLUMNS_OTHERS_H

#include "worker/rules/binding/match.h"

enum { OTHERS_MAX = 7 };

//  Of one field, in the schema's order of preference, or the mapping's.
struct others {
    int columns[OTHERS_MAX];
    size_t count;
};

//  Fills others [match->schema->field_count]. A field that the mapping feeds has those that its "first"
//  names. Identifiers have none: the numbers of two systems are not each other's.
void others_find (const struct match *match, const header_t *header, const mapping_t *mapping,
                  struct others *others);

#endif
