//  random.c: see random.h.
#define _GNU_SOURCE
#include "messages/base/random.h"

#include "messages/base/clock.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>

static _Atomic (void (*) (void *, size_t)) s_source;

void random_fill (void *to, size_t n)
{
    void (*source) (void *, size_t) = atomic_load (&s_source);
    if (source) {
        source (to, n);
        return;
    }
    for (char *at = to; n > 0;) {
        ssize_t got = getrandom (at, n, 0);
        if (got < 0 && errno != EINTR)
            abort ();    //  no kernel that runs this program lacks getrandom
        if (got > 0) {
            at += got;
            n -= (size_t) got;
        }
    }
}

char *random_hex (char *out, size_t digits)
{
    static const char HEX[] = "0123456789abcdef";
    for (size_t at = 0; at < digits; at += 32) {
        unsigned char byte[16];
        random_fill (byte, sizeof byte);
        for (size_t i = 0; i < 32 && at + i < digits; i++)
            out[at + i] = HEX[i % 2 ? byte[i / 2] & 15 : byte[i / 2] >> 4];
    }
    out[digits] = 0;
    return out;
}

char *random_job_id (char out[JOB_ID_DIGITS + 1])
{
    char tail[10];
    random_hex (tail, 9);
    snprintf (out, JOB_ID_DIGITS + 1, "%011llx%s", (unsigned long long) clock_wall_ms () & 0xfffffffffffULL,
              tail);
    return out;
}

void random_replace (void (*source) (void *to, size_t n))
{
    atomic_store (&s_source, source);
}
