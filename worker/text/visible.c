//  visible.c: see visible.h.
#include "worker/text/visible.h"

#include "messages/text/hidden.h"
#include "messages/text/utf8.h"

#include <utf8proc.h>

enum { VIRAMA_CLASS = 9, NON_JOINER = 0x200c, JOINER = 0x200d };

//  The last character before `end` and its bytes; code 0xffff: no UTF-8.
static uint32_t s_before (const char *start, const char *end, size_t *n)
{
    for (*n = 1; *n < 4 && end - start > (ptrdiff_t) *n && (end[-(ptrdiff_t) *n] & 0xc0) == 0x80;)
        ++*n;
    if (utf8_sequence (end - *n, *n) == *n)
        return utf8_code (end - *n, *n);
    *n = 1;
    return 0xffff;
}

static bool s_shapes_virama (const char *start, const char *end, uint32_t code)
{
    size_t n;
    return (code == JOINER || code == NON_JOINER) && end > start &&
           utf8proc_get_property ((utf8proc_int32_t) s_before (start, end, &n))->combining_class ==
               VIRAMA_CLASS;
}

//  *hidden: something else than spaces was taken off.
static struct text s_trim (struct text in, bool *hidden)
{
    const char *at = in.at, *end = in.at + in.n;
    while (at < end) {
        size_t n = utf8_sequence (at, (size_t) (end - at));
        uint32_t code = n ? utf8_code (at, n) : 0xffff;
        bool space = code_is_space (code);
        if (!space && !code_is_detached (code))
            break;
        *hidden = *hidden || !space;
        at += n;
    }
    while (at < end) {
        size_t n;
        uint32_t code = s_before (at, end, &n);
        bool space = code_is_space (code);
        if (!space && (!code_is_detached (code) || s_shapes_virama (at, end - n, code)))
            break;
        *hidden = *hidden || !space;
        end -= n;
    }
    return (struct text){at, (size_t) (end - at)};
}

struct text visible_trim (struct text in)
{
    bool hidden = false;
    if (in.n == 0)
        return in;
    unsigned char first = (unsigned char) in.at[0], last = (unsigned char) in.at[in.n - 1];
    return first > ' ' && first < 0x7f && last > ' ' && last < 0x7f ? in : s_trim (in, &hidden);
}

//  Everything of it, into `to`. Spaces become plain ones, and CR LF one.
static struct text s_write (struct text in, enum visible_extent extent, char *to, struct visible *out)
{
    const char *start = to, *end = in.at + in.n;
    for (const char *at = in.at; at < end;) {
        size_t n = utf8_sequence (at, (size_t) (end - at));
        uint32_t code = n ? utf8_code (at, n) : 0xffff;
        bool joins = extent == VISIBLE_FINDING && (code == JOINER || code == NON_JOINER) && to > start &&
                     (to[-1] & 0x80);
        n = n ? n : 1;
        if (code_is_space (code)) {
            bool pair = code == '\r' && end - at > 1 && at[1] == '\n';
            out->spaced = out->spaced || code != ' ';
            *to++ = ' ';
            n += pair;
        } else if (!joins && code_is_hidden (code))
            out->hidden = true;
        else {
            memmove (to, at, n);
            to += n;
        }
        at += n;
    }
    return (struct text){start, (size_t) (to - start)};
}

//  What stands in ="…", a quote in it doubled; false: it is none, or more than one text.
static bool s_formula (struct text in, struct text *inner, bool *doubled)
{
    if (in.n < 3 || in.at[0] != '=' || in.at[1] != '"' || in.at[in.n - 1] != '"')
        return false;
    *inner = (struct text){in.at + 2, in.n - 3};
    *doubled = false;
    for (size_t at = 0; at < inner->n; at++)
        if (inner->at[at] == '"') {
            if (at + 1 == inner->n || inner->at[at + 1] != '"')
                return false;
            *doubled = true;
            at++;
        }
    return true;
}

//  What stands behind the apostrophe; false: it belongs to the text, or another one closes it.
static bool s_apostrophe (struct text in, enum visible_extent extent, struct text *inner)
{
    if (in.n == 0 || in.at[0] != '\'' || (in.n > 1 && in.at[in.n - 1] == '\''))
        return false;
    *inner = (struct text){in.at + 1, in.n - 1};
    return extent != VISIBLE_ENDS || (inner->n && memchr ("=+-@", inner->at[0], 4));
}

static struct text s_single_quotes (struct text in, char *to)
{
    const char *start = to;
    for (size_t at = 0; at < in.n; at++) {
        *to++ = in.at[at];
        at += in.at[at] == '"';
    }
    return (struct text){start, (size_t) (to - start)};
}

void visible_make (struct text in, enum visible_extent extent, struct scratch *scratch, struct visible *out)
{
    char *to = scratch->at + scratch->used;
    *out = (struct visible){.text = in};
    bool room = scratch->size - scratch->used >= in.n, doubled;
    struct text seen = s_trim (in, &out->hidden), inner;
    if (extent != VISIBLE_ENDS && room) {
        struct text written = s_write (seen, extent, to, out);
        seen = out->hidden || out->spaced ? s_trim (written, &out->hidden) : seen;
    }
    while (seen.n) {
        if (s_formula (seen, &inner, &doubled) && (!doubled || room))
            seen = doubled ? s_single_quotes (inner, to) : inner;
        else if (s_apostrophe (seen, extent, &inner))
            seen = inner;
        else
            break;
        out->guarded = true;
        seen = s_trim (seen, &out->hidden);
    }
    if (seen.at >= to && seen.at < to + in.n)
        scratch->used += (size_t) (seen.at - to) + seen.n;
    out->text = seen;
}

size_t visible_letters (struct text in, char *to)
{
    const char *start = to, *end = in.at + in.n;
    for (const char *at = in.at; at < end;) {
        size_t n = utf8_sequence (at, (size_t) (end - at));
        bool hidden = n && code_is_hidden (utf8_code (at, n)) && !code_is_space (utf8_code (at, n));
        n = n ? n : 1;
        if (!hidden) {
            memcpy (to, at, n);
            to += n;
        }
        at += n;
    }
    return (size_t) (to - start);
}
