//  date_form.c: see date_form.h.
#include "worker/rules/dates/date_form.h"

#include "messages/base/narrow.h"
#include "worker/rules/dates/calendar.h"
#include "worker/rules/dates/date_value.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum { NUMBER_DIGITS_MOST = 20, DAY_S = 24 * 60 * 60, MS = 1000, NOT_THERE = 60, EXCEL_MOST = 2958466 };

bool date_number_of (const char *word, enum date_number *out)
{
    static const char *const WORDS[] = {"excel", "excel_1904", "epoch_s", "epoch_ms"};
    for (int at = 0; at < 4; at++)
        if (strcmp (word, WORDS[at]) == 0) {
            *out = (enum date_number) (at + 1);
            return true;
        }
    return false;
}

bool date_zone_of (const char *word, char out[ZONE_BYTES])
{
    int hours, minutes;
    bool shaped = strlen (word) == 6 && (*word == '+' || *word == '-') && word[3] == ':' &&
                  is_digit (word[1]) && is_digit (word[2]) && is_digit (word[4]) && is_digit (word[5]);
    hours = shaped ? (int) (digit_of (word[1]) * 10 + digit_of (word[2])) : 99;
    minutes = shaped ? (int) (digit_of (word[4]) * 10 + digit_of (word[5])) : 99;
    if (strcmp (word, "Z") != 0 && (minutes > 59 || hours * 60 + minutes > 14 * 60))
        return false;
    snprintf (out, ZONE_BYTES, "%s", word);
    return true;
}

static int64_t s_zone_seconds (const char *zone)
{
    if (*zone != '+' && *zone != '-')
        return 0;
    int64_t minutes = (zone[1] - '0') * 600 + (zone[2] - '0') * 60 + (zone[4] - '0') * 10 + (zone[5] - '0');
    return (*zone == '-' ? -60 : 60) * minutes;
}

//  Digits with a sign before and a point in them, which Excel writes for a time of day; false: no number.
static bool s_number (struct text in, double *out)
{
    char digits[NUMBER_DIGITS_MOST + 1];
    size_t points = 0, numerals = 0;
    if (in.n > NUMBER_DIGITS_MOST)
        return false;
    for (size_t at = 0; at < in.n; at++) {
        points += in.at[at] == '.';
        numerals += is_digit (in.at[at]);
        if (!is_digit (in.at[at]) && in.at[at] != '.' && !(at == 0 && in.at[at] == '-'))
            return false;
    }
    memcpy (digits, in.at, in.n);
    digits[in.n] = 0;
    *out = strtod (digits, NULL);
    return points <= 1 && numerals > 0;
}

//  The number as days since the first of January of year 1 and milliseconds of that day. false: no date.
static bool s_place (enum date_number sort, double number, const char *zone, int64_t *day, int64_t *ms)
{
    int64_t epoch = days_before_year (1970), whole;
    if (fabs (number) > 1e15)
        return false;
    if (sort == DATE_NUMBER_S || sort == DATE_NUMBER_MS) {
        whole = llround (sort == DATE_NUMBER_S ? number * MS : number) + s_zone_seconds (zone) * MS;
        *ms = whole % ((int64_t) DAY_S * MS);
        if (*ms < 0)
            *ms += (int64_t) DAY_S * MS;
        *day = epoch + (whole - *ms) / ((int64_t) DAY_S * MS);
        return true;
    }
    bool first = sort == DATE_NUMBER_EXCEL;
    if (number < (first ? 1 : 0) || number > EXCEL_MOST ||
        (first && number >= NOT_THERE && number < NOT_THERE + 1))
        return false;
    whole = llround (number * DAY_S);    //  Excel's own times are whole seconds, cut to binary fractions
    *ms = whole % DAY_S * MS;
    *day = whole / DAY_S;
    *day += first ? days_before_year (1900) - (*day > NOT_THERE ? 2 : 1) : days_before_year (1904);
    return true;
}

static size_t s_write (int64_t day, int64_t ms, bool timed, const char *zone, char *out)
{
    char text[DATE_BYTES];
    if (day < days_before_year (YEAR_FIRST) || day >= days_before_year (YEAR_LAST + 1))
        return 0;
    int month, monthday, year = NARROW (int, day / 366) + 1;
    while (days_before_year (year + 1) <= day)
        year++;
    date_of_ordinal (year, NARROW (int, day - days_before_year (year)) + 1, &month, &monthday);
    int second = NARROW (int, ms / MS), fraction = NARROW (int, ms % MS);
    int n = snprintf (text, sizeof text, "%04d-%02d-%02d", year, month, monthday);
    if (timed)
        n += snprintf (text + n, sizeof text - (size_t) n, "T%02d:%02d:%02d", second / 3600, second / 60 % 60,
                       second % 60);
    if (timed && fraction)
        n += snprintf (text + n, sizeof text - (size_t) n, ".%03d", fraction);
    if (timed)
        n += snprintf (text + n, sizeof text - (size_t) n, "%s", zone);
    memcpy (out, text, (size_t) n);
    return (size_t) n;
}

static enum rule s_count (const struct date_form *form, bool timed, double number, struct text in, char *out,
                          size_t *n)
{
    bool epoch = form->number == DATE_NUMBER_S || form->number == DATE_NUMBER_MS;
    const char *zone = epoch && !*form->zone ? "Z" : form->zone;
    int64_t day, ms;
    //  A whole number of Excel's is a date without a time.
    bool time = timed && (epoch || memchr (in.at, '.', in.n));
    if (s_place (form->number, number, zone, &day, &ms) && (*n = s_write (day, ms, time, zone, out)) > 0)
        return RULE_DATE_NUMBER;
    return timed ? RULE_DATETIME_INVALID : RULE_DATE_INVALID;
}

//  Whether a canonical date-time ends without an offset.
static bool s_is_open (const char *out, size_t n)
{
    return n > 10 && out[n - 1] != 'Z' && out[n - 6] != '+' && out[n - 6] != '-';
}

enum rule date_form_standardize (const struct date_form *form, bool timed, struct text in,
                                 enum date_order order, uint32_t today, char *out, size_t *n,
                                 enum date_evidence *evidence)
{
    double number;
    *evidence = DATE_EVIDENCE_NONE;
    if (form->number != DATE_NUMBER_NONE && s_number (in, &number))
        return s_count (form, timed, number, in, out, n);
    enum rule rule = timed ? datetime_standardize (in, order, today, out, n, evidence)
                           : date_standardize (in, order, today, out, n, evidence);
    if (!timed || RULE[rule].sort == RULE_SORT_INVALID || !*form->zone)
        return rule;
    if (rule == RULE_NONE) {
        memcpy (out, in.at, in.n);
        *n = in.n;
    }
    if (!s_is_open (out, *n))
        return rule;
    size_t more = strlen (form->zone);
    memcpy (out + *n, form->zone, more);
    *n += more;
    return rule == RULE_DATE_CENTURY ? rule : RULE_DATETIME_ZONE;
}
