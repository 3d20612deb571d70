//  csv_row.h: CSV by libcsv, a record at a time: what a result's tables are read by, and the second opinion
//  on an input. Shares no code with the worker's tokenizer. Reads no file.
#ifndef DMH_CLIENT_RESULT_READING_CSV_ROW_H
#define DMH_CLIENT_RESULT_READING_CSV_ROW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

typedef struct csv_row csv_row_t;

//  `strict`: RFC 4180 as dmh writes it, where spaces belong to their field and a stray quote is an error;
//  else libcsv's lax mode, which drops spaces around a field. NULL when out of memory.
csv_row_t *csv_row_new (char delimiter, bool strict);
void csv_row_destroy (csv_row_t **self_p);

//  Takes n bytes that hold at most one end of a record (a line with its end), and with n = 0 the end of the
//  input. 1: the record is complete, until the next call; 0: it is not, or there is none (a blank line); -1:
//  this is no CSV; -2: out of memory.
int csv_row_feed (csv_row_t *self, const char *bytes, size_t n);

//  Whether a record has begun that is not complete.
bool csv_row_is_open (const csv_row_t *self);

size_t csv_row_count (const csv_row_t *self);
//  The i-th field of the complete record, terminated; "" past the last. *n (may be NULL) receives its length.
//  Borrowed until the next feed.
const char *csv_row_field (const csv_row_t *self, size_t i, size_t *n);

//  Writes a field as RFC 4180 has it, in quotes where it needs them. What fails is `to`'s to say.
void csv_row_put (const char *text, FILE *to);

#endif
