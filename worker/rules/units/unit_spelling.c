//  unit_spelling.c: the form in which spellings of units are compared, see unit_table.h: of each spelling at
//  load, and of a unit that is not spelled as the table has it.
#include "worker/rules/units/unit_table.h"
#include "worker/text/ascii.h"

struct replacement {
    const char *from, *to;
};

//  Characters beyond ASCII and their plain form. U+00B5 and U+03BC are both the micro sign.
static const struct replacement CHARACTERS[] = {
    {"\xc2\xb5", "u"},        {"\xce\xbc", "u"},        {"\xc2\xa0", ""},      {"\xc3\x97", "x"},
    {"\xc2\xb7", "."},        {"\xc2\xb0", "deg"},      {"\xc2\xba", "deg"},   {"\xc2\xb2", "2"},
    {"\xc2\xb3", "3"},        {"\xe2\x81\xb6", "6"},    {"\xe2\x81\xb9", "9"}, {"\xc2\xb9", "1"},
    {"\xe2\x84\x83", "degc"}, {"\xe2\x84\x89", "degf"}, {"\xe2\x80\xaf", ""},  {"\xe2\x80\x89", ""},
    {"\xe2\x88\x95", "/"},    {"\xe2\x81\x84", "/"},    {"\xe2\x81\xb0", "0"}, {"\xe2\x81\xb4", "4"},
    {"\xe2\x81\xb5", "5"},    {"\xe2\x81\xb7", "7"},    {"\xe2\x81\xb8", "8"}, {"\xe2\x81\xbb", "-"},
    {"\xe2\x88\x92", "-"},    {"\xe2\x80\x93", "-"},    {"\xe2\x80\x89", ""},  {"\xe2\x80\x8b", ""},
    {"\xef\xbb\xbf", ""},     {"\xc2\xad", ""},         {"\xe3\x80\x80", ""},  {"\xe2\x8b\x85", "."},
    {"\xe2\x88\x99", "."},    {"\xc3\xa9", "e"},        {"\xc3\x89", "e"}};

//  Full-width forms of ASCII, U+FF01 to U+FF5E: three bytes, EF BC 81 to EF BD 9E.
enum { FULL_WIDTH_BYTES = 3 };

static char s_narrow (const char *at, size_t left)
{
    unsigned char lead =
        left >= FULL_WIDTH_BYTES && (unsigned char) at[0] == 0xef ? (unsigned char) at[1] : 0;
    unsigned char last = lead ? (unsigned char) at[2] : 0;
    if (lead == 0xbc && last >= 0x81)
        return (char) (last - 0x81 + 0x21);
    return lead == 0xbd && last <= 0x9e ? (char) (last - 0x80 + 0x60) : '\0';
}

//  Ways to write a power of ten, longest first.
static const char *const POWERS[] = {"10**", "10exp", "10e+", "10^", "10*", "10e", "10("};

struct spelling {
    char *at;
    size_t n;
};

static bool s_put (struct spelling *out, const char *bytes, size_t n)
{
    if (out->n + n > UNIT_SPELLING_BYTES)
        return false;
    memcpy (out->at + out->n, bytes, n);
    out->n += n;
    return true;
}

//  Bytes of the character at `at` and what stands for it.
static size_t s_character (const char *at, size_t left, const char **to)
{
    for (size_t i = 0; i < sizeof CHARACTERS / sizeof *CHARACTERS; i++) {
        size_t n = strlen (CHARACTERS[i].from);
        if (n <= left && memcmp (at, CHARACTERS[i].from, n) == 0) {
            *to = CHARACTERS[i].to;
            return n;
        }
    }
    return 0;
}

//  L-1, min⁻¹, L^-1 behind a space or a point: UCUM writes /L. The bytes of the letters; *skip: what stands
//  there for the exponent. 0: nothing of that.
static size_t s_inverse (const char *at, size_t left, size_t *skip)
{
    static const char *const EXPONENTS[] = {"-1", "^-1", "\xe2\x81\xbb\xc2\xb9", "\xe2\x88\x92\x31"};
    size_t n = 0;
    while (n < left && (is_letter (at[n]) || (unsigned char) at[n] == 0xc2 || (unsigned char) at[n] == 0xb5))
        n++;
    if (n && (unsigned char) at[n - 1] == 0xc2)    //  of a superscript
        n--;
    for (size_t i = 0; n && i < sizeof EXPONENTS / sizeof *EXPONENTS; i++) {
        size_t length = strlen (EXPONENTS[i]);
        if (left - n >= length && memcmp (at + n, EXPONENTS[i], length) == 0 &&
            (left == n + length || !is_digit (at[n + length]))) {
            *skip = length;
            return n;
        }
    }
    return 0;
}

//  Bytes of a word between spaces that stands for a slash, the spaces with it.
static size_t s_per (const char *at, size_t left)
{
    return left > 5 && *at == ' ' && to_lower (at[1]) == 'p' && to_lower (at[2]) == 'e' &&
                   to_lower (at[3]) == 'r' && at[4] == ' '
               ? 5
               : 0;
}

//  Lower case, no spaces, no characters beyond ASCII that have a plain form; mg_dl of a column's name.
static bool s_plain (struct text in, struct spelling *out)
{
    size_t exponent_at = in.n, exponent = 0;
    for (size_t at = 0; at < in.n; at++) {
        if (at == exponent_at) {
            at += exponent - 1;
            continue;
        }
        const char *here = in.at + at;
        size_t left = in.n - at;
        char c = *here == '_' ? '/' : to_lower (*here), narrow = s_narrow (here, left);
        const char *to;
        size_t dot = c == ' ' || c == '.' || c == '*'                ? 1
                     : left > 2 && memcmp (here, "\xc2\xb7", 2) == 0 ? 2
                                                                     : 0;
        size_t letters = dot && at ? s_inverse (here + dot, left - dot, &exponent) : 0;
        size_t per = at ? s_per (here, left) : 0;
        size_t width = (unsigned char) c >= 0x80 ? s_character (here, left, &to) : 0;
        bool comma = c == ',' && at && left > 1 && is_digit (here[-1]) && is_digit (here[1]);
        if (letters || per) {
            if (!s_put (out, "/", 1))
                return false;
            at += per ? per - 1 : dot - 1;
            exponent_at = letters ? at + 1 + letters : exponent_at;
        } else if (narrow || comma) {
            c = comma ? '.' : to_lower (narrow);
            if (c != ' ' && !s_put (out, &c, 1))
                return false;
            at += narrow ? FULL_WIDTH_BYTES - 1 : 0;
        } else if (width) {
            if (!s_put (out, to, strlen (to)))
                return false;
            at += width - 1;
        } else if (c != ' ' && c != '\t' && !s_put (out, &c, 1))
            return false;
    }
    return true;
}

static bool s_begins (struct text in, const char *with)
{
    size_t n = strlen (with);
    return in.n >= n && memcmp (in.at, with, n) == 0;
}

//  103/, 106/, 109/ and 1012/: a power of ten whose exponent lost its height.
static bool s_is_sunk_power (struct text in)
{
    return s_begins (in, "103/") || s_begins (in, "106/") || s_begins (in, "109/") || s_begins (in, "1012/");
}

//  x10^3, 10E3, 10(3), x103, 103/ in front → 10*3. Returns the bytes read, 0 when no power of ten stands
//  there.
static size_t s_power (struct text in, struct spelling *out)
{
    size_t times = in.n && (in.at[0] == 'x' || in.at[0] == '*') ? 1 : 0;
    struct text rest = {in.at + times, in.n - times};
    size_t written = 0;
    for (size_t at = 0; !written && at < sizeof POWERS / sizeof *POWERS; at++)
        written = s_begins (rest, POWERS[at]) ? strlen (POWERS[at]) : 0;
    if (!written && s_begins (rest, "10") && (times || s_is_sunk_power (rest)))
        written = 2;
    size_t digits = written;
    while (digits < rest.n && is_digit (rest.at[digits]))
        digits++;
    if (!written || digits == written || !s_put (out, "10*", 3) ||
        !s_put (out, rest.at + written, digits - written))
        return 0;
    digits += digits < rest.n && rest.at[digits] == ')' && s_begins (rest, "10(");
    return times + digits;
}

//  A cubic millimetre under a slash, in its many ways, is a microlitre: UCUM's one spelling of a count.
static void s_cubic (struct spelling *plain)
{
    static const char *const CUBES[] = {"mm3",   "mm^3", "cumm",    "cu.mm", "cmm",    "c.mm", "mmcu",
                                        "mmcu.", "mmc",  "cubicmm", "mmcub", "mmcubo", "mm*3"};
    size_t slash = plain->n;
    while (slash && plain->at[slash - 1] != '/')
        slash--;
    struct text rest = {plain->at + slash, plain->n - slash};
    for (size_t i = 0; slash && i < sizeof CUBES / sizeof *CUBES; i++)
        if (text_equal (rest, text_of (CUBES[i]))) {
            memcpy (plain->at + slash, "ul", 2);
            plain->n = slash + 2;
            return;
        }
}

//  What laboratories write behind a unit and is no part of it.
static const struct text REMARKS[] = {TEXT ("(calc)"),      TEXT ("(calc.)"),     TEXT ("(calculated)"),
                                      TEXT ("calculated"),  TEXT (" calc"),       TEXT (" calc."),
                                      TEXT ("(est)"),       TEXT ("(estimated)"), TEXT ("(ber.)"),
                                      TEXT ("(berechnet)"), TEXT ("(measured)"),  TEXT (".")};

//  Brackets around the whole of it, and none inside.
static bool s_strip_brackets (struct text *in)
{
    if (in->n < 3 ||
        !((*in->at == '(' && in->at[in->n - 1] == ')') || (*in->at == '[' && in->at[in->n - 1] == ']')))
        return false;
    struct text inside = {in->at + 1, in->n - 2};
    for (size_t i = 0; i < inside.n; i++)
        if (strchr ("()[]", inside.at[i]) && inside.at[i])
            return false;
    *in = text_trim (inside);
    return in->n > 0;
}

bool unit_strip (struct text *in)
{
    for (size_t i = 0; i < sizeof REMARKS / sizeof *REMARKS; i++) {
        size_t n = REMARKS[i].n, begin = in->n - n, at = 0;
        if (in->n <= n)
            continue;
        while (at < n && to_lower (in->at[begin + at]) == REMARKS[i].at[at])
            at++;
        struct text rest = text_trim ((struct text){in->at, begin});
        if (at < n || rest.n == 0)
            continue;
        *in = rest;
        return true;
    }
    return s_strip_brackets (in);
}

size_t unit_spelling (struct text in, char out[UNIT_SPELLING_BYTES])
{
    char buffer[UNIT_SPELLING_BYTES];
    struct spelling plain = {buffer, 0}, folded = {out, 0};
    if (!s_plain (in, &plain))
        return 0;
    s_cubic (&plain);
    size_t at = s_power ((struct text){buffer, plain.n}, &folded);
    bool begins = true;    //  at the beginning of a unit: after a slash, a point or the power
    while (at < plain.n) {
        struct text rest = {buffer + at, plain.n - at};
        bool micro =
            begins && rest.n >= 3 && rest.at[0] == 'm' && rest.at[1] == 'c' && strchr ("glmiu", rest.at[2]);
        char c = micro ? 'u' : rest.at[0];
        if (!s_put (&folded, &c, 1))
            return 0;
        at += micro ? 2 : 1;
        begins = c == '/' || c == '.';
        //  mm^3, m^2: UCUM writes the exponent without a sign
        bool raised = is_letter (c) && at + 1 < plain.n && plain.at[at] == '^' && is_digit (plain.at[at + 1]);
        at += raised ? 1 : 0;
    }
    return folded.n > 1 ? folded.n : 0;
}
