//  date_counts_test.c: the period by which dates are shown fits how far they reach.
#include "client/report/statistics/date_counts.h"

#include <criterion/criterion.h>
#include <stdlib.h>

static void s_expect (const char *const *dates, size_t count, size_t months, const char *first,
                      const char *last)
{
    struct error error;
    struct date_periods periods;
    char label[DATE_LABEL_BYTES];
    date_counts_t *counts = date_counts_new ();
    for (size_t i = 0; i < count; i++)
        date_counts_add (counts, dates[i], i);
    cr_assert_eq (date_counts_periods (counts, &periods, &error), DMH_OK);
    cr_expect_eq (periods.months, months, "%s: %zu months", first, periods.months);
    cr_expect_str_eq (date_counts_label (&periods, 0, 1, label), first);
    cr_expect_str_eq (date_counts_label (&periods, periods.count - 1, periods.count, label), last);
    cr_expect_leq (periods.count, DATE_BINS_MAX);
    free (periods.bins);
    date_counts_destroy (&counts);
}
#define EXPECT(MONTHS, FIRST, LAST, ...)                                                                     \
    s_expect ((const char *const[]){__VA_ARGS__},                                                            \
              sizeof ((const char *const[]){__VA_ARGS__}) / sizeof (char *), MONTHS, FIRST, LAST)

Test (date_counts, months_quarters_years_and_decades)
{
    EXPECT (1, "2021-03", "2022-01", "2021-03-31", "2022-01-01T00:00:00Z");
    EXPECT (3, "2014 Q4", "2021 Q1", "2014-12-01", "2021-03-05");
    EXPECT (12, "1980", "2021", "1980-02-01", "2021-12-05");
    EXPECT (24, "1940–1941", "2020–2021", "1940-02-01", "2021-12-05");
    EXPECT (1, "0001-01", "0001-01", "0001-01-01");
    EXPECT (1, "9999-12", "9999-12", "9999-12-31");
}

Test (date_counts, what_is_no_date_is_passed_over)
{
    date_counts_t *counts = date_counts_new ();
    static const char *const OTHERS[] = {"",          "2021",       "2021-13-01", "2021-00-01",
                                         "2021-1-01", "x021-01-01", "20210101"};
    for (size_t i = 0; i < sizeof OTHERS / sizeof *OTHERS; i++)
        date_counts_add (counts, OTHERS[i], 1);
    cr_expect_eq (date_counts_count (counts), 0);
    date_counts_destroy (&counts);
}
