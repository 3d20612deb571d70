//  number.c: reads numbers as laboratories write them, see number.h. Digits are copied, never computed;
//  binary floating point is in number_value.c.
#include "worker/rules/numbers/number.h"

#include "worker/text/ascii.h"

enum { GROUP_DIGITS = 3, EXPONENT_MOST = 99, GROUPS_MOST = 16 };

//  A separator between runs of digits: '.', ',', ' ' (any of the spaces), '\'' or 0 at the end of the digits.
struct mark {
    char kind;
    size_t n;    //  bytes
};

static struct mark s_mark (const char *at, const char *end)
{
    unsigned char c = (unsigned char) *at;
    size_t left = (size_t) (end - at);
    if (c == '.' || c == ',' || c == ' ' || c == '\'')
        return (struct mark){(char) c, 1};
    if (left >= 2 && memcmp (at, "\xc2\xa0", 2) == 0)    //  no-break space
        return (struct mark){' ', 2};
    bool narrow = left >= 3 && (memcmp (at, "\xe2\x80\xaf", 3) == 0 || memcmp (at, "\xe2\x80\x89", 3) == 0);
    if (narrow)    //  narrow no-break space, thin space
        return (struct mark){' ', 3};
    if (left >= 3 && memcmp (at, "\xe2\x80\x99", 3) == 0)    //  typographic apostrophe
        return (struct mark){'\'', 3};
    return (struct mark){'\0', 0};
}

//  Takes the comparator at *at and the spaces after it; its FHIR form goes to `out`. false: none.
static bool s_comparator (const char **at, const char *end, char *out)
{
    const char *c = *at;
    size_t left = (size_t) (end - c);
    char sign = '\0';
    bool equal = false;
    if (left >= 3 && (memcmp (c, "\xe2\x89\xa5", 3) == 0 || memcmp (c, "\xe2\x89\xa4", 3) == 0)) {
        sign = (unsigned char) c[2] == 0xa5 ? '>' : '<';
        equal = true;
        c += 3;
    } else if (*c == '<' || *c == '>') {
        sign = *c++;
        const char *next = c;
        while (next < end && *next == ' ')
            next++;
        equal = next < end && *next == '=';
        c = equal ? next + 1 : c;
    } else if (left >= 2 && *c == '=' && (c[1] == '<' || c[1] == '>')) {
        sign = c[1];
        equal = true;
        c += 2;
    } else
        return false;
    while (c < end && *c == ' ')
        c++;
    out[0] = sign;
    out[1] = equal ? '=' : '\0';
    *at = c;
    return true;
}

//  A sign: '+', '-' or U+2212.
static bool s_sign (const char **at, const char *end)
{
    if (*at < end && (**at == '+' || **at == '-'))
        return *(*at)++ == '-';
    bool minus = end - *at >= 3 && memcmp (*at, "\xe2\x88\x92", 3) == 0;
    *at += minus ? 3 : 0;
    return minus;
}

static bool s_exponent (const char **at, const char *end, int *out)
{
    *out = 0;
    if (*at == end || (**at != 'e' && **at != 'E'))
        return true;
    ++*at;
    bool negative = s_sign (at, end);
    const char *first = *at;
    int value = 0;
    for (; *at < end && is_digit (**at) && value <= EXPONENT_MOST; ++*at)
        value = value * 10 + (int) digit_of (**at);
    *out = negative ? -value : value;
    return *at > first && value <= EXPONENT_MOST;
}

//  Runs of digits and what stands between them.
struct runs {
    char digits[NUMBER_DIGITS];
    size_t digit_count;
    size_t length[GROUPS_MOST];    //  of each run
    char mark[GROUPS_MOST];        //  mark [i] stands before run i + 1
    size_t count;                  //  of runs; one more than of marks
};

static bool s_runs (const char **at, const char *end, struct runs *out)
{
    out->digit_count = 0;
    out->count = 1;
    out->length[0] = 0;
    while (*at < end) {
        if (is_digit (**at)) {
            if (out->digit_count == NUMBER_DIGITS)
                return false;
            out->digits[out->digit_count++] = *(*at)++;
            out->length[out->count - 1]++;
            continue;
        }
        struct mark mark = s_mark (*at, end);
        if (!mark.kind)
            break;
        if (out->count == GROUPS_MOST)
            return false;
        out->mark[out->count - 1] = mark.kind;
        out->length[out->count++] = 0;
        *at += mark.n;
    }
    return out->digit_count > 0;
}

//  Whether runs [0, count) are groups of three behind one and the same mark, which is no more than a
//  grouping.
static bool s_is_grouped (const struct runs *runs, size_t count)
{
    if (runs->length[0] == 0 || runs->length[0] > GROUP_DIGITS || runs->digits[0] == '0')
        return false;
    for (size_t at = 1; at < count; at++)
        if (runs->length[at] != GROUP_DIGITS || runs->mark[at - 1] != runs->mark[0])
            return false;
    return true;
}

//  How many of the digits stand before the decimal point; false when the marks make no number.
static bool s_whole_digits (const struct runs *runs, size_t *out)
{
    size_t marks = runs->count - 1, last = runs->length[marks];
    char mark = marks ? runs->mark[marks - 1] : '\0';
    *out = runs->digit_count;
    if (marks == 0)
        return true;
    bool decimal = mark == '.' || mark == ',';
    if (marks == 1 && decimal) {
        //  1,234 is a group of three, 0,123 and 5,4 have a decimal comma, 1.234 a point in any case.
        if (mark == ',' && s_is_grouped (runs, 2))
            return true;
        *out = runs->digit_count - last;
        return mark == '.' || last > 0;
    }
    if (decimal && mark != runs->mark[0]) {
        *out = runs->digit_count - last;
        return last > 0 && s_is_grouped (runs, marks);
    }
    return s_is_grouped (runs, runs->count);
}

static char *s_put (char *to, const char *digits, size_t n)
{
    memcpy (to, digits, n);
    return to + n;
}

static char *s_put_zeros (char *to, size_t n)
{
    memset (to, '0', n);
    return to + n;
}

//  Lays the digits out with the point after `whole` of them (an exponent can put it outside), leading zeros
//  off. false: more than NUMBER_DIGITS.
static bool s_lay_out (const char *digits, size_t n, int whole, bool negative, struct number *out)
{
    for (; n > 1 && whole > 1 && digits[0] == '0'; digits++, n--)
        whole--;
    if (digits[0] == '0' && whole > 1)
        whole = 1;    //  zero, whatever its exponent
    if (whole > NUMBER_DIGITS || (whole <= 0 && n + (size_t) -whole >= NUMBER_DIGITS))
        return false;
    char *to = out->digits;
    if (negative)
        *to++ = '-';
    if (whole <= 0) {
        to = s_put_zeros (s_put (to, "0.", 2), (size_t) -whole);
        to = s_put (to, digits, n);
    } else if ((size_t) whole >= n)
        to = s_put_zeros (s_put (to, digits, n), (size_t) whole - n);
    else {
        to = s_put (to, digits, (size_t) whole);
        *to++ = '.';
        to = s_put (to, digits + whole, n - (size_t) whole);
    }
    out->n = (size_t) (to - out->digits);
    return true;
}

static unsigned s_significant (const char *digits, size_t n)
{
    while (n > 1 && *digits == '0') {
        digits++;
        n--;
    }
    return (unsigned) n;
}

//  What nearly every number looks like: digits, perhaps a point and digits, perhaps a minus. false: look
//  closer.
static bool s_read_plain (struct text in, struct number *out)
{
    const char *at = in.at, *end = in.at + in.n;
    if (in.n > NUMBER_DIGITS)
        return false;
    at += *at == '-';
    const char *first = at;
    while (at < end && is_digit (*at))
        at++;
    size_t whole = (size_t) (at - first), fraction = 0;
    if (whole == 0 || (whole > 1 && *first == '0'))
        return false;
    const char *shown = whole == 1 && *first == '0' ? at : first;    //  where significant digits may begin
    if (at < end && *at == '.') {
        const char *point = at++;
        while (at < end && is_digit (*at))
            at++;
        fraction = (size_t) (at - point) - 1;
        if (fraction == 0)
            return false;
        if (shown == point)
            for (shown = point + 1; shown < at - 1 && *shown == '0'; shown++)
                fraction--;
    }
    if (at != end)
        return false;
    memcpy (out->digits, in.at, in.n);
    out->n = in.n;
    memset (out->comparator, 0, COMPARATOR_BYTES);
    out->significant = (unsigned) (*first == '0' ? (fraction ? fraction : 1) : whole + fraction);
    return true;
}

bool number_is_decimal (struct text in)
{
    const char *at = in.at, *end = in.at + in.n;
    at += at < end && *at == '-';
    const char *first = at;
    while (at < end && is_digit (*at))
        at++;
    if (at == first || (*first == '0' && at - first > 1))
        return false;
    if (at == end)
        return true;
    const char *point = at++;
    while (at < end && is_digit (*at))
        at++;
    return *point == '.' && at == end && at - point > 1;
}

enum rule number_read (struct text in, struct number *out)
{
    if (in.n == 0)
        return RULE_NUMBER_INVALID;
    if (s_read_plain (in, out))
        return RULE_NONE;
    const char *at = in.at, *end = in.at + in.n;
    struct number got = {.comparator = ""};
    struct runs runs;
    size_t whole;
    int exponent;
    bool compared = s_comparator (&at, end, got.comparator);
    bool negative = s_sign (&at, end);
    if (!s_runs (&at, end, &runs) || !s_whole_digits (&runs, &whole) || !s_exponent (&at, end, &exponent) ||
        at != end || !s_lay_out (runs.digits, runs.digit_count, (int) whole + exponent, negative, &got))
        return RULE_NUMBER_INVALID;
    got.significant = s_significant (runs.digits, runs.digit_count);
    *out = got;
    if (compared)
        return RULE_NUMBER_SPLIT;
    return text_equal (in, (struct text){got.digits, got.n}) ? RULE_NONE : RULE_NUMBER_FORMAT;
}
