//  day_time.h: a date and the time of day that stands in a column of its own.
#ifndef DMH_WORKER_RULES_RECORD_DAY_TIME_H
#define DMH_WORKER_RULES_RECORD_DAY_TIME_H

#include "worker/rules/record/record.h"

//  Puts times behind the dates of fields that have both and whose value is a bare date. What is no time of
//  day leaves the date as it is.
void record_join_times (struct record *self, const struct text *fields, size_t count);

#endif
