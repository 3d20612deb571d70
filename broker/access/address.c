//  address.c: see address.h.
#include "broker/access/address.h"

#include <arpa/inet.h>
#include <string.h>

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
