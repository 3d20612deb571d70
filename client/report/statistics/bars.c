//  bars.c: see bars.h.
#include "client/report/statistics/bars.h"

static bool s_is_enough (const struct bar *bar, const struct persons *people, bool each)
{
    return each ? bar->count > 0 : bar->count >= PERSONS_LEAST && persons_are_enough (people);
}

size_t bars_join (const struct bin *bins, size_t count, bool each, struct bar *bars)
{
    size_t used = 0;
    struct bar open = {.count = 0};
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
            open = (struct bar){.count = 0};
            people = (struct persons){.count = 0};
        }
    }
    if (open.count && used) {    //  what is left is too few: it belongs to the last bar
        while (open.end > open.first && bins[open.end - 1].count == 0)
            open.end--;
        bars[used - 1].end = open.end;
        bars[used - 1].count += open.count;
    }
    for (size_t i = 0; i < used; i++)
        bars[i] = (struct bar){.first = bars[i].first,
                               .end = bars[i].end,
                               .count = bars[i].count,
                               .low = bars[i].count,
                               .high = bars[i].count,
                               .left = (double) bars[i].first,
                               .right = (double) bars[i].end};
    return used;
}

void bars_open (struct bar *bars, size_t count, bool before, bool after)
{
    if (count < 2)
        return;
    struct bar *first = &bars[0], *last = &bars[count - 1];
    bool inner = count > 2;    //  else there is no neighbour whose width is known
    first->below = before || first->end - first->first > 1;
    last->above = after || last->end - last->first > 1;
    if (first->below)
        first->left = first->right - (inner ? bars[1].right - bars[1].left : 1);
    if (last->above)
        last->right = last->left + (inner ? bars[count - 2].right - bars[count - 2].left : 1);
}

size_t bars_hide (struct bar *bars, size_t count, uint64_t all)
{
    uint64_t sum = 0, left;
    size_t largest = 0;
    for (size_t i = 0; i < count; i++) {
        sum += bars[i].count;
        largest = bars[i].count > bars[largest].count ? i : largest;
    }
    left = all > sum ? all - sum : 0;
    if (count == 0 || left == 0 || left >= PERSONS_LEAST)
        return count;
    //  What is left out is from 1 to 4, and a bar is of 5 at least.
    struct bar *bar = &bars[largest];
    bar->high = bar->count + left - 1;
    bar->low = bar->count + left - (PERSONS_LEAST - 1);
    bar->low = bar->low < PERSONS_LEAST ? PERSONS_LEAST : bar->low;
    return bar->low < bar->high ? count : 0;
}

double bars_quantile (const struct bar *bars, size_t count, double share)
{
    double sum = 0, passed = 0;
    for (size_t i = 0; i < count; i++)
        sum += (double) (bars[i].low + bars[i].high) / 2;
    for (size_t i = 0; i < count; i++) {
        double here = (double) (bars[i].low + bars[i].high) / 2;
        if (passed + here >= share * sum)
            return bars[i].left + (share * sum - passed) / here * (bars[i].right - bars[i].left);
        passed += here;
    }
    return bars[count - 1].right;
}
