//  quoted.c: see quoted.h. A quote inside the field may close it: that is known only at the delimiter
//  or line end that comes after nothing but spaces. A second quote right behind it makes one quote; anything
//  else makes it a part of the value.
#include "worker/formats/csv/quoted.h"

static bool s_is_space (char byte, char delimiter)
{
    return (byte == ' ' || byte == '\t') && byte != delimiter;
}

static bool s_ends_field (char byte, char delimiter)
{
    return byte == delimiter || byte == '\n' || byte == '\r';
}

size_t csv_quoted_take (struct text in, char delimiter, struct scratch *scratch, struct text *out)
{
    char *start = scratch->at + scratch->used, *to = start;
    bool might_end = false;
    size_t spaces = 0, at = 1;
    for (; at < in.n; at++) {
        char byte = in.at[at];
        if (!might_end) {
            might_end = byte == '"';
            spaces = 0;
            *to++ = byte;
        } else if (s_ends_field (byte, delimiter))
            break;
        else if (byte == '"' && spaces == 0)
            might_end = false;    //  the first of the two stands for both
        else {
            *to++ = byte;
            bool space = s_is_space (byte, delimiter);
            spaces = space ? spaces + 1 : 0;
            might_end = space || byte == '"';
        }
    }
    if (might_end)
        to -= spaces + 1;    //  the closing quote and what came behind it
    *out = (struct text){start, (size_t) (to - start)};
    scratch->used += (size_t) (to - start);
    return at;
}

//  What comes behind a quote at `at` - 1 that may close: spaces and further quotes keep the question open.
//  *at is moved past what was looked at; OPEN: the quote was a part of the value.
static enum csv_quoted s_behind (struct text in, char delimiter, size_t *at)
{
    for (bool spaced = false; *at < in.n; ++*at) {
        char byte = in.at[*at];
        if (s_ends_field (byte, delimiter))
            return CSV_QUOTED_CLOSED;
        bool space = s_is_space (byte, delimiter);
        if (!space && (byte != '"' || !spaced)) {
            ++*at;
            return CSV_QUOTED_OPEN;
        }
        spaced = space;
    }
    return CSV_QUOTED_PENDING;
}

enum csv_quoted csv_quoted_end (struct text in, char delimiter, size_t *length)
{
    enum csv_quoted state = CSV_QUOTED_OPEN;
    size_t at = 1;
    while (state == CSV_QUOTED_OPEN && at < in.n) {
        const char *quote = memchr (in.at + at, '"', in.n - at);
        if (!quote)
            break;
        at = (size_t) (quote - in.at) + 1;
        state = s_behind (in, delimiter, &at);
    }
    *length = state == CSV_QUOTED_CLOSED ? at : in.n;
    return state;
}
