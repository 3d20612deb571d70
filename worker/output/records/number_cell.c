//  number_cell.c: see number_cell.h. Up to 15 digits and their power of ten are exact in a double, so that
//  one division rounds as it should.
#include "worker/output/records/number_cell.h"

#include "messages/base/narrow.h"
#include "worker/text/ascii.h"

#include <stdio.h>
#include <stdlib.h>

enum { EXACT_DIGITS = 15, SHOWN_DIGITS = 17, SHORT_BYTES = 64 };

//  Any number of digits. `decimals`: of its fraction, where it may be shown whole; -1: it is not.
static double s_long (struct text value, int decimals, bool *exact)
{
    char few[SHORT_BYTES], shown[2 * SHORT_BYTES], *text = value.n < sizeof few ? few : malloc (value.n + 1);
    *exact = false;
    if (!text)
        return 0;
    memcpy (text, value.at, value.n);
    text[value.n] = 0;
    double number = strtod (text, NULL);
    if (decimals >= 0) {
        snprintf (shown, sizeof shown, "%.*f", decimals, number);
        *exact = strcmp (shown, text) == 0;
    }
    if (*exact && decimals > 0) {    //  and nothing shorter is
        snprintf (shown, sizeof shown, "%.*f", decimals - 1, number);
        *exact = strtod (shown, NULL) != number;
    }
    if (text != few)
        free (text);
    return number;
}

double number_cell (struct text value, bool *exact)
{
    static const double TENS[] = {1e0, 1e1, 1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                  1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15};
    const char *at = value.at, *end = value.at + value.n;
    bool negative = at < end && *at == '-';
    uint64_t digits = 0;
    size_t whole = 0, fraction = 0;
    const char *first = at += negative;
    for (; at < end && is_digit (*at) && whole <= SHOWN_DIGITS; at++, whole++)
        digits = digits * 10 + digit_of (*at);
    bool point = at < end && *at == '.';
    for (at += point; point && at < end && is_digit (*at) && whole + fraction <= SHOWN_DIGITS;
         at++, fraction++)
        digits = digits * 10 + digit_of (*at);
    bool zeros = (whole > 1 && *first == '0') || (point && (fraction == 0 || end[-1] == '0'));
    bool plain = at == end && whole && !zeros && !(negative && digits == 0);
    size_t count = whole + fraction;
    if (at != end || count > EXACT_DIGITS || count == 0)
        return s_long (value, plain && count <= SHOWN_DIGITS ? NARROW (int, fraction) : -1, exact);
    *exact = plain;
    double number = (double) digits / TENS[fraction];
    return negative ? -number : number;
}
