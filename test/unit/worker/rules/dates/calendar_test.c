//  calendar_test.c: every day of 1800 … 2200 in every form of a date, against a calendar of this test's own.
#include "worker/rules/dates/date.h"

#include <criterion/criterion.h>
#include <stdio.h>

enum { TODAY = 20261123 };

//  A calendar of its own: day after day, month lengths by the rhyme.
static bool s_next (int *year, int *month, int *day)
{
    bool leap = (*year % 4 == 0 && *year % 100 != 0) || *year % 400 == 0;
    int length = *month == 2                                                 ? 28 + leap
                 : *month == 4 || *month == 6 || *month == 9 || *month == 11 ? 30
                                                                             : 31;
    if (++*day > length) {
        *day = 1;
        if (++*month > 12) {
            *month = 1;
            ++*year;
        }
    }
    return *year <= 2200;
}

static void s_expect (const char *in, enum date_order order, const char *want)
{
    char out[DATE_BYTES];
    size_t n = 0;
    enum date_evidence evidence;
    date_standardize (text_of (in), order, TODAY, out, &n, &evidence);
    cr_assert (text_equal ((struct text){out, n}, text_of (want)), "%s became “%.*s”", in, (int) n, out);
}

Test (calendar, every_day_from_1800_to_2200_is_read_in_every_form)
{
    static const char *const MONTHS[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                         "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    int year = 1800, month = 1, day = 1, ordinal = 1, weekday = 3;    //  1800-01-01 was a Wednesday
    int week = 1, week_year = 1800;                                   //  of the week that began on 1799-12-30
    do {
        char want[48], in[48];
        snprintf (want, sizeof want, "%04d-%02d-%02d", year, month, day);
        s_expect (want, DATE_ORDER_MDY, want);
        snprintf (in, sizeof in, "%04d%02d%02d", year, month, day);
        s_expect (in, DATE_ORDER_MDY, want);
        snprintf (in, sizeof in, "%d/%d/%d", month, day, year);
        s_expect (in, DATE_ORDER_MDY, want);
        snprintf (in, sizeof in, "%02d-%02d-%d", day, month, year);
        s_expect (in, DATE_ORDER_DMY, want);
        snprintf (in, sizeof in, "%d.%d.%d", day, month, year);
        s_expect (in, DATE_ORDER_MDY, want);
        snprintf (in, sizeof in, "%02d-%s-%d", day, MONTHS[month - 1], year);
        s_expect (in, DATE_ORDER_MDY, want);
        snprintf (in, sizeof in, "%04d-%03d", year, ordinal);
        s_expect (in, DATE_ORDER_MDY, want);
        if (week_year <= 2200) {
            snprintf (in, sizeof in, "%04d-W%02d-%d", week_year, week, weekday);
            s_expect (in, DATE_ORDER_MDY, want);
        }
        int before = year;
        if (!s_next (&year, &month, &day))
            break;
        ordinal = year == before ? ordinal + 1 : 1;
        weekday = weekday % 7 + 1;
        //  A week belongs to the year of its Thursday: on a Monday, is the Thursday three days on in the next
        //  year?
        if (weekday == 1) {
            bool december = month == 12 && day >= 29, january = month == 1 && day <= 4;
            week = december || january ? 1 : week + 1;
            week_year = december ? year + 1 : year;
        }
    } while (true);
}

Test (calendar, the_day_after_the_last_of_each_month_is_invalid)
{
    static const int LENGTH[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    for (int year = 1800; year <= 2200; year++)
        for (int month = 1; month <= 12; month++) {
            bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
            char in[48];
            snprintf (in, sizeof in, "%04d-%02d-%02d", year, month,
                      LENGTH[month - 1] + (month == 2 && leap) + 1);
            s_expect (in, DATE_ORDER_MDY, "");
        }
}
