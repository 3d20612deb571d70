//  told.c: see told.h.
#include "client/report/told.h"

#include <stdio.h>

struct told told_of (uint64_t count, bool values)
{
    bool few = !values && count > 0 && count < TOLD_LEAST;
    return few ? (struct told){1, TOLD_LEAST - 1} : (struct told){count, count};
}

struct told told_sum (struct told a, struct told b)
{
    return (struct told){a.low + b.low, a.high + b.high};
}

bool told_is_exact (struct told told)
{
    return told.low == told.high;
}

char *told_thousands (uint64_t number, char out[TOLD_BYTES])
{
    char digits[24];
    size_t n = (size_t) snprintf (digits, sizeof digits, "%llu", (unsigned long long) number), to = 0;
    for (size_t i = 0; i < n; i++) {
        if (i && (n - i) % 3 == 0)
            out[to++] = ',';
        out[to++] = digits[i];
    }
    out[to] = 0;
    return out;
}

char *told_text (struct told told, char out[TOLD_BYTES])
{
    char low[TOLD_BYTES / 2], high[TOLD_BYTES];
    if (told_is_exact (told))
        return told_thousands (told.low, out);
    if (told.high < TOLD_LEAST) {
        snprintf (out, TOLD_BYTES, "<5");
        return out;
    }
    snprintf (low, sizeof low, "%.*s", TOLD_BYTES / 2 - 1, told_thousands (told.low, out));    //  26 at most
    snprintf (out, TOLD_BYTES, "%s–%.*s", low, TOLD_BYTES / 2 - 4, told_thousands (told.high, high));
    return out;
}

double told_weight (struct told told)
{
    return ((double) told.low + (double) told.high) / 2;
}
