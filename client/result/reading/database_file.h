//  database_file.h: records.sqlite of a result, row by row, as dmh writes it and nothing else: one table with
//  the columns that are expected, indexes of its columns that hold what it holds, and no view, trigger,
//  expression or virtual table, of which none is ever run. Read only; the file may come from anybody.
#ifndef DMH_CLIENT_RESULT_READING_DATABASE_FILE_H
#define DMH_CLIENT_RESULT_READING_DATABASE_FILE_H

#include <stdbool.h>
#include <stddef.h>

#include "messages/base/error.h"

typedef struct database_file database_file_t;

struct database_column {
    const char *name;
    bool number;    //  REAL; else TEXT
};

//  Opens the file `name` of the result in `folder`, whose one table is `table`. All is borrowed for the call.
//  NULL with `error` set, whose sentence names the file: as result_file_open, DMH_MALFORMED where it is
//  another database than dmh writes.
database_file_t *database_file_new (const char *folder, const char *name, const char *table,
                                    const struct database_column *columns, size_t count, struct error *error);
void database_file_destroy (database_file_t **self_p);

//  1: the next row is there, in the order in which they were written; 0: there is none; DMH_MALFORMED,
//  DMH_IO, DMH_INTERNAL with a sentence that names the record.
int database_file_next (database_file_t *self, struct error *error);

//  The i-th value of the row, terminated; "" where there is none. A number as the shortest plain decimal that
//  is read as the same double. Borrowed until the next row.
const char *database_file_value (const database_file_t *self, size_t i);

#endif
