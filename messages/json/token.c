//  token.c: see token.h.
#include "messages/json/token.h"

#include <stdint.h>
#include <string.h>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

//  The first byte that a string cannot hold as it is: quote, backslash, control character; or `end`.
static const char *s_plain_end (const char *at, const char *end)
{
#ifdef __SSE2__
    const __m128i quote = _mm_set1_epi8 ('"'), slash = _mm_set1_epi8 ('\\'), last = _mm_set1_epi8 (0x1f);
    for (; end - at >= 16; at += 16) {
        __m128i bytes = _mm_loadu_si128 ((const __m128i *) (const void *) at);
        __m128i control = _mm_cmpeq_epi8 (_mm_min_epu8 (bytes, last), bytes);
        __m128i hits = _mm_or_si128 (
            control, _mm_or_si128 (_mm_cmpeq_epi8 (bytes, quote), _mm_cmpeq_epi8 (bytes, slash)));
        unsigned mask = (unsigned) _mm_movemask_epi8 (hits);
        if (mask)
            return at + __builtin_ctz (mask);
    }
#endif
    while (at < end && *at != '"' && *at != '\\' && (unsigned char) *at >= 0x20)
        at++;
    return at;
}

static bool s_hex (const char *at, const char *end, uint32_t *out)
{
    *out = 0;
    if (end - at < 4)
        return false;
    for (int i = 0; i < 4; i++) {
        char c = at[i];
        char low = (char) (c | 0x20);
        uint32_t digit;
        if (c >= '0' && c <= '9')
            digit = (uint32_t) (c - '0');
        else if (low >= 'a' && low <= 'f')
            digit = (uint32_t) (low - 'a' + 10);
        else
            return false;
        *out = *out << 4 | digit;
    }
    return true;
}

static char *s_put (char *to, uint32_t code)
{
    if (code < 0x80) {
        *to++ = (char) code;
    } else if (code < 0x800) {
        *to++ = (char) (0xc0 | code >> 6);
        *to++ = (char) (0x80 | (code & 0x3f));
    } else if (code < 0x10000) {
        *to++ = (char) (0xe0 | code >> 12);
        *to++ = (char) (0x80 | (code >> 6 & 0x3f));
        *to++ = (char) (0x80 | (code & 0x3f));
    } else {
        *to++ = (char) (0xf0 | code >> 18);
        *to++ = (char) (0x80 | (code >> 12 & 0x3f));
        *to++ = (char) (0x80 | (code >> 6 & 0x3f));
        *to++ = (char) (0x80 | (code & 0x3f));
    }
    return to;
}

//  Behind \u. Half of a surrogate pair is no character.
static enum json_fault s_unicode (struct json_cursor *in, char **to)
{
    uint32_t code, low;
    if (!s_hex (in->at, in->end, &code))
        return JSON_FAULT_SYNTAX;
    in->at += 4;
    if (code >= 0xdc00 && code <= 0xdfff)
        return JSON_FAULT_SYNTAX;
    if (code >= 0xd800 && code <= 0xdbff) {
        if (in->end - in->at < 6 || in->at[0] != '\\' || in->at[1] != 'u' ||
            !s_hex (in->at + 2, in->end, &low) || low < 0xdc00 || low > 0xdfff)
            return JSON_FAULT_SYNTAX;
        in->at += 6;
        code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
    }
    *to = s_put (*to, code);
    return code ? JSON_FAULT_NONE : JSON_FAULT_NUL;
}

static enum json_fault s_escape (struct json_cursor *in, char **to)
{
    static const char NAMES[] = "\"\\/bfnrt", BYTES[] = "\"\\/\b\f\n\r\t";
    if (in->at == in->end)
        return JSON_FAULT_SYNTAX;
    char name = *in->at++;
    if (name == 'u')
        return s_unicode (in, to);
    const char *found = name ? strchr (NAMES, name) : NULL;
    if (!found)
        return JSON_FAULT_SYNTAX;
    *(*to)++ = BYTES[found - NAMES];
    return JSON_FAULT_NONE;
}

//  A string with escapes, of which [begin, in->at) is plain.
static enum json_fault s_unescape (struct json_cursor *in, const char *begin, char *room,
                                   struct json_span *out)
{
    char *to = room;
    for (;;) {
        size_t plain = (size_t) (in->at - begin);
        memcpy (to, begin, plain);
        to += plain;
        if (in->at == in->end || (*in->at != '"' && *in->at != '\\'))
            return JSON_FAULT_SYNTAX;
        if (*in->at++ == '"')
            break;
        enum json_fault fault = s_escape (in, &to);
        if (fault != JSON_FAULT_NONE)
            return fault;
        begin = in->at;
        in->at = s_plain_end (begin, in->end);
    }
    *out = (struct json_span){room, (size_t) (to - room)};
    return JSON_FAULT_NONE;
}

enum json_fault json_token_string (struct json_cursor *in, char *room, struct json_span *out)
{
    const char *begin = in->at + 1, *end = s_plain_end (begin, in->end);
    in->at = end;
    if (end == in->end || *end != '"')
        return s_unescape (in, begin, room, out);
    in->at++;
    *out = (struct json_span){begin, (size_t) (end - begin)};
    return JSON_FAULT_NONE;
}

static const char *s_digits (const char *at, const char *end)
{
    while (at < end && *at >= '0' && *at <= '9')
        at++;
    return at;
}

//  The end of the number that begins at `at`; NULL when it is none.
static const char *s_number_end (const char *at, const char *end)
{
    const char *from = at + (at < end && *at == '-');
    at = s_digits (from, end);
    if (at == from || (*from == '0' && at - from > 1))
        return NULL;
    if (at < end && *at == '.') {
        from = at + 1;
        at = s_digits (from, end);
        if (at == from)
            return NULL;
    }
    if (at < end && (*at == 'e' || *at == 'E')) {
        from = at + 1;
        from += from < end && (*from == '+' || *from == '-');
        at = s_digits (from, end);
        if (at == from)
            return NULL;
    }
    return at;
}

static bool s_literal (struct json_cursor *in, const char *word, size_t n)
{
    if ((size_t) (in->end - in->at) < n || memcmp (in->at, word, n) != 0)
        return false;
    in->at += n;
    return true;
}

bool json_token_scalar (struct json_cursor *in, struct json_span *out)
{
    const char *begin = in->at;
    bool good;
    switch (in->at < in->end ? *in->at : 0) {
    case 't':
        good = s_literal (in, "true", 4);
        break;
    case 'f':
        good = s_literal (in, "false", 5);
        break;
    case 'n':
        *out = (struct json_span){NULL, 0};
        return s_literal (in, "null", 4);
    default: {
        const char *end = s_number_end (in->at, in->end);
        good = end != NULL;
        in->at = good ? end : in->at;
    }
    }
    *out = (struct json_span){begin, (size_t) (in->at - begin)};
    return good;
}
