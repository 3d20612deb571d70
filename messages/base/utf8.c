//  utf8.c: see utf8.h.
#include "messages/base/utf8.h"

#include <string.h>

bool utf8_is_begin (const char *bytes, size_t n)
{
    char whole[4];
    unsigned char first = (unsigned char) *bytes;
    if (n >= sizeof whole)
        return false;
    memset (whole, 0x80, sizeof whole);
    whole[1] = (char) utf8_second_least (first);
    memcpy (whole, bytes, n);
    return utf8_sequence (whole, sizeof whole) > n;
}

size_t utf8_bytes (const char *text)
{
    return utf8_sequence (text, 4);
}

//  UAX #9: the explicit formatting characters; beside them U+2028 and U+2029.
static bool s_turns (uint32_t code)
{
    return code == 0x61c || code == 0x200e || code == 0x200f || (code >= 0x2028 && code <= 0x202e) ||
           (code >= 0x2066 && code <= 0x2069);
}

size_t utf8_shown (const char *text)
{
    size_t n = utf8_bytes (text);
    uint32_t code = n ? utf8_code (text, n) : 0;
    bool control = code < 0x20 || (code >= 0x7f && code < 0xa0);
    return control || s_turns (code) ? 0 : n;
}

size_t utf8_copy (const char *text, char *out, size_t size)
{
    size_t used = 0;
    while (*text && used + 5 < size) {
        size_t shown = utf8_shown (text), n = utf8_bytes (text);
        if (shown)
            memcpy (out + used, text, n);
        else
            out[used] = '?';
        used += shown ? n : 1;
        text += n ? n : 1;
    }
    out[used] = 0;
    return used;
}
