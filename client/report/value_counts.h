//  value_counts.h: what the records of one result, or of several, hold: numbers by test, dates over time.
//  Reads each file of records twice.
#ifndef DMH_CLIENT_REPORT_VALUE_COUNTS_H
#define DMH_CLIENT_REPORT_VALUE_COUNTS_H

#include "client/report/statistics/date_counts.h"
#include "client/report/statistics/number_counts.h"

enum { VALUE_DATES_MAX = 12, VALUE_GROUPS_SHOWN = 48 };

struct value_dates {
    char *field;
    date_counts_t *counts;
    uint64_t records;    //  that have the field, with a date or without
};

struct value_counts {
    number_counts_t *numbers;
    struct value_dates dates[VALUE_DATES_MAX];
    size_t date_count;
    uint64_t number_records;    //  of results whose numbers are counted
    size_t unread;              //  results whose records stand in a format that is not read here
};

//  Of the results in folders [count]. With `values` also of what few people have. DMH_OK with *out filled
//  (value_counts_clear it); else as the readers say, the sentence with the folder.
int value_counts_take (char *const *folders, size_t count, bool values, struct value_counts *out,
                       struct error *error);
void value_counts_clear (struct value_counts *self);

#endif
