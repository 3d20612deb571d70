//  date_order.h: whether day or month comes first in 03/04/2020, and what the values of a column say about
//  it. Pure functions.
#ifndef DMH_WORKER_RULES_DATES_DATE_ORDER_H
#define DMH_WORKER_RULES_DATES_DATE_ORDER_H

#include <stdbool.h>
#include <stdint.h>

enum date_order { DATE_ORDER_MDY, DATE_ORDER_DMY, DATE_ORDER_YMD };

//  What one value says about its column: counts are summed over all values.
enum date_evidence {
    DATE_EVIDENCE_NONE,        //  ISO, a month name, not a date
    DATE_EVIDENCE_MDY,         //  03/25/2020: only month first makes it a date
    DATE_EVIDENCE_DMY,         //  25/03/2020: only day first
    DATE_EVIDENCE_AMBIGUOUS    //  03/04/2020 (03/03/2020, the same both ways, is NONE)
};

//  The order that evidence decides: the one with more votes; with none, or as many, `fallback`.
enum date_order date_order_decide (uint64_t mdy, uint64_t dmy, enum date_order fallback);

//  "mdy", "dmy", "ymd"; false for another word.
bool date_order_of (const char *word, enum date_order *out);

#endif
