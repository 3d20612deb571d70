//  age.c: see age.h. Of what is not told both ends are tried: what holds for the earliest and for the latest
//  day holds.
#include "worker/formats/fhir/age.h"

#include "worker/text/ascii.h"

struct day {
    int year, month, day;
};

static bool s_digits (struct text in, size_t at, size_t n, int *out)
{
    *out = 0;
    for (size_t i = at; i < at + n; i++) {
        if (i >= in.n || !is_digit (in.at[i]))
            return false;
        *out = *out * 10 + (int) digit_of (in.at[i]);
    }
    return true;
}

static int s_month_days (int year, int month)
{
    static const int DAYS[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return DAYS[month - 1] + (month == 2 && leap);
}

//  The first and the last day that the text may mean.
static bool s_read (struct text in, struct day *first, struct day *last)
{
    struct day day = {0, 0, 0};
    bool months = in.n >= 7, days = in.n >= 10;
    if (!s_digits (in, 0, 4, &day.year) || (in.n > 4 && in.n != 7 && in.n < 10) || day.year == 0 ||
        (months &&
         (in.at[4] != '-' || !s_digits (in, 5, 2, &day.month) || day.month < 1 || day.month > 12)) ||
        (days && (in.at[7] != '-' || !s_digits (in, 8, 2, &day.day) || day.day < 1 ||
                  day.day > s_month_days (day.year, day.month))))
        return false;
    *first = (struct day){day.year, months ? day.month : 1, days ? day.day : 1};
    *last = (struct day){day.year, months ? day.month : 12, day.day};
    if (!days)
        last->day = s_month_days (last->year, last->month);
    return true;
}

//  Days since 0000-03-01 (civil calendar).
static long s_number (struct day day)
{
    long y = day.month > 2 ? day.year : day.year - 1, m = (day.month + 9) % 12;
    return y * 365 + y / 4 - y / 100 + y / 400 + (m * 306 + 5) / 10 + day.day - 1;
}

//  Completed units between the days; *over: some of the next one has passed, too. -1: born later.
static long s_age (struct day birth, struct day at, char unit, bool *over)
{
    long days = s_number (at) - s_number (birth);
    *over = false;
    if (days < 0)
        return -1;
    if (unit == 'd')
        return days;
    if (unit == 'w') {
        *over = days % 7 != 0;
        return days / 7;
    }
    long months = (at.year - birth.year) * 12L + at.month - birth.month - (at.day < birth.day);
    *over = at.day != birth.day || (unit == 'a' && months % 12 != 0);
    return unit == 'a' ? months / 12 : months;
}

//  A whole number that is not large, and its unit's letter; 0: another one.
static char s_unit (const struct age_limit *limit, long *number)
{
    static const struct {
        const char *words;    //  with a space around each
        char letter;
    } UNITS[] = {{" a a_j y yr yrs year years jahr jahre j an ans anno anni ano anos jaar ", 'a'},
                 {" mo mo_j month months monat monate mois mes meses mese mesi maand maanden ", 'm'},
                 {" wk week weeks woche wochen semaine semaines semana semanas weken ", 'w'},
                 {" d day days tag tage jour jours dia dias giorno giorni dag dagen ", 'd'}};
    size_t n = limit->number.n;
    const char *point = n ? memchr (limit->number.at, '.', n) : NULL;
    n = point ? (size_t) (point - limit->number.at) : n;
    for (size_t at = n + 1; at < limit->number.n; at++)
        if (limit->number.at[at] != '0')
            return 0;
    int value;
    if (n == 0 || n > 6 || !s_digits (limit->number, 0, n, &value))
        return 0;
    *number = value;
    char word[16] = " ";
    if (limit->unit.n == 0 || limit->unit.n + 3 > sizeof word || memchr (limit->unit.at, ' ', limit->unit.n))
        return 0;
    for (size_t i = 0; i < limit->unit.n; i++)
        word[i + 1] = to_lower (limit->unit.at[i]);
    word[limit->unit.n + 1] = ' ';
    for (size_t i = 0; i < sizeof UNITS / sizeof *UNITS; i++)
        if (strstr (UNITS[i].words, word))
            return UNITS[i].letter;
    return 0;
}

static enum age_fit s_fit (struct day birth, struct day at, const struct age_limit *limit, bool low)
{
    long number = 0;
    bool over;
    char unit = s_unit (limit, &number);
    if (!unit)
        return AGE_UNKNOWN;
    long age = s_age (birth, at, unit, &over);
    if (age < 0)
        return AGE_UNKNOWN;
    if (low)
        return age >= number ? AGE_FITS : AGE_NOT;
    return age > number ? AGE_NOT : age == number && over ? AGE_LOOSELY : AGE_FITS;
}

//  Both limits, of one birth and one time.
static enum age_fit s_within (struct day birth, struct day at, const struct age_limit *low,
                              const struct age_limit *high)
{
    enum age_fit from = low->number.n ? s_fit (birth, at, low, true) : AGE_FITS;
    enum age_fit to = high->number.n ? s_fit (birth, at, high, false) : AGE_FITS;
    if (from == AGE_NOT || to == AGE_NOT)
        return AGE_NOT;
    return from < to ? from : to;
}

enum age_fit age_fit (struct text birth, struct text time, const struct age_limit *low,
                      const struct age_limit *high)
{
    struct day born[2], at[2];
    if ((low->number.n == 0 && high->number.n == 0) || !s_read (birth, &born[0], &born[1]) ||
        !s_read (time, &at[0], &at[1]))
        return AGE_UNKNOWN;
    enum age_fit oldest = s_within (born[0], at[1], low, high);
    enum age_fit youngest = s_within (born[1], at[0], low, high);
    //  Outside on the same side, or within at both ends, and so between them.
    if (oldest == AGE_NOT && youngest == AGE_NOT) {
        const struct age_limit none = {.number = {NULL, 0}};
        bool below = s_within (born[0], at[1], low, &none) == AGE_NOT;
        bool above = s_within (born[1], at[0], &none, high) == AGE_NOT;
        return below || above ? AGE_NOT : AGE_UNKNOWN;
    }
    if (oldest == AGE_NOT || youngest == AGE_NOT || oldest == AGE_UNKNOWN || youngest == AGE_UNKNOWN)
        return AGE_UNKNOWN;
    return oldest < youngest ? oldest : youngest;
}
