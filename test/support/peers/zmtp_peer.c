//  zmtp_peer.c: see zmtp_peer.h. Standard: RFC 23/ZMTP.
#define _GNU_SOURCE
#include "test/support/peers/zmtp_peer.h"

#include <arpa/inet.h>
#include <endian.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

int zmtp_connect (const char *endpoint)
{
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_addr.s_addr = htonl (INADDR_LOOPBACK)};
    to.sin_port = htons ((uint16_t) atoi (strrchr (endpoint, ':') + 1));
    int fd = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), yes = 1;
    if (fd >= 0)
        setsockopt (fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    if (fd >= 0 && connect (fd, (struct sockaddr *) &to, sizeof to) != 0) {
        close (fd);
        fd = -1;
    }
    return fd;
}

static bool s_send (int fd, const void *bytes, size_t n)
{
    for (const char *at = bytes; n > 0;) {
        ssize_t sent = send (fd, at, n, MSG_NOSIGNAL);
        if (sent <= 0)
            return false;
        at += sent;
        n -= (size_t) sent;
    }
    return true;
}

const char *zmtp_greeting (void)
{
    static const char greeting[ZMTP_GREETING_BYTES] = "\xff\0\0\0\0\0\0\0\1\x7f\3\0NULL";
    return greeting;
}

bool zmtp_send_head (int fd, unsigned flags, uint64_t length)
{
    unsigned char head[9] = {(unsigned char) flags, (unsigned char) length};
    uint64_t big = htobe64 (length);
    if (!(flags & ZMTP_LONG))
        return s_send (fd, head, 2);
    memcpy (head + 1, &big, sizeof big);
    return s_send (fd, head, sizeof head);
}

bool zmtp_send_frame (int fd, unsigned flags, const void *bytes, size_t n)
{
    return zmtp_send_head (fd, flags | (n > 255 ? ZMTP_LONG : 0), n) && s_send (fd, bytes, n);
}

static bool s_take (int fd, void *bytes, size_t n)
{
    return recv (fd, bytes, n, MSG_WAITALL) == (ssize_t) n;
}

bool zmtp_greet (int fd, const char *type)
{
    char greeting[ZMTP_GREETING_BYTES];
    unsigned char head[2], body[255];
    char ready[64] = "\5READY\13Socket-Type\0\0\0";
    size_t at = 6 + 12 + 3, n = strlen (type);
    ready[at++] = (char) n;
    memcpy (ready + at, type, n);
    return s_send (fd, zmtp_greeting (), ZMTP_GREETING_BYTES) &&
           zmtp_send_frame (fd, ZMTP_COMMAND, ready, at + n) && s_take (fd, greeting, sizeof greeting) &&
           s_take (fd, head, sizeof head) && head[0] == ZMTP_COMMAND && s_take (fd, body, head[1]);
}
