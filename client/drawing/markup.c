//  markup.c: see markup.h.
#include "client/drawing/markup.h"

#include "messages/text/escaped_format.h"
#include "messages/text/utf8.h"

#include <stdarg.h>
#include <string.h>

//  The reference for a character of markup; NULL: it is none.
static const char *s_reference (char letter)
{
    switch (letter) {
    case '&':
        return "&amp;";
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    case '"':
        return "&quot;";
    case '\'':
        return "&#39;";
    default:
        return NULL;
    }
}

static size_t s_text (FILE *page, const char *text)
{
    size_t written = 0;
    while (*text) {
        char piece[UTF8_PIECE_BYTES];
        text += utf8_piece (text, piece);
        const char *reference = piece[1] ? NULL : s_reference (*piece),
                   *shown = reference ? reference : piece;
        fputs (shown, page);
        written += strlen (shown);
    }
    return written;
}

void markup_print (FILE *page, const char *format, ...)
{
    va_list values;
    va_start (values, format);
    escaped_format (page, s_text, format, values);
    va_end (values);
}
