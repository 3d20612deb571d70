//  terminal.c: see terminal.h.
#include "messages/text/terminal.h"

#include "messages/text/escaped_format.h"
#include "messages/text/utf8.h"

#include <string.h>
#include <unistd.h>

static size_t s_text (FILE *to, const char *text)
{
    size_t written = 0;
    for (char piece[UTF8_PIECE_BYTES]; *text; written += strlen (piece)) {
        text += utf8_piece (text, piece);
        fputs (piece, to);
    }
    return written;
}

void terminal_print (FILE *to, const char *format, ...)
{
    va_list values;
    va_start (values, format);
    escaped_format (to, s_text, format, values);
    va_end (values);
}

void terminal_data (FILE *to, const char *text)
{
    if (isatty (fileno (to)))
        s_text (to, text);
    else
        fputs (text, to);
}
