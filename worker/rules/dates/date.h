//  date.h: dates and date-times. Pure functions. Standards: ISO 8601-1:2019, DICOM PS3.5 (DA, TM, DT), FHIR
//  R4 dateTime.
#ifndef DMH_WORKER_RULES_DATES_DATE_H
#define DMH_WORKER_RULES_DATES_DATE_H

#include "worker/rules/dates/date_order.h"
#include "worker/text/text.h"

enum { DATE_BYTES = 48 };    //  room for the longest output, unterminated

//  Writes `YYYY-MM-DD` (or the partial `YYYY-MM`, `YYYY` as given) of any form that date_read.c reads; a time
//  after the date is taken off. `order` decides N/N/YYYY (N-N-YYYY and two-digit years too) where both ways
//  are dates; where one way alone is, the value is read so, whatever the order. D.M.YYYY is day first always.
//  *evidence is set in every case. out holds DATE_BYTES. RULE_NONE: bytes unchanged; RULE_DATE_FORMAT:
//  rewritten; RULE_DATE_CENTURY: so too, from two digits of a year; RULE_DATE_INVALID: not a date (2023-02-30
//  too), out untouched. `in` is trimmed and not empty.
//  `today` is YYYYMMDD, used for two-digit years alone (a birth is never in the future).
enum rule date_standardize (struct text in, enum date_order order, uint32_t today, char *out, size_t *n,
                            enum date_evidence *evidence);

//  As above with the time kept: `YYYY-MM-DDThh:mm:ss[.fff]` and the offset as given (Z or ±hh:mm), none
//  invented; a bare date stays a date; seconds that were not given are :00. RULE_NONE, RULE_DATETIME_FORMAT,
//  RULE_DATE_CENTURY or RULE_DATETIME_INVALID.
enum rule datetime_standardize (struct text in, enum date_order order, uint32_t today, char *out, size_t *n,
                                enum date_evidence *evidence);

//  Whether the value is Excel's date of the number 0, the "January 0 of 1900": an empty cell in a date's
//  clothes.
bool date_is_zero (struct text in);

#endif
