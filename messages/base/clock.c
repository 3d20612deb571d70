//  clock.c: see clock.h.
#define _GNU_SOURCE
#include "messages/base/clock.h"

#include "messages/base/narrow.h"

#include <stdatomic.h>
#include <stdio.h>
#include <time.h>

static _Atomic (int64_t (*) (int)) s_source;

//  Microseconds.
static int64_t s_read (clockid_t id)
{
    struct timespec now;
    if (clock_gettime (id, &now) != 0)
        return 0;
    return (int64_t) now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

int64_t clock_mono_ms (void)
{
    int64_t (*source) (int) = atomic_load (&s_source);
    return source ? source (0) : s_read (CLOCK_MONOTONIC) / 1000;
}

int64_t clock_mono_us (void)
{
    int64_t (*source) (int) = atomic_load (&s_source);
    return source ? source (0) * 1000 : s_read (CLOCK_MONOTONIC);
}

int64_t clock_wall_ms (void)
{
    int64_t (*source) (int) = atomic_load (&s_source);
    return source ? source (1) : s_read (CLOCK_REALTIME) / 1000;
}

char *clock_text (int64_t wall_ms, char out[CLOCK_TEXT_BYTES])
{
    int64_t ms = wall_ms % 1000;
    time_t seconds = (time_t) (wall_ms / 1000);
    if (ms < 0) {
        ms += 1000;
        seconds--;
    }
    struct tm tm;
    char day[24] = "1970-01-01T00:00:00";
    if (gmtime_r (&seconds, &tm))
        strftime (day, sizeof day, "%Y-%m-%dT%H:%M:%S", &tm);
    snprintf (out, CLOCK_TEXT_BYTES, "%s.%03dZ", day, NARROW (int, ms));
    return out;
}

void clock_replace (int64_t (*source) (int which))
{
    atomic_store (&s_source, source);
}
