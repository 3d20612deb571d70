//  origin.c: see origin.h.
#include "client/gateway/http/origin.h"

#include <string.h>
#include <strings.h>

//  The bytes of HOST or HOST:PORT that are the host.
static size_t s_host_bytes (const char *text)
{
    if (*text == '[') {
        const char *end = strchr (text, ']');
        return end ? (size_t) (end - text) + 1 : 0;
    }
    return strcspn (text, ":");
}

static bool s_is_of (const char *names, const char *host, size_t n)
{
    for (const char *at = names; at && *at;) {
        at += strspn (at, " ,");
        size_t length = strcspn (at, " ,");
        if (length && length == n && strncasecmp (at, host, n) == 0)
            return true;
        at += length;
    }
    return false;
}

int origin_check_host (const char *host, const char *names, struct error *error)
{
    size_t n = host ? s_host_bytes (host) : 0;
    const char *rest = host ? host + n : "";
    bool has_port = *rest == ':' && strspn (rest + 1, "0123456789") == strlen (rest + 1);
    if (!n || (*rest && !has_port))
        return error_set (error, DMH_MALFORMED, "a request names its host (the header Host)");
    if (s_is_of ("localhost,127.0.0.1,[::1]", host, n) || s_is_of (names, host, n))
        return DMH_OK;
    return error_set (error, DMH_UNAUTHORIZED,
                      "the gateway is not known by that name; --host-names lists those by which it is");
}

//  Where the host begins in an origin of a scheme that the gateway's pages have; NULL: it has another.
static const char *s_host_of (const char *origin, bool tls)
{
    static const char HTTPS[] = "https://", HTTP[] = "http://";
    if (strncasecmp (origin, HTTPS, sizeof HTTPS - 1) == 0)
        return origin + sizeof HTTPS - 1;
    return !tls && strncasecmp (origin, HTTP, sizeof HTTP - 1) == 0 ? origin + sizeof HTTP - 1 : NULL;
}

int origin_check (const char *origin, const char *site, const char *host, bool tls, struct error *error)
{
    if (site && strcmp (site, "same-origin") != 0 && strcmp (site, "none") != 0 &&
        (!origin || strcmp (site, "same-site") != 0))
        return error_set (error, DMH_UNAUTHORIZED, "a page of another origin asks for this");
    if (!origin)
        return DMH_OK;
    const char *named = s_host_of (origin, tls);
    if (named && strcasecmp (named, host) == 0)
        return DMH_OK;
    return error_set (error, DMH_UNAUTHORIZED, "a page of another origin asks for this");
}
