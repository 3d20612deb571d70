//  json_reference.h: the reference that fuzzing compares the JSON format with: all bytes are one record, read
//  by yajl. It differs in two things: yajl takes \v and \f for white space, and halves of surrogate pairs for
//  characters. Of lines and unknown keys it tells nothing. Contracts as those of struct format's members.
#ifndef DMH_TEST_SUPPORT_JSON_REFERENCE_H
#define DMH_TEST_SUPPORT_JSON_REFERENCE_H

#include "worker/formats/format.h"

rows_t *json_reference_new (const struct dialect *dialect);
void json_reference_destroy (rows_t **self_p);
void json_reference_begin (rows_t *self, const char *bytes, size_t n);
int json_reference_next (rows_t *self, struct row *out);

#endif
