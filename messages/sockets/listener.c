//  listener.c: see listener.h.
#define _GNU_SOURCE
#include "messages/sockets/listener.h"

#include "messages/base/narrow.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { BACKLOG = 1024, HOST_BYTES = 64, PORT_MOST = 65535 };

//  Up to the most that there is: getaddrinfo takes a higher number for what is left of it in 16 bits.
static bool s_is_port (const char *text)
{
    size_t n = strlen (text);
    return n > 0 && n < 6 && strspn (text, "0123456789") == n && strtoul (text, NULL, 10) <= PORT_MOST;
}

//  DMH_OK: *out is of one address (freeaddrinfo it).
static int s_read (const char *option, const char *address, struct addrinfo **out, struct error *error)
{
    char host[HOST_BYTES];
    const char *colon = strrchr (address, ':'), *end = colon;
    bool bracket = *address == '[' && colon && colon > address && colon[-1] == ']';
    const char *begin = address + bracket;
    if (bracket)
        end--;
    struct addrinfo hints = {.ai_family = AF_UNSPEC,
                             .ai_socktype = SOCK_STREAM,
                             .ai_flags = AI_NUMERICHOST | AI_NUMERICSERV | AI_PASSIVE};
    *out = NULL;
    if (colon && end > begin && end - begin < HOST_BYTES && s_is_port (colon + 1)) {
        snprintf (host, sizeof host, "%.*s", NARROW (int, end - begin), begin);
        if (getaddrinfo (strcmp (host, "localhost") == 0 ? "127.0.0.1" : host, colon + 1, &hints, out) == 0)
            return DMH_OK;
    }
    return error_set (error, DMH_USAGE, "--%s %s is no address of a host and a port; give 127.0.0.1:8080",
                      option, address);
}

static bool s_is_loopback (const struct sockaddr *address)
{
    if (address->sa_family == AF_INET6)
        return IN6_IS_ADDR_LOOPBACK (&((const struct sockaddr_in6 *) (const void *) address)->sin6_addr);
    return ntohl (((const struct sockaddr_in *) (const void *) address)->sin_addr.s_addr) >> 24 == 127;
}

static void s_tell (int fd, char out[LISTENER_TEXT_BYTES])
{
    struct sockaddr_storage bound = {.ss_family = AF_UNSPEC};
    socklen_t n = sizeof bound;
    char host[INET6_ADDRSTRLEN] = "", port[8] = "";
    getsockname (fd, (struct sockaddr *) &bound, &n);
    getnameinfo ((struct sockaddr *) &bound, n, host, sizeof host, port, sizeof port,
                 NI_NUMERICHOST | NI_NUMERICSERV);
    bool six = bound.ss_family == AF_INET6;
    snprintf (out, LISTENER_TEXT_BYTES, "%s%s%s:%s", six ? "[" : "", host, six ? "]" : "", port);
}

int listener_open (const char *option, const char *address, bool loopback_only, char out[LISTENER_TEXT_BYTES],
                   struct error *error)
{
    struct addrinfo *found;
    int one = 1;
    if (s_read (option, address, &found, error) != DMH_OK)
        return -1;
    int fd = -1;
    if (loopback_only && !s_is_loopback (found->ai_addr))
        error_set (error, DMH_USAGE,
                   "--%s %s is open to other hosts: give tokens and TLS, or --insecure to let in whoever "
                   "reaches it",
                   option, address);
    else if ((fd = socket (found->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)) < 0 ||
             setsockopt (fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one) != 0 ||
             bind (fd, found->ai_addr, found->ai_addrlen) != 0 || listen (fd, BACKLOG) != 0) {
        error_set (error, DMH_UNAVAILABLE, "--%s %s cannot be listened at: %s", option, address,
                   strerror (errno));
        if (fd >= 0)
            close (fd);
        fd = -1;
    } else
        s_tell (fd, out);
    freeaddrinfo (found);
    return fd;
}
