//  date_order.c: see date_order.h.
#include "worker/rules/dates/date_order.h"

#include <string.h>

enum date_order date_order_decide (uint64_t mdy, uint64_t dmy, enum date_order fallback)
{
    if (mdy == dmy)
        return fallback;
    return mdy > dmy ? DATE_ORDER_MDY : DATE_ORDER_DMY;
}

bool date_order_of (const char *word, enum date_order *out)
{
    static const char *const WORDS[] = {"mdy", "dmy", "ymd"};
    for (int at = 0; word && at < 3; at++)
        if (strcmp (word, WORDS[at]) == 0) {
            *out = (enum date_order) at;
            return true;
        }
    return false;
}
