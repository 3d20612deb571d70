//  server.c: see server.h. libmicrohttpd calls s_handle first with the headers of a request, then with each
//  piece of its body, then without any; what is suspended it calls again when it was resumed.
#include "client/gateway/http/server.h"

#include "client/gateway/http/correlation.h"
#include "client/gateway/http/origin.h"
#include "client/gateway/http/patience.h"
#include "client/gateway/http/routing.h"
#include "messages/base/clock.h"
#include "messages/base/log.h"
#include "messages/base/metrics.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>
#include <unistd.h>

enum { UNWANTED_BYTES = 64 * 1024 };    //  of a body that nobody reads, before the connection ends

struct server {
    const struct server_config *config;
    struct MHD_Daemon *daemon;
    patience_t *patience;
    pthread_mutex_t lock;
    pthread_cond_t answered;
    size_t working;    //  calls that were given to others and whose answer has not gone out
};

static void s_count_working (server_t *self, int more)
{
    pthread_mutex_lock (&self->lock);
    self->working += more > 0 ? 1 : 0;
    self->working -= more < 0 ? 1 : 0;
    if (self->working == 0)
        pthread_cond_signal (&self->answered);
    pthread_mutex_unlock (&self->lock);
}

static void s_connected (void *context, struct MHD_Connection *connection, void **patient_p,
                         enum MHD_ConnectionNotificationCode code)
{
    server_t *self = context;
    if (code == MHD_CONNECTION_NOTIFY_STARTED) {
        const union MHD_ConnectionInfo *fd =
            MHD_get_connection_info (connection, MHD_CONNECTION_INFO_CONNECTION_FD);
        *patient_p = fd ? patience_enter (self->patience, fd->connect_fd) : NULL;
    } else
        patience_leave (self->patience, *patient_p);
}

static patient_t *s_patient (struct MHD_Connection *connection)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info (connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
    return info ? info->socket_context : NULL;
}

static void s_turn (const server_t *self, struct MHD_Connection *connection, enum patient_state state)
{
    patience_turn (self->patience, s_patient (connection), state);
}

//  A request has begun: its first line, before anything of it was decoded.
static void *s_begin (void *context, const char *text, struct MHD_Connection *connection)
{
    server_t *self = context;
    struct call *call = calloc (1, sizeof *call);
    s_turn (self, connection, PATIENT_HEADERS);
    if (!call)
        return NULL;
    call->gateway = self->config->gateway;
    call->connection = connection;
    call->began_at = clock_mono_ms ();
    target_read (text, &call->target, &call->wrong);
    return call;
}

static bool s_takes_body (const struct call *call)
{
    return call->route && call->route->takes_body;
}

//  What it has of the gateway is there for others.
static void s_let_go (struct call *call)
{
    if (call->work_destroy)
        call->work_destroy (call->work);
    call->work_destroy = NULL;
    upload_destroy (&call->upload);
    share_leave (&call->share);
}

static enum MHD_Result s_send (struct call *call)
{
    static const struct {
        const char *name, *value;
    } ALWAYS[] = {
        {"X-Content-Type-Options", "nosniff"},
        {"Referrer-Policy", "no-referrer"},
        {"Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"},
        {"Cross-Origin-Resource-Policy", "same-origin"},
    };
    for (size_t i = 0; i < sizeof ALWAYS / sizeof *ALWAYS; i++)
        if (!MHD_get_response_header (call->response, ALWAYS[i].name))
            call_header (call, ALWAYS[i].name, ALWAYS[i].value);
    if (!MHD_get_response_header (call->response, MHD_HTTP_HEADER_CACHE_CONTROL))
        call_header (call, MHD_HTTP_HEADER_CACHE_CONTROL, "no-store");
    call_header (call, "X-Correlation-ID", call->correlation);
    if (call->whole_at)
        metrics_observe (METRIC_GATEWAY_SECONDS, (uint64_t) (clock_mono_us () - call->whole_at));
    if (s_takes_body (call))    //  who hears the answer may send the next one at once
        s_let_go (call);
    enum MHD_Result sent = MHD_queue_response (call->connection, call->status, call->response);
    MHD_destroy_response (call->response);
    call->response = NULL;
    return sent;
}

//  A path that has the method for nobody.
static void s_no_route (struct call *call, const char *method, const char *allow)
{
    if (!*allow) {
        call_problem (call, MHD_HTTP_NOT_FOUND, error_word (DMH_NOT_FOUND), "there is no such path");
        return;
    }
    if (strcmp (method, "OPTIONS") == 0)
        call_reply (call, MHD_HTTP_NO_CONTENT, NULL, "", 0);
    else
        call_problem (call, MHD_HTTP_METHOD_NOT_ALLOWED, error_word (DMH_UNSUPPORTED),
                      "that path does not take this method; the header Allow names those it takes");
    call_header (call, MHD_HTTP_HEADER_ALLOW, allow);
}

static bool s_is_safe (const char *method)
{
    return strcmp (method, "GET") == 0 || strcmp (method, "HEAD") == 0 || strcmp (method, "OPTIONS") == 0;
}

//  What is known of a request by its headers. An answer is set where it goes no further.
static void s_check (server_t *self, struct call *call, const char *method)
{
    const struct server_config *config = self->config;
    struct error error = call->wrong;
    char allow[ROUTING_ALLOW_BYTES];
    call->is_head = strcmp (method, "HEAD") == 0;
    const char *host = call_request_header (call, MHD_HTTP_HEADER_HOST);
    correlation_of (call_request_header (call, "traceparent"), call_request_header (call, "X-Correlation-ID"),
                    call->correlation);
    int rc = error.code;
    if (rc == DMH_TOO_LARGE) {
        call_problem (call, MHD_HTTP_URI_TOO_LONG, error_word (rc), error.text);
        return;
    }
    if (rc == DMH_OK)
        rc = call_check_framing (call, &error);
    if (rc == DMH_OK)
        rc = origin_check_host (host, config->host_names, &error);
    if (rc == DMH_OK && !s_is_safe (method))
        rc = origin_check (call_request_header (call, MHD_HTTP_HEADER_ORIGIN),
                           call_request_header (call, "Sec-Fetch-Site"), host,
                           config->tls_certificate != NULL, &error);
    if (rc != DMH_OK) {
        call_fail (call, &error);
        return;
    }
    call->route =
        routing_find (config->routes, config->route_count, method, &call->target, call->parts, allow);
    if (!call->route) {
        s_no_route (call, method, allow);
        return;
    }
    admission_check (&config->admission, call, s_is_safe (method));
    if (!call->response && !call->route->takes_body && call_has_body (call))
        call_problem (call, MHD_HTTP_BAD_REQUEST, error_word (DMH_MALFORMED), "that path takes no body");
    if (call->response || !call->route->takes_body)
        return;
    call->upload =
        upload_new (call->connection, &config->limits, &call->share, call_query (call, "name"), &error);
    if (!call->upload && error.code == DMH_UNSUPPORTED)
        call_problem (call, MHD_HTTP_UNSUPPORTED_MEDIA_TYPE, error_word (error.code), error.text);
    else if (!call->upload)
        call_fail (call, &error);
}

//  A piece of the body. While one is read there can be no answer: what follows a failure is passed over, up
//  to as much as may come.
static enum MHD_Result s_read (server_t *self, struct call *call, const char *bytes, size_t *n)
{
    struct error error = {.code = DMH_OK};
    uint64_t most = s_takes_body (call) ? self->config->limits.bytes + BODY_BYTES_MAX : UNWANTED_BYTES;
    call->read += *n;
    patience_heard (self->patience, s_patient (call->connection), *n);
    if (call->upload && upload_take (call->upload, bytes, *n, &error) != DMH_OK) {
        upload_destroy (&call->upload);    //  its room is for others while the rest of it comes
        call_fail (call, &error);
    }
    *n = 0;
    return call->read <= most ? MHD_YES : MHD_NO;
}

//  The request is whole.
static enum MHD_Result s_work (server_t *self, struct call *call)
{
    struct error error = {.code = DMH_OK};
    call->whole_at = clock_mono_us ();
    if (call->upload)
        admission_check_again (&self->config->admission, call);
    bool packed = call->upload && upload_is_packed (call->upload);
    if (call->upload && !call->response && !packed && upload_finish (call->upload, &error) != DMH_OK)
        call_fail (call, &error);
    if (call->response)
        return s_send (call);
    call->stage = CALL_WORKING;
    s_count_working (self, 1);
    MHD_suspend_connection (call->connection);
    (packed ? self->config->unpack : call->route->handler) (call);
    return MHD_YES;
}

static enum MHD_Result s_handle (void *context, struct MHD_Connection *connection, const char *url,
                                 const char *method, const char *version, const char *bytes, size_t *n,
                                 void **call_p)
{
    server_t *self = context;
    struct call *call = *call_p;
    (void) url, (void) version;
    if (!call)
        return MHD_NO;    //  out of memory
    switch (call->stage) {
    case CALL_NEW:
        call->stage = CALL_READING;
        s_turn (self, connection, PATIENT_BODY);
        s_check (self, call, method);
        //  With a body to come the connection ends behind the answer; without one it goes on.
        return call->response && call_has_body (call) ? s_send (call) : MHD_YES;
    case CALL_READING:
        if (*n)
            return s_read (self, call, bytes, n);
        s_turn (self, connection, PATIENT_ANSWER);
        return s_work (self, call);
    default:
        return call->response ? s_send (call) : MHD_YES;
    }
}

//  Of what was answered; no value of a request is told but what the route has.
static void s_log (const struct call *call)
{
    bool bad = call->status >= MHD_HTTP_INTERNAL_SERVER_ERROR;
    if (call->status)
        metrics_add (METRIC_GATEWAY_REQUESTS,
                     call->status / 100 >= 2 && call->status / 100 <= 5 ? call->status / 100 - 2 : 3, 1);
    log_event (bad ? LOG_LEVEL_WARNING : LOG_LEVEL_INFO, "http.call", NULL, call->correlation, "method",
               call->route ? call->route->method : "", "path", call->route ? call->route->path : "",
               LOG_NUMBER ("status", call->status),
               LOG_SECONDS ("seconds", clock_mono_ms () - call->began_at), NULL);
}

static void s_end (void *context, struct MHD_Connection *connection, void **call_p,
                   enum MHD_RequestTerminationCode code)
{
    struct call *call = *call_p;
    (void) code;
    s_turn (context, connection, PATIENT_IDLE);
    if (!call)
        return;
    if (call->stage != CALL_NEW)
        s_log (call);
    if (call->stage == CALL_WORKING)
        s_count_working (context, -1);
    if (call->response)
        MHD_destroy_response (call->response);
    s_let_go (call);
    target_clear (&call->target);
    free (call);
    *call_p = NULL;
}

static server_t *s_new (const struct server_config *config)
{
    server_t *self = calloc (1, sizeof *self);
    pthread_condattr_t monotonic;
    if (!self)
        return NULL;
    self->config = config;
    pthread_mutex_init (&self->lock, NULL);
    pthread_condattr_init (&monotonic);
    pthread_condattr_setclock (&monotonic, CLOCK_MONOTONIC);
    pthread_cond_init (&self->answered, &monotonic);
    pthread_condattr_destroy (&monotonic);
    self->patience = patience_new (config->slow_seconds);
    return self;
}

static void s_free (server_t **self_p)
{
    server_t *self = *self_p;
    patience_destroy (&self->patience);
    pthread_cond_destroy (&self->answered);
    pthread_mutex_destroy (&self->lock);
    free (self);
    *self_p = NULL;
}

static void s_start (server_t *self)
{
    const struct server_config *config = self->config;
    bool tls = config->tls_certificate != NULL;
    struct MHD_OptionItem with_tls[] = {
        {MHD_OPTION_HTTPS_MEM_CERT, 0, (void *) (uintptr_t) config->tls_certificate},
        {MHD_OPTION_HTTPS_MEM_KEY, 0, (void *) (uintptr_t) config->tls_key},
        {MHD_OPTION_END, 0, NULL}};
    struct MHD_OptionItem without[] = {{MHD_OPTION_END, 0, NULL}};
    self->daemon = MHD_start_daemon (
        MHD_USE_EPOLL_INTERNAL_THREAD | MHD_USE_INTERNAL_POLLING_THREAD | MHD_ALLOW_SUSPEND_RESUME |
            MHD_USE_PEDANTIC_CHECKS | (tls ? MHD_USE_TLS : 0),
        0, NULL, NULL, s_handle, self, MHD_OPTION_LISTEN_SOCKET, config->listener,
        MHD_OPTION_THREAD_POOL_SIZE, SERVER_THREADS, MHD_OPTION_CONNECTION_LIMIT, SERVER_CONNECTIONS,
        MHD_OPTION_PER_IP_CONNECTION_LIMIT, config->address_connections, MHD_OPTION_CONNECTION_TIMEOUT,
        SERVER_IDLE_SECONDS, MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t) SERVER_HEADER_BYTES,
        MHD_OPTION_URI_LOG_CALLBACK, s_begin, self, MHD_OPTION_NOTIFY_COMPLETED, s_end, self,
        MHD_OPTION_NOTIFY_CONNECTION, s_connected, self, MHD_OPTION_SIGPIPE_HANDLED_BY_APP, 1,
        MHD_OPTION_STRICT_FOR_CLIENT, 1, MHD_OPTION_ARRAY, tls ? with_tls : without, MHD_OPTION_END);
}

server_t *server_new (const struct server_config *config, struct error *error)
{
    server_t *self = s_new (config);
    if (self && self->patience)
        s_start (self);
    if (self && self->daemon)
        return self;
    close (config->listener);
    bool pair = self && self->patience && config->tls_certificate;
    error_set (error, pair ? DMH_USAGE : DMH_INTERNAL, "HTTP cannot be served%s",
               pair ? "; are --tls-certificate and --tls-key a pair in PEM?"
                    : ": there are no threads or descriptors, or no memory");
    if (self)
        s_free (&self);
    return NULL;
}

void server_quiesce (server_t *self)
{
    MHD_socket listener = MHD_quiesce_daemon (self->daemon);
    if (listener != MHD_INVALID_SOCKET)
        close (listener);
}

//  libmicrohttpd ends connections with what they have yet to send.
void server_drain (server_t *self)
{
    struct timespec until;
    clock_gettime (CLOCK_MONOTONIC, &until);
    until.tv_sec += SERVER_DRAIN_SECONDS;
    pthread_mutex_lock (&self->lock);
    while (self->working && pthread_cond_timedwait (&self->answered, &self->lock, &until) == 0)
        ;
    pthread_mutex_unlock (&self->lock);
}

void server_destroy (server_t **self_p)
{
    server_t *self = *self_p;
    if (!self)
        return;
    MHD_stop_daemon (self->daemon);
    s_free (self_p);
}
