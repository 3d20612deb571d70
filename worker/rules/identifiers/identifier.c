//  identifier.c: see identifier.h.
#include "worker/rules/identifiers/identifier.h"

#include "worker/text/ascii.h"
#include "worker/text/nfc.h"

enum {
    SSN_DIGITS = 9,
    UID_BYTES = 64,
    ZIP_DIGITS = 5,
    ZIP4_DIGITS = 9,
    POSTAL_LEAST = 3,
    POSTAL_MOST = 10,
    LOINC_DIGITS = 7
};

enum rule identifier_standardize (struct text in, struct text *out, struct scratch *scratch)
{
    *out = in;
    if (nfc_is (in.at, in.n) || scratch->size - scratch->used < NFC_GROWTH * in.n)
        return RULE_NONE;
    char *to = scratch->at + scratch->used;
    struct text made = {to, nfc_write (in.at, in.n, to)};
    if (text_equal (in, made))
        return RULE_NONE;
    scratch->used += made.n;
    *out = made;
    return RULE_TEXT_NFC;
}

//  Whether the value is NNN-NN-NNNN with one and the same `separator` (or without any when it is 0); digits
//  go to out.
static bool s_ssn_digits (struct text in, char *out)
{
    size_t n = 0;
    char separator = in.n > 3 && !is_digit (in.at[3]) ? in.at[3] : '\0';
    if (separator && separator != '-' && separator != ' ')
        return false;
    if (in.n != (separator ? SSN_DIGITS + 2 : SSN_DIGITS))
        return false;
    for (size_t at = 0; at < in.n; at++) {
        if (separator && (at == 3 || at == 6)) {
            if (in.at[at] != separator)
                return false;
        } else if (is_digit (in.at[at]))
            out[n++] = in.at[at];
        else
            return false;
    }
    return n == SSN_DIGITS;
}

//  Parts that are never issued.
static bool s_is_nobodys (const char *digits)
{
    return memcmp (digits, "000", 3) == 0 || memcmp (digits, "666", 3) == 0 ||
           memcmp (digits + 3, "00", 2) == 0 || memcmp (digits + 5, "0000", 4) == 0;
}

enum rule ssn_standardize (struct text in, struct text *out, struct scratch *scratch)
{
    char digits[SSN_DIGITS];
    if (!s_ssn_digits (in, digits) || s_is_nobodys (digits) || scratch->size - scratch->used < SSN_DIGITS + 2)
        return RULE_SSN_INVALID;
    enum rule rule = RULE_NONE;
    *out = in;
    if (in.n == SSN_DIGITS || in.at[3] != '-') {
        char *to = scratch->at + scratch->used;
        memcpy (to, digits, 3);
        to[3] = to[6] = '-';
        memcpy (to + 4, digits + 3, 2);
        memcpy (to + 7, digits + 5, 4);
        *out = (struct text){to, SSN_DIGITS + 2};
        scratch->used += out->n;
        rule = RULE_SSN_FORMAT;
    }
    return digits[0] == '9' ? RULE_SSN_AREA : rule;
}

//  Digits of a ZIP code in out [ZIP4_DIGITS], 0 when the value is none: NNNNN, NNNNNNNNN, NNNNN-NNNN, NNNNN
//  NNNN, NNNNN-.
static size_t s_zip_digits (struct text in, char *out)
{
    size_t n = 0;
    for (size_t at = 0; at < in.n; at++) {
        if (is_digit (in.at[at]) && n < ZIP4_DIGITS)
            out[n++] = in.at[at];
        else if (at != ZIP_DIGITS || (in.at[at] != '-' && in.at[at] != ' '))
            return 0;
    }
    return n == ZIP_DIGITS || n == ZIP4_DIGITS ? n : 0;
}

static bool s_is_postal (struct text in)
{
    bool digit = false;
    for (size_t at = 0; at < in.n; at++) {
        char c = in.at[at];
        digit = digit || is_digit (c);
        if (!is_digit (c) && !is_letter (c) && c != ' ' && c != '-')
            return false;
    }
    return digit && in.n >= POSTAL_LEAST && in.n <= POSTAL_MOST;
}

enum rule postal_code_standardize (struct text in, struct text *out, struct scratch *scratch)
{
    char zip[ZIP4_DIGITS];
    size_t digits = s_zip_digits (in, zip), n = 0;
    if ((!digits && !s_is_postal (in)) || scratch->size - scratch->used < POSTAL_MOST)
        return RULE_POSTAL_INVALID;
    char *to = scratch->at + scratch->used;
    if (digits) {
        memcpy (to, zip, ZIP_DIGITS);
        n = ZIP_DIGITS;
        if (digits == ZIP4_DIGITS) {
            to[n++] = '-';
            memcpy (to + n, zip + ZIP_DIGITS, ZIP4_DIGITS - ZIP_DIGITS);
            n += ZIP4_DIGITS - ZIP_DIGITS;
        }
    } else
        for (n = 0; n < in.n; n++)
            to[n] = to_upper (in.at[n]);
    *out = (struct text){to, n};
    if (text_equal (in, *out)) {
        *out = in;
        return RULE_NONE;
    }
    scratch->used += n;
    return RULE_POSTAL_FORMAT;
}

bool uid_is_valid (struct text in)
{
    if (in.n == 0 || in.n > UID_BYTES)
        return false;
    size_t part = 0;      //  bytes of the part so far
    bool zero = false;    //  the part begins with 0
    for (size_t at = 0; at < in.n; at++) {
        if (in.at[at] == '.') {
            if (part == 0)
                return false;
            part = 0;
            continue;
        }
        if (!is_digit (in.at[at]) || (part > 0 && zero))
            return false;
        zero = part == 0 ? in.at[at] == '0' : zero;
        part++;
    }
    return part > 0;
}

bool uid_is_meant (struct text in)
{
    size_t points = 0;
    for (size_t at = 0; at < in.n; at++) {
        if (in.at[at] != '.' && !is_digit (in.at[at]))
            return false;
        points += in.at[at] == '.';
    }
    return points >= 2;
}

bool loinc_has_form (struct text in)
{
    if (in.n < 3 || in.n > LOINC_DIGITS + 2 || in.at[in.n - 2] != '-' || !is_digit (in.at[in.n - 1]))
        return false;
    for (size_t at = 0; at < in.n - 2; at++)
        if (!is_digit (in.at[at]))
            return false;
    return true;
}

bool loinc_is_valid (struct text in)
{
    if (!loinc_has_form (in))
        return false;
    unsigned sum = 0;
    bool twice = true;    //  from the right, every second digit counts twice, beginning with the last one
    for (size_t at = in.n - 2; at > 0; at--, twice = !twice) {
        unsigned digit = digit_of (in.at[at - 1]) << twice;
        sum += digit > 9 ? digit - 9 : digit;
    }
    return (10 - sum % 10) % 10 == digit_of (in.at[in.n - 1]);
}
