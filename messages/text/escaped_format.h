//  escaped_format.h: printf's formats for what people read: the format is ours and stays as it is, each text
//  that is put into it goes through a writer that escapes it. Behind terminal.h and client/drawing/markup.h.
#ifndef DMH_MESSAGES_TEXT_ESCAPED_FORMAT_H
#define DMH_MESSAGES_TEXT_ESCAPED_FORMAT_H

#include <stdarg.h>
#include <stdio.h>

//  Writes `text` so that it can do no harm there. Returns the bytes written.
typedef size_t escaped_text_fn (FILE *to, const char *text);

//  Takes %s, %c, %%, and numbers (d, u, x, f, g) with their flags and widths; a width of %s counts bytes.
void escaped_format (FILE *to, escaped_text_fn *escape, const char *format, va_list values);

#endif
