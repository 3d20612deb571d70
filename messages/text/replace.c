//  replace.c: see replace.h.
#include "messages/text/replace.h"

#include <string.h>

void text_replace (char *text, size_t size, const char *from, const char *to)
{
    char *at = *from ? strstr (text, from) : NULL;
    if (!at)
        return;
    size_t left = size - (size_t) (at - text), n = strlen (to), end = strlen (from), rest = strlen (at + end);
    if (n >= left)
        n = left - 1;
    if (rest > left - n - 1)
        rest = left - n - 1;
    memmove (at + n, at + end, rest);
    memcpy (at, to, n);
    at[n + rest] = 0;
}
