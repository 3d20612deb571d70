//  input_reader.h: an input read again, record by record, whatever its format: by libcsv or yajl, iconv, zlib
//  and libzstd. Shares no code with the worker's reader. One thread.
#ifndef DMH_CLIENT_VERIFICATION_INPUT_INPUT_READER_H
#define DMH_CLIENT_VERIFICATION_INPUT_INPUT_READER_H

#include <stdint.h>

#include "client/verification/input/input_value.h"
#include "messages/json/value.h"

typedef struct input_reader input_reader_t;

//  Opens the file and goes to its first record, as `report` (report.json) says what the file is. NULL with
//  `error` set.
input_reader_t *input_reader_new (const char *path, const struct json_value *report, struct error *error);
void input_reader_destroy (input_reader_t **self_p);

//  1: a record begins here, on line *line (0: not known); 0: the input is over; else an error. `broken`, n:
//  the text of the next record, where the result says that it is none of its format; NULL: it does not.
int input_reader_at (input_reader_t *self, const char *broken, size_t n, uint64_t *line, struct error *error);

//  Reads the record that begins here. 1, or an error.
int input_reader_take (input_reader_t *self, struct error *error);

//  What was read, until the next record is. Of a column that of CSV its place finds, of JSON
//  its name; text NULL: the record has none.
size_t input_reader_count (const input_reader_t *self);
struct input_value input_reader_value (const input_reader_t *self, size_t i);
struct input_value input_reader_column (const input_reader_t *self, size_t i, const char *name);

//  Goes over n bytes, if the record that begins here has this text and ends with it: 1; 0: it has not; else
//  an error.
int input_reader_claim (input_reader_t *self, const char *raw, size_t n, struct error *error);

//  Of a wide table: cells that hold a marker of a missing value, as the report lists them, and rows without a
//  result, as far as was read.
uint64_t input_reader_marked (const input_reader_t *self);
uint64_t input_reader_without (const input_reader_t *self);

#endif
