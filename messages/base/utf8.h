//  utf8.h: where bytes of unknown origin become characters that may be shown: UTF-8 (RFC 3629) and control
//  characters. Called by whatever writes names and sentences. Pure.
#ifndef DMH_MESSAGES_BASE_UTF8_H
#define DMH_MESSAGES_BASE_UTF8_H

#include <stdbool.h>
#include <stddef.h>

//  The range of the second byte depends on the first one.
static inline unsigned char utf8_second_least (unsigned char first)
{
    return first == 0xe0 ? 0xa0 : first == 0xf0 ? 0x90 : 0x80;
}

//  Length of the well-formed sequence at the begin of n >= 1 bytes; 0 when there is none. Reads no byte
//  behind one that does not belong to it, so that 4 does for n where a NUL ends the text.
static inline size_t utf8_sequence (const char *bytes, size_t n)
{
    const unsigned char *at = (const unsigned char *) bytes;
    if (*at < 0x80)
        return 1;
    size_t more = *at >= 0xf0 ? 3 : *at >= 0xe0 ? 2 : 1;
    if (*at < 0xc2 || *at > 0xf4 || n <= more)
        return 0;
    unsigned high = *at == 0xed ? 0x9f : *at == 0xf4 ? 0x8f : 0xbf;
    if (at[1] < utf8_second_least (*at) || at[1] > high)
        return 0;
    for (size_t i = 2; i <= more; i++)
        if ((at[i] & 0xc0) != 0x80)
            return 0;
    return more + 1;
}

//  Bytes of the character at `at` (terminated text, not at its end); 0 when the bytes are no UTF-8.
size_t glyph_bytes (const char *at);

//  The same, and 0 for a control character (C0, DEL, C1) too: what must not reach a terminal.
size_t glyph_shown (const char *at);

//  Writes at most `columns` characters of `text` into out (size bytes, at least 8), '?' for what must not be
//  shown, '~' as the last one where it was cut. Terminated. Returns the number of characters.
size_t glyph_copy (const char *text, size_t columns, char *out, size_t size);

#endif
