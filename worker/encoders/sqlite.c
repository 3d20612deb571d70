//  sqlite.c: records as rows of a table of an SQLite database: here a row is the cells of its values, which
//  worker/output puts into the table. See encoder.h.
#include "worker/encoders/cell.h"
#include "worker/encoders/row.h"

enum { COLUMNS_MOST = 2000 };    //  SQLITE_MAX_COLUMN as SQLite is built everywhere

static char *s_label (const struct layout *layout, size_t i, char *to)
{
    (void) layout;
    (void) i;
    return to;
}

static size_t s_room (const struct layout *layout, const struct record *record, const struct row *row)
{
    return row_room (layout, record, row) + CELL_LENGTH_BYTES * (layout->value_count + 1);
}

//  Live fields [first, end).
static inline char *s_fields (const struct layout *layout, const struct record *record, size_t first,
                              size_t end, char *to)
{
    for (size_t i = first; i < end; i++)
        to = cell_put (to, record->values[layout->plan->live[i]]);
    return to;
}

static void s_write (const struct layout *layout, const struct record *record, const struct row *row,
                     struct text rest, char *start, struct encoded *out)
{
    (void) rest;
    const struct plan *plan = layout->plan;
    char *to = s_fields (layout, record, 0, plan->content_count, start);
    out->content = (struct text){start, (size_t) (to - start)};
    to = s_fields (layout, record, plan->content_count, plan->live_count, to);
    char *own = to;
    for (size_t i = 0; i < layout->extra_count; i++)
        to = cell_put (to, row_extra (row, layout->extras[i]));
    out->own = (struct text){own, (size_t) (to - own)};
    out->row = (struct text){start, (size_t) (to - start)};
}

const struct encoder ENCODER_SQLITE = {.name = "sqlite",
                                       .file = "records.sqlite",
                                       .format = "sqlite",
                                       .media_type = "application/vnd.sqlite3",
                                       .table = true,
                                       .extras = true,
                                       .database = true,
                                       .columns_most = COLUMNS_MOST,
                                       .label = s_label,
                                       .empty = "",
                                       .end = "",
                                       .room = s_room,
                                       .write = s_write};
