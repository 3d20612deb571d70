//  load_plan.h: the table that the results of one kind go to: its columns and their types, as all the results
//  of a command need them together. Knows no database.
#ifndef DMH_CLIENT_LOAD_LOAD_PLAN_H
#define DMH_CLIENT_LOAD_LOAD_PLAN_H

#include <stdbool.h>
#include <stddef.h>

#include "messages/json/value.h"

enum { LOAD_NAME_BYTES = 64 };    //  of a name in PostgreSQL, terminated

enum load_type {
    LOAD_ANY,    //  no value has said which
    LOAD_TEXT,
    LOAD_NUMERIC,
    LOAD_DATE,
    LOAD_TIMESTAMP,
    LOAD_TIMESTAMPTZ,
    LOAD_OTHER    //  of a table that somebody else has made
};

struct load_column {
    char name[LOAD_NAME_BYTES];
    bool datetime;
    enum load_type type;           //  that the results need
    enum load_type stored;         //  that the table has
    char date[LOAD_NAME_BYTES];    //  of a date-time: the column beside it, where it is text
};

struct load_plan {
    char table[LOAD_NAME_BYTES];
    struct load_column *columns;
    size_t count;
};

//  The type as PostgreSQL writes it.
const char *load_type_word (enum load_type type);

//  Adds what a result needs, by the Table Schema of its datapackage.json. DMH_OK, DMH_MALFORMED,
//  DMH_INTERNAL.
int load_plan_add (struct load_plan *self, const char *kind, const struct json_value *schema,
                   struct error *error);
void load_plan_clear (struct load_plan *self);

//  The column of a field of a result; NULL: the field is not loaded, as it says what another says.
const struct load_column *load_plan_column (const struct load_plan *self, const struct json_value *schema,
                                            const struct json_value *field);

//  A name of at most 63 bytes for any; a longer one ends with 8 digits of its SHA-256.
void load_name (const char *from, char out[LOAD_NAME_BYTES]);

#endif
