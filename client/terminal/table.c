//  table.c: see table.h. The one file that includes libsmartcols, which measures text in the current locale:
//  for as long as it prints, that is UTF-8, whatever the environment says.
#define _GNU_SOURCE
#include "client/terminal/table.h"

#include "client/terminal/page.h"
#include "client/terminal/table_layout.h"
#include "messages/job.h"
#include "messages/text/terminal.h"
#include "messages/text/utf8.h"

#include <libsmartcols/libsmartcols.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { COLUMNS_MOST = 16, TO_MINUTE = 16 };

struct cell {
    char *text;    //  as it is shown
    enum table_tone tone;
};

struct table {
    FILE *to;
    bool heads, terminal, colour, failed;
    const char *names[COLUMNS_MOST], *short_names[COLUMNS_MOST];
    unsigned flags[COLUMNS_MOST];
    size_t columns;
    struct cell *cells;    //  row by row
    size_t count, room;
};

table_t *table_new (FILE *to, bool heads)
{
    table_t *self = calloc (1, sizeof *self);
    if (!self)
        return NULL;
    const char *term = getenv ("TERM"), *no_colour = getenv ("NO_COLOR");
    self->to = to;
    self->terminal = isatty (fileno (to));
    self->colour = self->terminal && term && strcmp (term, "dumb") != 0 && !(no_colour && *no_colour);
    self->heads = heads || self->terminal;
    return self;
}

void table_column (table_t *self, const char *name, unsigned flags)
{
    if (!self || self->columns == COLUMNS_MOST)
        return;
    self->names[self->columns] = self->short_names[self->columns] = name ? name : "";
    self->flags[self->columns++] = flags;
}

void table_short_name (table_t *self, const char *name)
{
    if (self && self->columns)
        self->short_names[self->columns - 1] = name;
}

//  Puts `text` into the next cell and owns it; NULL: memory is out.
static void s_put (table_t *self, char *text, enum table_tone tone)
{
    if (self->count == self->room) {
        size_t room = self->room ? 2 * self->room : 64;
        struct cell *more = realloc (self->cells, room * sizeof *more);
        self->failed = self->failed || !more;
        if (more) {
            self->cells = more;
            self->room = room;
        }
    }
    self->failed = self->failed || !text;
    if (self->failed)
        free (text);
    else
        self->cells[self->count++] = (struct cell){text, tone};
}

void table_tone (table_t *self, const char *text, enum table_tone tone)
{
    if (!self || self->failed)
        return;
    size_t size = (text ? strlen (text) : 0) * UTF8_ESCAPE_LONGEST + 1;
    char *shown = malloc (size);
    if (shown)
        utf8_escape (text ? text : "", shown, size);
    s_put (self, shown, tone);
}

void table_cell (table_t *self, const char *text)
{
    table_tone (self, text, TABLE_PLAIN);
}

void table_number (table_t *self, uint64_t number)
{
    char text[24];
    snprintf (text, sizeof text, "%llu", (unsigned long long) number);
    table_cell (self, text);
}

void table_time (table_t *self, const char *text)
{
    char minute[TO_MINUTE + 2];
    if (self && self->terminal && text && strlen (text) > TO_MINUTE && text[strlen (text) - 1] == 'Z') {
        snprintf (minute, sizeof minute, "%.*sZ", TO_MINUTE, text);
        text = minute;
    }
    table_cell (self, text);
}

enum table_tone table_tone_of (const char *state)
{
    return job_state_is (state, JOB_DONE)      ? TABLE_GOOD
           : job_state_is (state, JOB_FAILED)  ? TABLE_BAD
           : job_state_is (state, JOB_RUNNING) ? TABLE_MOVING
                                               : TABLE_PLAIN;
}

//  As wide as the terminal, or as wide as each is.
static void s_lay_out (const table_t *self, struct table_layout layout[COLUMNS_MOST])
{
    for (size_t i = 0; i < self->columns; i++) {
        unsigned flags = self->flags[i];
        layout[i] = (struct table_layout){
            .head = self->heads ? page_columns (self->names[i], strlen (self->names[i])) : 0,
            .short_head =
                self->heads ? page_columns (self->short_names[i], strlen (self->short_names[i])) : 0,
            .flexible = flags & (TABLE_CUT | TABLE_WRAP),
            .spare = flags & TABLE_SPARE         ? 1
                     : flags & TABLE_SPARE_LATER ? 2
                                                 : 0};
    }
    for (size_t i = 0; i < self->count; i++) {
        struct table_layout *column = &layout[i % self->columns];
        size_t columns = page_columns (self->cells[i].text, strlen (self->cells[i].text));
        column->cells = columns > column->cells ? columns : column->cells;
    }
    table_layout_fit (layout, self->columns, self->terminal ? page_width (self->to) : SIZE_MAX);
}

//  Brings a cell to its column's width.
static void s_fit (table_t *self, struct cell *cell, unsigned flags, size_t width)
{
    size_t n = strlen (cell->text), size = n + 8;
    if (page_columns (cell->text, n) <= width || !(flags & (TABLE_CUT | TABLE_WRAP)))
        return;
    char *text = flags & TABLE_WRAP ? page_fold (cell->text, width) : malloc (size);
    if (text && !(flags & TABLE_WRAP))
        page_cut_middle (cell->text, width, text, size);
    self->failed = self->failed || !text;
    if (text) {
        free (cell->text);
        cell->text = text;
    }
}

static bool s_add_columns (const table_t *self, const struct table_layout *layout,
                           struct libscols_table *inner)
{
    bool good = true;
    for (size_t i = 0; good && i < self->columns; i++) {
        int how = (self->flags[i] & TABLE_RIGHT ? SCOLS_FL_RIGHT : 0) |
                  (self->flags[i] & TABLE_WRAP ? SCOLS_FL_WRAP : 0) |
                  (layout[i].hidden ? SCOLS_FL_HIDDEN : 0);
        const char *name = layout[i].shortened ? self->short_names[i] : self->names[i];
        struct libscols_column *column = scols_table_new_column (inner, name, 0, how);
        good =
            column &&
            (!(self->flags[i] & TABLE_WRAP) ||
             (scols_column_set_safechars (column, "\n") == 0 &&
              scols_column_set_wrapfunc (column, scols_wrapnl_chunksize, scols_wrapnl_nextchunk, NULL) == 0));
    }
    return good;
}

static bool s_add_rows (const table_t *self, struct libscols_table *inner)
{
    static const char *const COLOURS[] = {NULL, "green", "red", "cyan"};
    struct libscols_line *line = NULL;
    bool good = true;
    for (size_t i = 0; good && i < self->count; i++) {
        size_t column = i % self->columns;
        if (column == 0)
            line = scols_table_new_line (inner, NULL);
        good = line && scols_line_set_data (line, column, self->cells[i].text) == 0;
        struct libscols_cell *cell = good ? scols_line_get_cell (line, column) : NULL;
        if (cell && COLOURS[self->cells[i].tone])
            scols_cell_set_color (cell, COLOURS[self->cells[i].tone]);
    }
    return good;
}

static bool s_print (table_t *self)
{
    struct table_layout layout[COLUMNS_MOST];
    bool named = false;
    if (!self->columns)
        return !self->failed;
    s_lay_out (self, layout);
    for (size_t i = 0; i < self->columns; i++)
        named = named || *self->names[i];
    for (size_t i = 0; i < self->count; i++)
        s_fit (self, &self->cells[i], self->flags[i % self->columns], layout[i % self->columns].width);
    struct libscols_table *inner = self->failed ? NULL : scols_new_table ();
    if (!inner)
        return false;
    scols_table_set_stream (inner, self->to);
    scols_table_set_termforce (inner, self->terminal ? SCOLS_TERMFORCE_ALWAYS : SCOLS_TERMFORCE_NEVER);
    if (self->terminal)
        scols_table_set_termwidth (inner, page_width (self->to));
    scols_table_enable_colors (inner, self->colour);
    scols_table_enable_noheadings (inner, !self->heads || !named);
    bool good = scols_table_set_column_separator (inner, "  ") == 0 && s_add_columns (self, layout, inner) &&
                s_add_rows (self, inner) && scols_print_table (inner) >= 0;
    scols_unref_table (inner);
    return good;
}

void table_print (table_t **self_p)
{
    table_t *self = *self_p;
    locale_t utf8 = newlocale (LC_CTYPE_MASK, "C.UTF-8", (locale_t) 0);
    locale_t before = utf8 ? uselocale (utf8) : (locale_t) 0;
    if (!self || !s_print (self))
        terminal_print (stderr, "dmh: out of memory: a table is missing here; --json prints without one\n");
    if (utf8) {
        uselocale (before);
        freelocale (utf8);
    }
    for (size_t i = 0; self && i < self->count; i++)
        free (self->cells[i].text);
    if (self)
        free (self->cells);
    free (self);
    *self_p = NULL;
}
