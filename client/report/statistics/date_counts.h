//  date_counts.h: how dates are spread over time: counted by month, shown by a period that fits.
#ifndef DMH_CLIENT_REPORT_STATISTICS_DATE_COUNTS_H
#define DMH_CLIENT_REPORT_STATISTICS_DATE_COUNTS_H

#include "client/report/statistics/bars.h"
#include "messages/base/error.h"

typedef struct date_counts date_counts_t;

//  NULL when out of memory. Holds a month of every year that a date can have, but touches only those that
//  come.
date_counts_t *date_counts_new (void);
void date_counts_destroy (date_counts_t **self_p);

//  Takes YYYY-MM-DD, with or without a time behind it; what begins otherwise is passed over.
void date_counts_add (date_counts_t *self, const char *value, uint64_t person);
uint64_t date_counts_count (const date_counts_t *self);

//  The periods, so many months each, that the bins stand for: bin i begins with month first + i * months (of
//  year 0).
enum { DATE_BINS_MAX = 48, DATE_LABEL_BYTES = 80 };
struct date_periods {
    size_t first, months, count;
    bool before, after;    //  whether the first and the last one hold more than their own
    struct bin *bins;      //  [count], owned
};
//  As few as fit; the first and the last hold what lies before and behind. DMH_OK, count 0 where there are no
//  dates; DMH_INTERNAL. Free out->bins.
int date_counts_periods (const date_counts_t *self, struct date_periods *out, struct error *error);

//  "2021-03", "2021 Q1", "2021", "1980–1989": the periods [first, end). Returns out.
char *date_counts_label (const struct date_periods *periods, size_t first, size_t end,
                         char out[DATE_LABEL_BYTES]);

#endif
