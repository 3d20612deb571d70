//  bars_test.c: bars stand for five people at least, and neither their ends nor their sum tell of fewer.
#include "client/report/statistics/bars.h"

#include <criterion/criterion.h>

enum { MOST = 32 };

//  Bins of so many records, each of a person of its own; below 0 all of them of one and the same.
static size_t s_join (const int *counts, size_t count, bool each, struct bar *bars)
{
    struct bin bins[MOST] = {{0}};
    uint64_t person = 1000;
    for (size_t i = 0; i < count; i++) {
        bins[i].count = (uint64_t) (counts[i] < 0 ? -counts[i] : counts[i]);
        for (uint64_t n = 0; n < bins[i].count; n++)
            persons_add (&bins[i].people, counts[i] < 0 ? 7 : person++);
    }
    return bars_join (bins, count, each, bars);
}

static void s_expect (const struct bar *bar, size_t first, size_t end, uint64_t count)
{
    cr_expect (bar->first == first && bar->end == end && bar->count == count, "[%zu, %zu) with %llu",
               bar->first, bar->end, (unsigned long long) bar->count);
}

Test (bars, of_few_are_joined_with_their_neighbours)
{
    static const int COUNTS[] = {0, 1, 4, 6, 0, 0, 9, 2, 0, 1, 0};
    struct bar bars[MOST];
    cr_assert_eq (s_join (COUNTS, 11, false, bars), 3);
    s_expect (&bars[0], 1, 3, 5);
    s_expect (&bars[1], 3, 4, 6);
    s_expect (&bars[2], 6, 10, 12);
    cr_assert_eq (s_join (COUNTS, 11, true, bars), 6);
    s_expect (&bars[0], 1, 2, 1);
}

Test (bars, of_many_records_of_one_person_are_joined_too)
{
    static const int COUNTS[] = {5, -40, 5};
    struct bar bars[MOST];
    cr_assert_eq (s_join (COUNTS, 3, false, bars), 2);
    s_expect (&bars[1], 1, 3, 45);
    static const int ALONE[] = {-40};
    cr_expect_eq (s_join (ALONE, 1, false, bars), 0);
    static const int FEW[] = {2, 0, 2};
    cr_expect_eq (s_join (FEW, 3, false, bars), 0);
}

//  Whatever the bins hold, no bar is below five and nothing is lost.
Test (bars, hold_all_or_nothing_is_shown)
{
    uint64_t state = 12345;
    for (int round = 0; round < 2000; round++) {
        int counts[MOST];
        uint64_t sum = 0, shown = 0;
        struct bar bars[MOST];
        for (size_t i = 0; i < MOST; i++) {
            state = state * 6364136223846793005u + 1442695040888963407u;
            counts[i] = state >> 61 ? (int) (state >> 33 & 3) : (int) (state >> 33 & 15);
            sum += (uint64_t) counts[i];
        }
        size_t n = s_join (counts, MOST, false, bars);
        for (size_t i = 0; i < n; i++) {
            cr_assert_geq (bars[i].count, 5);
            cr_assert (bars[i].end > bars[i].first && (i == 0 || bars[i].first >= bars[i - 1].end));
            shown += bars[i].count;
        }
        cr_assert_eq (shown, sum >= 5 ? sum : 0);
    }
}

//  For every number left out: what a reader can conclude is still more than one.
Test (bars, whose_sum_would_tell_how_few_are_left_out_are_a_range)
{
    static const int COUNTS[] = {8, 12, 6};
    struct bar bars[MOST];
    size_t n = s_join (COUNTS, 3, false, bars);
    cr_expect_eq (bars_hide (bars, n, 26), 3);
    cr_expect (bars[1].low == 12 && bars[1].high == 12);
    cr_expect_eq (bars_hide (bars, n, 31), 3);
    cr_expect (bars[1].low == 12 && bars[1].high == 12, "five left out may be told");
    for (uint64_t left = 1; left < 5; left++) {
        n = s_join (COUNTS, 3, false, bars);
        cr_expect_eq (bars_hide (bars, n, 26 + left), 3);
        cr_expect_eq (bars[1].low, 12 + left - 4);
        cr_expect_eq (bars[1].high, 12 + left - 1);
    }
    static const int FIVE[] = {5};
    n = s_join (FIVE, 1, false, bars);
    cr_expect_eq (bars_hide (bars, n, 6), 0, "a bar is of five at least, so that one is left out");
}

Test (bars, have_no_outer_end_that_tells_the_least_and_the_greatest)
{
    static const int COUNTS[] = {1, 0, 0, 4, 5, 0, 6, 1, 0, 0, 2};
    struct bar bars[MOST];
    size_t n = s_join (COUNTS, 11, false, bars);
    cr_assert_eq (n, 3);
    bars_open (bars, n, false, false);
    cr_expect (bars[0].below && bars[0].right == 4 && bars[0].left == 3, "as wide as its neighbour, %g",
               bars[0].left);
    cr_expect (bars[2].above && bars[2].left == 6 && bars[2].right == 7);
    static const int WHOLE[] = {5, 5, 5};
    n = s_join (WHOLE, 3, false, bars);
    bars_open (bars, n, false, true);
    cr_expect_not (bars[0].below);
    cr_expect (bars[2].above);
}

Test (bars, a_quantile_is_read_off_them)
{
    static const int COUNTS[] = {10, 10, 20};
    struct bar bars[MOST];
    size_t n = s_join (COUNTS, 3, false, bars);
    cr_expect_float_eq (bars_quantile (bars, n, 0.5), 2, 1e-9);
    cr_expect_float_eq (bars_quantile (bars, n, 0.25), 1, 1e-9);
    cr_expect_float_eq (bars_quantile (bars, n, 0.75), 2.5, 1e-9);
}
