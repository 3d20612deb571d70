//  wide_input.h: a wide table read again, of CSV or JSON: a record is a result, one for each column that
//  report.json lists as unpivoted and whose cell holds something. Shares no code with the worker's way.
#ifndef DMH_CLIENT_VERIFICATION_INPUT_WIDE_INPUT_H
#define DMH_CLIENT_VERIFICATION_INPUT_WIDE_INPUT_H

#include <stdint.h>

#include "client/verification/input/input_value.h"
#include "messages/json/value.h"

typedef struct wide_input wide_input_t;

//  Contracts are those of input_reader.h.
wide_input_t *wide_input_new (const char *path, const struct json_value *report, struct error *error);
void wide_input_destroy (wide_input_t **self_p);

int wide_input_at (wide_input_t *self, const char *broken, size_t n, uint64_t *line, struct error *error);
int wide_input_take (wide_input_t *self, struct error *error);

//  What the column says of itself, its cell, then the row's other columns.
size_t wide_input_count (const wide_input_t *self);
struct input_value wide_input_value (const wide_input_t *self, size_t i);
//  That of the i-th of the report's columns.
struct input_value wide_input_column (const wide_input_t *self, size_t i, const char *name);

//  `raw` is the result as a row of its own (of JSON an object), or something broken as it stands.
int wide_input_claim (wide_input_t *self, const char *raw, size_t n, struct error *error);

//  Cells that hold a marker of a missing value, by the report's list, and rows without a result.
uint64_t wide_input_marked (const wide_input_t *self);
uint64_t wide_input_without (const wide_input_t *self);

#endif
