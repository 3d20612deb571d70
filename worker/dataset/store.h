//  store.h: the database of a data set: its tables, and one statement at a time. The rest of this folder
//  alone includes it.
#ifndef DMH_WORKER_DATASET_STORE_H
#define DMH_WORKER_DATASET_STORE_H

#include <sqlite3.h>

#include "worker/dataset/dataset.h"
#include "worker/text/text.h"

struct dataset {
    sqlite3 *db;
    char *path;    //  of it, for sentences
    int interrupt;
    bool loads;        //  within a transaction, without which nothing may be written
    bool no_memory;    //  a value that was read could not be had: nothing that follows from it holds
};

//  Whether the user wants to stop.
bool store_is_interrupted (const dataset_t *self);

//  Prepares a statement. NULL with `error` set.
sqlite3_stmt *store_prepare (dataset_t *self, const char *sql, struct error *error);
//  Ends it. Takes NULL.
void store_finish (sqlite3_stmt **statement_p);

//  Makes the statement ready for its next values; then the i-th, from 1.
void store_reset (sqlite3_stmt *statement);
void store_number (sqlite3_stmt *statement, int i, uint64_t number);
void store_bytes (sqlite3_stmt *statement, int i, struct text bytes);      //  borrowed until the next reset
void store_string (sqlite3_stmt *statement, int i, const char *string);    //  the same; a text

//  1: a row is there; 0: there is none (any more); else DMH_IO, DMH_CANCELLED, DMH_UNAVAILABLE.
int store_step (dataset_t *self, sqlite3_stmt *statement, struct error *error);

//  The i-th column of the row, from 0. Borrowed until the next step.
uint64_t store_column_number (sqlite3_stmt *statement, int i);
struct text store_column_bytes (dataset_t *self, sqlite3_stmt *statement, int i);
const char *store_column_string (dataset_t *self, sqlite3_stmt *statement, int i);    //  "" for NULL

//  The one number that a statement with one value answers; 0 where it has no row.
int store_ask (dataset_t *self, const char *sql, uint64_t value, uint64_t *out, struct error *error);

//  A statement without values and rows.
int store_do (dataset_t *self, const char *sql, struct error *error);

//  A transaction, alone with the set. As store_do.
int dataset_begin (dataset_t *self, struct error *error);
//  Ends it, where it was begun: all of it is there when `rc` is DMH_OK, else nothing. `rc`, or why it could
//  not.
int dataset_end (dataset_t *self, int rc, struct error *error);

#endif
