//  profile_file.c: see profile_file.h.
#define _GNU_SOURCE
#include "messages/s3/profile_file.h"

#include <errno.h>
#include <openssl/crypto.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

//  Takes spaces off both ends, in place.
static char *s_trim (char *text)
{
    text += strspn (text, " \t\r\n");
    size_t n = strlen (text);
    while (n && strchr (" \t\r\n", text[n - 1]))
        text[--n] = 0;
    return text;
}

//  Whether a line begins a section, which is *is then.
static bool s_is_section (char *line, const char *section, bool *is)
{
    char *end = *line == '[' ? strchr (line, ']') : NULL;
    if (!end)
        return false;
    *end = 0;
    *is = strcmp (s_trim (line + 1), section) == 0;
    return true;
}

static int s_take (char *line, struct profile_value *values, size_t count, const char *path,
                   struct error *error)
{
    char *equals = strchr (line, '=');
    if (!equals)
        return DMH_OK;
    *equals = 0;
    const char *name = s_trim (line), *value = s_trim (equals + 1);
    for (size_t i = 0; i < count; i++) {
        if (strcasecmp (name, values[i].name) != 0)
            continue;
        if (strlen (value) >= values[i].size)
            return error_set (error, DMH_USAGE, "%s of %s is longer than one can be", values[i].name, path);
        snprintf (values[i].value, values[i].size, "%s", value);
    }
    return DMH_OK;
}

int profile_file_read (const char *path, const char *section, struct profile_value *values, size_t count,
                       bool *found, struct error *error)
{
    *found = false;
    FILE *file = fopen (path, "re");
    if (!file && (errno == ENOENT || errno == ENOTDIR))
        return DMH_OK;
    if (!file)
        return error_set (error, DMH_USAGE, "%s cannot be read: %s", path, strerror (errno));
    char *line = NULL;
    size_t room = 0;
    bool inside = false;
    int rc = DMH_OK;
    while (rc == DMH_OK && getline (&line, &room, file) >= 0) {
        if (strchr ("#; \t\r\n", *line) || s_is_section (line, section, &inside)) {
            *found = *found || inside;
            continue;
        }
        if (inside)
            rc = s_take (line, values, count, path, error);
    }
    if (rc == DMH_OK && ferror (file))
        rc = error_set (error, DMH_USAGE, "%s cannot be read: %s", path, strerror (errno));
    if (line)
        OPENSSL_cleanse (line, room);
    free (line);
    fclose (file);
    return rc;
}
