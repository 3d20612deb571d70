//  contradiction.c: see contradiction.h.
#include "worker/rules/record/contradiction.h"

#include "worker/rules/dates/date_value.h"
#include "worker/text/ascii.h"

enum { VOTES_LEAST = 2, COUNT_DIGITS = 6, AGE_DIGITS = 3 };

static bool s_has_letter (struct text value)
{
    for (size_t i = 0; i < value.n; i++)
        if (is_letter (value.at[i]) || (value.at[i] & 0x80))
            return true;
    return false;
}

//  yes, no, true, false: what a question has for an answer.
static bool s_is_answer (struct text value)
{
    static const struct text WORDS[] = {
        TEXT ("yes"), TEXT ("no"), TEXT ("true"), TEXT ("false"), TEXT ("ja"),  TEXT ("nein"), TEXT ("oui"),
        TEXT ("non"), TEXT ("si"), TEXT ("sí"),   TEXT ("nee"),   TEXT ("sim"), TEXT ("não")};
    for (size_t w = 0; w < sizeof WORDS / sizeof *WORDS; w++) {
        bool same = value.n == WORDS[w].n;
        for (size_t i = 0; same && i < value.n; i++)
            same = to_lower (value.at[i]) == WORDS[w].at[i];
        if (same)
            return true;
    }
    return false;
}

//  Digits with at most a sign before and one point or comma among them. *digits: how many; *whole: no point.
static bool s_is_number (struct text value, size_t *digits, bool *whole)
{
    size_t marks = 0, at = value.at[0] == '-' || value.at[0] == '+';
    *digits = 0;
    for (; at < value.n; at++)
        if (is_digit (value.at[at]))
            ++*digits;
        else if ((value.at[at] == '.' || value.at[at] == ',') && *digits && at + 1 < value.n)
            marks++;
        else
            return false;
    *whole = marks == 0;
    return *digits > 0 && marks <= 1;
}

//  A day, written with more than digits.
static bool s_is_day (struct text value)
{
    struct date_value date;
    enum date_evidence ignored;
    return date_read (value, DATE_ORDER_MDY, 0, &date, &ignored) && date.day > 0;
}

//  What is none of the field's type, and no mistake in writing one either.
static bool s_is_something_else (enum field_type type, struct text value)
{
    size_t digits = 0;
    bool whole = false, number = s_is_number (value, &digits, &whole), answer = s_is_answer (value);
    switch (type) {
    case FIELD_PHONE:
        return answer || (number && (!whole || digits <= COUNT_DIGITS));
    case FIELD_EMAIL:
        return answer || number;
    case FIELD_DATE:
    case FIELD_DATETIME:
    case FIELD_SSN:
    case FIELD_NPI:
    case FIELD_NHS_NUMBER:
    case FIELD_POSTAL_CODE:
        return answer || (number && (!whole || digits <= AGE_DIGITS));
    case FIELD_UNIT:
        return answer || number;
    case FIELD_CODE:
        return number ? !whole : s_is_day (value);
    case FIELD_NUMBER:
        return answer;
    default:
        return false;
    }
}

bool value_contradicts (const struct field *field, struct text value, bool invalid)
{
    if (field->never && missing_has (field->never, value))
        return true;
    if (field->letters && !s_has_letter (value))
        return true;
    if (invalid)
        return s_is_something_else (field->type, value);
    size_t digits;
    bool whole;
    //  UCUM takes a number alone for a unit.
    return field->type == FIELD_UNIT && s_is_number (value, &digits, &whole);
}

bool votes_contradict (const struct column_votes *votes)
{
    return votes->against >= VOTES_LEAST && votes->against * 2 > votes->filled;
}
