//  utf8.c: see utf8.h.
#include "messages/base/utf8.h"

#include <string.h>

size_t glyph_bytes (const char *text)
{
    const unsigned char *at = (const unsigned char *) text;
    if (at[0] < 0x80)
        return 1;
    if (at[0] < 0xc2 || at[0] > 0xf4)
        return 0;
    size_t n = at[0] >= 0xf0 ? 4 : at[0] >= 0xe0 ? 3 : 2;
    for (size_t i = 1; i < n; i++)
        if ((at[i] & 0xc0) != 0x80)
            return 0;
    bool overlong = (at[0] == 0xe0 && at[1] < 0xa0) || (at[0] == 0xf0 && at[1] < 0x90);
    bool surrogate = at[0] == 0xed && at[1] >= 0xa0, beyond = at[0] == 0xf4 && at[1] >= 0x90;
    return overlong || surrogate || beyond ? 0 : n;
}

size_t glyph_shown (const char *text)
{
    const unsigned char *at = (const unsigned char *) text;
    bool control = at[0] < 0x20 || at[0] == 0x7f || (at[0] == 0xc2 && at[1] < 0xa0);
    return control ? 0 : glyph_bytes (text);
}

size_t glyph_copy (const char *text, size_t columns, char *out, size_t size)
{
    size_t used = 0, column = 0;
    while (*text && column < columns && used + 5 < size) {
        size_t n = glyph_shown (text), step = n ? n : 1;
        bool last = column + 1 == columns && text[step];
        if (n && !last)
            memcpy (out + used, text, n);
        else
            out[used] = last ? '~' : '?';
        used += n && !last ? n : 1;
        text += step;
        column++;
    }
    out[used] = 0;
    return column;
}
