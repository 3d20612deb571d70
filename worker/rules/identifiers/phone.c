//  phone.c: see phone.h.
#include "worker/rules/identifiers/phone.h"

#include "worker/text/ascii.h"

#include <strings.h>

enum { PHONE_MIN = 7, PHONE_MAX = 15, NANP_DIGITS = 10, COUNTRY_BYTES = 64 };

//  ITU-T E.164 and its list of national numbering plans: calling code, the trunk prefix 0 or none, and how
//  many digits a number has behind it.
struct numbering_plan {
    const char *names[4];    //  folded (text_fold)
    const char *code;
    bool trunk;
    int min, max;
};

static const struct numbering_plan PLANS[] = {{{"de", "deu", "germany", "deutschland"}, "49", true, 7, 11},
                                              {{"at", "aut", "austria", "österreich"}, "43", true, 7, 13},
                                              {{"ch", "che", "switzerland", "schweiz"}, "41", true, 9, 9},
                                              {{"fr", "fra", "france", "frankreich"}, "33", true, 9, 9},
                                              {{"gb", "gbr", "unitedkingdom", "uk"}, "44", true, 9, 10},
                                              {{"ie", "irl", "ireland", NULL}, "353", true, 7, 9},
                                              {{"nl", "nld", "netherlands", "nederland"}, "31", true, 9, 9},
                                              {{"be", "bel", "belgium", NULL}, "32", true, 8, 9},
                                              {{"se", "swe", "sweden", NULL}, "46", true, 7, 9},
                                              {{"au", "aus", "australia", NULL}, "61", true, 9, 9},
                                              {{"nz", "nzl", "newzealand", NULL}, "64", true, 8, 10},
                                              {{"in", "ind", "india", NULL}, "91", true, 10, 10},
                                              {{"jp", "jpn", "japan", NULL}, "81", true, 9, 10},
                                              {{"za", "zaf", "southafrica", NULL}, "27", true, 9, 9},
                                              {{"es", "esp", "spain", "españa"}, "34", false, 9, 9},
                                              {{"pt", "prt", "portugal", NULL}, "351", false, 9, 9},
                                              {{"dk", "dnk", "denmark", NULL}, "45", false, 8, 8},
                                              {{"no", "nor", "norway", NULL}, "47", false, 8, 8},
                                              {{"pl", "pol", "poland", "polska"}, "48", false, 9, 9},
                                              {{"mx", "mex", "mexico", "méxico"}, "52", false, 10, 10}};

static const struct numbering_plan *s_find (struct text country)
{
    char folded[COUNTRY_BYTES];
    size_t n = text_fold (country, folded, sizeof folded);
    for (size_t i = 0; n && i < sizeof PLANS / sizeof *PLANS; i++)
        for (size_t k = 0; k < 4 && PLANS[i].names[k]; k++)
            if (strlen (PLANS[i].names[k]) == n && memcmp (PLANS[i].names[k], folded, n) == 0)
                return &PLANS[i];
    return NULL;
}

//  The digits alone, at most PHONE_MAX + 2 (00 in front); 0 when there are more.
static size_t s_all_digits (struct text in, char out[PHONE_MAX + 2])
{
    size_t n = 0;
    for (size_t at = 0; at < in.n; at++)
        if (is_digit (in.at[at])) {
            if (n == PHONE_MAX + 2)
                return 0;
            out[n++] = in.at[at];
        }
    return n;
}

bool phone_from_national (struct text in, struct text country, struct text *out, struct scratch *scratch)
{
    const struct numbering_plan *plan = in.n && in.at[0] != '+' ? s_find (country) : NULL;
    if (!plan || scratch->size - scratch->used < PHONE_MAX + 2)
        return false;
    *out = in;
    char digits[PHONE_MAX + 2] = {0};
    size_t n = s_all_digits (in, digits), skip = 0, code = strlen (plan->code);
    if (n > 2 + code && memcmp (digits, "00", 2) == 0 && memcmp (digits + 2, plan->code, code) == 0)
        skip = 2 + code;
    else if (plan->trunk && n && digits[0] == '0')
        skip = 1;
    else if (plan->trunk)
        return true;    //  a local number: nobody says which town's
    size_t rest = n - skip;
    if (rest < (size_t) plan->min || rest > (size_t) plan->max || digits[skip] == '0')
        return true;
    char *to = scratch->at + scratch->used;
    to[0] = '+';
    memcpy (to + 1, plan->code, code);
    memcpy (to + 1 + code, digits + skip, rest);
    *out = (struct text){to, 1 + code + rest};
    scratch->used += out->n;
    return true;
}

//  The digits of a telephone number in its usual punctuation in out [PHONE_MAX]; false when anything else
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

//  Ten digits of the North American plan: neither area code nor exchange begins with 0 or 1.
static bool s_is_nanp (const char *digits)
{
    return digits[0] >= '2' && digits[3] >= '2';
}

enum rule phone_standardize (struct text in, struct text *out, struct scratch *scratch)
{
    char digits[PHONE_MAX];
    size_t n;
    bool plus;
    struct text source = in;
    if (in.n > 4 && strncasecmp (in.at, "tel:", 4) == 0)    //  RFC 3966
        in = text_trim ((struct text){in.at + 4, in.n - 4});
    if (!in.n || !s_phone_digits (in, digits, &n, &plus) || (plus && digits[0] == '0') ||
        scratch->size - scratch->used < PHONE_MAX + 2)
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
