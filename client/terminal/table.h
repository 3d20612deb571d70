//  table.h: a table for people. On a terminal it is as wide as that (libsmartcols): wide characters align,
//  columns that may be cut are, those that may leave do where there is no room (table_layout), and what went
//  wrong is red; elsewhere it is plain, whole and without colour. What must not be shown is escaped
//  (utf8_piece).
#ifndef DMH_CLIENT_TERMINAL_TABLE_H
#define DMH_CLIENT_TERMINAL_TABLE_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

typedef struct table table_t;

enum table_column {
    TABLE_WHOLE = 0,
    TABLE_RIGHT = 1,    //  numbers
    TABLE_CUT = 2,      //  in its middle, where the terminal is too narrow
    TABLE_WRAP = 4,     //  goes on in the next line there
    TABLE_SPARE = 8,    //  leaves first, where there is no room
    TABLE_SPARE_LATER = 16
};

enum table_tone { TABLE_PLAIN, TABLE_GOOD, TABLE_BAD, TABLE_MOVING };

//  `to` is borrowed. `heads`: the names of the columns stand above, always; else on a terminal alone, where
//  they have any. NULL when out of memory; the other calls take NULL, and table_print says it.
table_t *table_new (FILE *to, bool heads);

//  All columns come before the first cell. `name` NULL: it has none.
void table_column (table_t *self, const char *name, unsigned flags);
//  What stands above the column that was added last where its name is too long. Both are borrowed.
void table_short_name (table_t *self, const char *name);

//  The next cell; a row is as long as there are columns. `text` is copied; NULL is empty.
void table_cell (table_t *self, const char *text);
void table_tone (table_t *self, const char *text, enum table_tone tone);    //  the same in colour
void table_number (table_t *self, uint64_t number);
//  A moment (clock_text), on a terminal to its minute.
void table_time (table_t *self, const char *text);

//  How the state of a job looks.
enum table_tone table_tone_of (const char *state);

//  Prints what is there and destroys the table.
void table_print (table_t **self_p);

#endif
