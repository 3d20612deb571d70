//  queue_url.c: see queue_url.h.
#define _GNU_SOURCE
#include "client/bridge/queue_url.h"

#include "messages/base/narrow.h"

#include <ctype.h>
#include <openssl/crypto.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

enum { PORT_MAX = 65535 };

static const struct scheme {
    const char *name;
    unsigned port;
    bool tls;
} SCHEMES[] = {{"redis", 6379, false}, {"rediss", 6379, true}, {"amqp", 5672, false}, {"amqps", 5671, true}};

static int s_refuse (struct error *error, const char *why)
{
    return error_set (error, DMH_USAGE,
                      "the queue's URL %s; it is redis://, rediss://, amqp:// or amqps://, then "
                      "[USER[:PASSWORD]@]HOST[:PORT][/DATABASE or VIRTUAL HOST]",
                      why);
}

static int s_digit (char c)
{
    return c >= '0' && c <= '9'   ? c - '0'
           : c >= 'a' && c <= 'f' ? c - 'a' + 10
           : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                  : -1;
}

//  The n bytes without their escapes. false: too long, or an escape that is none, or of a NUL.
static bool s_unescape (const char *at, size_t n, char out[QUEUE_WORD_BYTES])
{
    size_t used = 0;
    for (size_t i = 0; i < n; i++) {
        int high = at[i] == '%' && i + 2 < n ? s_digit (at[i + 1]) : -1;
        int low = high >= 0 ? s_digit (at[i + 2]) : -1;
        if (used + 1 >= QUEUE_WORD_BYTES || (at[i] == '%' && (low < 0 || high * 16 + low == 0)))
            return false;
        out[used++] = at[i] == '%' ? (char) (high * 16 + low) : at[i];
        i += at[i] == '%' ? 2 : 0;
    }
    out[used] = 0;
    return true;
}

//  "USER:PASSWORD", "USER" or ":PASSWORD" of n bytes.
static bool s_read_user (struct queue_url *self, const char *at, size_t n)
{
    const char *colon = memchr (at, ':', n);
    size_t user = colon ? (size_t) (colon - at) : n;
    return s_unescape (at, user, self->user) &&
           (!colon || s_unescape (colon + 1, n - user - 1, self->password));
}

//  "HOST:PORT", "HOST" or "[ADDRESS]:PORT" of n bytes.
static bool s_read_host (struct queue_url *self, const char *at, size_t n)
{
    bool bracket = n && *at == '[';
    const char *end = bracket ? memchr (at, ']', n) : memchr (at, ':', n);
    size_t host = end ? (size_t) (end - at) - bracket : n;
    if ((bracket && !end) || !host || host >= QUEUE_HOST_BYTES)
        return false;
    //  A name or an address; of IPv6 with its brackets.
    for (size_t i = 0; i < host; i++)
        if (bracket ? !isxdigit ((unsigned char) at[1 + i]) && !strchr (":.", at[1 + i])
                    : !isalnum ((unsigned char) at[i]) && !strchr (".-_", at[i]))
            return false;
    if (bracket && !memchr (at, ':', host))
        return false;
    memcpy (self->host, at + bracket, host);
    self->host[host] = 0;
    const char *rest = at + host + 2 * bracket;
    size_t left = n - (size_t) (rest - at);
    if (!left)
        return true;
    uint64_t port = 0;
    if (*rest != ':' || left < 2 || left > 6)
        return false;
    for (size_t i = 1; i < left; i++) {
        if (rest[i] < '0' || rest[i] > '9')
            return false;
        port = port * 10 + (uint64_t) (rest[i] - '0');
    }
    if (port < 1 || port > PORT_MAX)
        return false;
    self->port = NARROW (unsigned, port);
    return true;
}

int queue_url_read (const char *text, struct queue_url *out, struct error *error)
{
    struct queue_url self = {.tls = false};
    const struct scheme *scheme = NULL;
    const char *at = strstr (text, "://");
    size_t n = at ? (size_t) (at - text) : 0;
    for (size_t i = 0; i < sizeof SCHEMES / sizeof *SCHEMES; i++)
        if (strlen (SCHEMES[i].name) == n && strncmp (SCHEMES[i].name, text, n) == 0)
            scheme = &SCHEMES[i];
    if (!scheme)
        return s_refuse (error, "has no scheme that is known");
    snprintf (self.scheme, sizeof self.scheme, "%s", scheme->name);
    self.tls = scheme->tls;
    self.port = scheme->port;
    at += 3;
    const char *end = at + strcspn (at, "/?#"), *user = memrchr (at, '@', (size_t) (end - at));
    const char *why = NULL;
    if (user && !s_read_user (&self, at, (size_t) (user - at)))
        why = "has a user or password that is too long or wrongly escaped";
    else if (!s_read_host (&self, user ? user + 1 : at, (size_t) (end - (user ? user + 1 : at))))
        why = "has no host, or a port that is none";
    else if (*end == '?' || *end == '#' || strpbrk (end, "?#"))
        why = "has parameters, which are options here";
    else if (*end && !s_unescape (end + 1, strlen (end + 1), self.path))
        why = "has a path that is too long or wrongly escaped";
    self.has_path = *end == '/';
    if (!why)
        *out = self;
    queue_url_forget (&self);
    return why ? s_refuse (error, why) : DMH_OK;
}

void queue_url_forget (struct queue_url *self)
{
    OPENSSL_cleanse (self->password, sizeof self->password);
}

char *queue_url_show (const struct queue_url *self, char out[QUEUE_SHOWN_BYTES])
{
    bool bracket = strchr (self->host, ':') != NULL;
    snprintf (out, QUEUE_SHOWN_BYTES, "%s://%s%s%s:%u", self->scheme, bracket ? "[" : "", self->host,
              bracket ? "]" : "", self->port);
    return out;
}
