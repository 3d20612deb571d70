//  loinc.c: see loinc.h.
#include "worker/rules/identifiers/loinc.h"

#include "worker/rules/identifiers/identifier.h"
#include "worker/text/ascii.h"

enum { CODE_BYTES = 24, COMPONENTS = 6, YEAR_DIGITS = 4, YEAR_LEAST = 1900, MONTH_MOST = 9 };

//  What says that a code is LOINC's, in lower case; longer ones before their beginnings.
static const struct text SYSTEMS[] = {TEXT ("http://loinc.org"),
                                      TEXT ("https://loinc.org"),
                                      TEXT ("urn:oid:2.16.840.1.113883.6.1"),
                                      TEXT ("loinc.org"),
                                      TEXT ("2.16.840.1.113883.6.1"),
                                      TEXT ("loinc"),
                                      TEXT ("ln"),
                                      TEXT ("lnc")};

//  Hyphens and dashes that stand for the hyphen, beyond ASCII.
static const char *const HYPHENS[] = {"\xe2\x80\x90", "\xe2\x80\x91", "\xe2\x80\x92", "\xe2\x80\x93",
                                      "\xe2\x80\x94", "\xe2\x88\x92", "\xef\xb9\xa3", "\xef\xbc\x8d",
                                      "\xc2\xad",     "\xe2\x81\x83"};

//  Months with one digit, as spreadsheets abbreviate them in seven languages.
static const struct {
    struct text word;
    unsigned month;
} MONTHS[] = {{TEXT ("jan"), 1},  {TEXT ("janv"), 1},        {TEXT ("ene"), 1},         {TEXT ("gen"), 1},
              {TEXT ("feb"), 2},  {TEXT ("f\xc3\xa9vr"), 2}, {TEXT ("fev"), 2},         {TEXT ("mar"), 3},
              {TEXT ("mars"), 3}, {TEXT ("mrz"), 3},         {TEXT ("m\xc3\xa4r"), 3},  {TEXT ("mrt"), 3},
              {TEXT ("apr"), 4},  {TEXT ("avr"), 4},         {TEXT ("abr"), 4},         {TEXT ("may"), 5},
              {TEXT ("mai"), 5},  {TEXT ("mag"), 5},         {TEXT ("mei"), 5},         {TEXT ("jun"), 6},
              {TEXT ("juin"), 6}, {TEXT ("giu"), 6},         {TEXT ("jul"), 7},         {TEXT ("juil"), 7},
              {TEXT ("lug"), 7},  {TEXT ("aug"), 8},         {TEXT ("ao\xc3\xbbt"), 8}, {TEXT ("ago"), 8},
              {TEXT ("sep"), 9},  {TEXT ("sept"), 9},        {TEXT ("set"), 9}};

static struct text s_from (struct text in, size_t at)
{
    return (struct text){in.at + at, in.n - at};
}

static bool s_begins (struct text in, struct text with)
{
    if (in.n < with.n)
        return false;
    for (size_t at = 0; at < with.n; at++)
        if (to_lower (in.at[at]) != with.at[at])
            return false;
    return true;
}

static bool s_is_system (struct text in)
{
    in = text_trim (in);
    for (size_t i = 0; i < sizeof SYSTEMS / sizeof *SYSTEMS; i++)
        if (in.n == SYSTEMS[i].n && s_begins (in, SYSTEMS[i]))
            return true;
    return false;
}

//  HL7 v2: code^name^system, and the same once more. Returns how many there are.
static size_t s_components (struct text in, struct text out[COMPONENTS])
{
    size_t count = 0;
    for (const char *at = in.at, *end = in.at + in.n; count < COMPONENTS;) {
        const char *hat = memchr (at, '^', (size_t) (end - at));
        out[count++] = text_trim ((struct text){at, (size_t) ((hat ? hat : end) - at)});
        if (!hat)
            break;
        at = hat + 1;
    }
    return count;
}

//  Which triple of the components has the LOINC code: 0, 3, or COMPONENTS for none.
static size_t s_triple (const struct text *components, size_t count)
{
    for (size_t at = 0; at < count; at += 3)
        if (at + 2 < count && s_is_system (components[at + 2]))
            return at;
    for (size_t at = 0; at < count; at += 3)
        if (loinc_is_valid (components[at]) && (at + 2 >= count || components[at + 2].n == 0))
            return at;
    return COMPONENTS;
}

//  Without what says the system; true where something did.
static bool s_strip_system (struct text *in)
{
    static const char SIGNS[] = ":|/#_ -=";
    bool told = false;
    if (in->n > 2 && in->at[0] == '[' && in->at[in->n - 1] == ']')
        *in = (struct text){in->at + 1, in->n - 2};
    for (size_t i = 0; i < sizeof SYSTEMS / sizeof *SYSTEMS && !told; i++) {
        size_t n = SYSTEMS[i].n;
        if (!s_begins (*in, SYSTEMS[i]) || n == in->n || is_letter (in->at[n]) || in->at[n] == '.')
            continue;
        told = true;
        *in = s_from (*in, n);
        while (in->n && strchr (SIGNS, *in->at))
            *in = s_from (*in, 1);
    }
    for (size_t i = 0; i < sizeof SYSTEMS / sizeof *SYSTEMS && !told; i++) {
        size_t n = SYSTEMS[i].n, brackets = in->n && in->at[in->n - 1] == ')';
        if (in->n < n + 2 * brackets + 2)
            continue;
        size_t begin = in->n - n - 2 * brackets;
        char before = in->at[begin - 1];
        if ((brackets ? in->at[begin] != '(' : before != ' ' && before != '|' && before != ':') ||
            !s_begins (s_from (*in, begin + brackets), SYSTEMS[i]))
            continue;
        told = true;
        *in = text_trim ((struct text){in->at, brackets ? begin : begin - 1});
    }
    return told;
}

static size_t s_hyphen (struct text in)
{
    for (size_t i = 0; i < sizeof HYPHENS / sizeof *HYPHENS; i++)
        if (in.n >= strlen (HYPHENS[i]) && memcmp (in.at, HYPHENS[i], strlen (HYPHENS[i])) == 0)
            return strlen (HYPHENS[i]);
    return 0;
}

//  Digits, a hyphen of any kind with spaces around it, and a digit, full-width or not, into out [CODE_BYTES]
//  without leading zeros. Its length; 0 when it has not that form.
static size_t s_plain (struct text in, char *out)
{
    size_t n = 0, hyphens = 0;
    for (size_t at = 0; at < in.n;) {
        struct text rest = s_from (in, at);
        bool wide = rest.n > 2 && memcmp (rest.at, "\xef\xbc", 2) == 0 &&
                    (unsigned char) rest.at[2] >= 0x90 && (unsigned char) rest.at[2] <= 0x99;
        size_t hyphen = *rest.at == '-' ? 1 : s_hyphen (rest);
        char c = wide ? (char) ((unsigned char) rest.at[2] - 0x90 + '0') : hyphen ? '-' : *rest.at;
        at += wide ? 3 : hyphen ? hyphen : 1;
        if (c == ' ' && n)
            continue;
        if ((!is_digit (c) && c != '-') || n == CODE_BYTES)
            return 0;
        hyphens += c == '-';
        if (c != '0' || n)
            out[n++] = c;
    }
    return hyphens == 1 ? n : 0;
}

//  Digits at *in, at most `most`; their number.
static size_t s_digits (struct text *in, size_t most, unsigned *out)
{
    size_t n = 0;
    for (*out = 0; n < in->n && n < most && is_digit (in->at[n]); n++)
        *out = *out * 10 + digit_of (in->at[n]);
    *in = s_from (*in, n);
    return n;
}

//  Whether a spreadsheet that read YYYY-M made the date of a LOINC code. Of a year of two digits nobody
//  knows.
static bool s_is_made (unsigned year, size_t digits, unsigned month)
{
    char code[YEAR_DIGITS + 2];
    if (month == 0 || month > MONTH_MOST)
        return false;
    if (digits == 2)
        return true;
    for (int at = YEAR_DIGITS - 1; at >= 0; at--, year /= 10)
        code[at] = (char) ('0' + year % 10);
    code[YEAR_DIGITS] = '-';
    code[YEAR_DIGITS + 1] = (char) ('0' + month);
    return digits == YEAR_DIGITS && code[0] > '0' && loinc_is_valid ((struct text){code, sizeof code});
}

//  Jul-45, juil.-45, Jul 2345.
static bool s_is_month (struct text in)
{
    size_t n = 0;
    while (n < in.n && (is_letter (in.at[n]) || (unsigned char) in.at[n] >= 0x80))
        n++;
    struct text rest = s_from (in, n);
    for (size_t i = 0; i < sizeof MONTHS / sizeof *MONTHS; i++) {
        if (n != MONTHS[i].word.n || !s_begins (in, MONTHS[i].word))
            continue;
        if (rest.n && *rest.at == '.')
            rest = s_from (rest, 1);
        if (rest.n == 0 || !strchr ("- .", *rest.at))
            return false;
        rest = s_from (rest, 1);
        unsigned year;
        size_t digits = s_digits (&rest, YEAR_DIGITS, &year);
        return rest.n == 0 && s_is_made (year, digits, MONTHS[i].month);
    }
    return false;
}

//  7/1/2345, 01.07.2345, 2345-07-01, 7/1/45, with midnight behind it or not: the first of a month.
static bool s_is_first (struct text in)
{
    unsigned parts[3];
    size_t digits[3];
    const char *space = memchr (in.at, ' ', in.n), *time = memchr (in.at, 'T', in.n);
    struct text rest = {in.at, space ? (size_t) (space - in.at) : time ? (size_t) (time - in.at) : in.n};
    char sign = '\0';
    for (size_t i = 0; i < 3; i++) {
        digits[i] = s_digits (&rest, YEAR_DIGITS, &parts[i]);
        if (digits[i] == 0 || (i == 2) != (rest.n == 0))
            return false;
        if (i == 2)
            break;
        if (!strchr ("/.-", *rest.at) || (sign && sign != *rest.at))
            return false;
        sign = *rest.at;
        rest = s_from (rest, 1);
    }
    if (digits[0] == YEAR_DIGITS)
        return parts[2] == 1 && parts[0] >= YEAR_LEAST && s_is_made (parts[0], YEAR_DIGITS, parts[1]);
    if (digits[0] > 2 || digits[1] > 2 || (digits[2] == YEAR_DIGITS && parts[2] < YEAR_LEAST))
        return false;
    return (parts[1] == 1 && s_is_made (parts[2], digits[2], parts[0])) ||
           (parts[0] == 1 && s_is_made (parts[2], digits[2], parts[1]));
}

bool identifier_lost_digits (struct text in)
{
    size_t at = 1;
    if (in.n < 4 || !is_digit (in.at[0]) || is_digit (in.at[1]))
        return false;
    bool mark = in.at[1] == '.' || in.at[1] == ',';
    at += mark;
    size_t first = at;
    while (at < in.n && is_digit (in.at[at]))
        at++;
    if ((mark && at == first) || at + 2 >= in.n || to_lower (in.at[at]) != 'e')
        return false;
    bool plus = in.at[++at] == '+';
    at += plus;
    first = at;
    while (at < in.n && is_digit (in.at[at]))
        at++;
    return at == in.n && at > first && at - first <= 3 && (plus || mark);
}

struct text loinc_name (struct text in)
{
    struct text components[COMPONENTS];
    size_t count = s_components (in, components), at = s_triple (components, count);
    if (at + 1 >= COMPONENTS || at + 1 >= count)
        return (struct text){in.at, 0};
    return components[at + 1];
}

enum rule loinc_standardize (struct text in, struct text *out, struct scratch *scratch)
{
    char plain[CODE_BYTES];
    *out = in;
    if (loinc_has_form (in) && in.at[0] != '0')
        return loinc_is_valid (in) ? RULE_NONE : RULE_LOINC_CHECK;
    if (identifier_lost_digits (in))
        return RULE_IDENTIFIER_DIGITS;
    struct text code = in, components[COMPONENTS] = {{NULL, 0}};
    size_t count = memchr (in.at, '^', in.n) ? s_components (in, components) : 0;
    size_t triple = s_triple (components, count);
    bool told = triple < COMPONENTS;
    if (count && !told)
        return RULE_NONE;
    code = told ? components[triple] : code;
    told = s_strip_system (&code) || told;
    struct text bare = {plain, s_plain (code, plain)};
    if (loinc_is_valid (bare) && scratch->size - scratch->used >= bare.n) {
        char *to = scratch->at + scratch->used;
        memcpy (to, bare.at, bare.n);
        scratch->used += bare.n;
        *out = (struct text){to, bare.n};
        return RULE_LOINC_FORMAT;
    }
    if ((told || loinc_has_form (in)) && loinc_has_form (bare))
        return RULE_LOINC_CHECK;
    return s_is_month (in) || s_is_first (in) ? RULE_LOINC_DATE : RULE_NONE;
}
