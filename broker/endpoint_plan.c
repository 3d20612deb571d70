//  endpoint_plan.c: see endpoint_plan.h.
#include "broker/endpoint_plan.h"

#include "messages/base/narrow.h"
#include "messages/sockets/unix_socket.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PORT_MAX = 65535 };

const char *const ENDPOINT_NAMES[ENDPOINT_COUNT] = {"front", "back", "feed-in", "feed", "files"};

static const char KEYED_FRONT[] = "tcp://127.0.0.1:5570";

//  What does not fit is no endpoint, and binding it says so.
static int s_put (char out[URI_BYTES], const char *text, int n, const char *more)
{
    return snprintf (out, URI_BYTES, "%.*s%s", n, text, more) < URI_BYTES ? DMH_OK : DMH_TOO_LARGE;
}

//  The port above the front's by `i`; a front whose port is no number is passed on as it is.
static int s_beside_port (const char *front, int i, char out[URI_BYTES], struct error *error)
{
    char port[16], *end = NULL;
    const char *colon = strrchr (front, ':');
    long number = strtol (colon + 1, &end, 10);
    if (end == colon + 1 || *end || number <= 0)
        return s_put (out, front, NARROW (int, strlen (front)), "");
    if (number + i > PORT_MAX)
        return error_set (error, DMH_USAGE, "--front %.300s leaves no port above it for --%s; name that, too",
                          front, ENDPOINT_NAMES[i]);
    snprintf (port, sizeof port, ":%ld", number + i);
    return s_put (out, front, NARROW (int, colon - front), port);
}

static int s_beside (const char *front, int i, char out[URI_BYTES], struct error *error)
{
    const char *path = unix_socket_path (front), *slash = path ? strrchr (path, '/') : NULL;
    if (strncmp (front, "tcp://", 6) == 0)
        return s_beside_port (front, i, out, error);
    if (!path || strcmp (path, "*") == 0)
        return s_put (out, front, NARROW (int, strlen (front)), "");
    return s_put (out, front, NARROW (int, (slash ? slash + 1 : path) - front), ENDPOINT_NAMES[i]);
}

int endpoint_plan_make (struct endpoint_plan *self, const char *const named[ENDPOINT_COUNT], bool keys,
                        struct error *error)
{
    char *front = self->at[ENDPOINT_FRONT];
    *self->folder = 0;
    int rc = DMH_OK;
    if (named[ENDPOINT_FRONT])
        rc = s_put (front, named[ENDPOINT_FRONT], NARROW (int, strlen (named[ENDPOINT_FRONT])), "");
    else if (keys)
        snprintf (front, URI_BYTES, "%s", KEYED_FRONT);
    else
        socket_folder_endpoint (socket_folder_path (self->folder), ENDPOINT_NAMES[ENDPOINT_FRONT], front,
                                URI_BYTES);
    for (int i = ENDPOINT_FRONT + 1; rc == DMH_OK && i < ENDPOINT_COUNT; i++)
        rc = named[i] ? s_put (self->at[i], named[i], NARROW (int, strlen (named[i])), "")
                      : s_beside (front, i, self->at[i], error);
    return rc == DMH_TOO_LARGE
               ? error_set (error, DMH_USAGE, "an endpoint has at most %d bytes", URI_BYTES - 1)
               : rc;
}

int endpoint_plan_prepare (const struct endpoint_plan *self, struct error *error)
{
    return *self->folder ? socket_folder_make (self->folder, error) : DMH_OK;
}
