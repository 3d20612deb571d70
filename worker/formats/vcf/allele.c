//  allele.c: see allele.h.
#include "worker/formats/vcf/allele.h"

#include "worker/text/ascii.h"

static inline char s_upper (char c)
{
    return (char) (c >= 'a' && c <= 'z' ? c - ('a' - 'A') : c);
}

static bool s_are_bases (struct text in)
{
    for (size_t i = 0; i < in.n; i++)
        if (!memchr ("ACGTN", s_upper (in.at[i]), 5))
            return false;
    return in.n > 0;
}

const char *variant_type_name (enum variant_type type)
{
    static const char *const NAME[] = {"",      "snv",      "mnv",   "insertion", "deletion",
                                       "indel", "symbolic", "block", "breakend",  "spanning_deletion"};
    return NAME[type];
}

bool allele_is_reference (struct text ref)
{
    return s_are_bases (ref);
}

//  “<ID>”: no space, comma or further bracket in it.
static bool s_is_symbol (struct text in)
{
    if (in.n < 3 || in.at[0] != '<' || in.at[in.n - 1] != '>')
        return false;
    for (size_t i = 1; i + 1 < in.n; i++)
        if (in.at[i] <= ' ' || memchr ("<>,", in.at[i], 3))
            return false;
    return true;
}

//  “chromosome:position” between two brackets that look the same way; a contig of the assembly file is
//  <name>.
static bool s_is_mate (struct text in)
{
    size_t colon = in.n;
    while (colon && in.at[colon - 1] != ':')
        colon--;
    if (colon < 2 || colon == in.n)
        return false;
    for (size_t i = colon; i < in.n; i++)
        if (!is_digit (in.at[i]))
            return false;
    return in.at[0] == '<' ? s_is_symbol ((struct text){in.at, colon - 1}) : true;
}

//  A contig of the assembly file that is inserted whole, beside a base: “C<ctg1>”.
static bool s_is_inserted (struct text in)
{
    const char *open = in.n ? memchr (in.at, '<', in.n) : NULL,
               *close = in.n ? memchr (in.at, '>', in.n) : NULL;
    if (!open || !close || close < open)
        return false;
    struct text before = {in.at, (size_t) (open - in.at)},
                behind = {close + 1, (size_t) (in.at + in.n - close - 1)};
    return s_is_symbol ((struct text){open, (size_t) (close + 1 - open)}) &&
           (before.n ? behind.n == 0 && s_are_bases (before) : s_are_bases (behind));
}

//  At the end of a chromosome a breakend has no bases, but a dot.
static bool s_are_joined (struct text in)
{
    return s_are_bases (in) || text_equal (in, TEXT ("."));
}

static bool s_is_breakend (struct text in)
{
    size_t first = 0;
    while (first < in.n && in.at[first] != '[' && in.at[first] != ']')
        first++;
    if (first == in.n) {    //  a single one: “.TGCA” and “G.”
        bool left = in.n > 1 && in.at[0] == '.', right = in.n > 1 && in.at[in.n - 1] == '.';
        return left != right && s_are_bases ((struct text){in.at + left, in.n - 1});
    }
    size_t last = in.n - 1;
    while (in.at[last] != in.at[first])
        last--;
    struct text before = {in.at, first}, behind = {in.at + last + 1, in.n - last - 1};
    if (last == first || !s_is_mate ((struct text){in.at + first + 1, last - first - 1}))
        return false;
    return before.n ? behind.n == 0 && s_are_joined (before) : s_are_joined (behind);
}

//  Of bases, without what both share.
static enum variant_type s_of_bases (struct text ref, struct text alt)
{
    uint64_t pos = 0;
    allele_trim (&ref, &alt, &pos);
    if (ref.n == alt.n)
        return ref.n == 1 ? VARIANT_SNV : VARIANT_MNV;
    bool anchored = s_upper (ref.at[0]) == s_upper (alt.at[0]) ||
                    s_upper (ref.at[ref.n - 1]) == s_upper (alt.at[alt.n - 1]);
    if (anchored && ref.n == 1)
        return VARIANT_INSERTION;
    return anchored && alt.n == 1 ? VARIANT_DELETION : VARIANT_INDEL;
}

enum variant_type allele_type (struct text ref, struct text alt, bool *good)
{
    *good = true;
    if (text_equal (alt, TEXT (".")))
        return VARIANT_NONE;
    if (text_equal (alt, TEXT ("*")))
        return VARIANT_SPANNED;
    if (text_equal (alt, TEXT ("<*>")) || text_equal (alt, TEXT ("<NON_REF>")))
        return VARIANT_BLOCK;
    if (s_is_symbol (alt) || s_is_inserted (alt))
        return VARIANT_SYMBOLIC;
    if (s_are_bases (alt) && s_are_bases (ref))
        return s_of_bases (ref, alt);
    if (s_is_breakend (alt))
        return VARIANT_BREAKEND;
    *good = false;
    return VARIANT_NONE;
}

void allele_trim (struct text *ref, struct text *alt, uint64_t *pos)
{
    if (!s_are_bases (*ref) || !s_are_bases (*alt))
        return;
    while (ref->n > 1 && alt->n > 1 && s_upper (ref->at[ref->n - 1]) == s_upper (alt->at[alt->n - 1])) {
        ref->n--;
        alt->n--;
    }
    while (ref->n > 1 && alt->n > 1 && s_upper (ref->at[0]) == s_upper (alt->at[0])) {
        ref->at++;
        alt->at++;
        ref->n--;
        alt->n--;
        ++*pos;
    }
}
