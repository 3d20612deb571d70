//  column_words.h: what a schema knows about columns beyond the names of its fields: which belong together,
//  which tell the kind without feeding a field, in which 0 is no value, which are parts of a date, or its
//  time. Filled while a schema is read, then immutable; any thread may find.
#ifndef DMH_WORKER_RULES_SCHEMA_COLUMN_WORDS_H
#define DMH_WORKER_RULES_SCHEMA_COLUMN_WORDS_H

#include "worker/rules/schema/field_names.h"

enum date_part { DATE_PART_YEAR, DATE_PART_MONTH, DATE_PART_DAY, DATE_PARTS };

//  What columns of dates and of their times of day are called: "date", "time". Owned.
struct time_word {
    char *date, *time;
};

//  Names of columns → what the comment says; NULL where the schema has none.
struct column_words {
    field_names_t *sets;         //  field: the set's number, from 1
    field_names_t *only_with;    //  field: which has to be fed too, or the name says nothing
    field_names_t *signs;        //  it is there
    field_names_t *zeroes;       //  it is there
    field_names_t *tests;        //  it is there: a test, whose column in a wide table holds results
    field_names_t *parts;        //  field: of type date; strength: enum date_part
    struct time_word *times;
    size_t time_count;
};

void column_words_clear (struct column_words *self);

//  The set that a column of that name belongs to, 0: to none.
int column_words_set (const struct column_words *self, struct text name);

#endif
