//  generated_table.h: messy tables of each kind, made from a seed: rows that repeat nearly, rows that are
//  broken, values of every sort that the rules have a word for.
#ifndef DMH_TEST_SUPPORT_GENERATED_TABLE_H
#define DMH_TEST_SUPPORT_GENERATED_TABLE_H

#include "test/support/processes/workplace.h"

#include <stdbool.h>
#include <stddef.h>

enum { TABLE_KINDS = 3, TABLE_COLUMNS = 12, TABLE_ROWS_MOST = 160, TABLE_CELL = 48 };

struct table_column {
    const char *name;    //  that it is known by
    bool extra;          //  the source's own
};

struct table {
    struct table_column columns[TABLE_COLUMNS];
    const char *kind;
    size_t number;    //  of the kind
    unsigned seed;
    size_t rows;
    size_t cells[TABLE_ROWS_MOST];    //  of the row; fewer than there are columns: a broken one
    char at[TABLE_ROWS_MOST][TABLE_COLUMNS][TABLE_CELL];
};

//  How a table is written.
struct table_style {
    const char *end;
    const size_t *order;    //  NULL: as they stand
    bool renamed;           //  c1, c2 … instead of names that are known
};

//  The table of kind [0, TABLE_KINDS) for the seed, which also begins table_random. free () it.
struct table *table_generate (size_t kind, unsigned seed);
//  The next number below `below` of the seed's.
size_t table_random (size_t below);

//  Gives a broken row the cells that it lacks.
void table_mend (struct table *self, size_t row);

void table_write_csv (const struct workplace *place, const char *file, const struct table *table,
                      struct table_style style);
//  A line each, or one array.
void table_write_json (const struct workplace *place, const char *name, const struct table *table,
                       bool array);

#endif
