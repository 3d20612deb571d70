//  number_value.c: numbers to and from binary floating point, see number.h. Both ways take a fast path only
//  where it is provably the correctly rounded result, else the C library.
#include "worker/rules/numbers/number.h"

#include "messages/base/narrow.h"
#include "worker/text/ascii.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum { POWERS = 23, SIGNIFICANT_MOST = 17, SIGNIFICANT_FAST = 15, EXACT_BITS = 53 };

//  Powers of ten that a double holds exactly.
static const double POWER[POWERS] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
                                     1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};

static const uint64_t WHOLE_POWER[SIGNIFICANT_FAST + 1] = {1ull,
                                                           10ull,
                                                           100ull,
                                                           1000ull,
                                                           10000ull,
                                                           100000ull,
                                                           1000000ull,
                                                           10000000ull,
                                                           100000000ull,
                                                           1000000000ull,
                                                           10000000000ull,
                                                           100000000000ull,
                                                           1000000000000ull,
                                                           10000000000000ull,
                                                           100000000000000ull,
                                                           1000000000000000ull};

double number_value (const char *digits, size_t n)
{
    bool negative = n && digits[0] == '-';
    uint64_t whole = 0;
    int fraction = 0;
    bool point = false, exact = n <= NUMBER_BYTES;
    for (size_t at = negative; at < n && exact; at++) {
        if (digits[at] == '.') {
            point = true;
            continue;
        }
        whole = whole * 10 + digit_of (digits[at]);
        fraction += point;
        exact = whole < 1ull << EXACT_BITS && fraction < POWERS;
    }
    if (exact) {    //  both parts are exact, so the one division rounds correctly
        double value = (double) whole / POWER[fraction];
        return negative ? -value : value;
    }
    char copy[NUMBER_BYTES + 1];
    if (n > NUMBER_BYTES)
        n = NUMBER_BYTES;
    memcpy (copy, digits, n);
    copy[n] = '\0';
    return strtod (copy, NULL);    //  the program never leaves the C locale
}

//  Writes `significant` digits, the first of which stands for 10^exponent, as a plain decimal. 0: too long.
static size_t s_write_plain (const char *digits, int significant, int exponent, bool negative, char *out)
{
    char *to = out;
    int whole = exponent + 1;    //  digits before the point
    int length = whole <= 0 ? 1 - whole + significant : whole > significant ? whole : significant;
    if (length > NUMBER_DIGITS)
        return 0;
    if (negative)
        *to++ = '-';
    if (whole <= 0) {
        *to++ = '0';
        *to++ = '.';
        memset (to, '0', (size_t) -whole);
        memcpy (to - whole, digits, (size_t) significant);
        return (size_t) (to - whole + significant - out);
    }
    for (int at = 0; at < significant || at < whole; at++) {
        if (at == whole)
            *to++ = '.';
        *to++ = at < significant ? digits[at] : '0';
    }
    return (size_t) (to - out);
}

//  value * 10^shift rounded to the nearest whole, in *out. The scaling errs by half a unit in the last place
//  at most, as the power is exact; false where such an error could have moved the result, or the power is not
//  exact.
static bool s_scale (double value, int shift, uint64_t *out)
{
    if (shift <= -POWERS || shift >= POWERS)
        return false;
    double scaled = shift < 0 ? value / POWER[-shift] : value * POWER[shift];
    if (!(scaled < (double) (1ull << (EXACT_BITS - 2))))
        return false;
    *out = (uint64_t) scaled;
    double rest = scaled - (double) *out;
    double doubt = scaled * 0x1p-52;
    if (fabs (rest - 0.5) <= doubt)
        return false;
    *out += rest > 0.5;
    return true;
}

//  The decimal exponent of a normal number, or one less.
static int s_exponent_near (double value)
{
    int binary;
    frexp (value, &binary);    //  value lies in [2^(binary-1), 2^binary)
    return (int) floor ((binary - 1) * 0.30102999566398120);
}

//  The correctly rounded digits by scaling; false where that is not certain.
static bool s_digits_fast (double value, int significant, char *digits, int *exponent)
{
    uint64_t whole;
    if (significant > SIGNIFICANT_FAST)
        return false;
    *exponent = s_exponent_near (value);
    if (!s_scale (value, significant - 1 - *exponent, &whole))
        return false;
    if (whole >= WHOLE_POWER[significant] && !s_scale (value, significant - 1 - ++*exponent, &whole))
        return false;
    if (whole < WHOLE_POWER[significant - 1] || whole >= WHOLE_POWER[significant])
        return false;
    for (int at = significant; at-- > 0; whole /= 10)
        digits[at] = (char) ('0' + whole % 10);
    return true;
}

//  The same by the C library, for the rest.
static void s_digits_slow (double value, int significant, char *digits, int *exponent)
{
    char text[48];    //  d.ddde-ddd
    snprintf (text, sizeof text, "%.*e", significant - 1, value);
    const char *at = text;
    for (int n = 0; n < significant; at++)
        if (is_digit (*at))
            digits[n++] = *at;
    while (*at != 'e')
        at++;
    *exponent = NARROW (int, strtol (at + 1, NULL, 10));
}

size_t number_write (double value, unsigned significant, char *out)
{
    if (!isfinite (value) || significant == 0 || significant > SIGNIFICANT_MOST)
        return 0;
    char digits[SIGNIFICANT_MOST];
    int exponent = 0, count = (int) significant;
    double size = fabs (value);
    if (size == 0)
        memset (digits, '0', significant);
    else if (!s_digits_fast (size, count, digits, &exponent))
        s_digits_slow (size, count, digits, &exponent);
    return s_write_plain (digits, count, exponent, value < 0, out);
}
