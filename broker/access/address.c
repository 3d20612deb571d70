//  address.c: see address.h.
#include "broker/access/address.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

enum { PORT_MAX = 65535, PORT_DIGITS_MAX = 5 };

bool address_is_local (const char *endpoint)
{
    if (strncmp (endpoint, "inproc://", 9) == 0 || strncmp (endpoint, "ipc://", 6) == 0)
        return true;
    if (strncmp (endpoint, "tcp://", 6) != 0)
        return false;
    const char *host = endpoint + 6, *colon = strrchr (host, ':');
    size_t n = colon ? (size_t) (colon - host) : strlen (host);
    char text[16];
    struct in_addr address;
    if (n == 5 && memcmp (host, "[::1]", n) == 0)
        return true;
    if (n >= sizeof text)
        return false;
    memcpy (text, host, n);
    text[n] = 0;
    return inet_pton (AF_INET, text, &address) == 1 && ntohl (address.s_addr) >> 24 == 127;
}

bool address_is_tcp (const char *endpoint)
{
    const char *colon = strrchr (endpoint, ':'), *host = endpoint + 6;
    if (strncmp (endpoint, "tcp://", 6) != 0 || colon <= host)
        return false;
    const char *port = colon + 1;
    size_t n = strlen (port);
    if (strcmp (port, "*") == 0)
        return true;
    return n > 0 && n <= PORT_DIGITS_MAX && strspn (port, "0123456789") == n &&
           strtol (port, NULL, 10) <= PORT_MAX;
}
