//  date_compare.c: see date_compare.h.
#include "worker/rules/dates/date_compare.h"

#include "worker/rules/dates/calendar.h"
#include "worker/rules/dates/date_value.h"
#include "worker/text/ascii.h"

enum { MINUTES_A_DAY = 24 * 60, MOMENT_BITS = 59 };

//  How much of a date is given.
enum depth { DEPTH_NONE, DEPTH_YEAR, DEPTH_MONTH, DEPTH_DAY, DEPTH_TIME };

static enum depth s_depth (const struct date_value *date)
{
    if (date->has_time)
        return DEPTH_TIME;
    return date->day ? DEPTH_DAY : date->month ? DEPTH_MONTH : DEPTH_YEAR;
}

//  Minutes since year 1, in UTC where `zoned`.
static int64_t s_minutes (const struct date_value *date, bool zoned)
{
    int64_t days = days_before_year (date->year) + date->day;
    for (int month = 1; month < date->month; month++)
        days += days_in_month (date->year, month);
    int64_t minutes = days * MINUTES_A_DAY + date->time.hour * 60 + date->time.minute;
    int offset = date->time.zone_hour * 60 + date->time.zone_minute;
    if (zoned && date->time.zone != 'Z')
        minutes -= date->time.zone == '-' ? -offset : offset;
    return minutes;
}

static int s_sign (int64_t difference)
{
    return (difference > 0) - (difference < 0);
}

//  Digits after the decimal sign, as if zeros followed without end.
static int s_compare_fractions (const struct time_value *a, const struct time_value *b)
{
    for (size_t at = 0; at < a->fraction_n || at < b->fraction_n; at++) {
        char left = at < a->fraction_n ? a->fraction[at] : '0';
        char right = at < b->fraction_n ? b->fraction[at] : '0';
        if (left != right)
            return left < right ? -1 : 1;
    }
    return 0;
}

int date_compare (struct text a, struct text b)
{
    struct date_value left, right;
    enum date_evidence evidence;
    if (!date_read (a, DATE_ORDER_YMD, 0, &left, &evidence) ||
        !date_read (b, DATE_ORDER_YMD, 0, &right, &evidence))
        return 0;
    enum depth depth = s_depth (&left) < s_depth (&right) ? s_depth (&left) : s_depth (&right);
    if (depth == DEPTH_TIME) {
        bool zoned = left.time.zone && right.time.zone;
        int64_t minutes = s_minutes (&left, zoned) - s_minutes (&right, zoned);
        int64_t seconds = left.time.second - right.time.second;
        return minutes   ? s_sign (minutes)
               : seconds ? s_sign (seconds)
                         : s_compare_fractions (&left.time, &right.time);
    }
    int years = left.year - right.year;
    int months = depth >= DEPTH_MONTH ? left.month - right.month : 0;
    int days = depth >= DEPTH_DAY ? left.day - right.day : 0;
    return s_sign (years ? years : months ? months : days);
}

static int s_year (struct text date)
{
    int year = 0;
    for (size_t at = 0; at < 4; at++)
        year = year * 10 + (int) digit_of (date.at[at]);
    return year;
}

bool date_span_over (struct text begin, struct text end, int years)
{
    struct date_value from, to;
    enum date_evidence evidence;
    //  The years alone decide nearly always.
    if (begin.n < 4 || end.n < 4 || s_year (end) - s_year (begin) < years)
        return false;
    if (!date_read (begin, DATE_ORDER_YMD, 0, &from, &evidence) ||
        !date_read (end, DATE_ORDER_YMD, 0, &to, &evidence))
        return false;
    from.year += years;
    if (from.month == 2 && from.day == 29 && !year_is_leap (from.year))
        from.day = 28;
    if (to.year != from.year)
        return to.year > from.year;
    if (!to.month || !from.month || to.month != from.month)
        return to.month && from.month && to.month > from.month;
    return to.day && from.day && to.day > from.day;
}

//  The forms of a moment.
enum { MOMENT_YEAR = 1, MOMENT_MONTH, MOMENT_DAY, MOMENT_TIME, MOMENT_ZONED, MOMENT_COUNT };

static uint64_t s_moment (int form, int64_t value)
{
    return (uint64_t) form << MOMENT_BITS | (uint64_t) value;
}

static int s_two (const char *at)
{
    return (int) digit_of (at[0]) * 10 + (int) digit_of (at[1]);
}

//  Microseconds of a fraction's digits; more of them say nothing.
static int64_t s_fraction (const char **at, const char *end)
{
    int64_t value = 0, unit = 1000000;
    if (*at == end || **at != '.')
        return 0;
    for (++*at; *at < end && is_digit (**at); ++*at) {
        unit /= 10;
        value += unit * (int64_t) digit_of (**at);
    }
    return value;
}

//  From `T` on.
static uint64_t s_time_moment (int64_t days, const char *at, const char *end)
{
    int64_t minutes = days * MINUTES_A_DAY + s_two (at + 1) * 60 + s_two (at + 4), seconds = s_two (at + 7);
    at += 9;
    int64_t fraction = s_fraction (&at, end);
    bool zoned = at < end;
    if (end - at == 6) {
        int offset = s_two (at + 1) * 60 + s_two (at + 4);
        minutes -= *at == '-' ? -offset : offset;
    }
    return s_moment (zoned ? MOMENT_ZONED : MOMENT_TIME, (minutes * 60 + seconds) * 1000000 + fraction);
}

uint64_t date_moment (struct text date)
{
    static const short BEFORE[] = {0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334};
    enum { YEAR = 4, MONTH = 7, DAY = 10, TIME = 19 };
    if (date.n < YEAR)
        return 0;
    int year = s_year (date);
    if (date.n < MONTH)
        return s_moment (MOMENT_YEAR, year);
    int month = s_two (date.at + 5);
    if (date.n < DAY)
        return s_moment (MOMENT_MONTH, year * 12 + month);
    int64_t days = days_before_year (year) + BEFORE[month - 1] + (month > 2 && year_is_leap (year)) +
                   s_two (date.at + 8);
    if (date.n < TIME)
        return s_moment (MOMENT_DAY, days);
    return s_time_moment (days, date.at + DAY, date.at + date.n);
}

uint64_t count_moment (uint64_t count)
{
    return s_moment (MOMENT_COUNT, (int64_t) count);
}
