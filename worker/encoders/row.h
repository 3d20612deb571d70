//  row.h: what the encoders of rows share: the room a row needs, what stands before a value, and the value of
//  a column of the source's own. Pure. Hot path.
#ifndef DMH_WORKER_ENCODERS_ROW_H
#define DMH_WORKER_ENCODERS_ROW_H

#include "worker/encoders/layout.h"
#include "worker/text/visible.h"

//  Bytes that a row of either format can need at most: every byte escaped, quotes, what stands between
//  values.
size_t row_room (const struct layout *layout, const struct record *record, const struct row *row);

//  Mostly a separator or a few: LAYOUT_SLACK bytes are copied whatever they are, as both sides have room for
//  it. Returns the end.
static inline char *row_before (char *to, struct text before)
{
    memcpy (to, before.at, LAYOUT_SLACK);
    if (before.n > LAYOUT_SLACK)
        memcpy (to + LAYOUT_SLACK, before.at + LAYOUT_SLACK, before.n - LAYOUT_SLACK);
    return to + before.n;
}

//  The value of a source column; {NULL, 0} where the row has none.
static inline struct text row_extra (const struct row *row, int column)
{
    if ((size_t) column >= row->count)
        return (struct text){NULL, 0};
    if (row->fields[column].n == 0)
        return row->fields[column];
    return visible_trim (row->fields[column]);
}

#endif
