//  escape.c: see escape.h.
#include "worker/encoders/escape.h"

#include "messages/text/utf8.h"

#ifdef __SSE2__
#include <emmintrin.h>
#endif

#ifdef __SSE2__
//  The n bytes at `at`, n in [1, 16], in a register with some of them twice: what a search does not mind.
static inline __m128i s_load_short (const char *at, size_t n)
{
    uint64_t head, tail;
    if (n >= 8) {
        memcpy (&head, at, 8);
        memcpy (&tail, at + n - 8, 8);
    } else if (n >= 4) {
        uint32_t first, last;
        memcpy (&first, at, 4);
        memcpy (&last, at + n - 4, 4);
        head = tail = (uint64_t) first << 32 | last;
    } else {
        uint32_t bytes = (uint32_t) (unsigned char) at[0] << 16 | (uint32_t) (unsigned char) at[n / 2] << 8 |
                         (unsigned char) at[n - 1];
        head = tail = (uint64_t) bytes << 32 | bytes | (uint64_t) (bytes & 0xff) << 24 |
                      (uint64_t) (bytes & 0xff) << 56;
    }
    return _mm_set_epi64x ((long long) tail, (long long) head);
}

//  All bits of the bytes that make CSV quote a field.
static inline __m128i s_csv_hits (__m128i in)
{
    return _mm_or_si128 (
        _mm_or_si128 (_mm_cmpeq_epi8 (in, _mm_set1_epi8 (',')), _mm_cmpeq_epi8 (in, _mm_set1_epi8 ('"'))),
        _mm_or_si128 (_mm_cmpeq_epi8 (in, _mm_set1_epi8 ('\r')), _mm_cmpeq_epi8 (in, _mm_set1_epi8 ('\n'))));
}

//  All bits of the bytes that JSON does not take as they are. As signed bytes everything from U+0080 lies
//  below the space too.
static inline __m128i s_json_hits (__m128i in)
{
    return _mm_or_si128 (
        _mm_cmplt_epi8 (in, _mm_set1_epi8 (' ')),
        _mm_or_si128 (_mm_cmpeq_epi8 (in, _mm_set1_epi8 ('"')), _mm_cmpeq_epi8 (in, _mm_set1_epi8 ('\\'))));
}

//  Whether none of n > 0 bytes is a hit. The last 16 bytes overlap those before them.
static inline bool s_has_none (const char *at, size_t n, __m128i (*hits_of) (__m128i))
{
    if (n <= 16)
        return _mm_movemask_epi8 (hits_of (s_load_short (at, n))) == 0;
    for (size_t i = 0; i + 16 < n; i += 16)
        if (_mm_movemask_epi8 (hits_of (_mm_loadu_si128 ((const __m128i *) (const void *) (at + i)))))
            return false;
    return _mm_movemask_epi8 (hits_of (_mm_loadu_si128 ((const __m128i *) (const void *) (at + n - 16)))) ==
           0;
}
#endif

//  Whether a field of n > 0 bytes holds none of comma, quote, CR, LF.
static inline bool s_is_bare (const char *at, size_t n)
{
#ifdef __SSE2__
    return s_has_none (at, n, s_csv_hits);
#else
    for (size_t i = 0; i < n; i++)
        if (at[i] == ',' || at[i] == '"' || at[i] == '\r' || at[i] == '\n')
            return false;
    return true;
#endif
}

char *escape_csv (char *to, struct text in)
{
    if (in.n == 0)
        return to;
    if (in.at[0] != ' ' && in.at[in.n - 1] != ' ' && s_is_bare (in.at, in.n))
        return escape_bytes (to, in.at, in.n);
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

//  Whether a string of n > 0 bytes stands in JSON as it is: ASCII without control characters, quote and
//  backslash.
static inline bool s_is_plain (const char *at, size_t n)
{
#ifdef __SSE2__
    return s_has_none (at, n, s_json_hits);
#else
    for (size_t i = 0; i < n; i++)
        if ((signed char) at[i] < ' ' || at[i] == '"' || at[i] == '\\')
            return false;
    return true;
#endif
}

char *escape_json (char *to, struct text in)
{
    *to++ = '"';
    if (in.n == 0 || s_is_plain (in.at, in.n)) {
        to = escape_bytes (to, in.at, in.n);
        *to++ = '"';
        return to;
    }
    for (size_t i = 0; i < in.n;) {
        unsigned char byte = (unsigned char) in.at[i];
        size_t length = utf8_sequence (in.at + i, in.n - i);
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
