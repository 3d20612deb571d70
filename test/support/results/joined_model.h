//  joined_model.h: for tests: what a joined table has to hold, found the long way: each record is compared
//  with all before it, column by column. Shares no code with the worker.
#ifndef DMH_TEST_SUPPORT_JOINED_MODEL_H
#define DMH_TEST_SUPPORT_JOINED_MODEL_H

#include <stdbool.h>
#include <stddef.h>

enum { MODEL_COLUMNS = 10, MODEL_RECORDS = 1000, MODEL_FILES = 16 };

enum model_fate { MODEL_WRITTEN, MODEL_DUPLICATE, MODEL_CONFLICT, MODEL_REJECTED };

//  A column that inputs may have. Its values are as dmh writes them, so that nothing is to be standardized.
struct model_column {
    const char *name;         //  in the input
    const char *field;        //  in the records, where it is another
    const char *values[8];    //  ended by NULL
    const char *invalid;      //  that is emptied; NULL: none
    bool own, needed, number;
};

struct model_kind {
    const char *name;
    size_t key;            //  the column that is the key; a record without it has none
    int status, moment;    //  the columns that say which of a key stands; -1: the first does
    struct model_column columns[MODEL_COLUMNS];
    size_t count;
};

struct model_file {
    bool has[MODEL_COLUMNS];
    size_t order[MODEL_COLUMNS], width;    //  its columns as they stand in it
    size_t first, count;                   //  its records
    char name[32];
};

struct model_record {
    size_t file, number;                  //  from 0; from 1
    const char *values[MODEL_COLUMNS];    //  as they stand in the input; "": empty
    enum model_fate fate;
    size_t other;    //  from 0: the record that it repeats, or that stands
};

struct model {
    const struct model_kind *kind;
    struct model_file files[MODEL_FILES];
    size_t file_count;
    struct model_record records[MODEL_RECORDS];
    size_t count;
};

//  Says of each record what becomes of it.
void model_judge (struct model *self);

//  The value of a record in the output: empty where its input has none, or had an invalid one.
const char *model_value (const struct model *self, size_t record, size_t column);

#endif
