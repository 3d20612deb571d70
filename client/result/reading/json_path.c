//  json_path.c: see json_path.h.
#include "client/result/reading/json_path.h"

#include "messages/base/narrow.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PART_BYTES = 64 };
static const char URL[] = "url=";

static const struct json_value *s_element (const struct json_value *array, const char *part)
{
    const struct json_value *at = array->first;
    if (strncmp (part, URL, sizeof URL - 1) == 0) {
        const char *url = part + sizeof URL - 1, *own;
        while (at && !((own = json_value_string (json_value_member (at, "url"))) && strcmp (own, url) == 0))
            at = at->next;
        return at;
    }
    for (size_t index = strtoul (part, NULL, 10); at && index; index--)
        at = at->next;
    return at;
}

const struct json_value *json_path (const struct json_value *at, const char *path)
{
    while (at && *path) {
        char part[PART_BYTES];
        size_t n = strcspn (path, ".");
        snprintf (part, sizeof part, "%.*s", NARROW (int, n), path);
        at = json_value_is (at, JSON_ARRAY) ? s_element (at, part) : json_value_member (at, part);
        path += n + (path[n] == '.');
    }
    return at;
}
