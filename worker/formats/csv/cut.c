//  cut.c: see cut.h. Jumps from quote to quote: between quoted fields every line end ends a record,
//  so only the last stretch without a quote has to be searched for one, and when it has none, the stretch
//  before it. A quoted field that goes wrong ends with the record it spoils, which csv/broken.c tells.
#define _GNU_SOURCE
#include "worker/formats/csv/cut.h"

#include "worker/formats/csv/broken.h"
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

//  The bytes from an opening quote to where its field ends, or where the record ends that it spoils. false:
//  what comes behind these bytes decides.
static bool s_pass (struct text in, const struct csv_quoting *quoting, size_t columns, size_t *length)
{
    struct csv_quoted found = csv_quoted_find (in, quoting);
    *length = found.end;
    if (found.state == CSV_QUOTED_WRONG)
        return csv_broken_end (in, found.end, false, quoting, columns, length);
    return found.state == CSV_QUOTED_CLOSED;
}

int csv_cut (const struct dialect *dialect, const char *bytes, size_t n, bool last, uint64_t line,
             const char *source, size_t *cut, uint64_t *lines, struct error *error)
{
    struct csv_quoting quoting = csv_quoting_of (dialect);
    size_t end = last ? n : 0, begin = last ? n : 0;    //  begin: of a stretch outside quotes
    bool ahead = false;
    (void) line, (void) source, (void) error;    //  nothing in CSV is beyond reading
    while (begin < n) {
        size_t open = csv_quoted_next (bytes, begin, n, dialect->delimiter), length;
        size_t found = open > begin ? s_last_line (bytes, begin, open, n) : 0;
        end = found ? found : end;
        if (open == n)
            break;
        struct text in = {bytes + open, n - open};
        if (!s_pass (in, &quoting, dialect->name_count, &length)) {
            ahead = csv_line_end (in, 0) < in.n;
            break;
        }
        begin = open + length;
    }
    *cut = end;
    *lines += bytes_lines (bytes, end);
    return ahead && end == 0 ? FORMAT_CUT_AHEAD : DMH_OK;
}
