//  redis_link.c: see redis_link.h.
#define _GNU_SOURCE
#include "client/bridge/engines/redis_link.h"

#include "messages/base/clock.h"
#include "messages/base/digest.h"
#include "messages/base/narrow.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { READ_BYTES = 64 * 1024, WORDS_MOST = 64, KEEP_IDLE_S = 30, KEEP_AGAIN_S = 10, KEEP_TIMES = 3 };

struct redis_link {
    int fd;
    SSL_CTX *context;    //  NULL: without TLS
    SSL *ssl;
    redisReader *reader;
    char shown[QUEUE_SHOWN_BYTES];
};

static int s_lost (const redis_link_t *self, const char *why, struct error *error)
{
    return error_set (error, DMH_UNAVAILABLE, "%s: %s", self->shown, why);
}

//  Until the socket can do that. DMH_NOT_FOUND: not until then.
static int s_wait (const redis_link_t *self, short events, int64_t until, struct error *error)
{
    struct pollfd item = {.fd = self->fd, .events = events};
    for (;;) {
        int64_t left = until - clock_mono_ms ();
        int rc = poll (&item, 1, left > 0 ? NARROW (int, left) : 0);
        if (rc > 0)
            return DMH_OK;
        if (rc == 0)
            return DMH_NOT_FOUND;
        if (errno != EINTR)
            return s_lost (self, strerror (errno), error);
    }
}

static int s_connect_to (redis_link_t *self, const struct addrinfo *address, struct error *error)
{
    const int on = 1, idle = KEEP_IDLE_S, again = KEEP_AGAIN_S, times = KEEP_TIMES;
    int why = 0;
    socklen_t n = sizeof why;
    self->fd = socket (address->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (self->fd < 0)
        return s_lost (self, strerror (errno), error);
    setsockopt (self->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    setsockopt (self->fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on);
    setsockopt (self->fd, IPPROTO_TCP, TCP_KEEPIDLE, &idle, sizeof idle);
    setsockopt (self->fd, IPPROTO_TCP, TCP_KEEPINTVL, &again, sizeof again);
    setsockopt (self->fd, IPPROTO_TCP, TCP_KEEPCNT, &times, sizeof times);
    int rc = connect (self->fd, address->ai_addr, address->ai_addrlen) == 0 ? DMH_OK : DMH_UNAVAILABLE;
    if (rc != DMH_OK && errno == EINPROGRESS)
        rc = s_wait (self, POLLOUT, clock_mono_ms () + QUEUE_ANSWER_MS, error);
    else if (rc != DMH_OK)
        why = errno;
    if (rc == DMH_OK)
        getsockopt (self->fd, SOL_SOCKET, SO_ERROR, &why, &n);
    if (rc == DMH_OK && !why)
        return rc;
    close (self->fd);
    self->fd = -1;
    return s_lost (self, why ? strerror (why) : "nobody answers", error);
}

static int s_connect (redis_link_t *self, const struct queue_url *url, struct error *error)
{
    struct addrinfo hints = {.ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM}, *found = NULL;
    char port[16];
    snprintf (port, sizeof port, "%u", url->port);
    int why = getaddrinfo (url->host, port, &hints, &found);
    if (why != 0)
        return s_lost (self, gai_strerror (why), error);
    int rc = DMH_UNAVAILABLE;
    for (const struct addrinfo *at = found; at && rc != DMH_OK; at = at->ai_next)
        rc = s_connect_to (self, at, error);
    freeaddrinfo (found);
    return rc;
}

//  What libssl says of its last call. DMH_OK: it wants to be called again, and can be.
static int s_ssl_wait (redis_link_t *self, int answer, int64_t until, struct error *error)
{
    int why = SSL_get_error (self->ssl, answer);
    if (why == SSL_ERROR_WANT_READ || why == SSL_ERROR_WANT_WRITE)
        return s_wait (self, why == SSL_ERROR_WANT_READ ? POLLIN : POLLOUT, until, error);
    long verified = SSL_get_verify_result (self->ssl);
    const char *reason = ERR_reason_error_string (ERR_get_error ());
    return s_lost (self,
                   verified != X509_V_OK ? X509_verify_cert_error_string (verified)
                   : reason              ? reason
                                         : "the connection was closed",
                   error);
}

//  The certificate has to be the host's, by one that is trusted.
static int s_shake_hands (redis_link_t *self, const struct queue_config *config, struct error *error)
{
    unsigned char address[16];
    const char *host = config->url.host;
    digest_ready ();
    self->context = SSL_CTX_new (TLS_client_method ());
    self->ssl = self->context ? SSL_new (self->context) : NULL;
    if (!self->ssl)
        return error_set (error, DMH_INTERNAL, "out of memory");
    if (config->tls_ca ? SSL_CTX_load_verify_locations (self->context, config->tls_ca, NULL) != 1
                       : SSL_CTX_set_default_verify_paths (self->context) != 1)
        return error_set (error, DMH_USAGE, "--tls-ca %s holds no certificates that can be read",
                          config->tls_ca ? config->tls_ca : "");
    SSL_CTX_set_min_proto_version (self->context, TLS1_2_VERSION);
    SSL_free (self->ssl);
    self->ssl = SSL_new (self->context);
    bool is_address = inet_pton (AF_INET, host, address) == 1 || inet_pton (AF_INET6, host, address) == 1;
    if (!self->ssl || SSL_set_fd (self->ssl, self->fd) != 1 ||
        (is_address
             ? X509_VERIFY_PARAM_set1_ip_asc (SSL_get0_param (self->ssl), host) != 1
             : SSL_set1_host (self->ssl, host) != 1 || SSL_set_tlsext_host_name (self->ssl, host) != 1))
        return error_set (error, DMH_INTERNAL, "out of memory");
    SSL_set_verify (self->ssl, SSL_VERIFY_PEER, NULL);
    int64_t until = clock_mono_ms () + QUEUE_ANSWER_MS;
    for (;;) {
        ERR_clear_error ();
        int answer = SSL_connect (self->ssl);
        if (answer == 1)
            return DMH_OK;
        int rc = s_ssl_wait (self, answer, until, error);
        if (rc != DMH_OK)
            return rc == DMH_NOT_FOUND ? s_lost (self, "nobody shakes hands", error) : rc;
    }
}

static int s_introduce (redis_link_t *self, const struct queue_url *url, struct error *error)
{
    const char *const full[] = {"AUTH", url->user, url->password}, *const plain[] = {"AUTH", url->password};
    const char *const pick[] = {"SELECT", url->path};
    redisReply *reply = NULL;
    int rc = DMH_OK;
    if (*url->password)
        rc = *url->user ? redis_link_ask (self, 3, full, &reply, error)
                        : redis_link_ask (self, 2, plain, &reply, error);
    if (rc == DMH_OK)
        freeReplyObject (reply);
    if (rc != DMH_OK || !*url->path)
        return rc == DMH_CONFLICT
                   ? error_set (error, DMH_UNAUTHORIZED, "%s refuses user and password", self->shown)
                   : rc;
    rc = redis_link_ask (self, 2, pick, &reply, error);
    if (rc == DMH_OK)
        freeReplyObject (reply);
    return rc;
}

redis_link_t *redis_link_new (const struct queue_config *config, struct error *error)
{
    redis_link_t *self = calloc (1, sizeof *self);
    if (!self) {
        error_set (error, DMH_INTERNAL, "out of memory");
        return NULL;
    }
    self->fd = -1;
    self->reader = redisReaderCreate ();
    queue_url_show (&config->url, self->shown);
    int rc = self->reader ? s_connect (self, &config->url, error)
                          : error_set (error, DMH_INTERNAL, "out of memory");
    if (rc == DMH_OK && config->url.tls)
        rc = s_shake_hands (self, config, error);
    if (rc == DMH_OK)
        rc = s_introduce (self, &config->url, error);
    if (rc != DMH_OK)
        redis_link_destroy (&self);
    return self;
}

void redis_link_destroy (redis_link_t **self_p)
{
    redis_link_t *self = *self_p;
    if (!self)
        return;
    SSL_free (self->ssl);
    SSL_CTX_free (self->context);
    if (self->fd >= 0)
        close (self->fd);
    if (self->reader)
        redisReaderFree (self->reader);
    free (self);
    *self_p = NULL;
}

int redis_link_descriptor (const redis_link_t *self)
{
    return self->fd;
}

//  So many bytes at most: as many as went, 0: later, -1: the connection is lost.
static ssize_t s_write (redis_link_t *self, const char *bytes, size_t n, int64_t until, struct error *error)
{
    if (!self->ssl) {
        ssize_t sent = send (self->fd, bytes, n, MSG_NOSIGNAL);
        if (sent >= 0)
            return sent;
        if (errno != EAGAIN && errno != EINTR)
            return s_lost (self, strerror (errno), error), -1;
        return s_wait (self, POLLOUT, until, error) == DMH_OK
                   ? 0
                   : (s_lost (self, "it takes nothing", error), -1);
    }
    ERR_clear_error ();
    int sent = SSL_write (self->ssl, bytes, NARROW (int, n < READ_BYTES ? n : READ_BYTES));
    if (sent > 0)
        return sent;
    int rc = s_ssl_wait (self, sent, until, error);
    return rc == DMH_OK ? 0 : (rc == DMH_NOT_FOUND ? (s_lost (self, "it takes nothing", error), -1) : -1);
}

int redis_link_send (redis_link_t *self, size_t count, const char *const words[], const size_t *sizes,
                     struct error *error)
{
    size_t lengths[WORDS_MOST];
    char *command = NULL;
    for (size_t i = 0; i < count && i < WORDS_MOST; i++)
        lengths[i] = sizes && sizes[i] ? sizes[i] : strlen (words[i]);
    long long n = count > WORDS_MOST ? -1
                                     : redisFormatCommandArgv (&command, NARROW (int, count),
                                                               (const char **) words, lengths);
    if (n < 0)
        return error_set (error, DMH_INTERNAL, "out of memory");
    int64_t until = clock_mono_ms () + QUEUE_ANSWER_MS;
    ssize_t sent = 0;
    for (size_t at = 0; sent >= 0 && at<(size_t) n; at += sent> 0 ? (size_t) sent : 0)
        sent = s_write (self, command + at, (size_t) n - at, until, error);
    free (command);
    return sent < 0 ? DMH_UNAVAILABLE : DMH_OK;
}

//  What has come, into the reader. DMH_NOT_FOUND: nothing until then.
static int s_read (redis_link_t *self, int64_t until, struct error *error)
{
    char bytes[READ_BYTES];
    for (;;) {
        ERR_clear_error ();
        ssize_t got =
            self->ssl ? SSL_read (self->ssl, bytes, sizeof bytes) : recv (self->fd, bytes, sizeof bytes, 0);
        int rc = DMH_OK;
        if (got > 0)
            return redisReaderFeed (self->reader, bytes, (size_t) got) == REDIS_OK
                       ? DMH_OK
                       : error_set (error, DMH_MALFORMED, "%s answers what no Redis does", self->shown);
        if (self->ssl)
            rc = s_ssl_wait (self, NARROW (int, got), until, error);
        else if (got == 0)
            rc = s_lost (self, "it closed the connection", error);
        else if (errno == EAGAIN || errno == EINTR)
            rc = s_wait (self, POLLIN, until, error);
        else
            rc = s_lost (self, strerror (errno), error);
        if (rc != DMH_OK)
            return rc;
    }
}

int redis_link_take (redis_link_t *self, int wait_ms, redisReply **out, struct error *error)
{
    int64_t until = clock_mono_ms () + wait_ms;
    for (;;) {
        void *reply = NULL;
        if (redisReaderGetReply (self->reader, &reply) != REDIS_OK)
            return error_set (error, DMH_MALFORMED, "%s answers what no Redis does: %s", self->shown,
                              self->reader->errstr);
        if (reply) {
            *out = reply;
            return DMH_OK;
        }
        int rc = s_read (self, until, error);
        if (rc != DMH_OK)
            return rc;
    }
}

int redis_link_refused (const redisReply *reply, struct error *error)
{
    static const char *const RIGHTS[] = {"NOAUTH", "NOPERM", "WRONGPASS"};
    static const char *const LATER[] = {"LOADING",  "MASTERDOWN",  "READONLY", "BUSY ",
                                        "TRYAGAIN", "CLUSTERDOWN", "OOM",      "MISCONF"};
    int code = DMH_CONFLICT;
    if (reply->type != REDIS_REPLY_ERROR)
        return DMH_OK;
    for (size_t i = 0; i < sizeof RIGHTS / sizeof *RIGHTS; i++)
        code = strncmp (reply->str, RIGHTS[i], strlen (RIGHTS[i])) == 0 ? DMH_UNAUTHORIZED : code;
    for (size_t i = 0; i < sizeof LATER / sizeof *LATER; i++)
        code = strncmp (reply->str, LATER[i], strlen (LATER[i])) == 0 ? DMH_UNAVAILABLE : code;
    return error_set (error, code, "Redis says: %.200s", reply->str);
}

int redis_link_ask (redis_link_t *self, size_t count, const char *const words[], redisReply **out,
                    struct error *error)
{
    redisReply *reply = NULL;
    int rc = redis_link_send (self, count, words, NULL, error);
    if (rc == DMH_OK)
        rc = redis_link_take (self, QUEUE_ANSWER_MS, &reply, error);
    if (rc == DMH_NOT_FOUND)
        rc = s_lost (self, "it does not answer", error);
    if (rc == DMH_OK && (rc = redis_link_refused (reply, error)) != DMH_OK)
        freeReplyObject (reply);
    if (rc == DMH_OK)
        *out = reply;
    return rc;
}
