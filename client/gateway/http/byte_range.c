//  byte_range.c: see byte_range.h.
#include "client/gateway/http/byte_range.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

//  A number of digits alone; false: there is none, or it is beyond all files.
static bool s_number (const char **at, uint64_t *out)
{
    size_t digits = strspn (*at, "0123456789");
    errno = 0;
    *out = strtoull (*at, NULL, 10);
    *at += digits;
    return digits && !errno;
}

enum byte_range_kind byte_range_read (const char *range, uint64_t bytes, uint64_t *first, uint64_t *count)
{
    uint64_t begin = 0, last = 0;
    if (!range || strncmp (range, "bytes=", 6) != 0)
        return RANGE_WHOLE;
    const char *at = range + 6;
    if (*at == '-') {    //  so many at the end
        at++;
        if (!s_number (&at, &last) || *at)
            return RANGE_WHOLE;
        *count = last < bytes ? last : bytes;
        *first = bytes - *count;
        return *count ? RANGE_PART : RANGE_NONE;
    }
    if (!s_number (&at, &begin) || *at++ != '-')
        return RANGE_WHOLE;
    if (!*at)
        last = UINT64_MAX;
    else if (!s_number (&at, &last) || *at || last < begin)
        return RANGE_WHOLE;
    if (begin >= bytes)
        return RANGE_NONE;
    *first = begin;
    *count = (last < bytes - 1 ? last : bytes - 1) - begin + 1;
    return RANGE_PART;
}

bool byte_range_has_tag (const char *list, const char *tag)
{
    size_t n = strlen (tag);
    for (const char *at = list; at && *at;) {
        at += strspn (at, " \t,");
        size_t length = strcspn (at, ",");
        while (length && (at[length - 1] == ' ' || at[length - 1] == '\t'))
            length--;
        if (length == n && strncmp (at, tag, n) == 0)
            return true;
        at += strcspn (at, ",");
    }
    return false;
}
