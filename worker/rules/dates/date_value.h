//  date_value.h: a date and time in parts, between the readers (date_read.c, dates/time.c) and the writer
//  (date.c). Plain data.
#ifndef DMH_WORKER_RULES_DATES_DATE_VALUE_H
#define DMH_WORKER_RULES_DATES_DATE_VALUE_H

#include "worker/rules/dates/date_order.h"
#include "worker/text/ascii.h"
#include "worker/text/text.h"

enum { FRACTION_DIGITS = 12 };

//  Where a reader stands in its input.
struct cursor {
    const char *at, *end;
};

struct time_value {
    int hour, minute, second;
    const char *fraction;    //  digits after the decimal sign, borrowed from the input
    size_t fraction_n;
    char zone;    //  '+' or '-' with an offset, 'Z', or 0 where none was given
    int zone_hour, zone_minute;
};

struct date_value {
    int year, month, day;    //  month 0: the year alone was given; day 0: the month
    int weekday;             //  1 (Monday) … 7 where it stands beside the date; else 0
    bool century_assumed;    //  two digits of the year were given
    bool has_time;
    struct time_value time;
};

//  Reads the whole of `in`. false: no date; *out is undefined. *evidence is set in every case.
bool date_read (struct text in, enum date_order order, uint32_t today, struct date_value *out,
                enum date_evidence *evidence);

//  Reads a time with its offset up to the end of the input; `designated`: a T stands before it. false: no
//  time.
bool time_read (struct cursor in, bool designated, struct time_value *out);

//  Reads what may follow (a fraction where `seconds` were given, AM or PM, an offset) up to the end of the
//  input. `out` has hour, minute and second. false: something else follows, or the time does not exist.
bool time_read_tail (struct cursor in, bool seconds, struct time_value *out);

//  Takes up to `most` digits; their number is returned, their value goes to *value. More digits than that
//  count as 0.
static inline size_t take_digits (struct cursor *in, size_t most, int *value)
{
    const char *first = in->at;
    int sum = 0;
    size_t n = 0;
    for (; in->at < in->end && is_digit (*in->at); in->at++, n++)
        if (n < most)
            sum = sum * 10 + (int) digit_of (*in->at);
    if (n > most) {
        in->at = first;
        return 0;
    }
    *value = sum;
    return n;
}

//  Takes one byte if it is `wanted`.
static inline bool take (struct cursor *in, char wanted)
{
    if (in->at == in->end || *in->at != wanted)
        return false;
    in->at++;
    return true;
}

static inline void skip_spaces (struct cursor *in)
{
    while (in->at < in->end && *in->at == ' ')
        in->at++;
}

#endif
