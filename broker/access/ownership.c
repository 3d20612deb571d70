//  ownership.c: see ownership.h.
#include "broker/access/ownership.h"

#include <stdio.h>
#include <string.h>

bool ownership_is_name (const char *name)
{
    size_t n = 0;
    while (name[n] > ' ' && name[n] <= '~')
        n++;
    return n > 0 && n < OWNER_NAME_BYTES && !name[n];
}

char *ownership_of (const char *user, const char *name, char out[OWNER_BYTES])
{
    snprintf (out, OWNER_BYTES, "%.40s%s%.*s", user ? user : "", *name ? "/" : "", OWNER_NAME_BYTES - 1,
              name);
    return out;
}

bool ownership_covers (const char *user, const char *owner)
{
    size_t n = strlen (user);
    return strncmp (user, owner, n) == 0 && (!owner[n] || owner[n] == '/');
}

char *ownership_key (const char *owner, char out[KEY_TEXT_BYTES])
{
    snprintf (out, KEY_TEXT_BYTES, "%.40s", strlen (owner) < KEY_TEXT_BYTES - 1 ? "" : owner);
    return out;
}
