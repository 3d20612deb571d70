//  socket_file.c: see socket_file.h.
#include "broker/access/socket_file.h"

#include "messages/base/narrow.h"
#include "messages/sockets/unix_socket.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

//  Where the process has no descriptor left for a peer of a Unix socket, libzmq 4.3.4 ends the process: it
//  takes ENFILE for an answer of accept4 there and not EMFILE, as it does at TCP. So it hears ENFILE; the
//  peer waits, and connections.c makes room. This definition goes before the C library's, as the program
//  itself has it.
int accept4 (int fd, struct sockaddr *address, socklen_t *n, int flags);

int accept4 (int fd, struct sockaddr *address, socklen_t *n, int flags)
{
    int accepted = NARROW (int, syscall (SYS_accept4, fd, address, n, flags));
    if (accepted < 0 && errno == EMFILE)
        errno = ENFILE;
    return accepted;
}

//  The folder itself is what is locked, so that no file of a lock is left behind.
static int s_lock (const char *path, struct error *error)
{
    char folder[PATH_MAX] = ".";
    const char *slash = strrchr (path, '/');
    if (slash)
        snprintf (folder, sizeof folder, "%.*s", slash > path ? NARROW (int, slash - path) : 1, path);
    int fd = open (folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC), rc = fd < 0 ? -1 : flock (fd, LOCK_EX);
    if (rc == 0)
        return fd;
    error_set (error, DMH_IO, "the folder %s for a socket cannot be used: %s", folder, strerror (errno));
    if (fd >= 0)
        close (fd);
    return -1;
}

//  With the lock: what is found cannot be changed by another broker.
static int s_look (const char *endpoint, struct error *error)
{
    struct stat about;
    const char *path = unix_socket_path (endpoint);
    pid_t listener = unix_socket_listener (endpoint);
    if (listener > 0)
        return error_set (
            error, DMH_UNAVAILABLE,
            "another broker (process %ld) listens at %s; end it, or give this one another place "
            "by XDG_RUNTIME_DIR or --front",
            (long) listener, endpoint);
    if (listener < 0)
        return error_set (error, DMH_UNAVAILABLE, "somebody else listens at %s; give another --front",
                          endpoint);
    if (lstat (path, &about) == 0 && !S_ISSOCK (about.st_mode))
        return error_set (error, DMH_UNAVAILABLE,
                          "%s is there and is no socket; remove it, or give another endpoint", path);
    return DMH_OK;
}

int socket_file_claim (const char *endpoint, int *lock, struct error *error)
{
    int rc = unix_socket_check (endpoint, error);
    if (rc != DMH_OK)
        return rc;
    int fd = s_lock (unix_socket_path (endpoint), error);
    rc = fd < 0 ? error->code : s_look (endpoint, error);
    if (rc == DMH_OK)
        *lock = fd;
    else if (fd >= 0)
        close (fd);
    return rc;
}

void socket_file_remove (const char *endpoint)
{
    if (unix_socket_path (endpoint) && unix_socket_listener (endpoint) == getpid ())
        unlink (unix_socket_path (endpoint));
}
