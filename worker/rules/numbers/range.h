//  range.h: a reference range that stands in one column, as laboratories write it. Pure.
#ifndef DMH_WORKER_RULES_NUMBERS_RANGE_H
#define DMH_WORKER_RULES_NUMBERS_RANGE_H

#include "worker/rules/numbers/number.h"
#include "worker/rules/numbers/sexed_range.h"

enum { RANGE_UNIT_BYTES = 32 };

struct range {
    struct number low, high;    //  of no meaning where has_low or has_high is false
    bool has_low, has_high;
    bool lone;                      //  one number without any sign of its side, in `high`
    char unit[RANGE_UNIT_BYTES];    //  that stands behind it, where it is another than the value's;
                                    //  unterminated
    size_t unit_n;
    enum decimal_evidence evidence;    //  what its numbers say about their column
};

//  Reads "3.5-5.1", "3,5 – 5,1", "(135 to 145)", "2.1..4.9", "von 2,1 bis 4,9", "<5.0", "> or = 40", "up to
//  5", "≤7", "bis 7 mg/dL", "M: 13-17 F: 12-16" (the one of `sex`). `unit`: the value's own as it is spelled
//  there, which may be empty; what another one stands for is the caller's part. Where one number shows the
//  decimal mark, it is the other one's too. true: *out is set, with one end at least, or it is `lone`: what a
//  number alone means is told by its column. false: words, a titre, a date. `in` is trimmed.
bool range_read (struct text in, struct text unit, enum decimal_mark mark, enum sex sex, struct range *out);

#endif
