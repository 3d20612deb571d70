//  code_table.h: the rows of a code table that a mapping joins: a local code → the cells that are taken from
//  its row. Filled by input/code_tables.c before records pass, then immutable; any thread may find.
#ifndef DMH_WORKER_RULES_CODES_CODE_TABLE_H
#define DMH_WORKER_RULES_CODES_CODE_TABLE_H

#include "worker/text/text.h"

enum {
    TABLE_CELLS_MAX = 16,    //  taken from one row
    TABLE_ROWS_MAX = 1000000,
    TABLE_BYTES_MAX = 64 * 1024 * 1024    //  of keys and cells
};

enum table_added {
    TABLE_ADDED,
    TABLE_REPEATED,    //  the same key and cells stand already; nothing is changed
    TABLE_CONFLICT,    //  the same key with other cells
    TABLE_FULL,
    TABLE_NO_MEMORY
};

typedef struct code_table code_table_t;

//  Rows of `cells` cells. NULL when out of memory.
code_table_t *code_table_new (size_t cells);
void code_table_destroy (code_table_t **self_p);

//  Everything is copied, without spaces at its ends, the key as people see it (visible.h). `line` is where
//  the row stands; *before receives the line of the row with the same key.
enum table_added code_table_add (code_table_t *self, struct text key, const struct text *cells, uint64_t line,
                                 uint64_t *before);

//  The cells of a key's row, NULL when there is none. Byte for byte. Borrowed. Hot path.
const struct text *code_table_find (const code_table_t *self, struct text key);

size_t code_table_rows (const code_table_t *self);

#endif
