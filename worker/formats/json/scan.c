//  scan.c: see scan.h.
#define _GNU_SOURCE
#include "worker/formats/json/scan.h"

#include "worker/text/bytes.h"

static bool s_is_space (char byte)
{
    return byte == ' ' || byte == '\n' || byte == '\r' || byte == '\t';
}

size_t json_begin (const char *bytes, size_t n, size_t at)
{
    while (at < n && (s_is_space (bytes[at]) || bytes[at] == ',' || bytes[at] == '[' || bytes[at] == ']'))
        at++;
    return at;
}

//  Like json_begin, but stops at the ']' that ends the records of an object's member.
static size_t s_between (const struct dialect *dialect, const char *bytes, size_t n, size_t at)
{
    if (!dialect->wrapped)
        return json_begin (bytes, n, at);
    while (at < n && (s_is_space (bytes[at]) || bytes[at] == ','))
        at++;
    return at;
}

size_t json_record_begin (const struct dialect *dialect, const char *bytes, size_t n, size_t at)
{
    at = s_between (dialect, bytes, n, at);
    return dialect->wrapped && at < n && bytes[at] == ']' ? n : at;
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
        if (depth == 0 && (byte == ',' || byte == ']' || byte == '}' || s_is_space (byte)))
            return byte == '}' ? at + 1 : at;
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

bool json_is_lines (const char *bytes, size_t n, size_t begin)
{
    if (begin < n && bytes[begin] != '{')
        return false;
    size_t end = json_end (bytes, n, begin);
    const char *lf = memchr (bytes + begin, '\n', n - begin);
    size_t line = lf ? (size_t) (lf - bytes) : n;
    if (end == 0)
        return false;
    if (end > line)
        return false;
    size_t next = end;
    while (next < n && memchr (" \t\r\n", bytes[next], 4))
        next++;
    return next == n || (next > line && bytes[next] != ',');
}

static int s_truncated (const char *bytes, size_t at, uint64_t line, const char *source, struct error *error)
{
    return error_set (error, DMH_BAD_INPUT,
                      "%s ends inside a record that begins on line %llu; the file seems to be cut off",
                      source, (unsigned long long) (line + bytes_lines (bytes, at)));
}

//  A file that began with '[' ends with ']'.
static int s_check_last (const struct dialect *dialect, const char *bytes, size_t n, const char *source,
                         struct error *error)
{
    while (n > 0 && s_is_space (bytes[n - 1]))
        n--;
    if (!dialect->bracket || (n > 0 && bytes[n - 1] == ']'))
        return DMH_OK;
    return error_set (error, DMH_BAD_INPUT,
                      "%s begins with [ and does not end with ]; the file seems to be cut off", source);
}

//  Values of an array, or one after another: a value counts when the byte behind it is there, so that the end
//  of the file is always looked at with the last of them.
static int s_cut_values (const struct dialect *dialect, const char *bytes, size_t n, bool last, uint64_t line,
                         const char *source, size_t *cut, struct error *error)
{
    size_t end = 0;
    for (size_t at = s_between (dialect, bytes, n, 0); at < n; at = s_between (dialect, bytes, n, at)) {
        if (dialect->wrapped && bytes[at] == ']') {
            *cut = at;
            return FORMAT_CUT_OVER;
        }
        size_t next = json_end (bytes, n, at);
        if (next == 0 && last && (bytes[at] == '{' || bytes[at] == '"'))
            return s_truncated (bytes, at, line, source, error);
        if (next == 0 || next == n)
            break;
        end = at = next;
    }
    if (last && dialect->wrapped)
        return s_truncated (bytes, n, line, source, error);
    *cut = last ? n : end;
    return last ? s_check_last (dialect, bytes, n, source, error) : DMH_OK;
}

int json_cut (const struct dialect *dialect, const char *bytes, size_t n, bool last, uint64_t line,
              const char *source, size_t *cut, uint64_t *lines, struct error *error)
{
    int rc = DMH_OK;
    if (dialect->array)
        rc = s_cut_values (dialect, bytes, n, last, line, source, cut, error);
    else {
        const char *lf = last ? NULL : memrchr (bytes, '\n', n);
        *cut = last ? n : lf ? (size_t) (lf - bytes) + 1 : 0;
    }
    if (rc >= DMH_OK)
        *lines += bytes_lines (bytes, *cut);
    return rc;
}
