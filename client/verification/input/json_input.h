//  json_input.h: an input of JSON read again: objects in an array, one after another, or in the array that is
//  a member of the one object. Where a record begins is looked for here, what is in it yajl says, where it
//  ends too. Shares no code with the worker's reader.
#ifndef DMH_CLIENT_VERIFICATION_INPUT_JSON_INPUT_H
#define DMH_CLIENT_VERIFICATION_INPUT_JSON_INPUT_H

#include <stdint.h>

#include "client/verification/input/input_value.h"
#include "messages/json/value.h"

typedef struct json_input json_input_t;

//  Contracts are those of input_reader.h.
json_input_t *json_input_new (const char *path, const struct json_value *report, struct error *error);
void json_input_destroy (json_input_t **self_p);

//  Goes over white space, commas and brackets, which stand between records alone unless `broken` begins so.
int json_input_at (json_input_t *self, const char *broken, size_t n, uint64_t *line, struct error *error);
int json_input_take (json_input_t *self, struct error *error);
size_t json_input_count (const json_input_t *self);
struct input_value json_input_value (const json_input_t *self, size_t i);
//  Whether this text stands here: 1 or 0, or an error.
int json_input_stands (json_input_t *self, const char *raw, size_t n, struct error *error);
//  The text of the record that was taken; borrowed until the next call that may fail.
const char *json_input_text (const json_input_t *self, size_t *n);
int json_input_claim (json_input_t *self, const char *raw, size_t n, struct error *error);

#endif
