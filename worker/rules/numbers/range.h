//  range.h: a reference range that stands in one column, as laboratories write it. Pure.
#ifndef DMH_WORKER_RULES_NUMBERS_RANGE_H
#define DMH_WORKER_RULES_NUMBERS_RANGE_H

#include "worker/rules/numbers/number.h"

struct range {
    struct number low, high;    //  of no meaning where has_low or has_high is false
    bool has_low, has_high;
};

//  Reads "3.5-5.1", "3,5 – 5,1", "(135 to 145)", "<5.0", "> or = 40", "up to 5", "3.5-5.1 mmol/L" (the unit
//  as `unit` has it, which may be empty). true: *out is set, with one end at least. false: words, a titre, a
//  date, a number alone. `in` is trimmed; its numbers are read as number_read does.
bool range_read (struct text in, struct text unit, struct range *out);

#endif
