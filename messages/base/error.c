//  error.c: see error.h.
#include "messages/base/error.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static const char *const WORDS[] = {"ok",        "malformed",   "unsupported",  "not_found", "conflict",
                                    "too_large", "unavailable", "unauthorized", "internal",  "bad_input",
                                    "io",        "cancelled",   "usage"};
enum { WORD_COUNT = sizeof WORDS / sizeof *WORDS };

void error_write (struct error *error, int code, const char *format, ...)
{
    if (!error)
        return;
    //  A sentence may quote an older one held in the same struct, so it is written beside and then copied.
    char text[sizeof error->text];
    va_list list;
    va_start (list, format);
    int n = vsnprintf (text, sizeof text, format, list);
    va_end (list);
    if (n >= (int) sizeof text) {
        size_t end = sizeof text - 4;
        while (end > 0 && ((unsigned char) text[end] & 0xc0) == 0x80)
            end--;    //  never inside a character: peers refuse what is not UTF-8
        memcpy (text + end, "\xe2\x80\xa6", 4);
    }
    error->code = code;
    memcpy (error->text, text, sizeof text);
}

const char *error_word (int code)
{
    int at = -code;
    return at >= 0 && at < WORD_COUNT ? WORDS[at] : "internal";
}

int error_code (const char *word)
{
    for (int at = 0; word && at < WORD_COUNT; at++)
        if (strcmp (word, WORDS[at]) == 0)
            return -at;
    return DMH_INTERNAL;
}
