//  values.c: see values.h.
#include "worker/formats/vcf/checks/values.h"

#include "worker/formats/vcf/genotypes.h"
#include "worker/text/ascii.h"

#define INTEGER_LEAST (INT32_MIN + INT64_C (8))

bool vcf_is_integer (struct text in)
{
    bool minus = in.n && in.at[0] == '-';
    size_t at = minus || (in.n && in.at[0] == '+');
    int64_t value = 0;
    if (at == in.n || in.n - at > 10)
        return false;
    for (; at < in.n; at++) {
        if (!is_digit (in.at[at]))
            return false;
        value = value * 10 + digit_of (in.at[at]);
    }
    value = minus ? -value : value;
    return value >= INTEGER_LEAST && value <= INT32_MAX;
}

static bool s_is_word (struct text in)
{
    static const char *const WORDS[] = {"inf", "infinity", "nan"};
    size_t at = in.n && (in.at[0] == '-' || in.at[0] == '+');
    for (size_t w = 0; w < 3; w++) {
        const char *word = WORDS[w];
        size_t i = at;
        while (i < in.n && *word && to_lower (in.at[i]) == *word) {
            i++;
            word++;
        }
        if (i == in.n && !*word)
            return true;
    }
    return false;
}

bool vcf_is_float (struct text in)
{
    const char *at = in.at, *end = in.at + in.n;
    bool digits = false;
    if (at < end && (*at == '-' || *at == '+'))
        at++;
    for (; at < end && is_digit (*at); at++)
        digits = true;
    if (at < end && *at == '.')
        for (at++; at < end && is_digit (*at); at++)
            digits = true;
    if (!digits)
        return s_is_word (in);
    if (at < end && (*at | 0x20) == 'e') {
        at++;
        if (at < end && (*at == '-' || *at == '+'))
            at++;
        if (at == end || !is_digit (*at))
            return false;
        while (at < end && is_digit (*at))
            at++;
    }
    return at == end;
}

static bool s_is_typed (enum value_type type, struct text in)
{
    switch (type) {
    case TYPE_INTEGER:
        return vcf_is_integer (in);
    case TYPE_FLOAT:
        return vcf_is_float (in);
    case TYPE_CHARACTER:    //  one of UTF-8, or one that is written as %HH
        return in.n == 1 || (in.n == 3 && in.at[0] == '%') ||
               (in.n > 1 && in.n <= 4 && (in.at[0] & 0x80) && (in.at[1] & 0xc0) == 0x80);
    default:
        return true;
    }
}

//  How many values the tag has to have; UINT64_MAX: any number.
static uint64_t s_expected (const struct vcf_tag *tag, struct vcf_counts counts)
{
    bool known = counts.locals != UINT64_MAX;
    switch (tag->number) {
    case NUMBER_FIXED:
        return tag->count;
    case NUMBER_ALTERNATE:
        return counts.alts;
    case NUMBER_ALLELE:
        return counts.alts + 1;
    case NUMBER_GENOTYPE:
        return counts.ploidy ? genotypes_count (counts.ploidy, counts.alts + 1) : UINT64_MAX;
    case NUMBER_LOCAL_ALTERNATE:
        return counts.locals;
    case NUMBER_LOCAL_ALLELE:
        return known ? counts.locals + 1 : UINT64_MAX;
    case NUMBER_LOCAL_GENOTYPE:
        return known && counts.ploidy ? genotypes_count (counts.ploidy, counts.locals + 1) : UINT64_MAX;
    case NUMBER_PLOIDY:
        return counts.ploidy ? counts.ploidy : UINT64_MAX;
    default:
        return UINT64_MAX;
    }
}

static enum value_fault s_flag (struct text value)
{
    bool bit = value.n == 1 && (value.at[0] == '0' || value.at[0] == '1');
    return !value.at || bit ? VCF_VALUE_GOOD : VCF_VALUE_TYPE;
}

enum value_fault vcf_value_check (const struct vcf_tag *tag, struct text value, struct vcf_counts counts)
{
    uint64_t count = 0, expected = s_expected (tag, counts);
    if (tag->type == TYPE_FLAG)
        return s_flag (value);
    if (value.n == 0)
        return tag->type == TYPE_STRING && value.at ? VCF_VALUE_GOOD : VCF_VALUE_TYPE;
    if (value.n == 1 && value.at[0] == '.')
        return VCF_VALUE_GOOD;
    bool typed = tag->type == TYPE_INTEGER || tag->type == TYPE_FLOAT || tag->type == TYPE_CHARACTER;
    if (!typed && expected == UINT64_MAX)
        return VCF_VALUE_GOOD;
    for (const char *at = value.at, *end = at + value.n; at <= end; count++) {
        const char *comma = at;
        while (comma < end && *comma != ',')
            comma++;
        struct text part = {at, (size_t) (comma - at)};
        at = comma + 1;
        if (part.n == 1 && part.at[0] == '.')
            continue;
        if (!s_is_typed (tag->type, part))
            return VCF_VALUE_TYPE;
        if (tag->positive && part.n && part.at[0] == '-')
            return VCF_VALUE_RANGE;
    }
    //  Where alternate alleles are missing, a value may be left as well.
    bool none =
        counts.alts == 0 && (tag->number == NUMBER_ALTERNATE || tag->number == NUMBER_LOCAL_ALTERNATE);
    return expected == UINT64_MAX || expected == count || none ? VCF_VALUE_GOOD : VCF_VALUE_COUNT;
}
