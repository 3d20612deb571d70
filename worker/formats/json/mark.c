//  mark.c: the bytes with which a file's records begin and nothing in them does, by its sample. See split.h.
//  A string of JSON holds neither a line end nor a quote as they are, so both kinds of mark cannot stand in
//  one.
#define _GNU_SOURCE
#include "worker/formats/json/mark.h"

#include "worker/formats/json/scan.h"
#include "worker/formats/json/split.h"

//  What the records of the sample have in common.
struct common {
    struct text line, key;
    size_t count, begin, end;    //  of the records
    bool line_too;               //  the first record stands at the beginning of a line as well
};

static void s_keep (struct text *common, struct text found, bool first)
{
    if (first)
        *common = found;
    else if (!found.at || !text_equal (*common, found))
        *common = (struct text){NULL, 0};
}

//  From the last line end before the record, behind the one before it, to its '{'. Nothing where more stands
//  on the line than what separates records.
static struct text s_line_of (const char *bytes, size_t from, size_t at)
{
    const char *lf = memrchr (bytes + from, '\n', at - from);
    bool good = lf != NULL;
    for (const char *byte = lf; good && byte < bytes + at; byte++)
        good = json_is_space (*byte) || *byte == ',';
    return good ? (struct text){lf, (size_t) (bytes + at + 1 - lf)} : (struct text){NULL, 0};
}

//  From its '{' to the end of its first key.
static struct text s_key_of (const char *bytes, size_t end, size_t at)
{
    size_t key = at + 1;
    while (key < end && json_is_space (bytes[key]))
        key++;
    if (key == end || bytes[key] != '"')
        return (struct text){NULL, 0};
    size_t behind = json_end (bytes, end, key);
    return behind ? (struct text){bytes + at, behind - at} : (struct text){NULL, 0};
}

//  Looks at the records that are whole and JSON, as far as there is no other.
static struct common s_look (const struct dialect *dialect, const char *bytes, size_t n, size_t at)
{
    struct dialect bare = {.array = dialect->array, .wrapped = dialect->wrapped, .entries = dialect->entries};
    struct common common = {.count = 0};
    struct json_piece piece = {0};
    for (size_t from = at;; from = piece.end) {
        size_t end;
        if (json_split (&bare, bytes, n, true, from, &piece) != JSON_PIECE || bytes[piece.begin] != '{' ||
            json_close_strictly (bytes, n, piece.begin, &end) != JSON_CLOSED)
            return common;
        struct text line = s_line_of (bytes, common.count ? from : 0, piece.begin);
        //  The file begins a line too, and one object behind another does the same.
        if (common.count == 0 && piece.begin == 0 && !dialect->wrapped && !dialect->entries)
            line = TEXT ("\n{");
        common.begin = common.count ? common.begin : piece.begin;
        common.line_too = common.count ? common.line_too : line.n > 0;
        s_keep (&common.line, line, common.count == 0 || (common.count == 1 && !common.line_too));
        s_keep (&common.key, s_key_of (bytes, end, piece.begin), common.count == 0);
        common.end = end;
        common.count++;
    }
}

static size_t s_count (struct text in, struct text what)
{
    size_t count = 0;
    for (const char *at = in.at, *end = in.at + in.n;
         (at = memmem (at, (size_t) (end - at), what.at, what.n)); at++)
        count++;
    return count;
}

static bool s_take (struct dialect *dialect, struct text mark, size_t begin, size_t found, size_t want)
{
    if (mark.n == 0 || mark.n > MARK_BYTES || found != want)
        return false;
    memcpy (dialect->mark, mark.at, mark.n);
    dialect->mark_bytes = mark.n;
    dialect->mark_begin = begin;
    return true;
}

//  The place of the next mark in what comes from `from` on; n: there is none.
static size_t s_next (const char *bytes, size_t n, size_t from, struct text mark)
{
    const char *found = from < n && mark.n ? memmem (bytes + from, n - from, mark.at, mark.n) : NULL;
    return found ? (size_t) (found - bytes) : n;
}

//  Whether most of what is between two marks is one record and nothing else. So many that are none are looked
//  at.
static bool s_fits_most (const char *bytes, size_t n, size_t at, struct text mark, size_t begin)
{
    enum { BROKEN_MAX = 64 };
    size_t good = 0, broken = 0;
    for (size_t next; at < n && broken < BROKEN_MAX; at = next) {
        size_t end = 0;
        next = s_next (bytes, n, at + mark.n, mark);
        if (next == n)
            break;    //  the last one may be cut off
        bool closed = json_close_strictly (bytes, next, at + begin, &end) == JSON_CLOSED;
        while (closed && end < next && (json_is_space (bytes[end]) || bytes[end] == ','))
            end++;
        *(closed && end == next ? &good : &broken) += 1;
    }
    return good >= 2 && good > broken;
}

//  Where the first record is broken, or the second of two that have no lines of their own, what it begins
//  with is tried.
static void s_find_by_most (struct dialect *dialect, const char *bytes, size_t n, size_t at)
{
    while (at < n && (json_is_space (bytes[at]) || bytes[at] == ',' || bytes[at] == '['))
        at++;
    if (at == n || bytes[at] != '{')
        return;
    struct text line = s_line_of (bytes, 0, at), key = s_key_of (bytes, n, at);
    if (at == 0 && !dialect->wrapped && !dialect->entries)
        line = TEXT ("\n{");
    size_t first = line.n && at + 1 >= line.n ? at + 1 - line.n : s_next (bytes, n, 0, line);
    if (line.n && s_fits_most (bytes, n, first, line, line.n - 1))
        s_take (dialect, line, line.n - 1, 0, 0);
    else if (key.n && s_fits_most (bytes, n, at, key, 0))
        s_take (dialect, key, 0, 0, 0);
}

void json_find_mark (struct dialect *dialect, const char *bytes, size_t n, size_t at)
{
    struct common common = s_look (dialect, bytes, n, at);
    struct text records = {bytes + common.begin, common.end - common.begin};
    dialect->mark_bytes = 0;
    if (common.line.n &&
        s_take (dialect, common.line, common.line.n - 1, s_count (records, common.line), common.count - 1))
        return;
    if (common.key.n && common.count > 1)
        s_take (dialect, common.key, 0, s_count (records, common.key), common.count);
    if (dialect->mark_bytes == 0 && common.count < 2)
        s_find_by_most (dialect, bytes, n, at);
}
