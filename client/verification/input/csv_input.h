//  csv_input.h: an input of CSV read again: where its records begin, their fields by libcsv, their text as it
//  stands. Shares no code with the worker's reader.
#ifndef DMH_CLIENT_VERIFICATION_INPUT_CSV_INPUT_H
#define DMH_CLIENT_VERIFICATION_INPUT_CSV_INPUT_H

#include <stdint.h>

#include "client/result/reading/csv_row.h"
#include "messages/json/value.h"

typedef struct csv_input csv_input_t;

//  Opens the file and goes to its first record, as `report` (report.json) says what the file is. NULL with
//  `error` set.
csv_input_t *csv_input_new (const char *path, const struct json_value *report, struct error *error);
void csv_input_destroy (csv_input_t **self_p);

//  Goes over blank lines. 1: a record begins here, on line *line; 0: the input is over; else an error.
int csv_input_at (csv_input_t *self, uint64_t *line, struct error *error);

//  Reads the record that begins here; *row is borrowed until the next one. 1, or an error.
int csv_input_take (csv_input_t *self, const csv_row_t **row, struct error *error);

//  Whether the record that begins here has this text and ends with it: 1 or 0, or an error.
int csv_input_stands (csv_input_t *self, const char *raw, size_t n, struct error *error);

//  Goes over n bytes, if that is so: 1; 0: it is not; else an error.
int csv_input_claim (csv_input_t *self, const char *raw, size_t n, struct error *error);

#endif
