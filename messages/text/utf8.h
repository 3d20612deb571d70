//  utf8.h: where bytes of unknown origin become characters: well-formed UTF-8 (RFC 3629; Unicode 15, table
//  3-7), and which of its characters may be shown. The one check of a sequence. Pure; knows no widths, see
//  client/terminal/page.h.
#ifndef DMH_MESSAGES_TEXT_UTF8_H
#define DMH_MESSAGES_TEXT_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

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

//  The character of a well-formed sequence of n bytes.
static inline uint32_t utf8_code (const char *bytes, size_t n)
{
    const unsigned char *at = (const unsigned char *) bytes;
    uint32_t code = n == 1 ? *at : *at & (0x7fu >> n);
    for (size_t i = 1; i < n; i++)
        code = code << 6 | (at[i] & 0x3fu);
    return code;
}

//  Whether n >= 1 bytes are the begin of a sequence that goes on behind them.
bool utf8_is_begin (const char *bytes, size_t n);

//  Bytes of the character at `at` (terminated text, not at its end); 0 when the bytes are no UTF-8.
size_t utf8_bytes (const char *at);

//  The same, and 0 for what must not reach a terminal as it is: control characters, the marks that turn the
//  direction of what follows, the separators of lines and paragraphs, and what nobody sees (hidden.h).
size_t utf8_shown (const char *at);

enum { UTF8_PIECE_BYTES = 13, UTF8_ESCAPE_LONGEST = 6 };    //  the latter: for one byte of text

//  Writes what stands for the character or the byte at `at` (terminated text, not at its end) where people
//  look: itself, or its escape when it must not be shown: \u202e as JSON has it (a pair of them beyond
//  U+FFFF), \xff for a byte that is no UTF-8. Terminated. Returns the bytes of `at` that it stands for.
size_t utf8_piece (const char *at, char out[UTF8_PIECE_BYTES]);

//  Writes `text` so into out (size bytes, at least 1); what does not fit is left out, whole characters alone.
//  Terminated. Returns its bytes.
size_t utf8_escape (const char *text, char *out, size_t size);

#endif
