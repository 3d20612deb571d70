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
    {"\xe2\x88\x95", "/"},    {"\xe2\x81\x84", "/"}};

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

//  Lower case, no spaces, no characters beyond ASCII that have a plain form.
static bool s_plain (struct text in, struct spelling *out)
{
    for (size_t at = 0; at < in.n; at++) {
        char c = to_lower (in.at[at]);
        const char *to;
        size_t width = (unsigned char) c >= 0x80 ? s_character (in.at + at, in.n - at, &to) : 0;
        if (width) {
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

size_t unit_spelling (struct text in, char out[UNIT_SPELLING_BYTES])
{
    char buffer[UNIT_SPELLING_BYTES];
    struct spelling plain = {buffer, 0}, folded = {out, 0};
    if (!s_plain (in, &plain))
        return 0;
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
