//  table_layout.h: how wide the columns of a table are on a terminal, and which of them it has no room for.
//  Pure.
#ifndef DMH_CLIENT_TERMINAL_TABLE_LAYOUT_H
#define DMH_CLIENT_TERMINAL_TABLE_LAYOUT_H

#include <stdbool.h>
#include <stddef.h>

enum { TABLE_GAP = 2 };    //  columns of the terminal between two of the table

//  One column of a table, in columns of the terminal.
struct table_layout {
    size_t cells;               //  its widest cell
    size_t head, short_head;    //  its name, and what may stand for it; the same where nothing may
    bool flexible;              //  it may be narrower than its cells
    unsigned
        spare;    //  0: it is always there; else those of the least number leave first, the last one before
    //  What comes of it.
    size_t width;
    bool hidden, shortened;
};

//  Fills `width`, `hidden` and `shortened` of all `count` for a terminal of `room` columns: first names are
//  shortened, then spare columns leave, then what is flexible shares what is left. The sum of them and of the
//  gaps is more than `room` only where columns that are not flexible need more.
void table_layout_fit (struct table_layout *columns, size_t count, size_t room);

#endif
