//  reserved_port.c: see reserved_port.h.
#include "test/support/processes/reserved_port.h"

#include <arpa/inet.h>
#include <criterion/criterion.h>
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { TRIES = 20000, PAUSE_MS = 1 };

//  A socket bound to that port; 0: to one that the system picks. -1: somebody listens there.
static int s_bind (unsigned port)
{
    struct sockaddr_in at = {.sin_family = AF_INET,
                             .sin_port = htons ((uint16_t) port),
                             .sin_addr.s_addr = htonl (INADDR_LOOPBACK)};
    int fd = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), yes = 1;
    cr_assert_geq (fd, 0);
    cr_assert_eq (setsockopt (fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes), 0);
    if (bind (fd, (struct sockaddr *) &at, sizeof at) == 0)
        return fd;
    cr_assert_eq (errno, EADDRINUSE, "port %u: %s", port, strerror (errno));
    close (fd);
    return -1;
}

void reserved_port_endpoint (char out[ENDPOINT_BYTES])
{
    struct sockaddr_in at;
    socklen_t n = sizeof at;
    int fd = s_bind (0);    //  open until the process ends
    cr_assert_geq (fd, 0, "no port is free");
    cr_assert_eq (getsockname (fd, (struct sockaddr *) &at, &n), 0);
    snprintf (out, ENDPOINT_BYTES, "tcp://127.0.0.1:%u", ntohs (at.sin_port));
}

void reserved_port_await_free (const char *endpoint)
{
    unsigned port = (unsigned) atoi (strrchr (endpoint, ':') + 1);
    int fd, tries = 0;
    while ((fd = s_bind (port)) < 0) {    //  nothing tells when
        cr_assert_lt (++tries, TRIES, "%s is still bound", endpoint);
        poll (NULL, 0, PAUSE_MS);
    }
    close (fd);
}
