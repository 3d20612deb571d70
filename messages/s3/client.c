//  client.c: see client.h.
#include "messages/s3/client.h"

#include "messages/base/clock.h"
#include "messages/base/digest.h"
#include "messages/base/narrow.h"
#include "messages/base/random.h"
#include "messages/http/http_call.h"
#include "messages/s3/refusal.h"
#include "messages/s3/signed_headers.h"

#include <unistd.h>

enum {
    AGAIN_FIRST_MS = 200,
    AGAIN_MOST_MS = 8000,
    CONNECT_MS = 10000,
    SILENCE_SECONDS = 20,    //  of a connection, which is then given up
    TRIES_LEAST = 4          //  of what takes longer than the patience
};

struct s3_client {
    const struct s3_client_config *config;
    CURL *curl;
    //  Of the request that is under way.
    struct s3_request *request;
    struct s3_answer answer;
    struct buffer refusal;       //  the body of what is no success
    char region[64];             //  where the store says that the bucket is
    uint64_t sent;               //  of the body
    int64_t since;               //  when it began, or the answer's file last went on
    uint64_t farthest;           //  of that file
    bool last;                   //  it is tried once, and not to be stopped
    bool stopped, told_whole;    //  a range was asked for, and all of it comes
    int failed;                  //  errno of the file here; 0: none
    bool other_bytes;            //  more comes than belongs there, or another range
    bool changed;                //  it comes with another ETag, of a server that does not compare it
};

static void s_moved (s3_client_t *self, uint64_t bytes)
{
    const struct s3_request *request = self->request;
    if (self->config->moved)
        self->config->moved (self->config->context, request->done + bytes, request->total);
}

static bool s_is_stopped (s3_client_t *self, long wait_ms)
{
    zmq_pollitem_t stop = self->config->stop;
    if (self->last)
        return false;
    bool may = stop.socket || stop.fd >= 0;
    if (!may && wait_ms)
        usleep (NARROW (useconds_t, wait_ms) * 1000);
    self->stopped = self->stopped || (may && zmq_poll (&stop, 1, wait_ms) > 0);
    return self->stopped;
}

static int s_tick (void *context, curl_off_t total, curl_off_t now, curl_off_t up_total, curl_off_t up_now)
{
    (void) total, (void) now, (void) up_total, (void) up_now;
    return s_is_stopped (context, 0);
}

static bool s_succeeds (const s3_client_t *self)
{
    return self->answer.status >= 200 && self->answer.status < 300;
}

//  The value of a header, without the spaces around it; NULL: it is another one.
static const char *s_value (const char *line, size_t n, const char *name, size_t *length)
{
    size_t m = strlen (name);
    if (n <= m || line[m] != ':' || strncasecmp (line, name, m) != 0)
        return NULL;
    const char *at = line + m + 1, *end = line + n;
    while (at < end && (*at == ' ' || *at == '\t'))
        at++;
    while (end > at && strchr (" \t\r\n", end[-1]))
        end--;
    *length = (size_t) (end - at);
    return at;
}

//  What is longer than one can be is none.
static void s_take (const char *line, size_t n, const char *name, char *out, size_t size)
{
    size_t length;
    const char *value = s_value (line, n, name, &length);
    if (value && length < size) {
        memcpy (out, value, length);
        out[length] = 0;
    }
}

//  A part of an object (206) begins where it was asked for.
static void s_check_range (s3_client_t *self, const char *line, size_t n)
{
    char range[64] = "", expected[64];
    s_take (line, n, "content-range", range, sizeof range);
    snprintf (expected, sizeof expected, "bytes %" PRIu64 "-", self->request->at);
    if (self->request->fd >= 0 && self->answer.status == 206 && *range)
        self->other_bytes = strncmp (range, expected, strlen (expected)) != 0;
}

static size_t s_header (char *line, size_t size, size_t n, void *context)
{
    s3_client_t *self = context;
    if (n * size > 5 && memcmp (line, "HTTP/", 5) == 0) {
        curl_easy_getinfo (self->curl, CURLINFO_RESPONSE_CODE, &self->answer.status);
        self->told_whole = self->answer.status == 200 && self->request->fd >= 0;
    }
    s_check_range (self, line, n * size);
    s_take (line, n * size, "etag", self->answer.etag, sizeof self->answer.etag);
    s_take (line, n * size, "x-amz-bucket-region", self->region, sizeof self->region);
    return n * size;
}

static bool s_append (struct buffer *to, const char *bytes, size_t n)
{
    if (n > S3_TEXT_MOST - to->used || buffer_reserve (to, n) != 0)
        return false;
    memcpy (to->at + to->used, bytes, n);
    to->used += n;
    return true;
}

static bool s_keep (s3_client_t *self, const char *bytes, size_t n)
{
    struct s3_request *request = self->request;
    if (self->told_whole)
        request->at = 0;
    self->told_whole = false;
    if ((self->changed =
             request->if_match && *self->answer.etag && !streq (request->if_match, self->answer.etag)))
        return false;
    self->other_bytes = self->other_bytes || n > request->end - request->at;
    if (self->other_bytes)
        return false;
    while (n) {
        ssize_t written = pwrite (request->fd, bytes, n, (off_t) request->at);
        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0) {
            self->failed = written < 0 ? errno : EIO;
            return false;
        }
        bytes += written;
        n -= (size_t) written;
        request->at += (uint64_t) written;
    }
    if (request->at > self->farthest) {
        self->farthest = request->at;
        self->since = clock_mono_ms ();
    }
    s_moved (self, request->at);
    return true;
}

static size_t s_write (char *bytes, size_t size, size_t n, void *context)
{
    s3_client_t *self = context;
    bool good = s_succeeds (self);
    n *= size;
    if (good && self->request->fd >= 0)
        return s_keep (self, bytes, n) ? n : 0;
    struct buffer *to = good ? self->request->text : &self->refusal;
    return !to || s_append (to, bytes, n) ? n : 0;
}

static size_t s_read (char *bytes, size_t size, size_t n, void *context)
{
    s3_client_t *self = context;
    const struct s3_request *request = self->request;
    uint64_t left = request->body_bytes - self->sent;
    n = n * size < left ? n * size : (size_t) left;
    ssize_t got = n ? pread (request->body_fd, bytes, n, (off_t) (request->body_at + self->sent)) : 0;
    if (n && got <= 0) {
        self->failed = got < 0 ? errno : EIO;
        return CURL_READFUNC_ABORT;
    }
    self->sent += (uint64_t) got;
    s_moved (self, self->sent);
    return (size_t) got;
}

static int s_seek (void *context, curl_off_t offset, int origin)
{
    s3_client_t *self = context;
    if (origin != SEEK_SET || offset < 0)
        return CURL_SEEKFUNC_CANTSEEK;
    self->sent = (uint64_t) offset;
    return CURL_SEEKFUNC_OK;
}

s3_client_t *s3_client_new (const struct s3_client_config *config, struct error *error)
{
    digest_ready ();
    http_ready ();
    s3_client_t *self = calloc (1, sizeof *self);
    if (self)
        self->curl = curl_easy_init ();
    if (self && !self->curl)
        s3_client_destroy (&self);
    if (self)
        self->config = config;
    else
        error_set (error, DMH_INTERNAL, "out of memory for a connection to the object store");
    return self;
}

void s3_client_destroy (s3_client_t **self_p)
{
    s3_client_t *self = *self_p;
    if (!self)
        return;
    curl_easy_cleanup (self->curl);
    free (self->refusal.at);
    free (self);
    *self_p = NULL;
}

static void s_set_body (s3_client_t *self)
{
    const struct s3_request *request = self->request;
    CURL *curl = self->curl;
    if (request->body) {
        curl_easy_setopt (curl, CURLOPT_POSTFIELDS, request->body);
        curl_easy_setopt (curl, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t) strlen (request->body));
    } else if (request->body_fd >= 0) {
        curl_easy_setopt (curl, CURLOPT_UPLOAD, 1L);
        curl_easy_setopt (curl, CURLOPT_INFILESIZE_LARGE, (curl_off_t) request->body_bytes);
        curl_easy_setopt (curl, CURLOPT_READFUNCTION, s_read);
        curl_easy_setopt (curl, CURLOPT_READDATA, self);
        curl_easy_setopt (curl, CURLOPT_SEEKFUNCTION, s_seek);
        curl_easy_setopt (curl, CURLOPT_SEEKDATA, self);
    }
    if (streq (request->method, "HEAD"))
        curl_easy_setopt (curl, CURLOPT_NOBODY, 1L);
    else
        curl_easy_setopt (curl, CURLOPT_CUSTOMREQUEST, request->method);
}

static void s_set (s3_client_t *self, const char *url, struct curl_slist *headers)
{
    CURL *curl = self->curl;
    const struct s3_access *access = self->config->access;
    curl_easy_reset (curl);    //  connections stay
    curl_easy_setopt (curl, CURLOPT_URL, url);
    curl_easy_setopt (curl, CURLOPT_PROTOCOLS_STR, access->scheme);
    curl_easy_setopt (curl, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt (curl, CURLOPT_PATH_AS_IS, 1L);
    curl_easy_setopt (curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt (curl, CURLOPT_HTTPHEADER, headers);
    curl_easy_setopt (curl, CURLOPT_CONNECTTIMEOUT_MS, (long) CONNECT_MS);
    curl_easy_setopt (curl, CURLOPT_LOW_SPEED_LIMIT, 1L);
    curl_easy_setopt (curl, CURLOPT_LOW_SPEED_TIME, (long) SILENCE_SECONDS);
    curl_easy_setopt (curl, CURLOPT_TCP_KEEPALIVE, 1L);
    curl_easy_setopt (curl, CURLOPT_NOPROGRESS, 0L);
    curl_easy_setopt (curl, CURLOPT_XFERINFOFUNCTION, s_tick);
    curl_easy_setopt (curl, CURLOPT_XFERINFODATA, self);
    curl_easy_setopt (curl, CURLOPT_HEADERFUNCTION, s_header);
    curl_easy_setopt (curl, CURLOPT_HEADERDATA, self);
    curl_easy_setopt (curl, CURLOPT_WRITEFUNCTION, s_write);
    curl_easy_setopt (curl, CURLOPT_WRITEDATA, self);
    if (*access->ca_bundle)
        curl_easy_setopt (curl, CURLOPT_CAINFO, access->ca_bundle);
    s_set_body (self);
}

//  One try. DMH_OK: there is an answer, whatever it says, or none that counts: *code says.
static int s_try (s3_client_t *self, const char *payload, CURLcode *code, struct error *error)
{
    const struct s3_access *access = self->config->access;
    struct s3_request *request = self->request;
    char host[S3_HOST_BYTES], path[S3_URL_BYTES], query[S3_URL_BYTES];
    struct curl_slist *headers = NULL;
    if (!s3_access_place (access, request->name, host, path) ||
        !s3_query (request->query, request->query_count, query, sizeof query))
        return error_set (error, DMH_TOO_LARGE, "%s: its name is too long", request->called);
    self->answer = (struct s3_answer){.status = 0};
    self->sent = self->refusal.used = 0;
    *self->region = 0;
    self->told_whole = false;
    if (request->text)
        request->text->used = 0;
    int rc = signed_headers (request, access, host, path, query, payload, &headers, error);
    char *url = zsys_sprintf ("%s://%s%s%s%s", access->scheme, host, path, *query ? "?" : "", query);
    if (rc == DMH_OK && !url)
        rc = error_set (error, DMH_INTERNAL, "out of memory");
    if (rc == DMH_OK) {
        s_set (self, url, headers);
        *code = curl_easy_perform (self->curl);
        curl_off_t bytes = 0;
        curl_easy_getinfo (self->curl, CURLINFO_RESPONSE_CODE, &self->answer.status);
        curl_easy_getinfo (self->curl, CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &bytes);
        self->answer.bytes = bytes > 0 ? (uint64_t) bytes : 0;
    }
    zstr_free (&url);
    curl_slist_free_all (headers);
    return rc;
}

//  Whether the next try may have more luck.
static bool s_may_help (const s3_client_t *self, CURLcode code)
{
    if (self->failed || self->other_bytes || self->changed)
        return false;
    if (code == CURLE_OK)
        return refusal_may_pass (self->answer.status, self->answer.code) ||
               (s_succeeds (self) && self->request->fd >= 0 && self->request->at < self->request->end);
    return code == CURLE_COULDNT_CONNECT || code == CURLE_COULDNT_RESOLVE_HOST ||
           code == CURLE_COULDNT_RESOLVE_PROXY || code == CURLE_OPERATION_TIMEDOUT ||
           code == CURLE_PARTIAL_FILE || code == CURLE_RECV_ERROR || code == CURLE_SEND_ERROR ||
           code == CURLE_GOT_NOTHING || code == CURLE_SSL_CONNECT_ERROR || code == CURLE_HTTP2 ||
           code == CURLE_HTTP2_STREAM || code == CURLE_WEIRD_SERVER_REPLY;
}

//  What the last try came to.
static int s_conclude (const s3_client_t *self, CURLcode code, struct error *error)
{
    const struct s3_request *request = self->request;
    if (self->stopped)
        return error_set (error, DMH_CANCELLED, "%s was cancelled", request->called);
    if (self->failed)
        return error_set (error, DMH_IO, "%s cannot be %s here: %s", request->called,
                          request->fd >= 0 ? "kept" : "read", strerror (self->failed));
    if (self->changed)
        return refusal_changed (request->called, error);
    if (self->other_bytes)
        return error_set (error, DMH_UNSUPPORTED,
                          "%s: the object store sends other bytes than it was asked for", request->called);
    if (code == CURLE_PEER_FAILED_VERIFICATION || code == CURLE_SSL_CACERT_BADFILE)
        return error_set (error, DMH_UNAUTHORIZED,
                          "%s: the object store's certificate is not trusted (AWS_CA_BUNDLE names the file "
                          "of those that are)",
                          request->called);
    if (code != CURLE_OK && !s_may_help (self, code))
        return error_set (error, DMH_UNAVAILABLE, "%s: the object store at %s gives no answer: %s",
                          request->called, self->config->access->host, curl_easy_strerror (code));
    if (code != CURLE_OK)
        return error_set (error, DMH_UNAVAILABLE,
                          "%s: the object store at %s cannot be reached, or cuts off: %s", request->called,
                          self->config->access->host, curl_easy_strerror (code));
    if (s_succeeds (self) && request->fd >= 0 && request->at < request->end)
        return error_set (error, DMH_UNAVAILABLE, "%s: the object store sends less than all of it",
                          request->called);
    if (s_succeeds (self))
        return DMH_OK;
    return refusal_say (request, &self->answer, self->region, error);
}

//  Not all at the same moment who were turned away together.
static void s_pause (s3_client_t *self, long wait)
{
    unsigned jitter;
    random_fill (&jitter, sizeof jitter);
    s_is_stopped (self, wait / 2 + (long) (jitter % (unsigned long) wait));
}

int s3_client_do (s3_client_t *self, struct s3_request *request, struct s3_answer *answer,
                  struct error *error)
{
    char payload[DIGEST_HEX_BYTES];
    CURLcode code = CURLE_OK;
    self->request = request;
    self->failed = 0;
    self->other_bytes = self->changed = self->stopped = false;
    self->farthest = request->at;
    int rc = signed_payload (request, payload, error);
    self->since = clock_mono_ms ();
    long wait = AGAIN_FIRST_MS;
    int least = self->config->tries ? self->config->tries : TRIES_LEAST;
    for (int tries = 1; rc == DMH_OK && !s_is_stopped (self, 0); tries++) {
        uint64_t before = self->farthest;
        rc = s_try (self, payload, &code, error);
        if (rc != DMH_OK)
            break;
        refusal_code (self->refusal.at, self->refusal.used, self->answer.code);
        bool patient = tries < least || clock_mono_ms () - self->since < self->config->patience_ms;
        if (!s_may_help (self, code) || self->stopped || self->last || !patient)
            break;
        wait = self->farthest > before ? AGAIN_FIRST_MS : wait;
        s_pause (self, wait);
        wait = wait * 2 < AGAIN_MOST_MS ? wait * 2 : AGAIN_MOST_MS;
    }
    if (rc == DMH_OK)
        *answer = self->answer;
    return rc == DMH_OK ? s_conclude (self, code, error) : rc;
}

int s3_client_finish (s3_client_t *self, struct s3_request *request, struct s3_answer *answer,
                      struct error *error)
{
    self->last = true;
    self->stopped = false;
    int rc = s3_client_do (self, request, answer, error);
    self->last = false;
    return rc;
}
