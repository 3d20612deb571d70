//  quoted.c: see quoted.h. Jumps from quote to quote. What follows a quote tells what it is: another quote
//  (doubled), a delimiter or line end after nothing but spaces (closing), anything else (stray: a part of the
//  value, when the field closes on its line). Line ends are looked for only when something depends on them.
#include "worker/formats/csv/quoted.h"

struct csv_quoting csv_quoting_of (const struct dialect *dialect)
{
    return (struct csv_quoting){dialect->delimiter, dialect->escape,
                                dialect->record_bytes ? dialect->record_bytes : RECORD_BYTES_MAX};
}

static bool s_is_space (char byte, char delimiter)
{
    return (byte == ' ' || byte == '\t') && byte != delimiter;
}

static bool s_ends_field (char byte, char delimiter)
{
    return byte == delimiter || byte == '\n' || byte == '\r';
}

//  In windows that grow, as either of the two may not be there at all.
size_t csv_line_end (struct text in, size_t at)
{
    for (size_t window = 128; at < in.n; window *= 2) {
        size_t n = in.n - at < window ? in.n - at : window;
        const char *lf = memchr (in.at + at, '\n', n);
        const char *cr = memchr (in.at + at, '\r', lf ? (size_t) (lf - in.at) - at : n);
        if (lf || cr)
            return (size_t) ((cr ? cr : lf) - in.at);
        at += n;
    }
    return in.n;
}

//  The next quote in [at, end) that no escape makes a part of the value; `end` when there is none. An escape
//  that is itself escaped does not count, so an even number of them leaves the quote as it is.
static size_t s_next_quote (const char *bytes, size_t at, size_t end, char escape)
{
    for (size_t from = at; at < end; at++) {
        const char *quote = memchr (bytes + at, '"', end - at);
        if (!quote)
            return end;
        size_t escapes = 0;
        at = (size_t) (quote - bytes);
        while (escape && at - escapes > from && bytes[at - escapes - 1] == escape)
            escapes++;
        if (escapes % 2 == 0)
            return at;
    }
    return end;
}

//  What a quote at `quote` means by what is behind it. *end receives where the field ends by it.
static enum csv_quoted_state s_behind (struct text in, char delimiter, size_t quote, size_t *end)
{
    *end = quote + 1;
    while (*end < in.n && s_is_space (in.at[*end], delimiter))
        ++*end;
    if (*end == in.n)
        return CSV_QUOTED_PENDING;
    return s_ends_field (in.at[*end], delimiter) ? CSV_QUOTED_CLOSED : CSV_QUOTED_OPEN;
}

//  Up to where a field may reach whose first line ends at `line`: with a stray quote to the end of that line,
//  else as long as it may be.
static size_t s_deadline (const struct csv_quoted *found, size_t line, size_t most)
{
    return found->strays ? line : most > line ? most : line + 1;
}

struct csv_quoted csv_quoted_find (struct text in, const struct csv_quoting *quoting)
{
    struct csv_quoted found = {.state = CSV_QUOTED_OPEN, .end = in.n};
    size_t line = 0, end;    //  line: where the first one ends, 0 as long as nobody asked
    for (size_t at = 1;;) {
        size_t quote = s_next_quote (in.at, at, found.strays ? line : in.n, quoting->escape);
        if (!line && (quote >= quoting->most))
            line = csv_line_end (in, 1);
        if (line && line < in.n && quote >= s_deadline (&found, line, quoting->most)) {
            found.state = CSV_QUOTED_WRONG;
            found.end = s_deadline (&found, line, quoting->most);
            return found;
        }
        if (quote == in.n)
            return found;
        found.close = quote;
        found.state = s_behind (in, quoting->delimiter, quote, &end);
        if (found.state != CSV_QUOTED_OPEN) {
            found.end = end;
            return found;
        }
        at = quote + 1;
        if (end == at && in.at[at] == '"') {
            at++;
            continue;
        }
        line = line ? line : csv_line_end (in, 1);
        found.strays++;
        if (line < quote) {
            found.state = CSV_QUOTED_WRONG;
            found.end = at;
            return found;
        }
    }
}

void csv_quoted_value (struct text inside, char escape, struct scratch *scratch, struct text *out)
{
    char *start = scratch->at + scratch->used, *to = start;
    for (size_t at = 0; at < inside.n; at++) {
        char byte = inside.at[at], next = at + 1 < inside.n ? inside.at[at + 1] : 0;
        bool escaped = escape && byte == escape && (next == '"' || next == escape);
        if (escaped || (byte == '"' && next == '"'))
            byte = inside.at[++at];
        *to++ = byte;
    }
    *out = (struct text){start, (size_t) (to - start)};
    scratch->used += out->n;
}

//  Whether a quote at `at` opens a field: only spaces between it and a delimiter, a line end or the first
//  byte.
static bool s_opens (const char *bytes, size_t at, char delimiter)
{
    while (at > 0 && s_is_space (bytes[at - 1], delimiter))
        at--;
    return at == 0 || s_ends_field (bytes[at - 1], delimiter);
}

size_t csv_quoted_next (const char *bytes, size_t begin, size_t n, char delimiter)
{
    for (; begin < n; begin++) {
        const char *quote = memchr (bytes + begin, '"', n - begin);
        if (!quote)
            return n;
        begin = (size_t) (quote - bytes);
        if (s_opens (bytes, begin, delimiter))
            return begin;
    }
    return n;
}
