//  page.c: see page.h.
#include "client/terminal/page.h"

#include "messages/base/utf8.h"

#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>

enum { WIDTH_LEAST = 40, WIDTH_MOST = 200, WIDTH_USUAL = 80, CELL_BYTES = 4 * WIDTH_MOST + 8 };

size_t page_width (FILE *to)
{
    struct winsize size = {.ws_col = 0};
    const char *columns = getenv ("COLUMNS");
    long width = 0;
    if (ioctl (fileno (to), TIOCGWINSZ, &size) == 0)
        width = size.ws_col;
    else if (columns)
        width = strtol (columns, NULL, 10);
    if (width <= 0)
        return WIDTH_USUAL;
    return width < WIDTH_LEAST ? WIDTH_LEAST : width > WIDTH_MOST ? WIDTH_MOST : (size_t) width;
}

//  One word, up to a space. Returns what follows it.
static const char *s_put_word (FILE *to, const char *at)
{
    while (*at && *at != ' ' && *at != '\n') {
        size_t n = glyph_shown (at);
        if (n)
            fwrite (at, 1, n, to);
        else
            fputc ('?', to);
        at += n ? n : 1;
    }
    return at;
}

static size_t s_word_columns (const char *at)
{
    size_t columns = 0;
    while (*at && *at != ' ' && *at != '\n') {
        size_t n = glyph_shown (at);
        at += n ? n : 1;
        columns++;
    }
    return columns;
}

void page_wrap (FILE *to, size_t width, size_t indent, const char *label, size_t room, const char *text)
{
    size_t left = indent + (room ? room + 2 : 0), column = left;
    fprintf (to, "%*s", (int) indent, "");
    if (room)
        page_cell (to, label, room);
    for (bool first = true; *text; first = false) {
        while (*text == ' ' || *text == '\n')
            text++;
        size_t columns = s_word_columns (text);
        if (columns == 0)
            break;
        if (!first && column + 1 + columns > width) {
            fprintf (to, "\n%*s", (int) left, "");
            column = left;
        } else if (!first) {
            fputc (' ', to);
            column++;
        }
        text = s_put_word (to, text);
        column += columns;
    }
    fputc ('\n', to);
}

static size_t s_cut (const char *text, size_t columns, char out[CELL_BYTES])
{
    return glyph_copy (text, columns < WIDTH_MOST ? columns : WIDTH_MOST, out, CELL_BYTES);
}

void page_cell (FILE *to, const char *text, size_t columns)
{
    char cut[CELL_BYTES];
    size_t used = s_cut (text, columns, cut);
    fprintf (to, "%s%*s", cut, (int) (columns - used + 2), "");
}

void page_cell_right (FILE *to, const char *text, size_t columns)
{
    char cut[CELL_BYTES];
    size_t used = s_cut (text, columns, cut);
    fprintf (to, "%*s%s  ", (int) (columns - used), "", cut);
}
