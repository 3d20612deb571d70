//  host_list.c: see host_list.h.
#include "client/launch/remote/host_list.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char BLANKS[] = " \t\r\n";

//  Letters that ssh and a shell take as they are; one that begins with '-' would be an option.
static bool s_is_host (const char *text, size_t n)
{
    static const char LETTERS[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-@:[]%";
    return n > 0 && n < NAME_BYTES && *text != '-' && strspn (text, LETTERS) >= n;
}

//  A line: DMH_OK, with an empty name where it says nothing.
static int s_read_line (const char *line, struct host *out)
{
    *out = (struct host){.slots = 0};
    line += strspn (line, BLANKS);
    size_t n = strcspn (line, " \t\r\n#");
    if (n == 0)
        return DMH_OK;
    if (!s_is_host (line, n))
        return DMH_USAGE;
    memcpy (out->name, line, n);
    line += n;
    line += strspn (line, BLANKS);
    if (!*line || *line == '#')
        return DMH_OK;
    size_t digits = strspn (line, "0123456789");
    const char *behind = line + digits + strspn (line + digits, BLANKS);
    out->slots = strtoull (line, NULL, 10);
    return digits && digits < 4 && out->slots >= 1 && out->slots <= HOST_SLOTS_MAX &&
                   (!*behind || *behind == '#')
               ? DMH_OK
               : DMH_USAGE;
}

static int s_add (struct host **hosts, size_t *count, const struct host *host)
{
    for (size_t i = 0; i < *count; i++)
        if (strcmp ((*hosts)[i].name, host->name) == 0)
            return DMH_CONFLICT;
    if (*count == HOST_LIST_MAX)
        return DMH_TOO_LARGE;
    struct host *more = realloc (*hosts, (*count + 1) * sizeof *more);
    if (!more)
        return DMH_INTERNAL;
    *hosts = more;
    more[(*count)++] = *host;
    return DMH_OK;
}

static int s_refuse (int code, const char *path, size_t number, const struct host *host, struct error *error)
{
    if (code == DMH_CONFLICT)
        return error_set (error, DMH_USAGE,
                          "%s, line %zu: the host %s stands there twice; give it more slots instead", path,
                          number, host->name);
    if (code == DMH_TOO_LARGE)
        return error_set (error, DMH_USAGE, "%s has more than %d hosts", path, HOST_LIST_MAX);
    if (code == DMH_INTERNAL)
        return error_set (error, code, "out of memory");
    return error_set (error, DMH_USAGE, "%s, line %zu is not HOST [SLOTS], with 1 to %d slots", path, number,
                      HOST_SLOTS_MAX);
}

int host_list_read (const char *path, struct host **out, size_t *count, struct error *error)
{
    char *line = NULL;
    size_t room = 0, number = 0;
    struct host *hosts = NULL, host;
    int rc = DMH_OK;
    *out = NULL;
    *count = 0;
    FILE *file = fopen (path, "re");
    if (!file)
        return error_set (error, DMH_NOT_FOUND, "the list of hosts %s cannot be read: %s", path,
                          strerror (errno));
    while (rc == DMH_OK && getline (&line, &room, file) >= 0) {
        number++;
        rc = s_read_line (line, &host);
        if (rc == DMH_OK && *host.name)
            rc = s_add (&hosts, count, &host);
    }
    free (line);
    fclose (file);
    if (rc != DMH_OK)
        rc = s_refuse (rc, path, number, &host, error);
    else if (*count == 0)
        rc = error_set (error, DMH_USAGE, "%s names no host; write one a line: HOST [SLOTS]", path);
    if (rc == DMH_OK)
        *out = hosts;
    else
        free (hosts);
    return rc;
}
