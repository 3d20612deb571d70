//  scan.c: see scan.h.
#include "worker/formats/json/scan.h"

#include <stdint.h>
#include <string.h>

enum { DEPTH_MAX = 1024 };

//  What is open: a bit a bracket, 1 for an array.
struct nest {
    uint64_t arrays[DEPTH_MAX / 64];
    size_t depth;
};

static bool s_push (struct nest *self, char bracket)
{
    if (self->depth == DEPTH_MAX)
        return false;
    uint64_t bit = (uint64_t) 1 << (self->depth % 64), *word = &self->arrays[self->depth++ / 64];
    *word = bracket == '[' ? *word | bit : *word & ~bit;
    return true;
}

static bool s_is_in_array (const struct nest *self)
{
    size_t at = self->depth - 1;
    return self->depth && self->arrays[at / 64] >> (at % 64) & 1;
}

size_t json_begin (const char *bytes, size_t n, size_t at)
{
    while (at < n && (json_is_space (bytes[at]) || bytes[at] == ',' || bytes[at] == '[' || bytes[at] == ']'))
        at++;
    return at;
}

//  Past the closing quote of the string that opens at `at`; 0 when it does not close.
static size_t s_string_end (const char *bytes, size_t n, size_t at)
{
    for (at++; at < n;) {
        const char *quote = memchr (bytes + at, '"', n - at);
        if (!quote)
            return 0;
        size_t end = (size_t) (quote - bytes), slashes = 0;
        while (end - slashes > at && bytes[end - slashes - 1] == '\\')
            slashes++;
        at = end + 1;
        if (slashes % 2 == 0)
            return at;
    }
    return 0;
}

size_t json_end (const char *bytes, size_t n, size_t at)
{
    size_t depth = 0, begin = at;
    while (at < n) {
        char byte = bytes[at];
        if (byte == '"') {
            at = s_string_end (bytes, n, at);
            if (at == 0)
                return 0;
            if (depth == 0)
                return at;
            continue;
        }
        if (depth == 0 && (byte == ',' || byte == ']' || byte == '}' || json_is_space (byte)))
            return byte == '}' && at == begin ? at + 1 : at;
        if (byte == '{' || byte == '[') {
            if (depth == 0 && at > begin)
                return at;    //  no comma behind a scalar: it ends nevertheless, or it would take a ']' along
            depth++;
        } else if ((byte == '}' || byte == ']') && --depth == 0)
            //  A bracket of the other sort closes what is around a broken value, not the value.
            return (byte == '}') == (bytes[begin] == '{') ? at + 1 : at;
        at++;
    }
    return 0;
}

enum json_close json_close (const char *bytes, size_t n, size_t at, size_t *end)
{
    struct nest nest = {.depth = 0};
    for (; at < n; at++) {
        char byte = bytes[at];
        if (byte == '"') {
            at = s_string_end (bytes, n, at);
            if (at == 0)
                return JSON_OPEN;
            at--;
        } else if (byte == '{' || byte == '[') {
            if (!s_push (&nest, byte))
                return JSON_CROSSED;
        } else if (byte == '}' || byte == ']') {
            if (s_is_in_array (&nest) != (byte == ']'))
                return JSON_CROSSED;
            if (--nest.depth == 0) {
                *end = at + 1;
                return JSON_CLOSED;
            }
        }
    }
    return JSON_OPEN;
}

//  What may stand at a place.
enum place {
    PLACE_VALUE,
    PLACE_FIRST,    //  a value, or the array's end
    PLACE_KEY,
    PLACE_FIRST_KEY,    //  a key, or the object's end
    PLACE_COLON,
    PLACE_BEHIND,    //  a comma or a closing bracket
    PLACE_NONE       //  nothing that makes it good again
};

//  Past the string that opens at `at`; n where it goes on there, 0 where a line end breaks it.
static size_t s_line_string_end (const char *bytes, size_t n, size_t at)
{
    size_t end = s_string_end (bytes, n, at);
    const char *lf = memchr (bytes + at, '\n', (end ? end : n) - at);
    return lf ? 0 : end ? end : n;
}

static size_t s_atom_end (const char *bytes, size_t n, size_t at)
{
    while (at < n && !json_is_space (bytes[at]) && !(bytes[at] && strchr (",:[]{}\"", bytes[at])))
        at++;
    return at;
}

//  Takes the token at *at, which is no white space.
static enum place s_take (struct nest *nest, enum place place, const char *bytes, size_t n, size_t *at)
{
    char byte = bytes[*at];
    bool value = place == PLACE_VALUE || place == PLACE_FIRST;
    bool key = place == PLACE_KEY || place == PLACE_FIRST_KEY;
    switch (byte) {
    case '"':
        if (!value && !key)
            return PLACE_NONE;
        *at = s_line_string_end (bytes, n, *at);
        return *at == 0 ? PLACE_NONE : key ? PLACE_COLON : PLACE_BEHIND;
    case '{':
    case '[':
        ++*at;
        if (!value || !s_push (nest, byte))
            return PLACE_NONE;
        return byte == '[' ? PLACE_FIRST : PLACE_FIRST_KEY;
    case '}':
    case ']':
        ++*at;
        if (s_is_in_array (nest) != (byte == ']') ||
            (place != PLACE_BEHIND && place != (byte == ']' ? PLACE_FIRST : PLACE_FIRST_KEY)))
            return PLACE_NONE;
        nest->depth--;
        return PLACE_BEHIND;
    case ',':
        ++*at;
        return place != PLACE_BEHIND ? PLACE_NONE : s_is_in_array (nest) ? PLACE_VALUE : PLACE_KEY;
    case ':':
        ++*at;
        return place == PLACE_COLON ? PLACE_VALUE : PLACE_NONE;
    default:
        *at = s_atom_end (bytes, n, *at);
        return value ? PLACE_BEHIND : PLACE_NONE;
    }
}

enum json_close json_close_strictly (const char *bytes, size_t n, size_t at, size_t *end)
{
    struct nest nest = {.depth = 0};
    enum place place = PLACE_VALUE;
    while (at < n) {
        if (json_is_space (bytes[at])) {
            at++;
            continue;
        }
        place = s_take (&nest, place, bytes, n, &at);
        if (place == PLACE_NONE)
            return JSON_CROSSED;
        if (nest.depth == 0) {
            *end = at;
            return JSON_CLOSED;
        }
    }
    return JSON_OPEN;
}

bool json_is_lines (const char *bytes, size_t n, size_t begin)
{
    if (begin < n && bytes[begin] != '{')
        return false;
    size_t end = json_end (bytes, n, begin);
    const char *lf = memchr (bytes + begin, '\n', n - begin);
    size_t line = lf ? (size_t) (lf - bytes) : n;
    //  Behind anything but a comma, a colon or a bracket another object is another record: this one is
    //  broken.
    bool cut_short = end == 0 || end > line;
    size_t next = cut_short ? line : end, before = line;
    while (before > begin && json_is_space (bytes[before - 1]))
        before--;
    while (next < n && json_is_space (bytes[next]))
        next++;
    if (cut_short)
        return next < n && bytes[next] == '{' && !memchr (",:[", bytes[before - 1], 3);
    return next == n || (next > line && bytes[next] != ',');
}
