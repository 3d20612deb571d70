//  date.c: dates and date-times in their canonical form, see date.h. The reading is in date_read.c and
//  dates/time.c; what stands here is the writing.
#include "worker/rules/dates/date.h"

#include "worker/rules/dates/calendar.h"
#include "worker/rules/dates/date_value.h"
#include "worker/text/plain_signs.h"

enum { CANONICAL_BYTES = 10 };

static char *s_two (char *to, int value)
{
    to[0] = (char) ('0' + value / 10);
    to[1] = (char) ('0' + value % 10);
    return to + 2;
}

static char *s_write_date (char *to, const struct date_value *date)
{
    to = s_two (s_two (to, date->year / 100), date->year % 100);
    if (date->month) {
        *to++ = '-';
        to = s_two (to, date->month);
    }
    if (date->day) {
        *to++ = '-';
        to = s_two (to, date->day);
    }
    return to;
}

static char *s_write_time (char *to, const struct time_value *time)
{
    *to++ = 'T';
    to = s_two (to, time->hour);
    *to++ = ':';
    to = s_two (to, time->minute);
    *to++ = ':';
    to = s_two (to, time->second);
    if (time->fraction_n) {
        *to++ = '.';
        memcpy (to, time->fraction, time->fraction_n);
        to += time->fraction_n;
    }
    if (time->zone)
        *to++ = time->zone;
    if (time->zone == '+' || time->zone == '-') {
        to = s_two (to, time->zone_hour);
        *to++ = ':';
        to = s_two (to, time->zone_minute);
    }
    return to;
}

static int s_digits (const char *at, size_t n)
{
    int value = 0;
    for (size_t i = 0; i < n; i++)
        value = is_digit (at[i]) && value >= 0 ? value * 10 + (int) digit_of (at[i]) : -1;
    return value;
}

//  Whether the value is a YYYY-MM-DD of the calendar: the most frequent case, told without the reader.
static bool s_is_canonical (struct text in)
{
    return in.n == CANONICAL_BYTES && in.at[4] == '-' && in.at[7] == '-' &&
           date_exists (s_digits (in.at, 4), s_digits (in.at + 5, 2), s_digits (in.at + 8, 2));
}

//  The end of a day is the beginning of the next. false: that is beyond the calendar.
static bool s_next_day (struct date_value *date)
{
    date->time.hour = 0;
    if (date->day++ == days_in_month (date->year, date->month)) {
        date->day = 1;
        if (date->month++ == 12) {
            date->month = 1;
            date->year++;
        }
    }
    return date->year <= YEAR_LAST;
}

//  What is no date as it stands may be one of full-width digits, or with other dashes and spaces.
static bool s_read_signs (struct text in, enum date_order order, uint32_t today, char signs[PLAIN_BYTES],
                          struct date_value *date, enum date_evidence *evidence)
{
    struct text plain;
    return plain_signs (in, signs, &plain) && plain.n && !text_equal (plain, in) &&
           date_read (plain, order, today, date, evidence);
}

//  What the value becomes, with its time or without.
static enum rule s_standardize (struct text in, enum date_order order, uint32_t today, bool timed, char *out,
                                size_t *n, enum date_evidence *evidence)
{
    struct date_value date;
    if (s_is_canonical (in)) {
        memcpy (out, in.at, CANONICAL_BYTES);
        *n = CANONICAL_BYTES;
        *evidence = DATE_EVIDENCE_NONE;
        return RULE_NONE;
    }
    char signs[PLAIN_BYTES];    //  fractions of a second are borrowed from it
    if (!date_read (in, order, today, &date, evidence) &&
        !s_read_signs (in, order, today, signs, &date, evidence))
        return timed ? RULE_DATETIME_INVALID : RULE_DATE_INVALID;
    if (timed && date.has_time && date.time.hour == 24 && !s_next_day (&date)) {
        *evidence = DATE_EVIDENCE_NONE;
        return RULE_DATETIME_INVALID;
    }
    char *end = s_write_date (out, &date);
    if (timed && date.has_time)
        end = s_write_time (end, &date.time);
    *n = (size_t) (end - out);
    if (date.century_assumed)
        return RULE_DATE_CENTURY;
    if (text_equal (in, (struct text){out, *n}))
        return RULE_NONE;
    return timed ? RULE_DATETIME_FORMAT : RULE_DATE_FORMAT;
}

enum rule date_standardize (struct text in, enum date_order order, uint32_t today, char *out, size_t *n,
                            enum date_evidence *evidence)
{
    return s_standardize (in, order, today, false, out, n, evidence);
}

enum rule datetime_standardize (struct text in, enum date_order order, uint32_t today, char *out, size_t *n,
                                enum date_evidence *evidence)
{
    return s_standardize (in, order, today, true, out, n, evidence);
}

bool date_is_zero (struct text in)
{
    static const struct text ZEROS[] = {TEXT ("1900-01-00"),  TEXT ("1/0/1900"),   TEXT ("0/1/1900"),
                                        TEXT ("01/00/1900"),  TEXT ("00/01/1900"), TEXT ("00.01.1900"),
                                        TEXT ("0.1.1900"),    TEXT ("00-01-1900"), TEXT ("0-Jan-1900"),
                                        TEXT ("00-Jan-1900"), TEXT ("0-Jan-00"),   TEXT ("00-Jan-00"),
                                        TEXT ("1/0/00"),      TEXT ("0/1/00"),     TEXT ("19000100")};
    static const struct text MIDNIGHTS[] = {TEXT ("00:00:00"), TEXT ("0:00:00"), TEXT ("00:00"),
                                            TEXT ("0:00")};
    for (size_t at = 0; at < sizeof ZEROS / sizeof *ZEROS; at++) {
        struct text zero = ZEROS[at];
        if (in.n < zero.n || memcmp (in.at, zero.at, zero.n) != 0)
            continue;
        if (in.n == zero.n)
            return true;
        struct text rest = {in.at + zero.n + 1, in.n - zero.n - 1};
        for (size_t m = 0; m < sizeof MIDNIGHTS / sizeof *MIDNIGHTS; m++)
            if ((rest.at[-1] == ' ' || rest.at[-1] == 'T') && text_equal (rest, MIDNIGHTS[m]))
                return true;
    }
    return false;
}
