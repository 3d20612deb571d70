//  contact.c: see contact.h.
#define _GNU_SOURCE    //  memrchr
#include "worker/rules/identifiers/contact.h"

#include "messages/text/utf8.h"
#include "worker/text/ascii.h"

#include <utf8proc.h>

enum { EMAIL_BYTES = 254, LOCAL_BYTES = 64, LABEL_BYTES = 63 };

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
    //  A letter may be longer in lower case (U+023A).
    if (made.n > EMAIL_BYTES || !s_is_domain ((struct text){to + local + 1, made.n - local - 1}))
        return RULE_EMAIL_INVALID;
    *out = made;
    scratch->used += made.n;
    return RULE_EMAIL_FORMAT;
}
