//  contact.c: see identity.h: telephone, e-mail and state. Called by record.c.
#define _GNU_SOURCE    //  memrchr
#include "worker/rules/identifiers/identifier.h"

#include "messages/base/utf8.h"
#include "worker/text/ascii.h"

#include <strings.h>
#include <utf8proc.h>

enum {
    PHONE_LEAST = 7,
    PHONE_MOST = 15,
    NANP_DIGITS = 10,
    EMAIL_BYTES = 254,
    LOCAL_BYTES = 64,
    LABEL_BYTES = 63
};

//  The digits of a telephone number in its usual punctuation in out [PHONE_MOST]; false when anything else
//  stands there or there are too many. *plus: it begins with + (or 00).
static bool s_phone_digits (struct text in, char *out, size_t *n, bool *plus)
{
    *n = 0;
    *plus = in.at[0] == '+';
    int open = 0;
    for (size_t at = *plus; at < in.n; at++) {
        char c = in.at[at];
        if (*plus && *n && in.n - at > 3 && memcmp (in.at + at, "(0)", 3) == 0)
            at += 2;    //  +49 (0)30: the 0 is dialled at home alone
        else if (is_digit (c)) {
            if (*n == PHONE_MOST)
                return false;
            out[(*n)++] = c;
        } else if (c == '(' || c == ')') {
            open += c == '(' ? 1 : -1;
            if (open < 0 || open > 1)
                return false;
        } else if (c != ' ' && c != '-' && c != '.' && c != '/')
            return false;
    }
    return open == 0 && is_digit (in.at[in.n - 1]) && *n >= PHONE_LEAST;
}

//  Ten digits of the North American plan: neither area code nor exchange begins with 0 or 1.
static bool s_is_nanp (const char *digits)
{
    return digits[0] >= '2' && digits[3] >= '2';
}

enum rule phone_standardize (struct text in, struct text *out, struct scratch *scratch)
{
    char digits[PHONE_MOST];
    size_t n;
    bool plus;
    struct text source = in;
    if (in.n > 4 && strncasecmp (in.at, "tel:", 4) == 0)    //  RFC 3966
        in = text_trim ((struct text){in.at + 4, in.n - 4});
    if (!in.n || !s_phone_digits (in, digits, &n, &plus) || (plus && digits[0] == '0') ||
        scratch->size - scratch->used < PHONE_MOST + 2)
        return RULE_PHONE_INVALID;
    bool ten = !plus && n == NANP_DIGITS && s_is_nanp (digits);
    bool eleven = !plus && n == NANP_DIGITS + 1 && digits[0] == '1' && s_is_nanp (digits + 1);
    *out = in;
    if (!plus && !ten && !eleven)
        return in.n == source.n ? RULE_NONE : RULE_PHONE_FORMAT;
    char *to = scratch->at + scratch->used;
    size_t used = 0;
    to[used++] = '+';
    if (ten)
        to[used++] = '1';
    memcpy (to + used, digits, n);
    used += n;
    if (text_equal (source, (struct text){to, used}))
        return RULE_NONE;
    *out = (struct text){to, used};
    scratch->used += used;
    return RULE_PHONE_FORMAT;
}

//  RFC 5321 dot-string: atoms of RFC 5322 joined by single points.
static bool s_is_local (struct text in)
{
    static const char SPECIAL[] = "!#$%&'*+-/=?^_`{|}~";
    bool atom = false;
    for (size_t at = 0; at < in.n; at++) {
        char c = in.at[at];
        bool fits = is_letter (c) || is_digit (c) || (unsigned char) c >= 0x80 || (c && strchr (SPECIAL, c));
        if (!fits && (c != '.' || !atom))
            return false;
        atom = fits;
    }
    return atom && in.n <= LOCAL_BYTES;
}

//  At least two labels of letters, digits and inner hyphens; the last is no number.
static bool s_is_domain (struct text in)
{
    size_t label = 0, labels = 0;
    bool letter = false;
    for (size_t at = 0; at <= in.n; at++) {
        char c = at < in.n ? in.at[at] : '.';
        if (c == '.') {
            if (label == 0 || label > LABEL_BYTES || in.at[at - 1] == '-')
                return false;
            labels++;
            label = 0;
            letter = at < in.n ? false : letter;
            continue;
        }
        bool alphabetic = is_letter (c) || (unsigned char) c >= 0x80;
        if (!alphabetic && !is_digit (c) && (c != '-' || label == 0))
            return false;
        letter = letter || alphabetic;
        label++;
    }
    return labels >= 2 && letter;
}

//  A domain in lower case, also beyond ASCII; at most half as long again. Returns its length.
static size_t s_lower (struct text domain, char *to)
{
    const char *start = to;
    for (size_t at = 0; at < domain.n;) {
        size_t n = utf8_sequence (domain.at + at, domain.n - at);
        if (n > 1)
            to += utf8proc_encode_char (utf8proc_tolower ((utf8proc_int32_t) utf8_code (domain.at + at, n)),
                                        (utf8proc_uint8_t *) to);
        else
            *to++ = to_lower (domain.at[at]);
        at += n ? n : 1;
    }
    return (size_t) (to - start);
}

enum rule email_standardize (struct text in, struct text *out, struct scratch *scratch)
{
    const char *at = in.n <= EMAIL_BYTES ? memrchr (in.at, '@', in.n) : NULL;
    if (!at || scratch->size - scratch->used < 2 * in.n)
        return RULE_EMAIL_INVALID;
    size_t local = (size_t) (at - in.at);
    struct text domain = {at + 1, in.n - local - 1};
    if (!s_is_local ((struct text){in.at, local}) || !s_is_domain (domain))
        return RULE_EMAIL_INVALID;
    char *to = scratch->at + scratch->used;
    memcpy (to, in.at, local + 1);
    struct text made = {to, local + 1 + s_lower (domain, to + local + 1)};
    *out = in;
    if (text_equal (made, in))
        return RULE_NONE;
    *out = made;
    scratch->used += made.n;
    return RULE_EMAIL_FORMAT;
}

struct state {
    char code[3];
    const char *name;    //  folded (text_fold)
};

//  USPS Publication 28, appendix B: states, the district, territories, freely associated states, armed
//  forces.
static const struct state STATES[] = {{"AL", "alabama"},
                                      {"AK", "alaska"},
                                      {"AZ", "arizona"},
                                      {"AR", "arkansas"},
                                      {"CA", "california"},
                                      {"CO", "colorado"},
                                      {"CT", "connecticut"},
                                      {"DE", "delaware"},
                                      {"DC", "districtofcolumbia"},
                                      {"FL", "florida"},
                                      {"GA", "georgia"},
                                      {"HI", "hawaii"},
                                      {"ID", "idaho"},
                                      {"IL", "illinois"},
                                      {"IN", "indiana"},
                                      {"IA", "iowa"},
                                      {"KS", "kansas"},
                                      {"KY", "kentucky"},
                                      {"LA", "louisiana"},
                                      {"ME", "maine"},
                                      {"MD", "maryland"},
                                      {"MA", "massachusetts"},
                                      {"MI", "michigan"},
                                      {"MN", "minnesota"},
                                      {"MS", "mississippi"},
                                      {"MO", "missouri"},
                                      {"MT", "montana"},
                                      {"NE", "nebraska"},
                                      {"NV", "nevada"},
                                      {"NH", "newhampshire"},
                                      {"NJ", "newjersey"},
                                      {"NM", "newmexico"},
                                      {"NY", "newyork"},
                                      {"NC", "northcarolina"},
                                      {"ND", "northdakota"},
                                      {"OH", "ohio"},
                                      {"OK", "oklahoma"},
                                      {"OR", "oregon"},
                                      {"PA", "pennsylvania"},
                                      {"RI", "rhodeisland"},
                                      {"SC", "southcarolina"},
                                      {"SD", "southdakota"},
                                      {"TN", "tennessee"},
                                      {"TX", "texas"},
                                      {"UT", "utah"},
                                      {"VT", "vermont"},
                                      {"VA", "virginia"},
                                      {"WA", "washington"},
                                      {"WV", "westvirginia"},
                                      {"WI", "wisconsin"},
                                      {"WY", "wyoming"},
                                      {"AS", "americansamoa"},
                                      {"GU", "guam"},
                                      {"MP", "northernmarianaislands"},
                                      {"PR", "puertorico"},
                                      {"VI", "virginislands"},
                                      {"VI", "usvirginislands"},
                                      {"FM", "federatedstatesofmicronesia"},
                                      {"MH", "marshallislands"},
                                      {"PW", "palau"},
                                      {"AA", "armedforcesamericas"},
                                      {"AE", "armedforceseurope"},
                                      {"AP", "armedforcespacific"},
                                      {"DC", "washingtondc"}};

enum { STATE_NAME_BYTES = 32 };

enum rule state_standardize (struct text in, struct text *out, struct scratch *scratch)
{
    (void) scratch;
    char folded[STATE_NAME_BYTES];
    size_t n = text_fold (in, folded, sizeof folded);
    *out = in;
    for (size_t at = 0; at < sizeof STATES / sizeof *STATES; at++) {
        const struct state *state = &STATES[at];
        bool code =
            n == 2 && to_upper (folded[0]) == state->code[0] && to_upper (folded[1]) == state->code[1];
        bool name =
            state->name[0] == folded[0] && strlen (state->name) == n && memcmp (state->name, folded, n) == 0;
        if (!code && !name)
            continue;
        struct text found = {state->code, 2};
        if (text_equal (in, found))
            return RULE_NONE;
        *out = found;
        return RULE_STATE_MAPPED;
    }
    return RULE_NONE;
}
