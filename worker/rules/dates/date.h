//  date.h: dates and date-times. Pure functions. Standards: ISO 8601-1:2019, DICOM PS3.5 (DA, TM, DT), FHIR
//  R4 dateTime.
#ifndef DMH_WORKER_RULES_DATES_DATE_H
#define DMH_WORKER_RULES_DATES_DATE_H

#include "worker/text/text.h"

enum date_order { DATE_ORDER_MDY, DATE_ORDER_DMY, DATE_ORDER_YMD };

enum { DATE_BYTES = 48 };    //  room for the longest output, unterminated

//  What one value says about its column: counts are summed over all values.
enum date_evidence {
    DATE_EVIDENCE_NONE,        //  ISO, a month name, not a date
    DATE_EVIDENCE_MDY,         //  03/25/2020: only month first makes it a date
    DATE_EVIDENCE_DMY,         //  25/03/2020: only day first
    DATE_EVIDENCE_AMBIGUOUS    //  03/04/2020 (03/03/2020, the same both ways, is NONE)
};

//  Writes `YYYY-MM-DD` (or the partial `YYYY-MM`, `YYYY` as given) of any form in CONTRACT.md; a time after
//  the date is taken off. `order` decides N/N/YYYY (N-N-YYYY and two-digit years too) where both ways are
//  dates; where one way alone is, the value is read so, whatever the order. D.M.YYYY is day first always.
//  *evidence is set in every case. out holds DATE_BYTES. RULE_NONE: bytes unchanged; RULE_DATE_FORMAT:
//  rewritten; RULE_DATE_INVALID: not a date (2023-02-30 too), out untouched. `in` is trimmed and not empty.
//  `today` is YYYYMMDD, used for two-digit years alone (a birth is never in the future).
enum rule date_standardize (struct text in, enum date_order order, uint32_t today, char *out, size_t *n,
                            enum date_evidence *evidence);

//  As above with the time kept: `YYYY-MM-DDThh:mm:ss[.fff]` and the offset as given (Z or ±hh:mm), none
//  invented; a bare date stays a date; seconds that were not given are :00. RULE_NONE, RULE_DATETIME_FORMAT
//  or RULE_DATETIME_INVALID.
enum rule datetime_standardize (struct text in, enum date_order order, uint32_t today, char *out, size_t *n,
                                enum date_evidence *evidence);

//  The order that evidence decides: the one with more votes; with none, or as many, `fallback`.
enum date_order date_order_decide (uint64_t mdy, uint64_t dmy, enum date_order fallback);

//  Compares two canonical dates or date-times as far as both are given (partial and offset-less ones too;
//  offsets are taken into account when both have one). <0, 0, >0.
int date_compare (struct text a, struct text b);

//  Whether more than `years` lie between two canonical dates, as far as both are given. Somebody born on
//  February 29 is a year older on February 28 of a year without one.
bool date_span_over (struct text begin, struct text end, int years);

//  "mdy", "dmy", "ymd"; false for another word.
bool date_order_of (const char *word, enum date_order *out);

#endif
