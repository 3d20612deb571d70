//  split.c: see split.h. Nothing is decided by more than the bytes from a record's beginning to the next
//  one's.
#define _GNU_SOURCE
#include "worker/formats/json/split.h"

#include "messages/json/token.h"
#include "worker/formats/json/scan.h"

static bool s_is_values (const struct dialect *dialect)
{
    return dialect->array || dialect->entries;
}

//  Whether the records are the elements of an array in an object, of which the rest comes behind them.
static bool s_has_own (const struct dialect *dialect)
{
    return dialect->wrapped || dialect->entries;
}

//  Where the elements of an array are, or nothing but values one after another, brackets and commas stand
//  between them. The own array's ']' is the end.
static size_t s_begin (const struct dialect *dialect, const char *bytes, size_t n, size_t at)
{
    if (!s_has_own (dialect))
        return json_begin (bytes, n, at);
    while (at < n && (json_is_space (bytes[at]) || bytes[at] == ','))
        at++;
    return at;
}

//  A broken record, what is between two at its end off: white space, and between values commas.
static enum json_split s_broken (const struct dialect *dialect, const char *bytes, size_t end,
                                 struct json_piece *out)
{
    bool values = s_is_values (dialect);
    while (end > out->begin + 1 && (json_is_space (bytes[end - 1]) || (values && bytes[end - 1] == ',')))
        end--;
    out->end = end;
    out->broken = true;
    return JSON_PIECE;
}

static size_t s_line_end (const char *bytes, size_t n, size_t at)
{
    const char *lf = at < n ? memchr (bytes + at, '\n', n - at) : NULL;
    return lf ? (size_t) (lf - bytes) : n;
}

//  The '{' that the line behind the line end at `lf` begins with, blank lines passed over; n: something else.
static size_t s_line_begin (const char *bytes, size_t n, size_t lf)
{
    while (lf < n && json_is_space (bytes[lf]))
        lf++;
    return lf < n && bytes[lf] == '{' ? lf : n;
}

//  Whether no object can stand behind the line end at `lf` in one that began before it: for that a comma, a
//  colon or an opening bracket has to come first.
static bool s_is_hard (const char *bytes, size_t lf)
{
    while (lf > 0 && json_is_space (bytes[lf - 1]))
        lf--;
    return lf == 0 || !strchr (",:[", bytes[lf - 1]) || !bytes[lf - 1];
}

//  The first line end behind `at` from which a record begins for sure, or nothing does any more; n: none.
static size_t s_hard (const char *bytes, size_t n, size_t at)
{
    size_t lf = s_line_end (bytes, n, at);
    for (; lf < n; lf = s_line_end (bytes, n, lf + 1)) {
        size_t next = lf;
        while (next < n && json_is_space (bytes[next]))
            next++;
        if (next == n || (bytes[next] == '{' && s_is_hard (bytes, lf)))
            return lf;
    }
    return n;
}

//  How far the line on which `at` stands is indented.
static size_t s_indent (const char *bytes, size_t at)
{
    const char *lf = memrchr (bytes, '\n', at);
    size_t line = lf ? (size_t) (lf - bytes) + 1 : 0, begin = line;
    while (begin < at && json_is_space (bytes[begin]))
        begin++;
    return begin - line;
}

//  The '{' of the first line behind `from` that begins as the record at `begin` may; n: none.
static size_t s_line_mark (const char *bytes, size_t n, size_t begin, size_t from)
{
    size_t indent = s_indent (bytes, begin), lf = s_line_end (bytes, n, from);
    for (; lf < n; lf = s_line_end (bytes, n, lf + 1)) {
        size_t at = s_line_begin (bytes, n, lf);
        if (at < n && s_indent (bytes, at) <= indent)
            return at;
    }
    return n;
}

//  The '{' of the first of the dialect's marks that begins at or after `from`; n when there is none.
static size_t s_mark (const struct dialect *dialect, const char *bytes, size_t n, size_t from)
{
    size_t size = dialect->mark_bytes;
    while (size && from + size <= n) {
        const char *found = memchr (bytes + from, dialect->mark[0], n - from - size + 1);
        if (!found)
            break;
        from = (size_t) (found - bytes);
        if (memcmp (found, dialect->mark, size) == 0)
            return from + dialect->mark_begin;
        from++;
    }
    return n;
}

//  Where the next record seems to begin behind `from`, in what begins at `begin`; n: nowhere.
static size_t s_next (const struct dialect *dialect, const char *bytes, size_t n, size_t begin, size_t from)
{
    return s_is_values (dialect) ? s_mark (dialect, bytes, n, from) : s_line_mark (bytes, n, begin, from);
}

//  How far to look for the end of what begins at `begin`.
static size_t s_limit (const struct dialect *dialect, const char *bytes, size_t n, size_t begin)
{
    size_t at = begin;
    for (size_t i = 0; i < JSON_MARKS_MAX && at < n; i++)
        at = s_next (dialect, bytes, n, begin, at + 1);
    return at;
}

bool json_is_swollen (const struct dialect *dialect, const char *bytes, size_t begin, size_t end)
{
    return end - begin > 2 * JSON_MARKS_MAX && s_limit (dialect, bytes, end, begin) < end;
}

bool json_is_line_end (const char *bytes, size_t n, size_t at)
{
    while (at < n && json_is_space (bytes[at]) && bytes[at] != '\n')
        at++;
    return at == n || bytes[at] == '\n' || bytes[at] == '{';
}

//  Whether the array that the records are in seems to end before the next mark: a line is indented less than
//  records are.
static bool s_is_left (const struct dialect *dialect, const char *bytes, size_t begin, size_t end)
{
    if (!s_has_own (dialect) || dialect->mark[0] != '\n')
        return false;
    for (size_t lf = s_line_end (bytes, end, begin); lf < end; lf = s_line_end (bytes, end, lf + 1)) {
        size_t at = lf + 1;
        while (at < end && json_is_space (bytes[at]) && bytes[at] != '\n')
            at++;
        if (at < end && !json_is_space (bytes[at]) && at - lf < dialect->mark_begin)
            return true;
    }
    return false;
}

//  Up to the mark ahead, behind which the records go on.
static enum json_split s_go_on (const struct dialect *dialect, const char *bytes, struct json_piece *out)
{
    return s_is_left (dialect, bytes, out->begin, out->ahead) ? JSON_LOST
                                                              : s_broken (dialect, bytes, out->ahead, out);
}

//  The rest of the file, where no mark is ahead.
static enum json_split s_rest (const struct dialect *dialect, const char *bytes, size_t n,
                               struct json_piece *out)
{
    return dialect->mark_bytes && !s_has_own (dialect) ? s_broken (dialect, bytes, n, out) : JSON_LOST;
}

//  An element that is no object, but a value by itself: where it ends, and where something follows, n:
//  nothing does yet. False: it is none.
static bool s_is_value (const char *bytes, size_t n, size_t at, size_t *end, size_t *next)
{
    struct json_cursor in = {bytes + at, bytes + n, false};
    struct json_span found;
    *end = 0;
    if (bytes[at] == '"')
        *end = json_end (bytes, n, at);
    else if (json_token_scalar (&in, &found))
        *end = (size_t) (in.at - bytes);
    for (*next = *end; *next && *next < n && json_is_space (bytes[*next]);)
        ++*next;
    return *end && (*next == n || bytes[*next] == ',' || bytes[*next] == ']');
}

//  What begins at out->begin with '{' and is not closed before out->ahead, where the next record seems to
//  begin (n: nowhere). `crossed`: no byte more can close it.
static enum json_split s_split_open (const struct dialect *dialect, const char *bytes, size_t n, bool last,
                                     bool crossed, struct json_piece *out)
{
    if (out->ahead < n) {
        size_t limit = s_limit (dialect, bytes, n, out->begin);
        enum json_close close = json_close_strictly (bytes, limit, out->begin, &out->end);
        if (close == JSON_CLOSED)
            return JSON_PIECE;
        return close == JSON_OPEN && limit == n && !last ? JSON_UNDECIDED : s_go_on (dialect, bytes, out);
    }
    if (crossed && dialect->mark_bytes == 0)
        return JSON_LOST;
    if (!last)
        return JSON_UNDECIDED;
    return crossed ? s_rest (dialect, bytes, n, out) : JSON_CUT_OFF;
}

static enum json_split s_split_values (const struct dialect *dialect, const char *bytes, size_t n, bool last,
                                       size_t at, struct json_piece *out)
{
    at = out->begin = s_begin (dialect, bytes, n, at);
    if (at == n || (s_has_own (dialect) && bytes[at] == ']'))
        return JSON_OVER;
    if (out->ahead <= at)
        out->ahead = s_mark (dialect, bytes, n, at + 1);
    if (bytes[at] == '{') {
        enum json_close close = json_close (bytes, out->ahead, at, &out->end);
        return close == JSON_CLOSED ? JSON_PIECE
                                    : s_split_open (dialect, bytes, n, last, close == JSON_CROSSED, out);
    }
    size_t next;
    bool value = s_is_value (bytes, out->ahead, at, &out->end, &next);
    if (value && (next < n || last))
        return JSON_PIECE;
    if (!value && out->ahead < n)
        return s_go_on (dialect, bytes, out);
    if (!value && dialect->mark_bytes == 0 && !memchr ("\"tfn-0123456789", bytes[at], 15))
        return JSON_LOST;
    if (!last)
        return JSON_UNDECIDED;
    return s_rest (dialect, bytes, n, out);
}

static enum json_split s_split_lines (const struct dialect *dialect, const char *bytes, size_t n, size_t at,
                                      struct json_piece *out)
{
    while (at < n && json_is_space (bytes[at]))
        at++;
    out->begin = at;
    if (at == n)
        return JSON_OVER;
    size_t line = s_line_end (bytes, n, at);
    if (bytes[at] != '{')
        return s_broken (dialect, bytes, line, out);
    if (out->ahead <= at)
        out->ahead = s_hard (bytes, n, at);
    if (out->ahead == line) {
        s_broken (dialect, bytes, line, out);
        out->broken = false;    //  what is on the line alone is for its reader to judge
        return JSON_PIECE;
    }
    size_t mark = s_line_mark (bytes, out->ahead, at, at);
    size_t limit = mark < out->ahead ? s_limit (dialect, bytes, out->ahead, at) : mark;
    if (json_close_strictly (bytes, limit, at, &out->end) != JSON_CLOSED &&
        json_close (bytes, mark, at, &out->end) != JSON_CLOSED)
        return s_broken (dialect, bytes, mark, out);
    if (!json_is_line_end (bytes, n, out->end))
        return s_broken (dialect, bytes, s_line_end (bytes, n, out->end), out);
    return JSON_PIECE;
}

enum json_split json_split (const struct dialect *dialect, const char *bytes, size_t n, bool last, size_t at,
                            struct json_piece *piece)
{
    piece->broken = false;
    piece->end = n;
    enum json_split split = s_is_values (dialect) ? s_split_values (dialect, bytes, n, last, at, piece)
                                                  : s_split_lines (dialect, bytes, n, at, piece);
    if (split != JSON_PIECE)
        piece->end = n;
    return split;
}

//  The last line end from which a record begins for sure; nothing before it depends on what comes behind.
size_t json_last_hard (const char *bytes, size_t n)
{
    const char *lf = memrchr (bytes, '\n', n);
    for (; lf; lf = memrchr (bytes, '\n', (size_t) (lf - bytes))) {
        size_t at = (size_t) (lf - bytes);
        if (s_line_begin (bytes, n, at) < n && s_is_hard (bytes, at))
            return at + 1;
    }
    return 0;
}
