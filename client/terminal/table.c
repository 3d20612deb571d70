//  table.c: see table.h. The one file that includes libsmartcols, which measures text in the current locale:
//  for as long as it prints, that is UTF-8, whatever the environment says.
#define _GNU_SOURCE
#include "client/terminal/table.h"

#include "client/terminal/page.h"
#include "messages/job.h"
#include "messages/text/terminal.h"
#include "messages/text/utf8.h"

#include <libsmartcols/libsmartcols.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct table {
    struct libscols_table *inner;
    struct libscols_line *line;    //  that the next cell goes to; NULL: a new one
    size_t columns, cell;
    bool failed;
};

table_t *table_new (FILE *to, bool heads)
{
    table_t *self = calloc (1, sizeof *self);
    if (!self)
        return NULL;
    self->inner = scols_new_table ();
    if (!self->inner) {
        free (self);
        return NULL;
    }
    const char *term = getenv ("TERM"), *no_colour = getenv ("NO_COLOR");
    bool terminal = isatty (fileno (to));
    bool colour = terminal && term && strcmp (term, "dumb") != 0 && !(no_colour && *no_colour);
    scols_table_set_stream (self->inner, to);
    scols_table_set_termforce (self->inner, terminal ? SCOLS_TERMFORCE_ALWAYS : SCOLS_TERMFORCE_NEVER);
    if (terminal)
        scols_table_set_termwidth (self->inner, page_width (to));
    scols_table_enable_colors (self->inner, colour);
    scols_table_enable_noheadings (self->inner, !heads && !terminal);
    self->failed = scols_table_set_column_separator (self->inner, "  ") != 0;
    return self;
}

void table_column (table_t *self, const char *name, unsigned flags)
{
    if (!self)
        return;
    int how = (flags & TABLE_RIGHT ? SCOLS_FL_RIGHT : 0) | (flags & TABLE_CUT ? SCOLS_FL_TRUNC : 0) |
              (flags & TABLE_WRAP ? SCOLS_FL_WRAP : 0);
    if (scols_table_new_column (self->inner, name ? name : "", 0, how))
        self->columns++;
    else
        self->failed = true;
}

static const char *s_colour (enum table_tone tone)
{
    static const char *const COLOURS[] = {NULL, "green", "red", "cyan"};
    return COLOURS[tone];
}

void table_tone (table_t *self, const char *text, enum table_tone tone)
{
    if (!self || self->failed)
        return;
    if (self->cell == 0)
        self->line = scols_table_new_line (self->inner, NULL);
    size_t size = (text ? strlen (text) : 0) * UTF8_ESCAPE_LONGEST + 1;
    char *shown = malloc (size);
    self->failed = !self->line || !shown;
    if (!self->failed) {
        utf8_escape (text ? text : "", shown, size);
        self->failed = scols_line_set_data (self->line, self->cell, shown) != 0;
        struct libscols_cell *cell = scols_line_get_cell (self->line, self->cell);
        if (cell && s_colour (tone))
            scols_cell_set_color (cell, s_colour (tone));
    }
    free (shown);
    self->cell = (self->cell + 1) % self->columns;
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

enum table_tone table_tone_of (const char *state)
{
    return job_state_is (state, JOB_DONE)      ? TABLE_GOOD
           : job_state_is (state, JOB_FAILED)  ? TABLE_BAD
           : job_state_is (state, JOB_RUNNING) ? TABLE_MOVING
                                               : TABLE_PLAIN;
}

void table_print (table_t **self_p)
{
    table_t *self = *self_p;
    bool good = self && !self->failed;
    if (good) {
        locale_t utf8 = newlocale (LC_CTYPE_MASK, "C.UTF-8", (locale_t) 0);
        locale_t before = utf8 ? uselocale (utf8) : (locale_t) 0;
        good = scols_print_table (self->inner) >= 0;
        if (utf8) {
            uselocale (before);
            freelocale (utf8);
        }
    }
    if (!good)
        terminal_print (stderr, "dmh: out of memory: a table is missing here; --json prints without one\n");
    if (self) {
        scols_unref_table (self->inner);
        free (self);
    }
    *self_p = NULL;
}
