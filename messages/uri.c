//  uri.c: see uri.h.
#include "messages/uri.h"

#include "messages/base/narrow.h"
#include "messages/s3/name.h"

#include <stdio.h>
#include <string.h>

static const char PREFIX[] = "file://";
enum { PREFIX_BYTES = sizeof PREFIX - 1 };

static bool s_plain (unsigned char byte)
{
    return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') || (byte >= '0' && byte <= '9') ||
           (byte && strchr ("-._~/", byte));
}

static int s_hex (char digit)
{
    if (digit >= '0' && digit <= '9')
        return digit - '0';
    if (digit >= 'a' && digit <= 'f')
        return digit - 'a' + 10;
    if (digit >= 'A' && digit <= 'F')
        return digit - 'A' + 10;
    return -1;
}

int uri_from_path (const char *path, char *out, size_t size, struct error *error)
{
    static const char HEX[] = "0123456789ABCDEF";
    if (path[0] != '/')
        return error_set (error, DMH_BAD_INPUT, "“%s” is not an absolute path", path);
    size_t n = PREFIX_BYTES;
    if (size <= n)
        return error_set (error, DMH_TOO_LARGE, "the path is too long");
    memcpy (out, PREFIX, n);
    for (; *path; path++) {
        unsigned char byte = (unsigned char) *path;
        if (n + 4 > size)
            return error_set (error, DMH_TOO_LARGE, "the path is too long");
        if (s_plain (byte))
            out[n++] = (char) byte;
        else {
            out[n++] = '%';
            out[n++] = HEX[byte >> 4];
            out[n++] = HEX[byte & 15];
        }
    }
    out[n] = 0;
    return DMH_OK;
}

int uri_to_path (const char *uri, char *out, size_t size, struct error *error)
{
    if (strncmp (uri, PREFIX, PREFIX_BYTES) != 0 || uri[PREFIX_BYTES] != '/')
        return error_set (error, DMH_UNSUPPORTED, "an input has to be named as file:///absolute/path");
    size_t n = 0;
    for (const char *at = uri + PREFIX_BYTES; *at; at++) {
        char byte = *at;
        if (byte == '%') {
            int high = s_hex (at[1]), low = high < 0 ? -1 : s_hex (at[2]);
            if (low < 0 || high * 16 + low == 0)
                return error_set (error, DMH_MALFORMED, "an input's URI holds a wrong percent escape");
            byte = (char) (high * 16 + low);
            at += 2;
        }
        if (n + 1 >= size)
            return error_set (error, DMH_TOO_LARGE, "an input's path is too long");
        out[n++] = byte;
    }
    out[n] = 0;
    return DMH_OK;
}

bool uri_to_place (const char *uri, char *out, size_t size)
{
    struct s3_name name;
    if (!s3_name_is (uri))
        return uri_to_path (uri, out, size, NULL) == DMH_OK;
    if (s3_name_of_uri (uri, &name, NULL) != DMH_OK)
        return false;
    int n = snprintf (out, size, "s3://%s/%s", name.bucket, name.key);
    return n > 0 && (size_t) n < size;
}

static const char STORED[] = "sha256:";

bool uri_is_stored (const char *uri)
{
    return strncmp (uri, STORED, sizeof STORED - 1) == 0;
}

char *uri_from_sha256 (const char *sha256, char *out)
{
    snprintf (out, URI_BYTES, "%s%s", STORED, sha256);
    return out;
}

void uri_seen_from (const char *endpoint, const char *known, char out[URI_BYTES])
{
    const char *host = strstr (known, "//"), *end = strrchr (known, ':'), *port = strrchr (endpoint, ':');
    bool any = strncmp (endpoint, "tcp://*:", 8) == 0 || strncmp (endpoint, "tcp://0.0.0.0:", 14) == 0;
    if (any && host && end > host + 2 && port)
        snprintf (out, URI_BYTES, "%.*s%s", NARROW (int, end - known), known, port);
    else
        snprintf (out, URI_BYTES, "%s", endpoint);
}

size_t uri_list (const char *list, char out[][URI_BYTES], size_t max)
{
    for (size_t count = 0; count < max;) {
        list += strspn (list, " ");
        size_t n = strcspn (list, ","), end = n;
        while (end && list[end - 1] == ' ')
            end--;
        if (end == 0 || end >= URI_BYTES)
            return 0;
        memcpy (out[count], list, end);
        out[count++][end] = 0;
        if (!list[n])
            return count;
        list += n + 1;
    }
    return 0;
}
