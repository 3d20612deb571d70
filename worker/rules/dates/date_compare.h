//  date_compare.h: which of two canonical dates comes first, and how far apart they are. Pure functions.
#ifndef DMH_WORKER_RULES_DATES_DATE_COMPARE_H
#define DMH_WORKER_RULES_DATES_DATE_COMPARE_H

#include "worker/text/text.h"

//  Compares two canonical dates or date-times as far as both are given (partial and offset-less ones too;
//  offsets are taken into account when both have one). <0, 0, >0.
int date_compare (struct text a, struct text b);

//  Whether more than `years` lie between two canonical dates, as far as both are given. Somebody born on
//  February 29 is a year older on February 28 of a year without one.
bool date_span_over (struct text begin, struct text end, int years);

//  A canonical date or date-time as one number below 2^62: of two in the same form (a year, a month, a day, a
//  time, a time with an offset) the later one has the greater, to the microsecond. 0: `date` is empty. Hot
//  path.
uint64_t date_moment (struct text date);
//  A count (of versions) likewise, in a form of its own; below 2^59.
uint64_t count_moment (uint64_t count);
static inline bool moments_have_one_form (uint64_t a, uint64_t b)
{
    return a >> 59 == b >> 59;
}

#endif
