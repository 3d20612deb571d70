//  check_digit.c: see check_digit.h.
#include "worker/rules/identifiers/check_digit.h"

#include "worker/text/ascii.h"

enum {
    NPI_DIGITS = 10,
    NPI_CARD_DIGITS = 15,    //  behind 80840, as on a health card
    NPI_PREFIX_SUM = 24,     //  what 80840 adds to the sum of Luhn
    NHS_DIGITS = 10,
    SNOMED_LEAST = 6,
    SNOMED_MOST = 18,
    SNOMED_EXTENSION_LEAST = 11,    //  item, namespace of seven digits, partition, check digit
    ICD_CATEGORY = 3,
    ICD_MOST = 7
};

static bool s_are_digits (struct text in)
{
    for (size_t at = 0; at < in.n; at++)
        if (!is_digit (in.at[at]))
            return false;
    return in.n > 0;
}

//  Whether the last of ten digits makes the sum of Luhn, with the prefix, a multiple of ten.
static bool s_is_npi (const char *digits)
{
    unsigned sum = NPI_PREFIX_SUM;
    for (size_t at = 0; at < NPI_DIGITS; at++) {
        unsigned digit = digit_of (digits[at]) << (at % 2 == 0);
        sum += digit > 9 ? digit - 9 : digit;
    }
    return sum % 10 == 0 && (digits[0] == '1' || digits[0] == '2');
}

enum rule npi_standardize (struct text in, struct text *out)
{
    bool card = in.n == NPI_CARD_DIGITS && memcmp (in.at, "80840", 5) == 0;
    struct text npi = card ? (struct text){in.at + 5, NPI_DIGITS} : in;
    if (npi.n != NPI_DIGITS || !s_are_digits (npi) || !s_is_npi (npi.at))
        return RULE_NPI_INVALID;
    *out = npi;
    return card ? RULE_NPI_FORMAT : RULE_NONE;
}

//  Ten digits, together or 3-3-4 behind one and the same separator.
static bool s_nhs_digits (struct text in, char *out)
{
    size_t n = 0;
    char separator = in.n == NHS_DIGITS + 2 ? in.at[3] : '\0';
    if (in.n != NHS_DIGITS && separator != ' ' && separator != '-')
        return false;
    for (size_t at = 0; at < in.n; at++) {
        if (separator && (at == 3 || at == 7)) {
            if (in.at[at] != separator)
                return false;
        } else if (is_digit (in.at[at]) && n < NHS_DIGITS)
            out[n++] = in.at[at];
        else
            return false;
    }
    return n == NHS_DIGITS;
}

static bool s_is_nhs_number (const char *digits)
{
    unsigned sum = 0;
    bool same = true;    //  0000000000 and 1111111111 pass the sum and are nobody's
    for (unsigned at = 0; at < NHS_DIGITS - 1; at++) {
        sum += digit_of (digits[at]) * (NHS_DIGITS - at);
        same = same && digits[at] == digits[at + 1];
    }
    unsigned check = (11 - sum % 11) % 11;    //  10 is no digit
    return !same && check == digit_of (digits[NHS_DIGITS - 1]);
}

enum rule nhs_number_standardize (struct text in, struct text *out, struct scratch *scratch)
{
    char digits[NHS_DIGITS];
    if (!s_nhs_digits (in, digits) || !s_is_nhs_number (digits) || scratch->size - scratch->used < NHS_DIGITS)
        return RULE_NHS_INVALID;
    *out = in;
    if (in.n == NHS_DIGITS)
        return RULE_NONE;
    char *to = scratch->at + scratch->used;
    memcpy (to, digits, NHS_DIGITS);
    scratch->used += NHS_DIGITS;
    *out = (struct text){to, NHS_DIGITS};
    return RULE_NHS_FORMAT;
}

static bool s_is_snomed (struct text in)
{
    if (in.n < SNOMED_LEAST || in.n > SNOMED_MOST || in.at[0] == '0' || !s_are_digits (in))
        return false;
    char extension = in.at[in.n - 3], component = in.at[in.n - 2];
    return component == '0' && (extension == '0' || (extension == '1' && in.n >= SNOMED_EXTENSION_LEAST));
}

//  Whether the check digit of what has the form is right.
static bool s_is_verhoeff (struct text in)
{
    //  Verhoeff's dihedral check: the products of the group D5, and the permutation of each place from the
    //  right.
    static const char PRODUCT[10][11] = {"0123456789", "1234067895", "2340178956", "3401289567",
                                         "4012395678", "5987604321", "6598710432", "7659821043",
                                         "8765932104", "9876543210"};
    static const char PERMUTATION[8][11] = {"0123456789", "1576283094", "5803796142", "8916043527",
                                            "9453126870", "4286573901", "2793806415", "7046913258"};
    unsigned check = 0;
    for (size_t at = 0; at < in.n; at++) {
        unsigned digit = digit_of (PERMUTATION[at % 8][digit_of (in.at[in.n - 1 - at])]);
        check = digit_of (PRODUCT[check][digit]);
    }
    return check == 0;
}

enum rule snomed_standardize (struct text in, bool open, struct text *out)
{
    *out = in;
    if (s_is_snomed (in))
        return s_is_verhoeff (in) ? RULE_NONE : open ? RULE_SNOMED_CHECK : RULE_SNOMED_INVALID;
    return open ? RULE_NONE : RULE_SNOMED_INVALID;
}

//  Letter, digit, digit or letter; in the places behind the point digits and letters.
static bool s_is_icd (const char *code, size_t n)
{
    if (n < ICD_CATEGORY || n > ICD_MOST || !is_letter (code[0]) || !is_digit (code[1]))
        return false;
    for (size_t at = 2; at < n; at++)
        if (!is_digit (code[at]) && !is_letter (code[at]))
            return false;
    return is_digit (code[2]) || to_upper (code[2]) == 'A' || to_upper (code[2]) == 'B';
}

enum rule icd10cm_standardize (struct text in, struct text *out, struct scratch *scratch)
{
    char code[ICD_MOST];
    size_t n = 0;
    for (size_t at = 0; at < in.n; at++) {
        if (in.at[at] == '.' && at == ICD_CATEGORY)
            continue;
        if (n == ICD_MOST)
            return RULE_ICD10_INVALID;
        code[n++] = to_upper (in.at[at]);
    }
    if (!s_is_icd (code, n) || scratch->size - scratch->used < ICD_MOST + 1)
        return RULE_ICD10_INVALID;
    char *to = scratch->at + scratch->used;
    memcpy (to, code, ICD_CATEGORY);
    size_t used = ICD_CATEGORY;
    if (n > ICD_CATEGORY) {
        to[used++] = '.';
        memcpy (to + used, code + ICD_CATEGORY, n - ICD_CATEGORY);
        used += n - ICD_CATEGORY;
    }
    *out = in;
    if (text_equal (in, (struct text){to, used}))
        return RULE_NONE;
    *out = (struct text){to, used};
    scratch->used += used;
    return RULE_ICD10_FORMAT;
}
