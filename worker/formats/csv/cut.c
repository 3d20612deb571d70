//  cut.c: see cut.h. Jumps from quote to quote: between quoted fields every line end ends a record,
//  so only the last stretch without a quote has to be searched for one, and when it has none, the stretch
//  before it.
#define _GNU_SOURCE
#include "worker/formats/csv/cut.h"

#include "worker/formats/csv/quoted.h"
#include "worker/text/bytes.h"

//  The end of the last line in [begin, end), past its line end; 0 when there is none. A CR as the very last
//  byte of what is there may be half of CR LF, so it does not count.
static size_t s_last_line (const char *bytes, size_t begin, size_t end, size_t n)
{
    const char *lf = memrchr (bytes + begin, '\n', end - begin);
    size_t after_lf = lf ? (size_t) (lf - bytes) + 1 : 0;
    size_t from = after_lf ? after_lf : begin;
    size_t to = end == n ? end - 1 : end;
    const char *cr = to > from ? memrchr (bytes + from, '\r', to - from) : NULL;
    return cr ? (size_t) (cr - bytes) + 1 : after_lf;
}

//  Whether a quote at `at` opens a field: only spaces between it and a delimiter, a line end or the first
//  byte.
static bool s_opens (const char *bytes, size_t at, char delimiter)
{
    while (at > 0 && (bytes[at - 1] == ' ' || bytes[at - 1] == '\t') && bytes[at - 1] != delimiter)
        at--;
    return at == 0 || bytes[at - 1] == delimiter || bytes[at - 1] == '\n' || bytes[at - 1] == '\r';
}

//  The next quote from `begin` that opens a field; n when there is none.
static size_t s_next_open (const char *bytes, size_t begin, size_t n, char delimiter)
{
    while (begin < n) {
        const char *quote = memchr (bytes + begin, '"', n - begin);
        if (!quote)
            return n;
        begin = (size_t) (quote - bytes);
        if (s_opens (bytes, begin, delimiter))
            return begin;
        begin++;
    }
    return n;
}

static int s_unclosed (const char *bytes, size_t open, uint64_t line, const char *source, struct error *error)
{
    return error_set (
        error, DMH_BAD_INPUT,
        "%s ends inside a quoted field that opens on line %llu; the file seems to be cut off, or a quote "
        "is not closed",
        source, (unsigned long long) (line + bytes_lines (bytes, open)));
}

int csv_cut (const struct dialect *dialect, const char *bytes, size_t n, bool last, uint64_t line,
             const char *source, size_t *cut, uint64_t *lines, struct error *error)
{
    size_t end = 0, begin = 0;    //  begin: of a stretch outside quotes
    enum csv_quoted state = CSV_QUOTED_CLOSED;
    while (state == CSV_QUOTED_CLOSED && begin < n) {
        size_t open = s_next_open (bytes, begin, n, dialect->delimiter);
        size_t found = open > begin ? s_last_line (bytes, begin, open, n) : 0;
        end = found ? found : end;
        if (open == n)
            break;
        size_t length;
        state = csv_quoted_end ((struct text){bytes + open, n - open}, dialect->delimiter, &length);
        if (last && state == CSV_QUOTED_OPEN)
            return s_unclosed (bytes, open, line, source, error);
        begin = open + length;
    }
    *cut = last ? n : end;
    *lines += bytes_lines (bytes, *cut);
    return DMH_OK;
}
