//  utf8.c: see utf8.h.
#include "messages/text/utf8.h"

#include "messages/text/hidden.h"

#include <stdio.h>
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

size_t utf8_shown (const char *text)
{
    enum { NEXT_LINE = 0x85, LINE_SEPARATOR = 0x2028, PARAGRAPH_SEPARATOR = 0x2029 };
    size_t n = utf8_bytes (text);
    uint32_t code = n ? utf8_code (text, n) : 0;
    bool moves = code < 0x20 || code == NEXT_LINE || code == LINE_SEPARATOR || code == PARAGRAPH_SEPARATOR;
    return moves || code_is_hidden (code) ? 0 : n;
}

size_t utf8_piece (const char *at, char out[UTF8_PIECE_BYTES])
{
    enum { PLANE_0 = 0x10000, HIGH = 0xd800, LOW = 0xdc00, BITS_16 = 0xffff };
    size_t n = utf8_bytes (at);
    if (n == 0) {
        snprintf (out, UTF8_PIECE_BYTES, "\\x%02x", (unsigned char) *at);
        return 1;
    }
    uint32_t code = utf8_code (at, n);
    if (utf8_shown (at)) {
        memcpy (out, at, n);
        out[n] = 0;
    } else if (code < PLANE_0)
        snprintf (out, UTF8_PIECE_BYTES, "\\u%04x", code);
    else
        snprintf (out, UTF8_PIECE_BYTES, "\\u%04x\\u%04x", (HIGH + ((code - PLANE_0) >> 10)) & BITS_16,
                  (LOW + ((code - PLANE_0) & 0x3ff)) & BITS_16);
    return n;
}

size_t utf8_escape (const char *text, char *out, size_t size)
{
    size_t used = 0;
    for (char piece[UTF8_PIECE_BYTES]; *text;) {
        text += utf8_piece (text, piece);
        size_t n = strlen (piece);
        if (used + n >= size)
            break;
        memcpy (out + used, piece, n);
        used += n;
    }
    out[used] = 0;
    return used;
}
