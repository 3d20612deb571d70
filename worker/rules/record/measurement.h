//  measurement.h: the value of a measurement: number, comparator, text, unit, conversion to the canonical
//  unit of its test, plausibility.
#ifndef DMH_WORKER_RULES_RECORD_MEASUREMENT_H
#define DMH_WORKER_RULES_RECORD_MEASUREMENT_H

#include "worker/rules/record/record.h"

//  For a record whose schema has a measure and whose fields are there.
void record_measure (struct record *self);

#endif
