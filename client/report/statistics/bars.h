//  bars.h: bins of equal width as bars that may be shown: neighbours are joined until each bar stands for at
//  least PERSONS_LEAST records of as many people, so that none shows one of them and nothing can be computed
//  from their sum. Pure.
#ifndef DMH_CLIENT_REPORT_STATISTICS_BARS_H
#define DMH_CLIENT_REPORT_STATISTICS_BARS_H

#include "client/report/statistics/persons.h"

struct bin {
    uint64_t count;
    struct persons people;
};

//  The bins [first, end).
struct bar {
    size_t first, end;
    uint64_t count;
};

//  Writes the bars of bins [count] to `bars` [count], from left to right; empty bins between them are left
//  out. With `each` none is joined. Returns how many; 0 where all together are too few.
size_t bars_join (const struct bin *bins, size_t count, bool each, struct bar *bars);

//  Below which, in bins from the left, `share` (0 … 1) of the counts lie, by the bars alone: as if each were
//  filled evenly. `count` >= 1.
double bars_quantile (const struct bar *bars, size_t count, double share);

#endif
