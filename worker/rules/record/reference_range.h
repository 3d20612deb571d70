//  reference_range.h: the reference range of a measurement: its ends out of one column, whether they are the
//  right way round, and whether the flag agrees with them and the value.
#ifndef DMH_WORKER_RULES_RECORD_REFERENCE_RANGE_H
#define DMH_WORKER_RULES_RECORD_REFERENCE_RANGE_H

#include "worker/rules/numbers/number.h"
#include "worker/rules/record/record.h"

//  A range that stands in the field of one limit goes to both; where it has a unit of its own, that is the
//  record's limit_unit. `test`: of the record's code, NULL where none is known …
void record_read_limits (struct record *self, const struct measure *measure, const struct unit_test *test);
//  … and the limits and the flag are checked against each other and the value, NULL without one. To be called
//  before a conversion rounds anything.
void record_check_limits (struct record *self, const struct measure *measure, const struct number *number);

#endif
