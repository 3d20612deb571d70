//  cell.h: the values of a row on their way to a table of a database: each is a cell, its length in decimal,
//  a colon, its bytes. Read again by who fills the table. Pure. Hot path.
#ifndef DMH_WORKER_ENCODERS_CELL_H
#define DMH_WORKER_ENCODERS_CELL_H

#include "worker/encoders/escape.h"

enum { CELL_LENGTH_BYTES = 21 };    //  of the length and its colon, at most

//  Room: CELL_LENGTH_BYTES + value.n. Returns the end of what was written.
static inline char *cell_put (char *to, struct text value)
{
    char digits[CELL_LENGTH_BYTES];
    size_t at = sizeof digits;
    digits[--at] = ':';
    size_t n = value.n;
    do
        digits[--at] = (char) ('0' + n % 10);
    while (n /= 10);
    to = escape_bytes (to, digits + at, sizeof digits - at);
    return value.n ? escape_bytes (to, value.at, value.n) : to;
}

//  Takes the next cell off the front of `rows`, which holds one.
static inline struct text cell_take (struct text *rows)
{
    size_t n = 0;
    const char *at = rows->at;
    for (; *at != ':'; at++)
        n = n * 10 + (size_t) (*at - '0');
    struct text value = {at + 1, n};
    rows->n -= (size_t) (value.at + n - rows->at);
    rows->at = value.at + n;
    return value;
}

#endif
