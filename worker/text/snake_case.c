//  snake_case.c: the two forms of a name, see text.h: folded for comparison, snake_case for output columns.
#include "worker/text/text.h"

//  What becomes of an ASCII byte in a folded name: its lower case, or 0 where it does not count. Others stay.
static inline char s_folded (unsigned char c)
{
    if (c >= 'A' && c <= 'Z')
        return (char) (c + 'a' - 'A');
    bool skipped = c == ' ' || (c >= '\t' && c <= '\r') || c == '_' || c == '-' || c == '.' || c == '/';
    return skipped ? '\0' : (char) c;
}

//  Bytes of the byte-order mark or the no-break space at `at`, 0 when neither stands there.
static inline size_t s_invisible (const unsigned char *at, size_t left)
{
    if (left >= 3 && at[0] == 0xef && at[1] == 0xbb && at[2] == 0xbf)
        return 3;
    return left >= 2 && at[0] == 0xc2 && at[1] == 0xa0 ? 2 : 0;
}

size_t text_fold (struct text in, char *out, size_t size)
{
    const unsigned char *bytes = (const unsigned char *) in.at;
    size_t n = 0;
    for (size_t at = 0; at < in.n && n < size; at++) {
        size_t skip = bytes[at] >= 0x80 ? s_invisible (bytes + at, in.n - at) : 0;
        if (skip) {
            at += skip - 1;
            continue;
        }
        char c = s_folded (bytes[at]);
        if (c)
            out[n++] = c;
    }
    return n;
}

static inline bool s_is_upper (unsigned char c)
{
    return c >= 'A' && c <= 'Z';
}

static inline bool s_is_lower (unsigned char c)
{
    return c >= 'a' && c <= 'z';
}

static inline bool s_is_word (unsigned char c)
{
    return s_is_upper (c) || s_is_lower (c) || (c >= '0' && c <= '9') || c >= 0x80;
}

//  Whether a new word of a camelCase name begins at `at`: patient|ID, HTTP|Server.
static bool s_begins_word (const unsigned char *bytes, size_t at, size_t n)
{
    if (at == 0 || !s_is_upper (bytes[at]) || !s_is_word (bytes[at - 1]))
        return false;
    if (!s_is_upper (bytes[at - 1]))
        return true;
    return at + 1 < n && s_is_lower (bytes[at + 1]);
}

//  Length without a UTF-8 character that was cut at the end.
static size_t s_whole (const char *out, size_t n)
{
    while (n && ((unsigned char) out[n - 1] & 0xc0) == 0x80)
        n--;
    return n && (unsigned char) out[n - 1] >= 0xc0 ? n - 1 : n;
}

size_t text_snake (struct text in, char *out, size_t size)
{
    const unsigned char *bytes = (const unsigned char *) in.at;
    size_t n = 0;
    bool gap = false;
    for (size_t at = 0; at < in.n; at++) {
        size_t skip = bytes[at] >= 0x80 ? s_invisible (bytes + at, in.n - at) : 0;
        if (skip || !s_is_word (bytes[at])) {
            gap = true;
            at += skip ? skip - 1 : 0;
            continue;
        }
        gap = (gap || s_begins_word (bytes, at, in.n)) && n > 0;
        if (n + gap + 1 >= size) {
            n = s_whole (out, n);
            break;
        }
        if (gap)
            out[n++] = '_';
        gap = false;
        out[n++] = s_is_upper (bytes[at]) ? (char) (bytes[at] + 'a' - 'A') : (char) bytes[at];
    }
    static const char EMPTY[] = "column";
    if (n == 0 && size >= sizeof EMPTY) {
        n = sizeof EMPTY - 1;
        memcpy (out, EMPTY, n);
    }
    if (size)
        out[n] = '\0';
    return n;
}
