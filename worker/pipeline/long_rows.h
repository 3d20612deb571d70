//  long_rows.h: one row of a wide table as rows of a long one, a result each, between a format's rows and the
//  rules. What it gives is borrowed and valid until the next call. One thread.
#ifndef DMH_WORKER_PIPELINE_LONG_ROWS_H
#define DMH_WORKER_PIPELINE_LONG_ROWS_H

#include "worker/formats/format.h"
#include "worker/rules/binding/binding.h"

typedef struct long_rows long_rows_t;

//  For a binding of a wide table, which has to outlive it; `delimiter` stands between the values of a row as
//  it is written to rejects; 0: it is written as an object of JSON. NULL when out of memory.
long_rows_t *long_rows_new (const binding_t *binding, char delimiter);
void long_rows_destroy (long_rows_t **self_p);

//  Goes on with another row of the file, which is borrowed.
void long_rows_begin (long_rows_t *self, const struct row *wide);
//  1: the next result in *out, on the line of its row; 0: there is none; -1: out of memory. A cell that is
//  empty, or holds a marker of a missing value, is no result.
int long_rows_next (long_rows_t *self, struct row *out);

#endif
