//  cut.c: see cut.h. A block is of whole records where one ends in it; else it is a part of one, up to a line
//  end where there is one.
#define _GNU_SOURCE
#include "worker/formats/fasta/cut.h"

#include "worker/text/bytes.h"

static bool s_is_end (char c)
{
    return c == '\n' || c == '\r';
}

size_t fasta_find_header (const char *bytes, size_t n, size_t at, bool line_start)
{
    if (at < n && bytes[at] == '>' && line_start)
        return at;
    while (at < n) {
        const char *found = memchr (bytes + at, '>', n - at);
        if (!found)
            return n;
        size_t begin = (size_t) (found - bytes);
        if (begin > at && s_is_end (bytes[begin - 1]))
            return begin;
        at = begin + 1;
    }
    return n;
}

size_t fasta_line_end (const char *bytes, size_t n, size_t at)
{
    const char *feed = at < n ? memchr (bytes + at, '\n', n - at) : NULL;
    size_t end = feed ? (size_t) (feed - bytes) : n;
    const char *back = at < end ? memchr (bytes + at, '\r', end - at) : NULL;
    return back ? (size_t) (back - bytes) : end;
}

size_t fasta_next_line (const char *bytes, size_t n, size_t at)
{
    if (at + 1 < n && bytes[at] == '\r' && bytes[at + 1] == '\n')
        return at + 2;
    return at < n ? at + 1 : n;
}

//  Where the last header begins behind the first byte; 0: there is none.
static size_t s_last_header (const char *bytes, size_t n)
{
    for (const char *at = bytes + n; (at = memrchr (bytes, '>', (size_t) (at - bytes))) && at > bytes;)
        if (s_is_end (at[-1]))
            return (size_t) (at - bytes);
    return 0;
}

//  A part of the record: less than all, as more follows, and no CR LF is torn.
static size_t s_inside (const char *bytes, size_t n, size_t from)
{
    size_t end = n - 1;
    while (end > from && !s_is_end (bytes[end - 1]))
        end--;
    if (end == from)
        end = n - 1;
    return end - (bytes[end - 1] == '\r' && bytes[end] == '\n');
}

int fasta_part (const struct dialect *dialect, const char *bytes, size_t n, bool last,
                enum record_place *place, size_t *cut, uint64_t *lines)
{
    (void) dialect;
    *cut = n;
    if (!last) {
        bool begins = *place == RECORD_BEGINS || (*place == RECORD_LINE && n && bytes[0] == '>');
        size_t end = s_last_header (bytes, n), from = 0;
        if (end == 0 && begins) {
            size_t first = fasta_find_header (bytes, n, 0, true);
            from = fasta_next_line (bytes, n, fasta_line_end (bytes, n, first));
        }
        if (end == 0)
            end = from + 1 < n ? s_inside (bytes, n, from) : 0;
        *cut = end > from ? end : 0;
        if (*cut == 0)
            return DMH_OK;
        bool whole = bytes[end] == '>' && s_is_end (bytes[end - 1]);
        *place = whole ? RECORD_BEGINS : s_is_end (bytes[end - 1]) ? RECORD_LINE : RECORD_MIDDLE;
    } else
        *place = RECORD_BEGINS;
    *lines += bytes_lines (bytes, *cut);
    return DMH_OK;
}
