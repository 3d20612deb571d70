//  bars.c: see bars.h.
#include "client/report/statistics/bars.h"

static bool s_is_enough (const struct bar *bar, const struct persons *people, bool each)
{
    return each ? bar->count > 0 : bar->count >= PERSONS_LEAST && persons_are_enough (people);
}

size_t bars_join (const struct bin *bins, size_t count, bool each, struct bar *bars)
{
    size_t used = 0;
    struct bar open = {0, 0, 0};
    struct persons people = {.count = 0};
    for (size_t i = 0; i < count; i++) {
        if (open.count == 0 && bins[i].count == 0)
            continue;
        if (open.count == 0)
            open.first = i;
        open.count += bins[i].count;
        open.end = i + 1;
        persons_merge (&people, &bins[i].people);
        if (s_is_enough (&open, &people, each)) {
            bars[used++] = open;
            open = (struct bar){0, 0, 0};
            people = (struct persons){.count = 0};
        }
    }
    if (open.count && used) {    //  what is left is too few: it belongs to the last bar
        while (open.end > open.first && bins[open.end - 1].count == 0)
            open.end--;
        bars[used - 1].end = open.end;
        bars[used - 1].count += open.count;
    }
    return used;
}

double bars_quantile (const struct bar *bars, size_t count, double share)
{
    double sum = 0, passed = 0;
    for (size_t i = 0; i < count; i++)
        sum += (double) bars[i].count;
    for (size_t i = 0; i < count; i++) {
        double here = (double) bars[i].count;
        if (passed + here >= share * sum)
            return (double) bars[i].first +
                   (share * sum - passed) / here * (double) (bars[i].end - bars[i].first);
        passed += here;
    }
    return (double) bars[count - 1].end;
}
