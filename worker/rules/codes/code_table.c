//  code_table.c: see code_table.h. A row is one allocation: its line, its cells, then all their bytes.
#include "worker/rules/codes/code_table.h"

#include "messages/base/narrow.h"
#include "worker/text/index.h"
#include "worker/text/visible.h"

#include <stdlib.h>

enum { SEEN_BYTES = 512 };

struct table_row {
    uint64_t line;
    struct text cells[];
};

struct code_table {
    size_t cells;
    struct table_row **rows;
    size_t count, room, bytes;
    text_index_t *index;
};

code_table_t *code_table_new (size_t cells)
{
    code_table_t *self = calloc (1, sizeof *self);
    if (!self)
        return NULL;
    self->cells = cells;
    self->index = text_index_new ();
    if (!self->index)
        code_table_destroy (&self);
    return self;
}

void code_table_destroy (code_table_t **self_p)
{
    code_table_t *self = *self_p;
    if (!self)
        return;
    for (size_t i = 0; i < self->count; i++)
        free (self->rows[i]);
    free (self->rows);
    text_index_destroy (&self->index);
    free (self);
    *self_p = NULL;
}

static bool s_same (const code_table_t *self, const struct table_row *row, const struct text *cells)
{
    for (size_t i = 0; i < self->cells; i++)
        if (!text_equal (row->cells[i], text_trim (cells[i])))
            return false;
    return true;
}

static int s_make_room (code_table_t *self)
{
    if (self->count < self->room)
        return 0;
    size_t room = self->room * 2 + 64;
    struct table_row **rows = realloc (self->rows, room * sizeof *rows);
    if (!rows)
        return -1;
    self->rows = rows;
    self->room = room;
    return 0;
}

static struct text s_copy (char **to, struct text in)
{
    struct text copy = {*to, in.n};
    if (in.n)
        memcpy (*to, in.at, in.n);
    *to += in.n;
    return copy;
}

//  A key as people see it; one of more than SEEN_BYTES but for its spaces as it stands.
static struct text s_seen (struct text key, char bytes[SEEN_BYTES])
{
    struct scratch scratch = {bytes, 0, SEEN_BYTES};
    struct visible seen;
    key = text_trim (key);
    if (key.n == 0 || key.n > SEEN_BYTES || visible_is_plain (key))
        return key;
    visible_make (key, VISIBLE_WHOLE, &scratch, &seen);
    return seen.text;
}

enum table_added code_table_add (code_table_t *self, struct text key, const struct text *cells, uint64_t line,
                                 uint64_t *before)
{
    char bytes_seen[SEEN_BYTES];
    key = s_seen (key, bytes_seen);
    int at = text_index_find (self->index, key);
    if (at != TEXT_INDEX_NONE) {
        *before = self->rows[at]->line;
        return s_same (self, self->rows[at], cells) ? TABLE_REPEATED : TABLE_CONFLICT;
    }
    size_t bytes = sizeof (struct table_row) + self->cells * sizeof (struct text) + key.n;
    for (size_t i = 0; i < self->cells; i++)
        bytes += text_trim (cells[i]).n;
    if (self->count == TABLE_ROWS_MAX || self->bytes + bytes > TABLE_BYTES_MAX)
        return TABLE_FULL;
    struct table_row *row = s_make_room (self) == 0 ? malloc (bytes) : NULL;
    if (!row)
        return TABLE_NO_MEMORY;
    char *to = (char *) &row->cells[self->cells];
    row->line = line;
    key = s_copy (&to, key);
    for (size_t i = 0; i < self->cells; i++)
        row->cells[i] = s_copy (&to, text_trim (cells[i]));
    self->rows[self->count] = row;
    self->bytes += bytes;
    if (text_index_put (self->index, key, NARROW (int, self->count)) != 0) {
        free (row);
        return TABLE_NO_MEMORY;
    }
    self->count++;
    return TABLE_ADDED;
}

const struct text *code_table_find (const code_table_t *self, struct text key)
{
    int at = text_index_find (self->index, key);
    return at == TEXT_INDEX_NONE ? NULL : self->rows[at]->cells;
}

size_t code_table_rows (const code_table_t *self)
{
    return self->count;
}
