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
    uint64_t low, high;    //  as which it may be told: the count, unless bars_hide says otherwise
    double left, right;    //  where it is drawn, in bins
    bool below, above;     //  it has no end there that may be told
};

//  Writes the bars of bins [count] to `bars` [count], from left to right; empty bins between them are left
//  out. With `each` none is joined. Returns how many; 0 where all together are too few.
size_t bars_join (const struct bin *bins, size_t count, bool each, struct bar *bars);

//  Of the first and the last bar the outer end would say where the least and the greatest value lie: it
//  becomes open, and the bar is drawn as wide as its neighbour. Not of one that is a single bin, unless
//  `before` or `after`, that is that the first or the last bin hold what lies beyond them, too.
void bars_open (struct bar *bars, size_t count, bool before, bool after);

//  Of `all` records that are known elsewhere the bars leave out some: where those are fewer than
//  PERSONS_LEAST, the largest bar is told as a range, so that their number does not follow from the sum.
//  Returns `count`; 0 where even that would tell it, and nothing may be shown.
size_t bars_hide (struct bar *bars, size_t count, uint64_t all);

//  Below which, in bins from the left, `share` (0 … 1) of the counts lie, by the bars alone: as if each were
//  filled evenly. `count` >= 1.
double bars_quantile (const struct bar *bars, size_t count, double share);

#endif
