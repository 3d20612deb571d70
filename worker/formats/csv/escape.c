//  escape.c: see escape.h. Reads the sample both ways and counts the quotes that do not fit.
#define _GNU_SOURCE
#include "worker/formats/csv/escape.h"

#include "worker/formats/csv/broken.h"

//  An escaped reading may be this much of a plain one's mistakes: a quote is forgotten in such files too.
enum { MISTAKES_RATIO = 4 };

static size_t s_mistakes (const char *bytes, size_t n, bool whole, char delimiter, char escape)
{
    const struct csv_quoting quoting = {delimiter, escape, RECORD_BYTES_MAX};
    size_t mistakes = 0, length;
    for (size_t at = csv_quoted_next (bytes, 0, n, delimiter); at < n;
         at = csv_quoted_next (bytes, at + length, n, delimiter)) {
        struct text in = {bytes + at, n - at};
        struct csv_quoted found = csv_quoted_find (in, &quoting);
        mistakes += found.strays;
        length = found.end;
        if (found.state == CSV_QUOTED_OPEN || found.state == CSV_QUOTED_WRONG) {
            mistakes += found.state == CSV_QUOTED_WRONG || whole;
            csv_broken_end (in, found.end, true, &quoting, CSV_COLUMNS_UNKNOWN, &length);
        }
    }
    return mistakes;
}

char csv_escape_find (const char *bytes, size_t n, bool whole, char delimiter)
{
    if (delimiter == '\\' || n == 0 || !memmem (bytes, n, "\\\"", 2))
        return 0;
    size_t plain = s_mistakes (bytes, n, whole, delimiter, 0);
    size_t escaped = s_mistakes (bytes, n, whole, delimiter, '\\');
    return escaped * MISTAKES_RATIO < plain ? '\\' : 0;
}
