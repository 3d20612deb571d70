//  harmonize.h: the rules of a record's schema, applied in their order: markers of missing values, the
//  mapping's value map, the type's rule, then what needs several fields (a measurement, a telephone number,
//  dates in order), then whether the record stands.
#ifndef DMH_WORKER_RULES_RECORD_HARMONIZE_H
#define DMH_WORKER_RULES_RECORD_HARMONIZE_H

#include "worker/rules/record/record.h"

//  Applies the plan to fields [0, count) of one source record; absent columns count as empty. Everything in
//  *self is valid until the next call. 0, or -1 out of memory.
int record_harmonize (struct record *self, const struct text *fields, size_t count);

#endif
