//  csv.h: the parts of the CSV format that tests compare: two tokenizers for the same language.
//  Language: libcsv's lax mode with quote '"': RFC 4180, spaces and tabs around a quoted field are skipped, a
//  quote inside an unquoted field is itself, CR, LF and CRLF end a record, blank lines are no records.
//  Leading and trailing spaces of an unquoted field may be kept or dropped (rules trim them): the two
//  tokenizers agree after text_trim.
#ifndef DMH_WORKER_FORMATS_CSV_CSV_H
#define DMH_WORKER_FORMATS_CSV_CSV_H

#include "worker/formats/format.h"

//  The reference, by libcsv; same contract as struct format's rows_ functions for fields and count; no lines,
//  no trimming of surplus.
rows_t *csv_reference_new (const struct dialect *dialect);
void csv_reference_destroy (rows_t **self_p);
void csv_reference_begin (rows_t *self, const char *bytes, size_t n);
int csv_reference_next (rows_t *self, struct row *out);

//  The fast path, the one that FORMAT_CSV uses.
rows_t *csv_rows_new (const struct dialect *dialect);
void csv_rows_destroy (rows_t **self_p);
void csv_rows_begin (rows_t *self, const char *bytes, size_t n);
int csv_rows_next (rows_t *self, struct row *out);

#endif
