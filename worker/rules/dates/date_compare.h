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

#endif
