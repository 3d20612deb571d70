//  unix_socket.c: see unix_socket.h.
#define _GNU_SOURCE
#include "messages/sockets/unix_socket.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static const char PREFIX[] = "ipc://";
enum { PREFIX_BYTES = sizeof PREFIX - 1 };
_Static_assert(sizeof ((struct sockaddr_un *) 0)->sun_path == UNIX_SOCKET_PATH_MAX + 1, "as Linux has it");

const char *unix_socket_path (const char *endpoint)
{
    return strncmp (endpoint, PREFIX, PREFIX_BYTES) == 0 ? endpoint + PREFIX_BYTES : NULL;
}

bool unix_socket_is_each (const char *list)
{
    for (const char *at = list; at; at = strchr (at, ',')) {
        at += strspn (at, ", ");
        if (!unix_socket_path (at))
            return false;
    }
    return true;
}

int unix_socket_check (const char *endpoint, struct error *error)
{
    const char *path = unix_socket_path (endpoint);
    size_t n = strlen (path);
    if (n == 0)
        return error_set (error, DMH_USAGE, "%s names no file; write ipc:///FOLDER/NAME", endpoint);
    if (*path == '@')
        return error_set (error, DMH_USAGE,
                          "%s is a name without a file, which every user of this host may take; write "
                          "ipc:///FOLDER/NAME",
                          endpoint);
    if (n > UNIX_SOCKET_PATH_MAX)
        return error_set (error, DMH_USAGE,
                          "the path of the Unix socket %.300s has %zu bytes and may have %d; set "
                          "XDG_RUNTIME_DIR to a shorter folder, or name a shorter endpoint",
                          endpoint, n, UNIX_SOCKET_PATH_MAX);
    return DMH_OK;
}

pid_t unix_socket_listener (const char *endpoint)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    struct ucred peer = {.pid = 0};
    socklen_t n = sizeof peer;
    const char *path = unix_socket_path (endpoint);
    if (!path || strlen (path) > UNIX_SOCKET_PATH_MAX)
        return 0;
    memcpy (address.sun_path, path, strlen (path));
    int fd = socket (AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return -1;
    pid_t found = -1;
    if (connect (fd, (struct sockaddr *) &address, sizeof address) != 0)
        found = errno == ENOENT || errno == ECONNREFUSED ? 0 : -1;    //  EAGAIN: its queue is full
    else if (getsockopt (fd, SOL_SOCKET, SO_PEERCRED, &peer, &n) == 0 && peer.pid > 0)
        found = peer.pid;
    close (fd);
    return found;
}
