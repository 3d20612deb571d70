//  date_read.c: reads a date in the forms that medical data has: of ISO 8601 and DICOM, with slashes, points
//  or dashes, with the name of its month. Standards: ISO 8601-1:2019 (calendar, week and ordinal dates),
//  DICOM PS3.5 DA and DT.
#include "worker/rules/dates/calendar.h"
#include "worker/rules/dates/date_value.h"
#include "worker/text/ascii.h"

enum { WORD_LEAST = 3, COMPACT_DIGITS = 14 };

static const char *const MONTHS[] = {"january", "february", "march",     "april",   "may",      "june",
                                     "july",    "august",   "september", "october", "november", "december"};
static const char *const WEEKDAYS[] = {"monday", "tuesday",  "wednesday", "thursday",
                                       "friday", "saturday", "sunday"};

static bool s_at_letter (struct cursor in)
{
    return in.at < in.end && is_letter (*in.at);
}

//  Letters of `name` (lower case) that the input's word begins with, 0 unless the word is `name` or its
//  beginning.
static size_t s_match (struct cursor in, const char *name)
{
    size_t n = 0;
    for (; s_at_letter (in); in.at++, n++)
        if (to_lower (*in.at) != name[n])
            return 0;
    return n;
}

//  Month 1 … 12 by its name, by its first three letters, or "Sept"; a point may follow. 0: no month.
static int s_take_month (struct cursor *in)
{
    if (!s_at_letter (*in))
        return 0;
    for (int at = 0; at < 12; at++) {
        size_t n = s_match (*in, MONTHS[at]);
        if (n != WORD_LEAST && (n == 0 || MONTHS[at][n] != '\0') && (n != 4 || at != 8))
            continue;
        in->at += n;
        take (in, '.');
        return at + 1;
    }
    return 0;
}

//  "Thursday, ", "Thu. ", "Thu ": a weekday in front tells nothing that the date does not.
static void s_skip_weekday (struct cursor *in)
{
    for (size_t at = 0; at < DAYS_A_WEEK && s_at_letter (*in); at++) {
        size_t n = s_match (*in, WEEKDAYS[at]);
        if (n < WORD_LEAST)
            continue;
        in->at += n;
        take (in, '.');
        take (in, ',');
        skip_spaces (in);
        return;
    }
}

//  The year of two digits that is not in the future.
static int s_full_year (int year, int month, int day, uint32_t today)
{
    int full = (int) (today / 1000000) * 100 + year;
    return full * 10000 + month * 100 + day > (int) today ? full - 100 : full;
}

//  Takes a year of four or two digits; a two-digit one is made full with the date it belongs to.
static bool s_take_year (struct cursor *in, int month, int day, uint32_t today, int *year)
{
    size_t n = take_digits (in, 4, year);
    if (n == 2)
        *year = s_full_year (*year, month, day, today);
    return n == 2 || n == 4;
}

static bool s_set (struct date_value *out, int year, int month, int day)
{
    out->year = year;
    out->month = month;
    out->day = day;
    if (day == 0)    //  a partial date
        return date_exists (year, month ? month : 1, 1);
    return date_exists (year, month, day);
}

//  YYYY-Www-D after the W.
static bool s_read_week (struct cursor *in, int year, struct date_value *out)
{
    bool extended = in->at[-2] == '-';
    int digits, week, weekday;
    size_t n = take_digits (in, 3, &digits);
    if (extended ? n != 2 || !take (in, '-') || take_digits (in, 1, &weekday) != 1 : n != 3)
        return false;
    week = extended ? digits : digits / 10;
    weekday = extended ? weekday : digits % 10;
    if (year < YEAR_FIRST || year > YEAR_LAST || weekday < 1 || weekday > DAYS_A_WEEK || week < 1 ||
        week > weeks_in_year (year))
        return false;
    //  Week 1 holds January 4, so its Monday lies between December 29 and January 4.
    int first = weekday_of_new_year (year);
    int ordinal = (week - 1) * DAYS_A_WEEK + weekday + (first <= 4 ? 1 - first : DAYS_A_WEEK + 1 - first);
    int days = year_is_leap (year) ? 366 : 365;
    if (ordinal < 1)
        return s_set (out, year - 1, 12, 31 + ordinal);
    if (ordinal > days)
        return s_set (out, year + 1, 1, ordinal - days);
    date_of_ordinal (year, ordinal, &out->month, &out->day);
    return s_set (out, year, out->month, out->day);
}

static bool s_read_ordinal (int year, int ordinal, struct date_value *out)
{
    if (year < YEAR_FIRST || year > YEAR_LAST || ordinal < 1 || ordinal > (year_is_leap (year) ? 366 : 365))
        return false;
    date_of_ordinal (year, ordinal, &out->month, &out->day);
    return s_set (out, year, out->month, out->day);
}

//  After a year of four digits: -MM-DD, /M/D, .MM.DD, -Mon-DD, -DDD, -Www-D, Www D, -MM, or nothing.
static bool s_read_year_first (struct cursor *in, int year, struct date_value *out)
{
    if (in->at == in->end)
        return s_set (out, year, 0, 0);
    if (take (in, 'W'))
        return s_read_week (in, year, out);
    char separator = *in->at;
    if (separator != '-' && separator != '/' && separator != '.' && separator != ' ')
        return false;
    in->at++;
    if (separator == '-' && take (in, 'W'))
        return s_read_week (in, year, out);
    int month = s_take_month (in), day;
    bool named = month > 0;
    size_t n = named ? 2 : take_digits (in, 3, &month);
    if (n == 3 && separator == '-')
        return s_read_ordinal (year, month, out);
    if (n != 1 && n != 2)
        return false;
    if (in->at == in->end && (separator == '-' || separator == '/'))
        return month > 0 && s_set (out, year, month, 0);
    if ((!named && separator == ' ') || !take (in, separator))
        return false;
    n = take_digits (in, 2, &day);
    return n && day && s_set (out, year, month, day);
}

//  Spaces, one of `-/.,` and spaces again between the parts of a date with a month name; none at all in
//  04MAR2021.
static void s_skip_separator (struct cursor *in)
{
    skip_spaces (in);
    if (in->at < in->end && strchr ("-/.,", *in->at) && *in->at)
        in->at++;
    skip_spaces (in);
}

//  1st, 2nd, 3rd, 4th.
static void s_skip_suffix (struct cursor *in)
{
    static const char *const SUFFIXES[] = {"st", "nd", "rd", "th"};
    for (size_t at = 0; at < 4; at++)
        if (s_match (*in, SUFFIXES[at]) == 2) {
            in->at += 2;
            return;
        }
}

//  After a month name: D, YYYY or YYYY.
static bool s_read_month_first (struct cursor *in, int month, uint32_t today, struct date_value *out)
{
    int day, year;
    s_skip_separator (in);
    size_t n = take_digits (in, 4, &day);
    if (n == 4)
        return in->at == in->end && s_set (out, day, month, 0);
    if (n == 0 || n > 2)
        return false;
    s_skip_suffix (in);
    const char *before = in->at;
    s_skip_separator (in);
    return in->at > before && day && s_take_year (in, month, day, today, &year) &&
           s_set (out, year, month, day);
}

//  Two numbers and a year: `order` decides which is the month, unless only one way makes it a date.
static bool s_decide (int first, int second, int year, bool full, enum date_order order, uint32_t today,
                      struct date_value *out, enum date_evidence *evidence)
{
    int mdy_year = full ? year : s_full_year (year, first, second, today);
    int dmy_year = full ? year : s_full_year (year, second, first, today);
    bool mdy = date_exists (mdy_year, first, second), dmy = date_exists (dmy_year, second, first);
    if (mdy && dmy) {
        *evidence = first == second ? DATE_EVIDENCE_NONE : DATE_EVIDENCE_AMBIGUOUS;
        dmy = order == DATE_ORDER_DMY;
    } else if (mdy || dmy)
        *evidence = dmy ? DATE_EVIDENCE_DMY : DATE_EVIDENCE_MDY;
    else
        return false;
    return dmy ? s_set (out, dmy_year, second, first) : s_set (out, mdy_year, first, second);
}

//  After the day: a month name and a year.
static bool s_read_day_first (struct cursor *in, int day, uint32_t today, struct date_value *out)
{
    int year;
    s_skip_suffix (in);
    s_skip_separator (in);
    int month = s_take_month (in);
    s_skip_separator (in);
    return month && day && s_take_year (in, month, day, today, &year) && s_set (out, year, month, day);
}

//  After one or two digits: a second number and a year behind the same separator, a year alone, or what
//  follows a day.
static bool s_read_short_first (struct cursor *in, int first, enum date_order order, uint32_t today,
                                struct date_value *out, enum date_evidence *evidence)
{
    struct cursor c = *in;
    int second, year;
    char separator = c.at < c.end ? *c.at++ : '\0';
    if (separator != '/' && separator != '-' && separator != '.')
        return s_read_day_first (in, first, today, out);
    if (separator == '.')
        skip_spaces (&c);
    size_t n = take_digits (&c, 4, &second);
    if (n == 0)
        return s_read_day_first (in, first, today, out);
    *in = c;
    if (n == 4 && separator != '.')
        return in->at == in->end && first && s_set (out, second, first, 0);
    if (n > 2 || !take (in, separator))
        return false;
    if (separator == '.')
        skip_spaces (in);
    n = take_digits (in, 4, &year);
    if ((n != 2 && n != 4) || first == 0 || second == 0)
        return false;
    bool full = n == 4;
    if (separator == '.')
        return s_set (out, full ? year : s_full_year (year, second, first, today), second, first);
    if (!full && order == DATE_ORDER_YMD)
        return year && s_set (out, s_full_year (first, second, year, today), second, year);
    return s_decide (first, second, year, full, order, today, out, evidence);
}

static int s_number (const char *digits, size_t n)
{
    int value = 0;
    for (size_t at = 0; at < n; at++)
        value = value * 10 + (int) digit_of (digits[at]);
    return value;
}

//  YYYYMMDD, with hh, mm and ss behind it as `n` says.
static bool s_read_compact (const char *digits, size_t n, struct cursor *in, struct date_value *out)
{
    if (!s_set (out, s_number (digits, 4), s_number (digits + 4, 2), s_number (digits + 6, 2)) ||
        out->day == 0)
        return false;
    if (n == 8)
        return true;
    out->has_time = true;
    out->time.hour = s_number (digits + 8, 2);
    out->time.minute = n > 10 ? s_number (digits + 10, 2) : 0;
    out->time.second = n > 12 ? s_number (digits + 12, 2) : 0;
    bool read = time_read_tail (*in, n == COMPACT_DIGITS, &out->time);
    in->at = in->end;
    return read;
}

//  The date alone, whatever stands behind it.
static bool s_read_date (struct cursor *in, enum date_order order, uint32_t today, struct date_value *out,
                         enum date_evidence *evidence)
{
    if (s_at_letter (*in)) {
        s_skip_weekday (in);
        int month = s_take_month (in);
        if (month)
            return s_read_month_first (in, month, today, out);
    }
    const char *first = in->at;
    while (in->at < in->end && is_digit (*in->at))
        in->at++;
    size_t n = (size_t) (in->at - first);
    switch (n) {
    case 1:
    case 2:
        return s_read_short_first (in, s_number (first, n), order, today, out, evidence);
    case 4:
        return s_read_year_first (in, s_number (first, n), out);
    case 8:
    case 10:
    case 12:
    case COMPACT_DIGITS:
        return s_read_compact (first, n, in, out);
    default:
        return false;
    }
}

bool date_read (struct text in, enum date_order order, uint32_t today, struct date_value *out,
                enum date_evidence *evidence)
{
    *evidence = DATE_EVIDENCE_NONE;
    enum date_evidence found = DATE_EVIDENCE_NONE;
    struct cursor c = {in.at, in.at + in.n};
    out->has_time = false;
    if (!s_read_date (&c, order, today, out, &found))
        return false;
    if (c.at < c.end) {
        const char *before = c.at;
        bool designated = take (&c, 'T') || take (&c, 't');
        if (!designated && !take (&c, ':')) {
            take (&c, ',');
            skip_spaces (&c);
        }
        if (c.at == before || out->day == 0 || out->has_time || !time_read (c, designated, &out->time))
            return false;
        out->has_time = true;
    }
    *evidence = found;
    return true;
}
