//  page.c: see page.h.
#include "client/terminal/page.h"

#include "messages/base/narrow.h"
#include "messages/text/utf8.h"

#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <utf8proc.h>

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

//  What stands for the character or the byte at `at`, and how many columns that takes. Returns its bytes
//  there.
static size_t s_step (const char *at, char piece[UTF8_PIECE_BYTES], size_t *columns)
{
    size_t shown = utf8_shown (at), n = utf8_piece (at, piece);
    int width =
        shown ? utf8proc_charwidth ((utf8proc_int32_t) utf8_code (at, shown)) : NARROW (int, strlen (piece));
    *columns = width > 0 ? (size_t) width : 0;
    return n;
}

size_t page_columns (const char *text, size_t n)
{
    char piece[UTF8_PIECE_BYTES];
    size_t columns = 0, width;
    for (const char *end = text + n; text < end && *text; columns += width)
        text += s_step (text, piece, &width);
    return columns;
}

size_t page_cut (const char *text, size_t columns, char *out, size_t size)
{
    char piece[UTF8_PIECE_BYTES];
    size_t used = 0, column = 0, width;
    bool cut = page_columns (text, strlen (text)) > columns;
    while (*text) {
        text += s_step (text, piece, &width);
        size_t n = strlen (piece);
        if (used + n + 1 >= size || (cut && column + width + 1 > columns))
            break;
        memcpy (out + used, piece, n);
        used += n;
        column += width;
    }
    if (cut && columns) {
        out[used++] = '~';
        column++;
    }
    out[used] = 0;
    return column;
}

size_t page_cut_middle (const char *text, size_t columns, char *out, size_t size)
{
    size_t all = page_columns (text, strlen (text)), head = columns / 2, tail = columns - head - 1;
    char piece[UTF8_PIECE_BYTES];
    if (all <= columns || columns < 5)
        return page_cut (text, columns, out, size);
    size_t column = page_cut (text, head + 1, out, size), width;    //  '~' is its last one
    for (size_t left = all; *text && left > tail; left -= width)
        text += s_step (text, piece, &width);
    while (*text && page_columns (text, utf8_bytes (text)) == 0)    //  marks of what was left out
        text += s_step (text, piece, &width);
    size_t used = strlen (out);
    return column + page_cut (text, tail, out + used, size - used);
}

//  Bytes of the first line of at most `columns`.
static size_t s_line (const char *text, size_t columns)
{
    char piece[UTF8_PIECE_BYTES];
    size_t column = 0, width, best = 0;
    const char *at = text;
    while (*at && *at != '\n') {
        const char *next = at + s_step (at, piece, &width);
        if (column + width > columns && *at == ' ')
            return (size_t) (at - text);
        if (column + width > columns)
            return best ? best : at > text ? (size_t) (at - text) : (size_t) (next - text);
        column += width;
        if (*at == ' ' || (strchr ("/-_,.", *at) && column * 2 > columns))
            best = (size_t) (next - text);
        at = next;
    }
    return (size_t) (at - text);
}

char *page_fold (const char *text, size_t columns)
{
    size_t n = strlen (text), used = 0;
    char *out = malloc (2 * n + 1);    //  no line is empty
    while (out && *text) {
        size_t line = s_line (text, columns), end = line;
        while (end && text[end - 1] == ' ')
            end--;
        memcpy (out + used, text, end);
        used += end;
        text += line;
        while (*text == ' ' || *text == '\n')
            text++;
        if (*text)
            out[used++] = '\n';
    }
    if (out)
        out[used] = 0;
    return out;
}

//  One word, up to a space. Returns what follows it.
static const char *s_put_word (FILE *to, const char *at)
{
    char piece[UTF8_PIECE_BYTES];
    while (*at && *at != ' ' && *at != '\n') {
        at += utf8_piece (at, piece);
        fputs (piece, to);
    }
    return at;
}

void page_wrap (FILE *to, size_t width, size_t indent, const char *label, size_t room, const char *text)
{
    size_t left = indent + (room ? room + 2 : 0), column = left;
    fprintf (to, "%*s", NARROW (int, indent), "");
    if (room)
        page_cell (to, label, room);
    for (bool first = true; *text; first = false) {
        while (*text == ' ' || *text == '\n')
            text++;
        size_t columns = page_columns (text, strcspn (text, " \n"));
        if (!*text)
            break;
        if (!first && column + 1 + columns > width) {
            fprintf (to, "\n%*s", NARROW (int, left), "");
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
    return page_cut (text, columns < WIDTH_MOST ? columns : WIDTH_MOST, out, CELL_BYTES);
}

void page_cell (FILE *to, const char *text, size_t columns)
{
    char cut[CELL_BYTES];
    size_t used = s_cut (text, columns, cut);
    fprintf (to, "%s%*s", cut, NARROW (int, columns - used + 2), "");
}
