//  standardize.h: one value by the rule of its field's type. What it says of its column besides (the order of
//  a date, a decimal mark, a country) is left in the record.
#ifndef DMH_WORKER_RULES_RECORD_STANDARDIZE_H
#define DMH_WORKER_RULES_RECORD_STANDARDIZE_H

#include "worker/rules/record/record.h"

//  `in` is trimmed, not empty and no marker of a missing value. *out is borrowed from it or lies in the
//  record's scratch, which record_make_room has made large enough. The rule that applied, RULE_NONE: *out is
//  `in`.
enum rule record_standardize (struct record *self, const struct plan *plan, int f, struct text in,
                              struct text *out);

#endif
