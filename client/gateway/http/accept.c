//  accept.c: see accept.h.
#include "client/gateway/http/accept.h"

#include "messages/base/narrow.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { EXACT = 3, OF_TYPE = 2, ANY = 1, THOUSAND = 1000 };

//  How closely a range of n bytes names that type; 0: it does not.
static int s_closeness (const char *range, size_t n, const char *type)
{
    size_t major = strcspn (type, "/") + 1;
    if (n == strlen (type) && strncasecmp (range, type, n) == 0)
        return EXACT;
    if (n == major + 1 && strncasecmp (range, type, major) == 0 && range[major] == '*')
        return OF_TYPE;
    return n == 3 && strncmp (range, "*/*", 3) == 0 ? ANY : 0;
}

//  The q of a range's parameters, in thousandths.
static int s_weight (const char *at, size_t n)
{
    for (size_t i = 0; i + 2 < n; i++)
        if (at[i] == ';') {
            size_t k = i + 1;
            while (k < n && (at[k] == ' ' || at[k] == '\t'))
                k++;
            if (k + 2 <= n && (at[k] == 'q' || at[k] == 'Q') && at[k + 1] == '=') {
                double weight = strtod (at + k + 2, NULL);
                return weight >= 0 && weight <= 1 ? (int) (weight * THOUSAND) : 0;
            }
        }
    return THOUSAND;
}

//  The closest range says how much a type is liked.
static int s_liking (const char *accept, const char *type)
{
    int closest = 0, liking = 0;
    for (const char *at = accept; *at;) {
        at += strspn (at, " \t,");
        size_t length = strcspn (at, ","), n = strcspn (at, " \t;,");
        int closeness = s_closeness (at, n, type);
        if (closeness > closest) {
            closest = closeness;
            liking = s_weight (at, length);
        }
        at += length;
    }
    return liking;
}

int accept_choose (const char *accept, const char *const *types, size_t count)
{
    int best = -1, most = 0;
    if (!accept || !*accept)
        return 0;
    for (size_t i = 0; i < count; i++) {
        int liking = s_liking (accept, types[i]);
        if (liking > most) {
            most = liking;
            best = NARROW (int, i);
        }
    }
    return best;
}
