//  time_point.c: see time_point.h.
#define _GNU_SOURCE
#include "client/arguments/time_point.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { DIGITS_MAX = 6 };

//  24h, 7d …: how many ms; 0: it is none.
static int64_t s_ago (const char *text)
{
    static const struct {
        char unit;
        int64_t ms;
    } UNITS[] = {{'m', 60000}, {'h', 3600000}, {'d', 86400000}, {'w', 7 * (int64_t) 86400000}};
    size_t digits = strspn (text, "0123456789");
    if (digits == 0 || digits > DIGITS_MAX || strlen (text) != digits + 1)
        return 0;
    for (size_t i = 0; i < sizeof UNITS / sizeof *UNITS; i++)
        if (text[digits] == UNITS[i].unit)
            return strtoll (text, NULL, 10) * UNITS[i].ms;
    return 0;
}

//  Of this host, unless the text ends in Z or an offset. -1: it is none.
static int64_t s_date (const char *text)
{
    static const char *const FORMS[] = {"%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M",
                                        "%Y-%m-%d %H:%M",    "%Y-%m-%d",          NULL};
    for (const char *const *form = FORMS; *form; form++) {
        struct tm time = {.tm_isdst = -1}, zone = {.tm_isdst = -1};
        const char *rest = strptime (text, *form, &time);
        if (!rest)
            continue;
        struct tm same = time;
        time_t seconds = -1;
        if (!*rest)
            seconds = mktime (&same);
        else if (strchr (*form, 'H') && (rest = strptime (rest, "%z", &zone)) && !*rest)
            seconds = timegm (&same) - zone.tm_gmtoff;
        else
            continue;
        //  strptime takes a 31st of February, and mktime makes another day of it.
        return same.tm_mday == time.tm_mday && seconds > 0 ? (int64_t) seconds * 1000 : -1;
    }
    return -1;
}

int time_point_read (const char *option, const char *text, int64_t now, int64_t *out, struct error *error)
{
    int64_t ago = s_ago (text), at = ago ? now - ago : s_date (text);
    if (!ago && at < 0)
        return error_set (
            error, DMH_USAGE,
            "--%s takes a date (2024-05-31), a date with a time (2024-05-31T18:00), or how long "
            "ago (90m, 24h, 7d, 2w), not “%.60s”",
            option, text);
    *out = at > 0 ? at : 1;
    return DMH_OK;
}
