//  date_read.c: reads a date in the forms that medical data has: of ISO 8601 and DICOM, with slashes, points
//  or dashes, with the name of its month. Standards: ISO 8601-1:2019 (calendar, week and ordinal dates),
//  DICOM PS3.5 DA and DT.
#include "worker/rules/dates/calendar.h"
#include "worker/rules/dates/date_value.h"
#include "worker/rules/dates/date_words.h"
#include "worker/text/ascii.h"

enum { COMPACT_DIGITS = 14, COMPACT_YEAR_FIRST = 1800 };

static const struct date_word *s_word (struct cursor in, size_t *n)
{
    return in.at < in.end ? date_word_find ((struct text){in.at, (size_t) (in.end - in.at)}, n) : NULL;
}

//  Whether the input goes on with a letter, of ASCII or beyond.
static bool s_at_letter (struct cursor in)
{
    return in.at < in.end && (is_letter (*in.at) || (unsigned char) *in.at >= 0x80);
}

//  Takes a word of ASCII letters if it is `wanted` (lower case) and ends there.
static bool s_take_word (struct cursor *in, const char *wanted)
{
    struct cursor c = *in;
    for (; *wanted; wanted++, c.at++)
        if (c.at == c.end || to_lower (*c.at) != *wanted)
            return false;
    if (s_at_letter (c))
        return false;
    *in = c;
    return true;
}

//  Month 1 … 12 by its name or its abbreviation; a point may follow. 0: no month.
static int s_take_month (struct cursor *in)
{
    size_t n = 0;
    const struct date_word *word = s_word (*in, &n);
    if (!word || !word->month)
        return 0;
    in->at += n;
    take (in, '.');
    return word->month;
}

//  "Thursday, ", "Thu. ", "Do ": 1 (Monday) … 7, 0 where no weekday stands there.
static int s_take_weekday (struct cursor *in)
{
    size_t n = 0;
    const struct date_word *word = s_word (*in, &n);
    if (!word || !word->weekday)
        return 0;
    in->at += n;
    take (in, '.');
    take (in, ',');
    skip_spaces (in);
    return word->weekday;
}

//  "le 3 mars", "den 3. März", "el 3 de marzo".
static bool s_skip_article (struct cursor *in)
{
    static const char *const ARTICLES[] = {"le", "el", "den", "il"};
    for (size_t at = 0; at < sizeof ARTICLES / sizeof *ARTICLES; at++)
        if (s_take_word (in, ARTICLES[at])) {
            skip_spaces (in);
            return true;
        }
    return false;
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

//  The year of two digits that is not in the future.
static int s_full_year (int year, int month, int day, uint32_t today)
{
    int full = (int) (today / 1000000) * 100 + year;
    return full * 10000 + month * 100 + day > (int) today ? full - 100 : full;
}

//  The same with its date.
static bool s_set_short (struct date_value *out, int year, int month, int day, uint32_t today)
{
    out->century_assumed = true;
    return s_set (out, s_full_year (year, month, day, today), month, day);
}

//  Takes a year of four or two digits; a two-digit one is made full with the date it belongs to.
static bool s_take_year (struct cursor *in, int month, int day, uint32_t today, struct date_value *out)
{
    int year;
    size_t n = take_digits (in, 4, &year);
    return n == 2 ? s_set_short (out, year, month, day, today) : n == 4 && s_set (out, year, month, day);
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
//  04MAR2021; "de" or "of" between words.
static void s_skip_separator (struct cursor *in)
{
    static const char *const BETWEEN[] = {"de", "del", "of"};
    skip_spaces (in);
    if (in->at < in->end && strchr ("-/.,", *in->at) && *in->at)
        in->at++;
    skip_spaces (in);
    for (size_t at = 0; at < sizeof BETWEEN / sizeof *BETWEEN; at++)
        if (s_take_word (in, BETWEEN[at])) {
            skip_spaces (in);
            return;
        }
}

//  1st, 2nd, 3rd, 4th, 1er, 1º, 1°.
static void s_skip_suffix (struct cursor *in)
{
    static const char *const SUFFIXES[] = {"st", "nd", "rd", "th", "er"};
    for (size_t at = 0; at < sizeof SUFFIXES / sizeof *SUFFIXES; at++)
        if (s_take_word (in, SUFFIXES[at]))
            return;
    static const char *const SIGNS[] = {"\xc2\xba", "\xc2\xb0"};
    for (size_t at = 0; at < 2 && in->end - in->at >= 2; at++)
        if (memcmp (in->at, SIGNS[at], 2) == 0) {
            in->at += 2;
            return;
        }
}

//  After a month name: D, YYYY or YYYY.
static bool s_read_month_first (struct cursor *in, int month, uint32_t today, struct date_value *out)
{
    int day;
    s_skip_separator (in);
    size_t n = take_digits (in, 4, &day);
    if (n == 4)
        return in->at == in->end && s_set (out, day, month, 0);
    if (n == 0 || n > 2)
        return false;
    s_skip_suffix (in);
    const char *before = in->at;
    s_skip_separator (in);
    return in->at > before && day && s_take_year (in, month, day, today, out);
}

//  Two numbers and a year: `order` decides which is the month, unless only one way makes it a date.
static bool s_decide (int first, int second, int year, bool full, enum date_order order, uint32_t today,
                      struct date_value *out, enum date_evidence *evidence)
{
    int mdy_year = full ? year : s_full_year (year, first, second, today);
    int dmy_year = full ? year : s_full_year (year, second, first, today);
    bool mdy = date_exists (mdy_year, first, second), dmy = date_exists (dmy_year, second, first);
    out->century_assumed = !full;
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
    s_skip_suffix (in);
    s_skip_separator (in);
    int month = s_take_month (in);
    s_skip_separator (in);
    return month && day && s_take_year (in, month, day, today, out);
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
        return full ? s_set (out, year, second, first) : s_set_short (out, year, second, first, today);
    if (!full && order == DATE_ORDER_YMD)
        return year && s_set_short (out, first, second, year, today);
    return s_decide (first, second, year, full, order, today, out, evidence);
}

static int s_number (const char *digits, size_t n)
{
    int value = 0;
    while (n--)
        value = value * 10 + (int) digit_of (*digits++);
    return value;
}

//  YYYYMMDD, with hh, mm and ss behind it as `n` says; so many digits of an early year are a number (of
//  seconds since 1970, of a telephone).
static bool s_read_compact (const char *digits, size_t n, struct cursor *in, struct date_value *out)
{
    if (!s_set (out, s_number (digits, 4), s_number (digits + 4, 2), s_number (digits + 6, 2)) ||
        out->day == 0 || (n > 8 && out->year < COMPACT_YEAR_FIRST))
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

//  The date alone, whatever stands behind it. `weekday`: one is taken for that, where it might be a month.
static bool s_read_date (struct cursor *in, enum date_order order, uint32_t today, bool weekday,
                         struct date_value *out, enum date_evidence *evidence)
{
    bool article = false;
    if (s_at_letter (*in)) {
        struct cursor c = *in;
        int month = weekday ? 0 : s_take_month (&c);
        if (!month) {
            c = *in;
            out->weekday = s_take_weekday (&c);
            article = s_skip_article (&c);
            month = s_take_month (&c);
        }
        *in = c;
        if (month)
            return s_read_month_first (in, month, today, out);
    }
    const char *first = in->at;
    while (in->at < in->end && is_digit (*in->at))
        in->at++;
    size_t n = (size_t) (in->at - first);
    if (n == 1 || n == 2)
        return s_read_short_first (in, s_number (first, n), order, today, out, evidence);
    if (n == 4)
        return !article && s_read_year_first (in, s_number (first, n), out);
    bool compact = n == 8 || n == 10 || n == 12 || n == COMPACT_DIGITS;
    return compact && s_read_compact (first, n, in, out);
}

//  "2021-03-04 Thu", "04/03/2021 (Do.)".
static void s_take_weekday_behind (struct cursor *in, struct date_value *out)
{
    struct cursor c = *in;
    take (&c, ',');
    skip_spaces (&c);
    bool bracket = take (&c, '(');
    int weekday = s_at_letter (c) ? s_take_weekday (&c) : 0;
    if (!weekday || out->day == 0 || (bracket && !take (&c, ')')))
        return;
    *in = c;
    out->weekday = weekday;
}

//  The weekday fits one of two orders: that is how the date is to be read.
static enum date_evidence s_decide_by_weekday (struct date_value *out, enum date_order order)
{
    bool fits = weekday_of (out->year, out->month, out->day) == out->weekday;
    bool other = weekday_of (out->year, out->day, out->month) == out->weekday;
    if (fits == other)
        return DATE_EVIDENCE_AMBIGUOUS;
    if (other) {
        int month = out->month;
        out->month = out->day;
        out->day = month;
    }
    return (order == DATE_ORDER_DMY) == fits ? DATE_EVIDENCE_DMY : DATE_EVIDENCE_MDY;
}

static bool s_read (struct cursor c, enum date_order order, uint32_t today, bool weekday,
                    struct date_value *out, enum date_evidence *found)
{
    out->has_time = out->century_assumed = false;
    out->weekday = 0;
    if (!s_read_date (&c, order, today, weekday, out, found))
        return false;
    if (c.at < c.end)
        s_take_weekday_behind (&c, out);
    if (c.at < c.end) {
        const char *before = c.at;
        bool designated = take (&c, 'T') || take (&c, 't');
        if (!designated && !take (&c, ':')) {
            take (&c, ',');
            skip_spaces (&c);
        }
        bool apart = c.at != before || out->weekday;
        if (!apart || out->day == 0 || out->has_time || !time_read (c, designated, &out->time))
            return false;
        out->has_time = true;
    }
    return true;
}

bool date_read (struct text in, enum date_order order, uint32_t today, struct date_value *out,
                enum date_evidence *evidence)
{
    *evidence = DATE_EVIDENCE_NONE;
    enum date_evidence found = DATE_EVIDENCE_NONE;
    struct cursor c = {in.at, in.at + in.n};
    //  "mar. 2 mars 2021": what can be a month is a weekday where that makes a date of it.
    if (!s_read (c, order, today, false, out, &found) &&
        (!s_at_letter (c) || !s_read (c, order, today, true, out, &found)))
        return false;
    if (found == DATE_EVIDENCE_AMBIGUOUS && out->weekday)
        found = s_decide_by_weekday (out, order);
    *evidence = found;
    return true;
}
