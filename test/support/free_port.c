//  free_port.c: see free_port.h.
#include "test/support/free_port.h"

#include <arpa/inet.h>
#include <criterion/criterion.h>
#include <stdatomic.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

//  Below what Linux gives to connections (from 32768).
enum { FIRST = 12000, PORTS = 20000, STRIDE = 7919 };

static _Atomic unsigned s_given;

void free_endpoint (char out[ENDPOINT_BYTES])
{
    bool free = false;
    for (unsigned tries = 0; tries < PORTS && !free; tries++) {
        //  Processes begin at places of their own and go their way in strides that reach every port.
        unsigned port =
            FIRST + ((unsigned) getpid () * 61u + atomic_fetch_add (&s_given, 1) * STRIDE) % PORTS;
        struct sockaddr_in at = {.sin_family = AF_INET,
                                 .sin_port = htons ((uint16_t) port),
                                 .sin_addr.s_addr = htonl (INADDR_LOOPBACK)};
        int fd = socket (AF_INET, SOCK_STREAM, 0);
        cr_assert_geq (fd, 0);
        free = bind (fd, (struct sockaddr *) &at, sizeof at) == 0;
        close (fd);
        snprintf (out, ENDPOINT_BYTES, "tcp://127.0.0.1:%u", port);
    }
    cr_assert (free, "no port is free");
}
