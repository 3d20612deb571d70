//  target.c: see target.h.
#include "client/gateway/http/target.h"

#include "messages/text/utf8.h"

#include <stdlib.h>
#include <string.h>

static int s_digit (char c)
{
    return c >= '0' && c <= '9'   ? c - '0'
           : c >= 'a' && c <= 'f' ? c - 'a' + 10
           : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                  : -1;
}

//  Decodes n bytes at `from` to `to` and terminates them. The byte behind them; NULL: they are wrong.
static char *s_decode (const char *from, size_t n, bool plus, char *to)
{
    char *begin = to;
    for (size_t i = 0; i < n; i++) {
        if (from[i] != '%') {
            *to++ = plus && from[i] == '+' ? ' ' : from[i];
            continue;
        }
        int high = i + 2 < n ? s_digit (from[i + 1]) : -1;
        int low = high >= 0 ? s_digit (from[i + 2]) : -1;
        if (low < 0 || (high == 0 && low == 0))
            return NULL;
        *to++ = (char) (high * 16 + low);
        i += 2;
    }
    *to = 0;
    for (const char *at = begin; at < to; at += utf8_bytes (at))
        if (!utf8_bytes (at))
            return NULL;
    return to + 1;
}

static int s_path (struct target *out, const char *at, size_t n, char **to, struct error *error)
{
    const char *end = at + n;
    while (at < end) {
        const char *begin = at + 1;    //  behind the slash
        at = memchr (begin, '/', (size_t) (end - begin));
        at = at ? at : end;
        if (at == begin && at == end && out->segment_count)
            return error_set (error, DMH_NOT_FOUND, "there is nothing behind that slash");
        if (at == begin && at == end)
            return DMH_OK;    //  the root
        const char *segment = *to;
        char *behind = s_decode (begin, (size_t) (at - begin), false, *to);
        if (!behind || at == begin || strchr (segment, '/') || strcmp (segment, ".") == 0 ||
            strcmp (segment, "..") == 0)
            return error_set (error, DMH_MALFORMED,
                              "a part of the path is empty, has a wrong escape or leads elsewhere");
        if (out->segment_count == TARGET_SEGMENTS_MAX)
            return error_set (error, DMH_MALFORMED, "the path has too many parts");
        out->segments[out->segment_count++] = segment;
        *to = behind;
    }
    return DMH_OK;
}

static int s_query (struct target *out, const char *at, char **to, struct error *error)
{
    while (*at) {
        size_t n = strcspn (at, "&"), name = strcspn (at, "=&");
        const char *key = *to;
        char *value = n ? s_decode (at, name, true, *to) : *to;
        char *behind =
            n && value ? s_decode (at + name + (name < n), n - name - (name < n), true, value) : value;
        if (!behind)
            return error_set (error, DMH_MALFORMED, "the query has a wrong escape, or is not UTF-8");
        if (n && out->pair_count == TARGET_PAIRS_MAX)
            return error_set (error, DMH_MALFORMED, "the query has too many parts");
        if (n) {
            out->pairs[out->pair_count].name = key;
            out->pairs[out->pair_count++].value = value;
        }
        *to = behind;
        at += n + (at[n] == '&');
    }
    return DMH_OK;
}

int target_read (const char *text, struct target *out, struct error *error)
{
    *out = (struct target){.bytes = NULL};
    size_t length = strlen (text);
    if (length > TARGET_BYTES_MAX)
        return error_set (error, DMH_TOO_LARGE, "the address is longer than %d bytes", TARGET_BYTES_MAX);
    const char *scheme = strncmp (text, "http://", 7) == 0    ? text + 7
                         : strncmp (text, "https://", 8) == 0 ? text + 8
                                                              : NULL;
    if (scheme)
        text = scheme + strcspn (scheme, "/?");
    if (*text != '/')
        return error_set (error, DMH_MALFORMED, "the address is no path");
    //  Each part has a terminator, and there may be a pair for each byte.
    if (!(out->bytes = malloc (2 * length + 4)))
        return error_set (error, DMH_INTERNAL, "out of memory");
    char *to = out->bytes;
    size_t path = strcspn (text, "?#");
    int rc = s_path (out, text, path, &to, error);
    if (rc == DMH_OK && text[path] == '?')
        rc = s_query (out, text + path + 1, &to, error);
    return rc;
}

void target_clear (struct target *self)
{
    free (self->bytes);
    *self = (struct target){.bytes = NULL};
}

bool target_is_name (const char *a, const char *b)
{
    while (*a && (*a == *b || ((*a == '-' || *a == '_') && (*b == '-' || *b == '_')))) {
        a++;
        b++;
    }
    return !*a && !*b;
}

const char *target_value (const struct target *self, const char *name)
{
    for (size_t i = 0; i < self->pair_count; i++)
        if (target_is_name (self->pairs[i].name, name))
            return self->pairs[i].value;
    return NULL;
}
