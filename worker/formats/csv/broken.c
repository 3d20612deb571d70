//  broken.c: see broken.h.
#include "worker/formats/csv/broken.h"

enum line { LINE_BLANK, LINE_TORN, LINE_RECORD };

static bool s_is_blank (struct text line, char delimiter)
{
    for (size_t i = 0; i < line.n; i++)
        if ((line.at[i] != ' ' && line.at[i] != '\t') || line.at[i] == delimiter)
            return false;
    return true;
}

//  The length of the field that `rest` begins with; *filled: it holds something. false: a quote leads out of
//  the line.
static bool s_field (struct text rest, const struct csv_quoting *quoting, size_t *length, bool *filled)
{
    size_t spaces = 0;
    while (spaces < rest.n && (rest.at[spaces] == ' ' || rest.at[spaces] == '\t') &&
           rest.at[spaces] != quoting->delimiter)
        spaces++;
    if (spaces < rest.n && rest.at[spaces] == '"') {
        struct text quoted = {rest.at + spaces, rest.n - spaces};
        struct csv_quoted found = csv_quoted_find (quoted, quoting);
        if (found.state == CSV_QUOTED_OPEN)
            return false;
        *length = spaces + found.end;
        *filled = text_trim ((struct text){quoted.at + 1, found.close - 1}).n > 0;
        return true;
    }
    const char *delimiter = rest.n ? memchr (rest.at, quoting->delimiter, rest.n) : NULL;
    *length = delimiter ? (size_t) (delimiter - rest.at) : rest.n;
    *filled = text_trim ((struct text){rest.at, *length}).n > 0;
    return true;
}

//  Empty fields beyond the header's do no harm, as in any record.
static enum line s_line (struct text line, const struct csv_quoting *quoting, size_t columns)
{
    if (s_is_blank (line, quoting->delimiter))
        return LINE_BLANK;
    size_t filled_to = 0;
    for (size_t count = 1, at = 0, length; at <= line.n; count++, at += length + 1) {
        bool filled;
        if (!s_field ((struct text){line.at + at, line.n - at}, quoting, &length, &filled))
            return LINE_RECORD;
        if (filled)
            filled_to = count;
        if (at + length == line.n)
            return count >= columns && filled_to <= columns ? LINE_RECORD : LINE_TORN;
    }
    return LINE_TORN;
}

static size_t s_past (struct text in, size_t line_end)
{
    bool pair = line_end + 1 < in.n && in.at[line_end] == '\r' && in.at[line_end + 1] == '\n';
    return line_end + (pair ? 2 : 1);
}

bool csv_broken_end (struct text in, size_t wrong, bool last, const struct csv_quoting *quoting,
                     size_t columns, size_t *end)
{
    size_t line_end = csv_line_end (in, 0);
    if (line_end == in.n && !last)
        return false;
    *end = line_end;
    if (columns == CSV_COLUMNS_UNKNOWN)
        return true;
    for (size_t at = s_past (in, line_end); at < wrong; at = s_past (in, line_end)) {
        line_end = csv_line_end (in, at);
        if (line_end == in.n && !last)
            return false;
        enum line line = s_line ((struct text){in.at + at, line_end - at}, quoting, columns);
        if (line == LINE_RECORD)
            break;
        if (line == LINE_TORN)
            *end = line_end;
    }
    return true;
}
