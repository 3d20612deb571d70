//  escape.h: writes fields as CSV (RFC 4180) or JSON. Pure, no allocation: the caller gives room.
#ifndef DMH_WORKER_ENCODERS_ESCAPE_H
#define DMH_WORKER_ENCODERS_ESCAPE_H

#include "worker/text/text.h"

//  Copies bytes that are mostly few, without a call. Returns the end of what was written.
static inline char *escape_bytes (char *to, const char *from, size_t n)
{
    if (n >= 8 && n <= 16) {
        uint64_t head, tail;
        memcpy (&head, from, 8);
        memcpy (&tail, from + n - 8, 8);
        memcpy (to, &head, 8);
        memcpy (to + n - 8, &tail, 8);
    } else if (n >= 4 && n < 8) {
        uint32_t head, tail;
        memcpy (&head, from, 4);
        memcpy (&tail, from + n - 4, 4);
        memcpy (to, &head, 4);
        memcpy (to + n - 4, &tail, 4);
    } else if (n > 16)
        memcpy (to, from, n);
    else
        for (size_t i = 0; i < n; i++)
            to[i] = from[i];
    return to + n;
}

//  Writes one CSV field, quoted where it has to be (comma, quote, CR, LF, or a space at an end). Room: 2 *
//  in.n + 2. Returns the end of what was written. Hot path.
char *escape_csv (char *to, struct text in);

//  Writes a JSON string with its quotes (RFC 8259; control characters escaped, invalid UTF-8 bytes as
//  U+FFFD). Room: 6 * in.n + 2. Hot path.
char *escape_json (char *to, struct text in);

#endif
