//  http_call.c: see http_call.h.
#include "messages/http/http_call.h"

#include "messages/base/narrow.h"

#include <curl/curl.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { MS_A_SECOND = 1000, RETRY_SECONDS_MOST = 3600 };

static pthread_once_t once = PTHREAD_ONCE_INIT;

static void s_ready (void)
{
    curl_global_init (CURL_GLOBAL_DEFAULT);
}

void http_ready (void)
{
    pthread_once (&once, s_ready);
}

struct http_session {
    CURL *curl;
};

http_session_t *http_session_new (void)
{
    http_ready ();
    http_session_t *self = calloc (1, sizeof *self);
    if (self)
        self->curl = curl_easy_init ();
    if (self && !self->curl)
        http_session_destroy (&self);
    return self;
}

void http_session_destroy (http_session_t **self_p)
{
    if (!*self_p)
        return;
    curl_easy_cleanup ((*self_p)->curl);
    free (*self_p);
    *self_p = NULL;
}

//  Of curl: anything but n ends the transfer.
static size_t s_take (char *bytes, size_t one, size_t n, void *context)
{
    struct http_call *self = context;
    if (n > self->answer_most - self->answer.used || buffer_reserve (&self->answer, n + 1) != 0)
        return CURL_WRITEFUNC_ERROR;
    memcpy (self->answer.at + self->answer.used, bytes, n * one);
    self->answer.used += n * one;
    self->answer.at[self->answer.used] = 0;
    return n * one;
}

static int s_go_on (void *context, curl_off_t total, curl_off_t now, curl_off_t up_total, curl_off_t up)
{
    const struct http_call *self = context;
    (void) total, (void) now, (void) up_total, (void) up;
    return self->cancelled && self->cancelled (self->context);
}

static bool s_set_trust (CURL *curl, const struct http_trust *trust)
{
    CURLcode rc = CURLE_OK;
    if (trust && trust->authority)
        rc = curl_easy_setopt (curl, CURLOPT_CAINFO, trust->authority);
    if (rc == CURLE_OK && trust && trust->certificate)
        rc = curl_easy_setopt (curl, CURLOPT_SSLCERT, trust->certificate);
    if (rc == CURLE_OK && trust && trust->key)
        rc = curl_easy_setopt (curl, CURLOPT_SSLKEY, trust->key);
    return rc == CURLE_OK;
}

static bool s_set (struct http_call *self, CURL *curl, const struct curl_slist *headers, char *why)
{
    curl_easy_setopt (curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt (curl, CURLOPT_ERRORBUFFER, why);
    curl_easy_setopt (curl, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt (curl, CURLOPT_SSLVERSION, (long) CURL_SSLVERSION_TLSv1_2);
    curl_easy_setopt (curl, CURLOPT_TIMEOUT_MS, NARROW (long, self->patience_ms));
    curl_easy_setopt (curl, CURLOPT_CONNECTTIMEOUT_MS, NARROW (long, self->patience_ms / 2 + 1));
    curl_easy_setopt (curl, CURLOPT_WRITEFUNCTION, s_take);
    curl_easy_setopt (curl, CURLOPT_WRITEDATA, self);
    curl_easy_setopt (curl, CURLOPT_XFERINFOFUNCTION, s_go_on);
    curl_easy_setopt (curl, CURLOPT_XFERINFODATA, self);
    curl_easy_setopt (curl, CURLOPT_NOPROGRESS, 0L);
    if (strncasecmp (self->url, "https:", 6) != 0)
        curl_easy_setopt (curl, CURLOPT_NOPROXY, "*");
    if (self->body) {
        curl_easy_setopt (curl, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t) self->body_bytes);
        curl_easy_setopt (curl, CURLOPT_POSTFIELDS, self->body);
    }
    return curl_easy_setopt (curl, CURLOPT_PROTOCOLS_STR, "https,http") == CURLE_OK &&
           curl_easy_setopt (curl, CURLOPT_URL, self->url) == CURLE_OK &&
           curl_easy_setopt (curl, CURLOPT_CUSTOMREQUEST, self->method) == CURLE_OK &&
           curl_easy_setopt (curl, CURLOPT_HTTPHEADER, headers) == CURLE_OK &&
           s_set_trust (curl, self->trust);
}

//  "https://host:port" of the URL, for a sentence: what stands behind may be private.
static int s_origin (const char *url)
{
    const char *host = strstr (url, "://");
    size_t n = host ? (size_t) (host - url) + 3 : 0;
    n += strcspn (url + n, "/?#");
    return n < 200 ? NARROW (int, n) : 200;
}

static int s_fail (const struct http_call *self, CURLcode code, const char *why, struct error *error)
{
    int n = s_origin (self->url);
    const char *word = *why ? why : curl_easy_strerror (code);
    switch (code) {
    case CURLE_ABORTED_BY_CALLBACK:
        return error_set (error, DMH_CANCELLED, "interrupted");
    case CURLE_WRITE_ERROR:
        return error_set (error, DMH_TOO_LARGE, "%.*s answers with more than %zu bytes", n, self->url,
                          self->answer_most);
    case CURLE_OUT_OF_MEMORY:
    case CURLE_FAILED_INIT:
        return error_set (error, DMH_INTERNAL, "out of memory");
    case CURLE_URL_MALFORMAT:
    case CURLE_UNSUPPORTED_PROTOCOL:
        return error_set (error, DMH_USAGE, "%.200s is no address of a server by HTTP: %.200s", self->url,
                          word);
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CACERT_BADFILE:
        return error_set (error, DMH_USAGE, "the certificates for %.*s cannot be used: %.200s", n, self->url,
                          word);
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_ISSUER_ERROR:
        return error_set (error, DMH_UNAUTHORIZED, "%.*s is not who it says, by its certificate: %.200s", n,
                          self->url, word);
    default:
        return error_set (error, DMH_UNAVAILABLE, "%.*s does not answer: %.200s", n, self->url, word);
    }
}

static void s_learn (struct http_call *self, CURL *curl)
{
    curl_off_t seconds = 0;
    long sent = 0;
    curl_easy_getinfo (curl, CURLINFO_RESPONSE_CODE, &self->status);
    curl_easy_getinfo (curl, CURLINFO_REQUEST_SIZE, &sent);
    self->sent = sent > 0;
    if (curl_easy_getinfo (curl, CURLINFO_RETRY_AFTER, &seconds) == CURLE_OK && seconds > 0)
        self->retry_ms = (seconds < RETRY_SECONDS_MOST ? seconds : RETRY_SECONDS_MOST) * MS_A_SECOND;
}

int http_call_run (struct http_call *self, struct error *error)
{
    char why[CURL_ERROR_SIZE] = "";
    int rc = DMH_INTERNAL;
    http_session_t *own = self->session ? NULL : http_session_new ();
    CURL *curl = self->session ? self->session->curl : own ? own->curl : NULL;
    struct curl_slist *headers = curl_slist_append (NULL, "Expect:"), *more = headers;
    for (size_t i = 0; more && self->headers && self->headers[i]; i++)
        more = curl_slist_append (headers, self->headers[i]);
    self->status = 0;
    if (curl && more && s_set (self, curl, headers, why)) {
        CURLcode code = curl_easy_perform (curl);
        s_learn (self, curl);
        rc = code == CURLE_OK ? DMH_OK : s_fail (self, code, why, error);
        if (code != CURLE_OK)
            self->status = 0;
    } else
        error_set (error, rc, "out of memory");
    if (curl)
        curl_easy_reset (curl);    //  nothing of what was set stays, the connection does
    curl_slist_free_all (headers);
    http_session_destroy (&own);
    return rc;
}

void http_call_clear (struct http_call *self)
{
    free (self->answer.at);
    self->answer = (struct buffer){.at = NULL};
}

char *http_escape (const char *text)
{
    char *escaped = curl_easy_escape (NULL, text, 0), *copy = escaped ? strdup (escaped) : NULL;
    curl_free (escaped);
    return copy;
}
