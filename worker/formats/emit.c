//  emit.c: see emit.h.
#include "emit.h"

#include "scan.h"

#ifdef __SSE2__
#include <emmintrin.h>
#endif

//  Whether a field holds none of comma, quote, CR, LF.
static bool s_is_bare (const char *at, size_t n)
{
    size_t i = 0;
#ifdef __SSE2__
    for (; i + 16 <= n; i += 16) {
        __m128i in = _mm_loadu_si128 ((const __m128i *) (const void *) (at + i));
        __m128i hits = _mm_or_si128 (
            _mm_or_si128 (_mm_cmpeq_epi8 (in, _mm_set1_epi8 (',')), _mm_cmpeq_epi8 (in, _mm_set1_epi8 ('"'))),
            _mm_or_si128 (_mm_cmpeq_epi8 (in, _mm_set1_epi8 ('\r')),
                          _mm_cmpeq_epi8 (in, _mm_set1_epi8 ('\n'))));
        if (_mm_movemask_epi8 (hits))
            return false;
    }
#endif
    for (; i < n; i++)
        if (at[i] == ',' || at[i] == '"' || at[i] == '\r' || at[i] == '\n')
            return false;
    return true;
}

char *emit_csv (char *to, struct text in)
{
    if (in.n == 0)
        return to;
    if (in.at[0] != ' ' && in.at[in.n - 1] != ' ' && s_is_bare (in.at, in.n))
        return emit_bytes (to, in.at, in.n);
    *to++ = '"';
    for (size_t i = 0; i < in.n; i++) {
        if (in.at[i] == '"')
            *to++ = '"';
        *to++ = in.at[i];
    }
    *to++ = '"';
    return to;
}

//  One byte that JSON does not take as it is.
static char *s_escape (char *to, unsigned char byte)
{
    static const char HEX[] = "0123456789abcdef";
    static const char FROM[] = "\"\\\b\f\n\r\t", SHORT[] = "\"\\bfnrt";
    const char *found = memchr (FROM, byte, sizeof FROM - 1);
    *to++ = '\\';
    if (found) {
        *to++ = SHORT[found - FROM];
        return to;
    }
    memcpy (to, "u00", 3);
    to[3] = HEX[byte >> 4];
    to[4] = HEX[byte & 15];
    return to + 5;
}

//  Whether a string stands in JSON as it is: ASCII without control characters, quote and backslash.
static bool s_is_plain (const char *at, size_t n)
{
    size_t i = 0;
#ifdef __SSE2__
    for (; i + 16 <= n; i += 16) {
        //  As signed bytes everything from U+0080 lies below the space too.
        __m128i in = _mm_loadu_si128 ((const __m128i *) (const void *) (at + i));
        __m128i hits = _mm_or_si128 (_mm_cmplt_epi8 (in, _mm_set1_epi8 (' ')),
                                     _mm_or_si128 (_mm_cmpeq_epi8 (in, _mm_set1_epi8 ('"')),
                                                   _mm_cmpeq_epi8 (in, _mm_set1_epi8 ('\\'))));
        if (_mm_movemask_epi8 (hits))
            return false;
    }
#endif
    for (; i < n; i++)
        if ((signed char) at[i] < ' ' || at[i] == '"' || at[i] == '\\')
            return false;
    return true;
}

char *emit_json (char *to, struct text in)
{
    *to++ = '"';
    if (s_is_plain (in.at, in.n)) {
        to = emit_bytes (to, in.at, in.n);
        *to++ = '"';
        return to;
    }
    for (size_t i = 0; i < in.n;) {
        unsigned char byte = (unsigned char) in.at[i];
        size_t length = byte < 0x80 ? 1 : scan_sequence (in.at + i, in.n - i);
        if (byte < 0x20 || byte == '"' || byte == '\\')
            to = s_escape (to, byte);
        else if (length == 0) {
            memcpy (to, "\xef\xbf\xbd", 3);    //  U+FFFD
            to += 3;
        } else {
            memcpy (to, in.at + i, length);
            to += length;
        }
        i += length ? length : 1;
    }
    *to++ = '"';
    return to;
}
