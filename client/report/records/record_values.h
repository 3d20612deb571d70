//  record_values.h: the records of a result, one at a time, by their columns; CSV, NDJSON and resources of
//  FHIR alike. Holds one record. Checks nothing of them: dmh verify does.
#ifndef DMH_CLIENT_REPORT_RECORDS_RECORD_VALUES_H
#define DMH_CLIENT_REPORT_RECORDS_RECORD_VALUES_H

#include "client/report/records/columns.h"

#include <stdint.h>

typedef struct record_values record_values_t;

//  Borrows `columns`, whose format is not RECORDS_OTHER. NULL with `error` set, as result_file_open.
record_values_t *record_values_new (const char *folder, const struct columns *columns, struct error *error);
void record_values_destroy (record_values_t **self_p);

//  1: the next record is there; 0: there is none; DMH_MALFORMED, DMH_IO, DMH_INTERNAL.
int record_values_next (record_values_t *self, struct error *error);

//  Its number, from 1.
uint64_t record_values_number (const record_values_t *self);

//  The value of the i-th column; "" where there is none, or i is SIZE_MAX. Borrowed until the next record.
const char *record_values_at (const record_values_t *self, size_t i);

#endif
