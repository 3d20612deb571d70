//  row_reader.h: rows as dmh wrote them, one at a time: the CSV of records.csv and rejects.csv, the objects
//  of records.ndjson, or one that stands in a text. Strict: what dmh would not have written is an error.
#ifndef DMH_WORKER_JOIN_ROW_READER_H
#define DMH_WORKER_JOIN_ROW_READER_H

#include <stdbool.h>

#include "messages/base/error.h"
#include "worker/text/text.h"

typedef struct row_reader row_reader_t;

//  Of the file `name` of the result in `folder`; `json`: an object a line. NULL with `error` set.
row_reader_t *row_reader_new (const char *folder, const char *name, bool json, struct error *error);
//  Of rows that are given (row_reader_parse). NULL with `error` set.
row_reader_t *row_reader_of_text (bool json, struct error *error);
void row_reader_destroy (row_reader_t **self_p);

//  1: the next row is there; 0: there is none; DMH_MALFORMED, DMH_IO, DMH_INTERNAL with a sentence that names
//  the file.
int row_reader_next (row_reader_t *self, struct error *error);

//  The row `text`, n bytes, without its line end. DMH_OK, or as above.
int row_reader_parse (row_reader_t *self, const char *text, size_t n, struct error *error);

//  The fields of the row; of an object its members' values in their order, n = 0 for null. Borrowed until the
//  next row.
const struct text *row_reader_fields (const row_reader_t *self, size_t *count);

#endif
