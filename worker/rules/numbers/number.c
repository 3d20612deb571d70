//  number.c: reads numbers as laboratories write them, see number.h. Digits are copied, never computed;
//  binary floating point is in number_value.c.
#include "worker/rules/numbers/number.h"

#include "messages/base/narrow.h"
#include "worker/text/ascii.h"
#include "worker/text/plain_signs.h"

enum { GROUP_DIGITS = 3, EXPONENT_MOST = 99, GROUPS_MOST = 16, INDIAN_DIGITS = 2 };

static void s_skip_spaces (const char **at, const char *end)
{
    while (*at < end && **at == ' ')
        ++*at;
}

static bool s_sign (const char **at, const char *end)
{
    if (*at < end && (**at == '+' || **at == '-'))
        return *(*at)++ == '-';
    return false;
}

//  Digits with their sign; false: there are none, or the value is beyond all use.
static bool s_power (const char **at, const char *end, int *out)
{
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

//  What separates runs of digits: a space or an apostrophe only between two digits.
static bool s_is_mark (const char *at, const char *end)
{
    if (*at == PLAIN_DECIMAL)    //  in 1,5·10^3 it multiplies
        return end - at < 4 || memcmp (at + 1, "10", 2) != 0 || (at[3] != '^' && at[3] != '*');
    if (*at == '.' || *at == ',')
        return true;
    return (*at == ' ' || *at == '\'' || *at == '`') && at + 1 < end && is_digit (at[1]);
}

static bool s_runs (const char **at, const char *end, struct runs *out)
{
    out->digit_count = 0;
    out->count = 1;
    out->length[0] = 0;
    for (; *at < end; ++*at) {
        if (is_digit (**at)) {
            if (out->digit_count == NUMBER_DIGITS)
                return false;
            out->digits[out->digit_count++] = **at;
            out->length[out->count - 1]++;
            continue;
        }
        if (!s_is_mark (*at, end))
            break;
        if (out->count == GROUPS_MOST)
            return false;
        out->mark[out->count - 1] = **at == '`' ? '\'' : **at;
        out->length[out->count++] = 0;
    }
    return out->digit_count > 0;
}

//  1.5e3, 1.5 x 10^3, 1.5*10**3; 10^3 alone is its own number. false: what stands there is none.
static bool s_exponent (const char **at, const char *end, struct runs *runs, bool *there, int *out)
{
    const char *rest = *at;
    *out = 0;
    *there = false;
    s_skip_spaces (&rest, end);
    if (rest == end)
        return true;
    bool ten =
        runs->count == 1 && runs->digit_count == 2 && memcmp (runs->digits, "10", 2) == 0 && rest == *at;
    bool times = *rest == 'x' || *rest == 'X' || *rest == '*' || *rest == PLAIN_DECIMAL;
    if (times && !(ten && end - rest > 1 && rest[1] == '*')) {
        rest++;
        s_skip_spaces (&rest, end);
        if (end - rest < 3 || memcmp (rest, "10", 2) != 0)
            return false;
        rest += 2;
        ten = true;
    } else
        times = false;
    if (ten && *rest == '^')
        rest++;
    else if (ten && end - rest > 1 && memcmp (rest, "**", 2) == 0)
        rest += 2;
    else if (*rest == 'e' || *rest == 'E' || (times && *rest == '*')) {
        ten = times;
        rest++;
    } else
        return false;
    if (!s_power (&rest, end, out))
        return false;
    if (ten && !times) {
        runs->digits[0] = '1';    //  the ten is the power's
        runs->digit_count = runs->length[0] = 1;
    }
    *there = true;
    *at = rest;
    return true;
}

//  Whether runs [0, count) are groups of three behind one and the same mark, which is no more than a
//  grouping; behind commas also as India groups: three, before them twos.
static bool s_is_grouped (const struct runs *runs, size_t count)
{
    if (runs->length[0] == 0 || runs->length[0] > GROUP_DIGITS || runs->digits[0] == '0' ||
        runs->mark[0] == PLAIN_DECIMAL)
        return false;
    bool indian = runs->mark[0] == ',' && count > 2 && runs->length[0] <= INDIAN_DIGITS &&
                  runs->length[1] == INDIAN_DIGITS;
    for (size_t at = 1; at < count; at++) {
        size_t want = indian && at + 1 < count ? INDIAN_DIGITS : GROUP_DIGITS;
        if (runs->length[at] != want || runs->mark[at - 1] != runs->mark[0])
            return false;
    }
    return true;
}

static enum decimal_evidence s_evidence (char mark)
{
    return mark == '.'   ? DECIMAL_EVIDENCE_POINT
           : mark == ',' ? DECIMAL_EVIDENCE_COMMA
                         : DECIMAL_EVIDENCE_NONE;
}

//  How many of the digits stand before the decimal mark, and what that says of the column; false when the
//  marks make no number. `power`: an exponent follows, before which nobody groups.
static bool s_whole_digits (const struct runs *runs, enum decimal_mark assumed, bool power, size_t *out,
                            enum decimal_evidence *evidence)
{
    size_t marks = runs->count - 1, last = runs->length[marks];
    char mark = marks ? runs->mark[marks - 1] : '\0';
    bool decimal = mark == '.' || mark == ',' || mark == PLAIN_DECIMAL;
    *out = runs->digit_count;
    *evidence = DECIMAL_EVIDENCE_NONE;
    if (marks == 0)
        return true;
    if (marks == 1 && decimal) {
        bool both = mark != PLAIN_DECIMAL && !power && s_is_grouped (runs, 2);
        *evidence = both ? DECIMAL_EVIDENCE_AMBIGUOUS : last ? s_evidence (mark) : DECIMAL_EVIDENCE_NONE;
        if (both && mark != decimal_mark_sign (assumed))
            return true;
        *out = runs->digit_count - last;
        return mark == '.' || last > 0;
    }
    if (decimal && mark != runs->mark[0]) {
        *out = runs->digit_count - last;
        *evidence = s_evidence (mark);
        return last > 0 && s_is_grouped (runs, marks);
    }
    *evidence = mark == '.' ? DECIMAL_EVIDENCE_COMMA : s_evidence (mark == ',' ? '.' : mark);
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
    return NARROW (unsigned, n);
}

//  What nearly every number looks like: digits, perhaps a point and digits, perhaps a minus. false: look
//  closer.
static bool s_read_plain (struct text in, enum decimal_mark mark, struct number *out)
{
    const char *at = in.at, *end = in.at + in.n;
    if (in.n > NUMBER_DIGITS)
        return false;
    at += *at == '-';
    const char *first = at;
    while (at < end && is_digit (*at))
        at++;
    size_t whole = (size_t) (at - first), fraction = 0, fraction_digits = 0;
    if (whole == 0 || (whole > 1 && *first == '0'))
        return false;
    const char *shown = whole == 1 && *first == '0' ? at : first;    //  where significant digits may begin
    if (at < end && *at == '.') {
        const char *point = at++;
        while (at < end && is_digit (*at))
            at++;
        fraction = fraction_digits = (size_t) (at - point) - 1;
        if (fraction == 0)
            return false;
        if (shown == point)
            for (shown = point + 1; shown < at - 1 && *shown == '0'; shown++)
                fraction--;
    }
    bool both = fraction_digits == GROUP_DIGITS && whole <= GROUP_DIGITS && *first != '0';
    if (at != end || (both && mark != DECIMAL_POINT))
        return false;
    out->evidence = both              ? DECIMAL_EVIDENCE_AMBIGUOUS
                    : fraction_digits ? DECIMAL_EVIDENCE_POINT
                                      : DECIMAL_EVIDENCE_NONE;
    memcpy (out->digits, in.at, in.n);
    out->n = in.n;
    memset (out->comparator, 0, COMPARATOR_BYTES);
    out->significant = NARROW (unsigned, *first == '0' ? (fraction ? fraction : 1) : whole + fraction);
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

//  Whether a number can stand there at all: words alone are the most frequent other results.
static bool s_has_digit (struct text in)
{
    for (size_t at = 0; at < in.n; at++)
        if (is_digit (in.at[at]) || (unsigned char) in.at[at] >= 0x80)
            return true;
    return false;
}

//  A number without a comparator; `in` is plain.
static bool s_read_number (struct text in, enum decimal_mark mark, struct number *out)
{
    const char *at = in.at, *end = in.at + in.n;
    struct runs runs;
    size_t whole;
    int exponent;
    bool power;
    bool negative = s_sign (&at, end);
    if (!s_runs (&at, end, &runs) || !s_exponent (&at, end, &runs, &power, &exponent) ||
        !s_whole_digits (&runs, mark, power, &whole, &out->evidence) || at != end ||
        !s_lay_out (runs.digits, runs.digit_count, NARROW (int, whole) + exponent, negative, out))
        return false;
    out->significant = s_significant (runs.digits, runs.digit_count);
    return true;
}

static enum rule s_read (struct text in, enum decimal_mark mark, bool limit, struct number *out)
{
    if (in.n == 0)
        return RULE_NUMBER_INVALID;
    if (s_read_plain (in, mark, out))
        return RULE_NONE;
    char buffer[PLAIN_BYTES];
    struct text plain;
    struct number got = {.comparator = ""};
    if (!s_has_digit (in) || !plain_signs (in, buffer, &plain))
        return RULE_NUMBER_INVALID;
    bool compared = comparator_take (&plain, limit, got.comparator);
    if (plain.n == 0 || !s_read_number (plain, mark, &got))
        return RULE_NUMBER_INVALID;
    *out = got;
    if (compared)
        return RULE_NUMBER_SPLIT;
    return text_equal (in, (struct text){got.digits, got.n}) ? RULE_NONE : RULE_NUMBER_FORMAT;
}

enum rule number_read (struct text in, enum decimal_mark mark, struct number *out)
{
    return s_read (in, mark, false, out);
}

enum rule number_read_limit (struct text in, enum decimal_mark mark, struct number *out)
{
    return s_read (in, mark, true, out);
}
