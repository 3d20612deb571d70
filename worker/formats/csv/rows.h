//  rows.h: the CSV tokenizer. Its language is libcsv's lax mode with quote '"': RFC 4180, spaces and tabs
//  around a quoted field are skipped, a quote inside an unquoted field is itself, CR, LF and CRLF end a
//  record, blank lines are no records. Leading and trailing spaces of an unquoted field are kept (rules trim
//  them).
#ifndef DMH_WORKER_FORMATS_CSV_ROWS_H
#define DMH_WORKER_FORMATS_CSV_ROWS_H

#include "worker/formats/format.h"

//  Same contracts as struct format's members.
rows_t *csv_rows_new (const struct dialect *dialect);
void csv_rows_destroy (rows_t **self_p);
void csv_rows_begin (rows_t *self, const char *bytes, size_t n);
int csv_rows_next (rows_t *self, struct row *out);

#endif
