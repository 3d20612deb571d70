//  rows.h: the CSV tokenizer. Its language is RFC 4180, read as libcsv's lax mode reads it where a quoted
//  field stays on its line: spaces and tabs around it are skipped, a quote that is neither doubled nor
//  closing is itself, as is one in an unquoted field; CR, LF and CRLF end a record, blank lines are no
//  records. Leading and trailing spaces of an unquoted field are kept (rules trim them). Over several lines a
//  quoted field has to close as in RFC 4180 (spaces before the delimiter aside): a record where one does not
//  has the problem RULE_RECORD_QUOTE and no fields, and reading goes on behind it (csv/broken.h says where).
#ifndef DMH_WORKER_FORMATS_CSV_ROWS_H
#define DMH_WORKER_FORMATS_CSV_ROWS_H

#include "worker/formats/format.h"

//  Same contracts as struct format's members.
rows_t *csv_rows_new (const struct dialect *dialect);
void csv_rows_destroy (rows_t **self_p);
void csv_rows_begin (rows_t *self, const char *bytes, size_t n);
int csv_rows_next (rows_t *self, struct row *out);

#endif
