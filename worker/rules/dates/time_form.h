//  time_form.h: in which form a canonical date-time stands: a date alone, a local time, or a time with its
//  offset. Pure. Hot path.
#ifndef DMH_WORKER_RULES_DATES_TIME_FORM_H
#define DMH_WORKER_RULES_DATES_TIME_FORM_H

#include "worker/text/text.h"

//  Bits, so that a column may have several.
enum time_form {
    TIME_FORM_DATE = 1,
    TIME_FORM_LOCAL = 2,
    TIME_FORM_OFFSET = 4,
    TIME_FORM_PARTIAL = 8,    //  a year, or a month
    TIME_FORM_BITS = 4
};

enum { DAY_BYTES = 10 };    //  YYYY-MM-DD

//  Of a value that is not empty.
static inline enum time_form time_form_of (struct text value)
{
    enum { OFFSET_BYTES = 6 };    //  ±hh:mm
    if (value.n <= DAY_BYTES)
        return value.n == DAY_BYTES ? TIME_FORM_DATE : TIME_FORM_PARTIAL;
    char sign = value.n > DAY_BYTES + OFFSET_BYTES ? value.at[value.n - OFFSET_BYTES] : 0;
    bool offset = value.at[value.n - 1] == 'Z' || sign == '+' || sign == '-';
    return offset ? TIME_FORM_OFFSET : TIME_FORM_LOCAL;
}

#endif
