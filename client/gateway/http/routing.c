//  routing.c: see routing.h.
#include "client/gateway/http/routing.h"

#include <stdio.h>
#include <string.h>

static bool s_matches (const char *pattern, const struct target *target, const char *parts[CALL_PARTS_MAX])
{
    size_t taken = 0, at = 0;
    while (*pattern == '/' && pattern[1]) {
        size_t n = strcspn (++pattern, "/");
        if (at == target->segment_count)
            return false;
        const char *segment = target->segments[at++];
        if (*pattern == '{')
            parts[taken++] = segment;
        else if (strlen (segment) != n || strncmp (segment, pattern, n) != 0)
            return false;
        pattern += n;
    }
    return at == target->segment_count;
}

static void s_allow (char allow[ROUTING_ALLOW_BYTES], const char *method)
{
    size_t n = strlen (allow);
    snprintf (allow + n, ROUTING_ALLOW_BYTES - n, "%s%s%s", n ? ", " : "", method,
              strcmp (method, "GET") == 0 ? ", HEAD" : "");
}

const struct route *routing_find (const struct route *routes, size_t count, const char *method,
                                  const struct target *target, const char *parts[CALL_PARTS_MAX],
                                  char allow[ROUTING_ALLOW_BYTES])
{
    const char *wanted = strcmp (method, "HEAD") == 0 ? "GET" : method;
    *allow = 0;
    for (size_t i = 0; i < count; i++) {
        if (!s_matches (routes[i].path, target, parts))
            continue;
        if (strcmp (routes[i].method, wanted) == 0)
            return &routes[i];
        s_allow (allow, routes[i].method);
    }
    if (*allow)
        s_allow (allow, "OPTIONS");
    return NULL;
}
