//  table_file.h: a table of a result (records.csv, rejects.csv), row by row: RFC 4180 as dmh writes it, and
//  nothing else. Holds one row.
#ifndef DMH_CLIENT_RESULT_READING_TABLE_FILE_H
#define DMH_CLIENT_RESULT_READING_TABLE_FILE_H

#include <stddef.h>
#include <stdint.h>

#include "messages/base/error.h"

typedef struct table_file table_file_t;

//  Opens the file `name` of the result in `folder` and reads its header. NULL with `error` set, whose
//  sentence names the file: as result_file_open, DMH_MALFORMED where it has no header.
table_file_t *table_file_new (const char *folder, const char *name, struct error *error);
void table_file_destroy (table_file_t **self_p);

//  The column's place in a row; SIZE_MAX: there is none of that name.
size_t table_file_column (const table_file_t *self, const char *name);

//  1: the next row is there; 0: there is none; DMH_MALFORMED (no such CSV, or another number of fields than
//  the header has), DMH_IO, DMH_INTERNAL with a sentence that names the line.
int table_file_next (table_file_t *self, struct error *error);

//  The i-th field of the row, terminated; *n (may be NULL) receives its length. Borrowed until the next row.
const char *table_file_field (const table_file_t *self, size_t i, size_t *n);

//  The names in the header.
size_t table_file_columns (const table_file_t *self);
const char *table_file_name (const table_file_t *self, size_t i);

#endif
