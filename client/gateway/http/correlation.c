//  correlation.c: see correlation.h.
#include "client/gateway/http/correlation.h"

#include "messages/base/digest.h"
#include "messages/base/random.h"

#include <string.h>

enum { DIGITS = CORRELATION_BYTES - 1, TRACEPARENT_BYTES = 55 };

static bool s_is_hex (const char *text, size_t n)
{
    return strspn (text, "0123456789abcdef") >= n;
}

//  00-TRACE ID-PARENT ID-FLAGS; a later version may have more behind another hyphen, ff is none.
static bool s_is_traceparent (const char *text)
{
    size_t n = strlen (text);
    return n >= TRACEPARENT_BYTES && s_is_hex (text, 2) && strncmp (text, "ff", 2) != 0 && text[2] == '-' &&
           s_is_hex (text + 3, DIGITS) && text[35] == '-' && s_is_hex (text + 36, 16) && text[52] == '-' &&
           s_is_hex (text + 53, 2) && strspn (text + 3, "0") < DIGITS && strspn (text + 36, "0") < 16 &&
           (n == TRACEPARENT_BYTES || (strncmp (text, "00", 2) != 0 && text[TRACEPARENT_BYTES] == '-'));
}

void correlation_of (const char *traceparent, const char *given, char out[CORRELATION_BYTES])
{
    size_t n = 0;
    if (traceparent && s_is_traceparent (traceparent)) {
        memcpy (out, traceparent + 3, DIGITS);
        out[DIGITS] = 0;
        return;
    }
    if (!given || !*given) {
        random_hex (out, DIGITS);
        return;
    }
    for (const char *at = given; *at && n <= DIGITS; at++)
        if (*at != '-') {
            char digit = *at >= 'A' && *at <= 'F' ? (char) (*at - 'A' + 'a') : *at;
            if (n < DIGITS)
                out[n] = digit;
            n += strchr ("0123456789abcdef", digit) ? 1 : DIGITS + 1;
        }
    out[DIGITS] = 0;
    if (n != DIGITS) {
        char hex[DIGEST_HEX_BYTES];
        digest_of (given, strlen (given), hex);
        memcpy (out, hex, DIGITS);
    }
}
