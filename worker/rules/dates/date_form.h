//  date_form.h: what a mapping says of the dates of a column: numbers that count days or seconds, the order
//  of day and month where no value tells, and the offset from UTC that times without one have. Pure.
//  Standards: POSIX.1-2017 4.16 (seconds since the Epoch); Excel's 1900 and 1904 date systems (ECMA-376 part
//  1, 18.17.4), where the day 60 of the first is February 29 of 1900, which never was.
#ifndef DMH_WORKER_RULES_DATES_DATE_FORM_H
#define DMH_WORKER_RULES_DATES_DATE_FORM_H

#include "worker/rules/dates/date.h"

enum date_number {
    DATE_NUMBER_NONE,
    DATE_NUMBER_EXCEL,
    DATE_NUMBER_EXCEL_1904,
    DATE_NUMBER_S,
    DATE_NUMBER_MS
};

enum { ZONE_BYTES = 7 };

struct date_form {
    enum date_number number;
    bool shifted;    //  all dates are shifted by the same time: those in the future are meant
    bool ordered;    //  `order` was given
    enum date_order order;
    char zone[ZONE_BYTES];    //  "Z", "±hh:mm", or empty
};

//  "excel", "excel_1904", "epoch_s", "epoch_ms"; false for another word.
bool date_number_of (const char *word, enum date_number *out);
//  "Z" or "±hh:mm" up to 14:00; false for another word.
bool date_zone_of (const char *word, char out[ZONE_BYTES]);

//  As date_standardize, or datetime_standardize where `timed`, with what `form` says: a plain number is days
//  or seconds (RULE_DATE_NUMBER), a time without an offset gets the zone (RULE_DATETIME_ZONE). A count of
//  seconds is written in the zone, UTC without one; Excel's has no zone but the form's. A value that is no
//  number is read as ever.
enum rule date_form_standardize (const struct date_form *form, bool timed, struct text in,
                                 enum date_order order, uint32_t today, char *out, size_t *n,
                                 enum date_evidence *evidence);

#endif
