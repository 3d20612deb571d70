//  bytes.c: see bytes.h.
#define _GNU_SOURCE
#include "worker/text/bytes.h"

#include "messages/text/utf8.h"

#ifdef __SSE2__
#include <emmintrin.h>

//  One bit a byte that is one of the four; *least and *most of all bytes.
static inline unsigned s_mask (const char *at, __m128i delimiter, __m128i quote, __m128i cr, __m128i lf,
                               __m128i *least, __m128i *most)
{
    __m128i bytes = _mm_loadu_si128 ((const __m128i *) (const void *) at);
    *least = _mm_min_epu8 (*least, bytes);
    *most = _mm_max_epu8 (*most, bytes);
    __m128i hits =
        _mm_or_si128 (_mm_or_si128 (_mm_cmpeq_epi8 (bytes, delimiter), _mm_cmpeq_epi8 (bytes, quote)),
                      _mm_or_si128 (_mm_cmpeq_epi8 (bytes, cr), _mm_cmpeq_epi8 (bytes, lf)));
    return (unsigned) _mm_movemask_epi8 (hits);
}
#endif

size_t bytes_specials (const char *bytes, size_t n, char delimiter, uint32_t *out, bool *plain)
{
    size_t at = 0, count = 0;
    *plain = true;
#ifdef __SSE2__
    const __m128i d = _mm_set1_epi8 (delimiter), q = _mm_set1_epi8 ('"');
    const __m128i cr = _mm_set1_epi8 ('\r'), lf = _mm_set1_epi8 ('\n');
    __m128i least = d, most = d;
    for (; at + 64 <= n; at += 64) {
        uint64_t mask = (uint64_t) s_mask (bytes + at, d, q, cr, lf, &least, &most) |
                        (uint64_t) s_mask (bytes + at + 16, d, q, cr, lf, &least, &most) << 16 |
                        (uint64_t) s_mask (bytes + at + 32, d, q, cr, lf, &least, &most) << 32 |
                        (uint64_t) s_mask (bytes + at + 48, d, q, cr, lf, &least, &most) << 48;
        for (; mask; mask &= mask - 1)
            out[count++] = (uint32_t) ((at + (size_t) __builtin_ctzll (mask)) & UINT32_MAX);
    }
    *plain =
        (_mm_movemask_epi8 (most) | _mm_movemask_epi8 (_mm_cmpeq_epi8 (least, _mm_setzero_si128 ()))) == 0;
#endif
    *plain = *plain && bytes_is_plain (bytes + at, n - at);
    for (; at < n; at++)
        if (bytes[at] == delimiter || bytes[at] == '"' || bytes[at] == '\r' || bytes[at] == '\n')
            out[count++] = (uint32_t) (at & UINT32_MAX);
    return count;
}

bool bytes_is_plain (const char *bytes, size_t n)
{
    size_t at = 0;
#ifdef __SSE2__
    //  As signed bytes everything from 1 to 127 is above zero.
    const __m128i zero = _mm_setzero_si128 ();
    for (; at + 16 <= n; at += 16) {
        __m128i in = _mm_loadu_si128 ((const __m128i *) (const void *) (bytes + at));
        if (_mm_movemask_epi8 (_mm_cmpgt_epi8 (in, zero)) != 0xffff)
            return false;
    }
#endif
    for (; at < n; at++)
        if ((signed char) bytes[at] <= 0)
            return false;
    return true;
}

size_t bytes_stray (struct text in)
{
    size_t at = 0;
    while (at < in.n) {
        size_t n = utf8_sequence (in.at + at, in.n - at);
        if (n == 0)
            break;
        at += n;
    }
    return at;
}

enum rule bytes_encoding (struct text in)
{
    if (bytes_is_plain (in.at, in.n))
        return RULE_NONE;
    if (memchr (in.at, 0, in.n))
        return RULE_RECORD_NUL;
    return bytes_stray (in) < in.n ? RULE_RECORD_ENCODING : RULE_NONE;
}

#ifdef __SSE2__
//  The sum of 16 counts of a byte each.
static inline uint64_t s_sum (__m128i counts)
{
    __m128i halves = _mm_sad_epu8 (counts, _mm_setzero_si128 ());
    return (uint64_t) _mm_cvtsi128_si64 (halves) + (uint64_t) _mm_cvtsi128_si64 (_mm_srli_si128 (halves, 8));
}
#endif

//  A line end is an LF, or a CR that no LF follows.
uint64_t bytes_lines (const char *bytes, size_t n)
{
    uint64_t lines = 0;
    size_t at = 0;
#ifdef __SSE2__
    const __m128i cr = _mm_set1_epi8 ('\r'), lf = _mm_set1_epi8 ('\n');
    //  As long as there is no CR.
    for (bool any = false; !any && at + 64 * 60 <= n;) {
        __m128i counts = _mm_setzero_si128 (), returns = counts;
        const __m128i *from = (const __m128i *) (const void *) (bytes + at);
        for (int i = 0; i < 240; i++) {
            __m128i here = _mm_loadu_si128 (from + i);
            returns = _mm_or_si128 (returns, _mm_cmpeq_epi8 (here, cr));
            counts = _mm_sub_epi8 (counts, _mm_cmpeq_epi8 (here, lf));
        }
        any = _mm_movemask_epi8 (returns) != 0;
        lines += any ? 0 : s_sum (counts);
        at += any ? 0 : 64 * 60;
    }
    while (at + 17 <= n) {
        __m128i counts = _mm_setzero_si128 ();
        for (int round = 0; round < 255 && at + 17 <= n; round++, at += 16) {
            __m128i here = _mm_loadu_si128 ((const __m128i *) (const void *) (bytes + at));
            __m128i next = _mm_loadu_si128 ((const __m128i *) (const void *) (bytes + at + 1));
            __m128i lone = _mm_andnot_si128 (_mm_cmpeq_epi8 (next, lf), _mm_cmpeq_epi8 (here, cr));
            //  A hit is -1.
            counts = _mm_sub_epi8 (counts, _mm_or_si128 (lone, _mm_cmpeq_epi8 (here, lf)));
        }
        lines += s_sum (counts);
    }
#endif
    for (; at < n; at++)
        lines += bytes[at] == '\n' || (bytes[at] == '\r' && (at + 1 == n || bytes[at + 1] != '\n'));
    return lines;
}
