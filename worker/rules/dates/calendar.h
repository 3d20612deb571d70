//  calendar.h: the Gregorian calendar as far as dates need it.
//  Standard: ISO 8601-1:2019. Years 1 to 9999: data for research is shifted to any of them.
#ifndef DMH_WORKER_RULES_DATES_CALENDAR_H
#define DMH_WORKER_RULES_DATES_CALENDAR_H

#include <stdbool.h>

enum { YEAR_FIRST = 1, YEAR_LAST = 9999, DAYS_A_WEEK = 7 };

static inline bool year_is_leap (int year)
{
    return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

static inline int days_in_month (int year, int month)
{
    static const signed char DAYS[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    return DAYS[month - 1] + (month == 2 && year_is_leap (year));
}

static inline bool date_exists (int year, int month, int day)
{
    return year >= YEAR_FIRST && year <= YEAR_LAST && month >= 1 && month <= 12 && day >= 1 &&
           day <= days_in_month (year, month);
}

//  Days before January 1 of a year, counted from year 1.
static inline int days_before_year (int year)
{
    int past = year - 1;
    return past * 365 + past / 4 - past / 100 + past / 400;
}

//  Day of the year (1 …) to month and day. The day has to lie in the year.
static inline void date_of_ordinal (int year, int ordinal, int *month, int *day)
{
    *month = 1;
    while (ordinal > days_in_month (year, *month))
        ordinal -= days_in_month (year, (*month)++);
    *day = ordinal;
}

//  Day of the week of January 1, Monday 1 … Sunday 7. January 1 of year 1 was a Monday.
static inline int weekday_of_new_year (int year)
{
    return days_before_year (year) % DAYS_A_WEEK + 1;
}

//  Day of the week, Monday 1 … Sunday 7.
static inline int weekday_of (int year, int month, int day)
{
    int days = days_before_year (year) + day - 1;
    for (int before = 1; before < month; before++)
        days += days_in_month (year, before);
    return days % DAYS_A_WEEK + 1;
}

//  Weeks of an ISO year: 53 when it begins, or a leap year ends, on a Thursday.
static inline int weeks_in_year (int year)
{
    int first = weekday_of_new_year (year);
    return first == 4 || (first == 3 && year_is_leap (year)) ? 53 : 52;
}

#endif
