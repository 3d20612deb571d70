//  rows.h: the records of a block of JSON. Same contracts as struct format's members.
#ifndef DMH_WORKER_FORMATS_JSON_ROWS_H
#define DMH_WORKER_FORMATS_JSON_ROWS_H

#include "worker/formats/format.h"

rows_t *json_rows_new (const struct dialect *dialect);
void json_rows_destroy (rows_t **self_p);
void json_rows_begin (rows_t *self, const char *bytes, size_t n);
int json_rows_next (rows_t *self, struct row *out);
struct text json_rows_unknown (rows_t *self, size_t i);

#endif
