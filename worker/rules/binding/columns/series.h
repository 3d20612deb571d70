//  series.h: columns that are one field's by a name and a number: race_1 … race_5, or the elements of an
//  array of JSON. Where the field may hold several codes they are heard together. Pure.
#ifndef DMH_WORKER_RULES_BINDING_COLUMNS_SERIES_H
#define DMH_WORKER_RULES_BINDING_COLUMNS_SERIES_H

#include "worker/rules/binding/header/header.h"
#include "worker/rules/mapping/mapping.h"
#include "worker/rules/schema/schema.h"

struct series {
    int columns[DERIVED_COLUMNS_MAX];    //  in the order of the file
    size_t count;                        //  0, or two and more
    int strength;                        //  of the name that they share, as in field_names
};

//  Free columns whose name without its number is the field's strongest; with them the one that has no number.
//  More than fit stay the source's own. *out has none where the field takes one code, or one column is so
//  called.
void series_find (const schema_t *schema, const header_t *header, int field, struct series *out);

bool series_has (const struct series *self, int column);

#endif
