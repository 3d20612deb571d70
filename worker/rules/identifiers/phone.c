//  phone.c: see phone.h.
#include "worker/rules/identifiers/phone.h"

#include "worker/text/ascii.h"

#include <strings.h>

enum { PHONE_MIN = 7, PHONE_MAX = 15, NANP_DIGITS = 10, EXTENSION_DIGITS = 6, PREFIX_DIGITS = 2 };

//  The digits of a number as it stands, with 00 in front perhaps.
struct digits {
    char at[PHONE_MAX + PREFIX_DIGITS];
    size_t n;    //  0 when there are more
};

static struct digits s_all_digits (struct text in)
{
    struct digits all = {.n = 0};
    for (size_t at = 0; at < in.n; at++)
        if (is_digit (in.at[at])) {
            if (all.n == sizeof all.at)
                return (struct digits){.n = 0};
            all.at[all.n++] = in.at[at];
        }
    return all;
}

//  Writes +, `prefix`, and the digits from `skip` on.
static bool s_write (const char *prefix, const struct digits *digits, size_t skip, struct text *out,
                     struct scratch *scratch)
{
    size_t code = strlen (prefix), rest = digits->n - skip;
    if (code + rest > PHONE_MAX || scratch->size - scratch->used < 1 + code + rest)
        return false;
    char *to = scratch->at + scratch->used;
    to[0] = '+';
    memcpy (to + 1, prefix, code);
    memcpy (to + 1 + code, digits->at + skip, rest);
    *out = (struct text){to, 1 + code + rest};
    scratch->used += out->n;
    return true;
}

//  Ten digits of the North American plan: neither area code nor exchange begins with 0 or 1.
static bool s_is_nanp (const char *digits)
{
    return digits[0] >= '2' && digits[3] >= '2';
}

static bool s_begins (const struct digits *digits, size_t at, const char *with)
{
    size_t n = strlen (with);
    return digits->n >= at + n && memcmp (digits->at + at, with, n) == 0;
}

//  Mobile numbers, by their first digits and their number of digits, which no number of a line has without
//  the prefix of its area: they are whole although nothing was dialled before them.
static const struct mobile {
    const char *country, *firsts;    //  with | between them
    size_t min, max;
} MOBILES[] = {
    {"AE", "5", 9, 9},       {"AR", "9", 11, 11},
    {"AT", "6", 9, 11},      {"BD", "1", 10, 10},
    {"BE", "4", 9, 9},       {"BG", "87|88|89|98|99", 9, 9},
    {"CN", "1", 11, 11},     {"DE", "15|16|17", 10, 11},
    {"EC", "9", 9, 9},       {"EG", "1", 10, 10},
    {"FI", "4|5", 9, 10},    {"GB", "7", 10, 10},
    {"HR", "9", 9, 9},       {"HU", "20|30|31|50|70", 9, 9},
    {"ID", "8", 9, 12},      {"IE", "8", 9, 9},
    {"IL", "5", 9, 9},       {"JP", "70|80|90", 10, 10},
    {"KR", "10", 10, 10},    {"LI", "6", 9, 9},
    {"MY", "1", 9, 10},      {"NG", "7|8|9", 10, 10},
    {"NP", "97|98", 10, 10}, {"NZ", "2", 9, 10},
    {"PE", "9", 9, 9},       {"PH", "9", 10, 10},
    {"PK", "3", 10, 10},     {"RS", "6", 9, 9},
    {"SE", "7", 9, 9},       {"TH", "6|8|9", 9, 9},
    {"TW", "9", 9, 9},       {"VN", "3|5|7|8|9", 9, 9},
};

//  Whether the digits from `skip` on are a mobile number of the country.
static bool s_is_mobile (const struct country *country, const struct digits *digits, size_t skip)
{
    const struct mobile *found = NULL;
    size_t rest = digits->n > skip ? digits->n - skip : 0;
    for (size_t i = 0; !found && i < sizeof MOBILES / sizeof *MOBILES; i++)
        if (strcmp (MOBILES[i].country, country->code) == 0)
            found = &MOBILES[i];
    if (!found || rest < found->min || rest > found->max)
        return false;
    for (const char *at = found->firsts; *at;) {
        size_t n = strcspn (at, "|");
        if (memcmp (digits->at + skip, at, n) == 0)
            return true;
        at += n + (at[n] == '|');
    }
    return false;
}

//  Whether as many digits, from `skip` on, are a number of the country. In Italy the 0 belongs to it.
static bool s_fits (const struct country *country, const struct digits *digits, size_t skip)
{
    size_t rest = digits->n > skip ? digits->n - skip : 0;
    bool many = rest >= (size_t) country->min && rest <= (size_t) country->max;
    return (many || s_is_mobile (country, digits, skip)) &&
           (digits->at[skip] != '0' || strcmp (country->calling, "39") == 0);
}

//  Whether a number is whole although nothing was dialled before it: where all have as many digits, or where
//  mobile numbers are dialled so.
static bool s_is_whole (const struct country *country, const struct digits *digits)
{
    if (country->trunk[0] == '\0' || country->min == country->max || strcmp (country->code, "BR") == 0)
        return true;
    return s_is_mobile (country, digits, 0);
}

//  Digits that come before the number itself; the whole of them when it is none of the country. *called: the
//  country's code is among them.
static size_t s_prefix (const struct country *country, const struct digits *digits, bool *called)
{
    size_t code = strlen (country->calling), trunk = strlen (country->trunk);
    *called = s_begins (digits, 0, "00") && s_begins (digits, 2, country->calling);
    if (*called) {
        size_t skip = 2 + code;
        return trunk && s_begins (digits, skip, country->trunk) ? skip + trunk : skip;
    }
    if (trunk && s_begins (digits, 0, country->trunk))
        return trunk;
    if (s_is_whole (country, digits) && s_fits (country, digits, 0))
        return 0;
    bool more = digits->n > (size_t) country->max + trunk ||
                (country->min == country->max && digits->n == (size_t) country->max + code);
    *called = s_begins (digits, 0, country->calling) && (more || s_is_mobile (country, digits, code));
    return *called ? code : digits->n;
}

bool phone_from_national (struct text in, const struct country *country, struct text *out,
                          struct scratch *scratch)
{
    struct digits digits = s_all_digits (in);
    if (country_is_nanp (country)) {
        size_t skip = s_begins (&digits, 0, "001") ? 3 : digits.n == NANP_DIGITS + 1 && digits.at[0] == '1';
        return digits.n - skip == NANP_DIGITS && s_is_nanp (digits.at + skip) &&
               s_write ("1", &digits, skip, out, scratch);
    }
    bool called;
    size_t skip = s_prefix (country, &digits, &called);
    return s_fits (country, &digits, skip) && s_write (country->calling, &digits, skip, out, scratch);
}

bool phone_in_north_american_form (struct text in, struct text *out, struct scratch *scratch)
{
    struct digits digits = s_all_digits (in);
    size_t first = 0;
    while (first < in.n && !is_digit (in.at[first]))
        first++;
    bool apart = first + 1 < in.n && in.at[first] == '1' && !is_digit (in.at[first + 1]);
    size_t skip = apart && digits.n == NANP_DIGITS + 1;
    return digits.n - skip == NANP_DIGITS && s_is_nanp (digits.at + skip) &&
           s_write ("1", &digits, skip, out, scratch);
}

//  Bytes of the hyphen or dash beyond ASCII at `at` (U+2010 to U+2015, U+2212); 0: none.
static size_t s_dash (struct text in, size_t at)
{
    if (in.n - at < 3 || (unsigned char) in.at[at] != 0xe2)
        return 0;
    unsigned char second = (unsigned char) in.at[at + 1], third = (unsigned char) in.at[at + 2];
    return (second == 0x80 && third >= 0x90 && third <= 0x95) || (second == 0x88 && third == 0x92) ? 3 : 0;
}

//  The digits of a telephone number in its usual punctuation in out [PHONE_MAX]; false when anything else
//  stands there or there are too many. *plus: it begins with +.
static bool s_phone_digits (struct text in, char *out, size_t *n, bool *plus)
{
    *n = 0;
    *plus = in.at[0] == '+';
    int open = 0;
    for (size_t at = *plus; at < in.n; at++) {
        char c = in.at[at];
        size_t dash = s_dash (in, at);
        if (dash)
            at += dash - 1;
        else if (*plus && *n && in.n - at > 3 && memcmp (in.at + at, "(0)", 3) == 0)
            at += 2;    //  +49 (0)30: the 0 is dialled at home alone
        else if (is_digit (c)) {
            if (*n == PHONE_MAX)
                return false;
            out[(*n)++] = c;
        } else if (c == '(' || c == ')') {
            open += c == '(' ? 1 : -1;
            if (open < 0 || open > 1)
                return false;
        } else if (c != ' ' && c != '-' && c != '.' && c != '/')
            return false;
    }
    return open == 0 && is_digit (in.at[in.n - 1]) && *n >= PHONE_MIN;
}

//  Whether `in` is a word for an extension and its digits: x12, ext. 12, #12, ;ext=12 (RFC 3966).
static bool s_is_extension (struct text in)
{
    static const char *const WORDS[] = {"extension", "extn",  "ext",     "x",       "#",   "durchwahl",
                                        "dw",        "poste", "anexo",   "interno", "int", "ramal",
                                        "toestel",   "wew",   "apparat", "app"};
    size_t digits = 0, end = in.n;
    while (end && is_digit (in.at[end - 1]) && digits <= EXTENSION_DIGITS) {
        end--;
        digits++;
    }
    while (end && strchr (" .:=", in.at[end - 1]))
        end--;
    for (size_t i = 0; digits && digits <= EXTENSION_DIGITS && i < sizeof WORDS / sizeof *WORDS; i++)
        if (strlen (WORDS[i]) == end && strncasecmp (in.at, WORDS[i], end) == 0)
            return true;
    return false;
}

//  Takes the extension off.
static bool s_take_extension (struct text *in)
{
    size_t at = 0;
    while (at < in->n && !is_letter (in->at[at]) && in->at[at] != '#')
        at++;
    if (at == in->n || !s_is_extension ((struct text){in->at + at, in->n - at}))
        return false;
    while (at && strchr (" ,;-(", in->at[at - 1]))
        at--;
    in->n = at;
    return true;
}

enum rule phone_standardize (struct text in, struct text *out, struct scratch *scratch)
{
    char digits[PHONE_MAX];
    size_t n;
    bool plus;
    struct text source = in;
    if (in.n > 4 && strncasecmp (in.at, "tel:", 4) == 0)    //  RFC 3966
        in = text_trim ((struct text){in.at + 4, in.n - 4});
    bool extended = in.n && s_take_extension (&in);
    if (!in.n || !s_phone_digits (in, digits, &n, &plus) || (plus && digits[0] == '0') ||
        scratch->size - scratch->used < PHONE_MAX + 1)
        return RULE_PHONE_INVALID;
    *out = in;
    if (plus) {
        char *to = scratch->at + scratch->used;
        to[0] = '+';
        memcpy (to + 1, digits, n);
        if (!text_equal (in, (struct text){to, n + 1})) {
            *out = (struct text){to, n + 1};
            scratch->used += n + 1;
        }
    }
    if (extended)
        return RULE_PHONE_EXTENSION;
    return text_equal (*out, source) ? RULE_NONE : RULE_PHONE_FORMAT;
}
