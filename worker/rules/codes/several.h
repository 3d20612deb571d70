//  several.h: several codes in one value: "White; Asian", "2106-3|2028-9", ["White", "Asian"]. Pure
//  functions.
#ifndef DMH_WORKER_RULES_CODES_SEVERAL_H
#define DMH_WORKER_RULES_CODES_SEVERAL_H

#include "worker/rules/codes/missing.h"
#include "worker/rules/codes/value_map.h"

enum { SEVERAL_NOTHING_MAX = 4 };

//  What a schema says of several codes in one value. Texts are owned by the field.
struct several {
    bool may;                              //  a value may hold several
    char *mixed;                           //  the code of those that differ; NULL: there is none
    char *nothing[SEVERAL_NOTHING_MAX];    //  codes that say nothing beside another one (UNK, ASKU)
    size_t nothing_count;
    missing_t *whole;    //  values that look like several and are one category; NULL: none
};

//  Takes a trimmed value that is no spelling apart, at ; | ~ ^ , / + & \ "and" and line ends, where every
//  part is a spelling of `codes`, or one of `also` (may be NULL), which says nothing of this field: the
//  longest parts that are, so that BLACK/AFRICAN AMERICAN is one. RULE_CODE_MAPPED: all that is said is one
//  code; RULE_CODE_SEVERAL: it differs, and *out is the mixed code; RULE_CODE_UNMAPPED: anything else.
//  *out is borrowed from the map or from `several`. *other: the entry of `also` that the parts agree on,
//  VALUE_MAP_NONE without one.
enum rule several_find (const struct several *self, const value_map_t *codes, const value_map_t *also,
                        struct text in, struct text *out, int *other);

#endif
