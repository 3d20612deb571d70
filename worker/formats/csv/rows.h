//  rows.h: the records of a CSV block, fast.
//  Language: libcsv's lax mode with quote '"': RFC 4180, spaces and tabs around a quoted field are skipped, a
//  quote inside an unquoted field is itself, CR, LF and CRLF end a record, blank lines are no records.
//  Leading and trailing spaces of an unquoted field may be kept or dropped (rules trim them): the two
//  tokenizers agree after text_trim.
#ifndef DMH_WORKER_FORMATS_CSV_ROWS_H
#define DMH_WORKER_FORMATS_CSV_ROWS_H

#include "worker/formats/format.h"

//  As struct format has them.
rows_t *csv_rows_new (const struct dialect *dialect);
void csv_rows_destroy (rows_t **self_p);
void csv_rows_begin (rows_t *self, const char *bytes, size_t n);
int csv_rows_next (rows_t *self, struct row *out);

#endif
