//  left_align.c: see left_align.h. What one allele has more than the other rolls to the left over equal
//  bases: it is never moved for that, only the place where it begins.
#include "worker/formats/reference/left_align.h"

#include "messages/base/narrow.h"

enum { BASES_AT_ONCE = 256 };

static char s_upper (char c)
{
    return c >= 'a' && c <= 'z' ? (char) (c - 'a' + 'A') : c;
}

static bool s_are_bases (struct text allele)
{
    for (size_t i = 0; i < allele.n; i++)
        if (!memchr ("ACGTN", s_upper (allele.at[i]), 5))
            return false;
    return allele.n > 0;
}

static bool s_is_missing (struct text alt)
{
    return alt.n == 0 || (alt.n == 1 && alt.at[0] == '.');
}

static enum alignment s_compare (const struct bases *bases, uint64_t from, struct text ref)
{
    char window[BASES_AT_ONCE];
    for (size_t at = 0; at < ref.n;) {
        size_t n = ref.n - at < sizeof window ? ref.n - at : sizeof window;
        long got = bases->read (bases->context, from + at, n, window);
        if (got < 0)
            return ALIGNMENT_FAILED;
        if ((size_t) got < n)
            return ALIGNMENT_MISMATCH;
        for (size_t i = 0; i < n; i++)
            if (s_upper (ref.at[at + i]) != window[i])
                return ALIGNMENT_MISMATCH;
        at += n;
    }
    return ALIGNMENT_SAME;
}

static size_t s_common_end (struct text a, struct text b)
{
    size_t least = a.n < b.n ? a.n : b.n, n = 0;
    while (n < least && s_upper (a.at[a.n - 1 - n]) == s_upper (b.at[b.n - 1 - n]))
        n++;
    return n;
}

static size_t s_common_begin (struct text a, struct text b)
{
    size_t least = a.n < b.n ? a.n : b.n, n = 0;
    while (n < least && s_upper (a.at[n]) == s_upper (b.at[n]))
        n++;
    return n;
}

//  How far `more`, which stands behind the base `at` (from 0) and which the other allele has not, rolls to
//  the left: so many bases, and *anchor, which is the base before it then. `at` is at least 1.
static enum alignment s_roll (const struct bases *bases, struct text more, uint64_t at, uint64_t *rolled,
                              char *anchor)
{
    char window[BASES_AT_ONCE];
    uint64_t k = 0;
    for (uint64_t end = at; end;) {
        size_t n = end < sizeof window ? (size_t) end : sizeof window;
        long got = bases->read (bases->context, end - n, n, window);
        if (got != (long) n)
            return ALIGNMENT_FAILED;
        for (size_t i = n; i > 0; i--, k++) {
            *anchor = window[i - 1];
            *rolled = k;
            char last = more.at[more.n - 1 - k % more.n];
            //  The first base of the contig has none before it that could hold the place.
            if (k == at - 1 || *anchor != s_upper (last))
                return ALIGNMENT_OTHER;
        }
        end -= n;
    }
    return ALIGNMENT_OTHER;
}

//  `more` after rolling, behind the anchor.
static char *s_turned (char *to, struct text more, uint64_t rolled)
{
    size_t turn = (size_t) (rolled % more.n);
    for (size_t i = 0; i < more.n; i++)
        *to++ = s_upper (more.at[(i + more.n - turn) % more.n]);
    return to;
}

//  One allele has `more` before all of the other, and nothing else.
static enum alignment s_indel (const struct bases *bases, struct buffer *room, struct allele_pair *pair)
{
    bool deletion = pair->ref.n > pair->alt.n;
    struct text more = deletion ? pair->ref : pair->alt;
    more.n -= deletion ? pair->alt.n : pair->ref.n;
    uint64_t rolled = 0;
    char anchor = 0;
    enum alignment rc = s_roll (bases, more, pair->pos - 1, &rolled, &anchor);
    if (rc != ALIGNMENT_OTHER)
        return rc;
    if (buffer_reserve (room, more.n + 2) != 0)
        return ALIGNMENT_MEMORY;
    char *to = room->at;
    *to++ = anchor;
    to = s_turned (to, more, rolled);
    struct text longer = {room->at, (size_t) (to - room->at)}, shorter = {room->at, 1};
    room->used = longer.n;
    *pair = (struct allele_pair){pair->pos - 1 - rolled, deletion ? longer : shorter,
                                 deletion ? shorter : longer};
    return ALIGNMENT_OTHER;
}

//  The alleles without what they share at their ends, of which they differ between.
static enum alignment s_trim (struct buffer *room, struct allele_pair *pair, size_t end)
{
    struct text ref = {pair->ref.at, pair->ref.n - end}, alt = {pair->alt.at, pair->alt.n - end};
    size_t begin = s_common_begin (ref, alt), least = ref.n < alt.n ? ref.n : alt.n;
    if (begin >= least)
        begin = least - 1;
    if (begin == 0 && end == 0)
        return ALIGNMENT_SAME;
    ref = (struct text){ref.at + begin, ref.n - begin};
    alt = (struct text){alt.at + begin, alt.n - begin};
    if (buffer_reserve (room, ref.n + alt.n) != 0)
        return ALIGNMENT_MEMORY;
    char *to = room->at;
    for (size_t i = 0; i < ref.n; i++)
        *to++ = s_upper (ref.at[i]);
    for (size_t i = 0; i < alt.n; i++)
        *to++ = s_upper (alt.at[i]);
    room->used = ref.n + alt.n;
    *pair = (struct allele_pair){pair->pos + begin, {room->at, ref.n}, {room->at + ref.n, alt.n}};
    return ALIGNMENT_OTHER;
}

//  Whether the pair says the same in upper case, at the same place.
static bool s_is_same (const struct allele_pair *a, const struct allele_pair *b)
{
    return a->pos == b->pos && a->ref.n == b->ref.n && a->alt.n == b->alt.n &&
           s_common_begin (a->ref, b->ref) == a->ref.n && s_common_begin (a->alt, b->alt) == a->alt.n;
}

enum alignment left_align (const struct bases *bases, struct buffer *room, struct allele_pair *pair)
{
    room->used = 0;
    if (pair->pos == 0)
        return ALIGNMENT_SAME;
    enum alignment rc = s_compare (bases, pair->pos - 1, pair->ref);
    if (rc != ALIGNMENT_SAME)
        return rc;
    if (s_is_missing (pair->alt)) {
        bool longer = pair->ref.n > 1;
        pair->ref.n = longer ? 1 : pair->ref.n;
        return longer ? ALIGNMENT_OTHER : ALIGNMENT_SAME;
    }
    if (!s_are_bases (pair->ref) || !s_are_bases (pair->alt))
        return ALIGNMENT_SAME;
    struct allele_pair aligned = *pair;
    size_t least = pair->ref.n < pair->alt.n ? pair->ref.n : pair->alt.n;
    size_t end = s_common_end (pair->ref, pair->alt);
    if (end == least && pair->ref.n == pair->alt.n)
        return ALIGNMENT_SAME;    //  no variant at all
    if (end == least && pair->pos > 1)
        rc = s_indel (bases, room, &aligned);
    else
        rc = s_trim (room, &aligned, end == least ? end - 1 : end);
    if (rc != ALIGNMENT_OTHER)
        return rc;
    if (s_is_same (pair, &aligned))
        return ALIGNMENT_SAME;
    *pair = aligned;
    return ALIGNMENT_OTHER;
}
