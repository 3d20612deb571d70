//  typed.c: see typed.h.
#include "worker/rules/schema/typed.h"

#include "worker/rules/dates/calendar.h"
#include "worker/rules/numbers/number.h"
#include "worker/text/ascii.h"

//  Whether the value has the form's digits ('0') and other bytes where it has them.
static bool s_has_form (struct text value, const char *form)
{
    for (size_t i = 0; i < value.n; i++)
        if (form[i] == '0' ? !is_digit (value.at[i]) : value.at[i] != form[i])
            return false;
    return true;
}

static inline int s_number (const char *at, size_t n)
{
    int value = 0;
    for (size_t i = 0; i < n; i++)
        value = value * 10 + (int) digit_of (at[i]);
    return value;
}

//  What nearly every date is. Of the first eight bytes, without those of the form, digits are 0 to 9 and
//  hyphens 0; a byte that carries into its neighbour is bad by itself.
static bool s_is_day (const char *at)
{
    static const char FORM[] = "0000-00-", ADD[] = "\6\6\6\6\0\6\6",
                      MASK[] = "\xf0\xf0\xf0\xf0\xff\xf0\xf0\xff";
    uint64_t word, form, add, mask;
    memcpy (&word, at, sizeof word);
    memcpy (&form, FORM, sizeof form);
    memcpy (&add, ADD, sizeof add);
    memcpy (&mask, MASK, sizeof mask);
    word ^= form;
    return !((word | (word + add)) & mask) && is_digit (at[8]) && is_digit (at[9]) &&
           date_exists (s_number (at, 4), s_number (at + 5, 2), s_number (at + 8, 2));
}

static bool s_is_date (struct text value)
{
    if (value.n == 10)
        return s_is_day (value.at);
    if ((value.n != 4 && value.n != 7) || !s_has_form (value, "0000-00"))
        return false;
    return date_exists (s_number (value.at, 4), value.n > 4 ? s_number (value.at + 5, 2) : 1, 1);
}

//  `Z`, `±hh:mm` or nothing.
static bool s_is_zone (struct text zone)
{
    if (zone.n == 0 || (zone.n == 1 && zone.at[0] == 'Z'))
        return true;
    return zone.n == 6 && (s_has_form (zone, "+00:00") || s_has_form (zone, "-00:00"));
}

static bool s_is_datetime (struct text value)
{
    static const char FORM[] = "T00:00:00";
    enum { DATE = 10, TIME = sizeof FORM - 1 };
    if (value.n <= DATE)
        return s_is_date (value);
    if (value.n < DATE + TIME || !s_is_date ((struct text){value.at, DATE}) ||
        !s_has_form ((struct text){value.at + DATE, TIME}, FORM))
        return false;
    struct text rest = {value.at + DATE + TIME, value.n - DATE - TIME};
    if (rest.n && rest.at[0] == '.') {
        size_t end = 1;
        while (end < rest.n && is_digit (rest.at[end]))
            end++;
        if (end == 1)
            return false;
        rest = (struct text){rest.at + end, rest.n - end};
    }
    return s_is_zone (rest);
}

bool value_is_typed (enum field_type type, struct text value)
{
    switch (type) {
    case FIELD_NUMBER:
        return number_is_decimal (value);
    case FIELD_DATE:
        return s_is_date (value);
    case FIELD_DATETIME:
        return s_is_datetime (value);
    default:
        return true;
    }
}
