//  record_source.h: where the records of a result are read from, whatever its format: rows of a table or of a
//  database, or lines with an object each. What they mean is the reader's.
#ifndef DMH_CLIENT_RESULT_READING_RECORD_SOURCE_H
#define DMH_CLIENT_RESULT_READING_RECORD_SOURCE_H

#include <stdio.h>

#include "client/result/reading/database_file.h"
#include "client/result/reading/fasta_file.h"
#include "client/result/reading/table_file.h"
#include "messages/json/value.h"

//  One of the first four is open.
struct record_source {
    fasta_file_t *fasta;          //  FASTA
    table_file_t *table;          //  CSV
    database_file_t *database;    //  SQLite
    FILE *file;                   //  else
    char *line;
    size_t room;
    struct json_value *object;    //  of the line
};

//  Reads the next line; *n is its length. 1; 0: there is none; DMH_IO, DMH_INTERNAL with a sentence that
//  names the file.
int record_source_line (struct record_source *self, const char *name, size_t *n, struct error *error);

//  Closes what is open, frees the rest. An empty one is fine.
void record_source_close (struct record_source *self);

#endif
