//  metrics_server.c: see metrics_server.h.
#include "messages/sockets/metrics_server.h"

#include "messages/base/log.h"
#include "messages/base/metrics.h"
#include "messages/sockets/listener.h"

#include <microhttpd.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { CONNECTIONS_MOST = 16, IDLE_SECONDS = 10, HEADER_BYTES = 16 * 1024 };

#define TEXT_TYPE "text/plain; version=0.0.4; charset=utf-8"
#define OPEN_TYPE "application/openmetrics-text; version=1.0.0; charset=utf-8"

struct metrics_server {
    const char *component, *version;
    struct MHD_Daemon *daemon;
};

static atomic_bool s_ready;

void metrics_server_ready (bool ready)
{
    atomic_store (&s_ready, ready);
}

//  Takes the text over.
static enum MHD_Result s_reply (struct MHD_Connection *connection, unsigned status, const char *type,
                                char *text, size_t n)
{
    struct MHD_Response *response =
        text ? MHD_create_response_from_buffer (n, text, MHD_RESPMEM_MUST_FREE) : NULL;
    if (!response) {
        free (text);
        return MHD_NO;
    }
    MHD_add_response_header (response, MHD_HTTP_HEADER_CONTENT_TYPE, type);
    MHD_add_response_header (response, MHD_HTTP_HEADER_CACHE_CONTROL, "no-store");
    if (status == MHD_HTTP_METHOD_NOT_ALLOWED)
        MHD_add_response_header (response, MHD_HTTP_HEADER_ALLOW, "GET, HEAD");
    enum MHD_Result sent = MHD_queue_response (connection, status, response);
    MHD_destroy_response (response);
    return sent;
}

static enum MHD_Result s_say (struct MHD_Connection *connection, unsigned status, const char *text)
{
    return s_reply (connection, status, "text/plain; charset=utf-8", strdup (text), strlen (text));
}

static enum MHD_Result s_metrics (const metrics_server_t *self, struct MHD_Connection *connection)
{
    const char *accept = MHD_lookup_connection_value (connection, MHD_HEADER_KIND, MHD_HTTP_HEADER_ACCEPT);
    bool open = accept && strstr (accept, "application/openmetrics-text");
    char *text = NULL;
    size_t n = 0;
    FILE *to = open_memstream (&text, &n);
    if (!to)
        return MHD_NO;
    metrics_write (self->component, self->version, open ? METRICS_OPENMETRICS : METRICS_PROMETHEUS, to);
    fclose (to);
    return s_reply (connection, MHD_HTTP_OK, open ? OPEN_TYPE : TEXT_TYPE, text, n);
}

//  Called with the headers first, then at the end of the request: it is answered then.
static enum MHD_Result s_handle (void *context, struct MHD_Connection *connection, const char *path,
                                 const char *method, const char *version, const char *bytes, size_t *n,
                                 void **seen)
{
    const metrics_server_t *self = context;
    (void) version, (void) bytes;
    if (!*seen) {
        *seen = context;
        return MHD_YES;
    }
    if (*n)
        return MHD_NO;    //  no body is wanted
    bool metrics = strcmp (path, "/metrics") == 0, health = strcmp (path, "/healthz") == 0,
         ready = strcmp (path, "/readyz") == 0;
    if (!metrics && !health && !ready)
        return s_say (connection, MHD_HTTP_NOT_FOUND, "there are /metrics, /healthz and /readyz\n");
    if (strcmp (method, "GET") != 0 && strcmp (method, "HEAD") != 0)
        return s_say (connection, MHD_HTTP_METHOD_NOT_ALLOWED, "it is read alone\n");
    if (metrics)
        return s_metrics (self, connection);
    if (health || atomic_load (&s_ready))
        return s_say (connection, MHD_HTTP_OK, health ? "alive\n" : "ready\n");
    return s_say (connection, MHD_HTTP_SERVICE_UNAVAILABLE, "not ready\n");
}

int metrics_server_open (const char *address, const char *component, const char *version,
                         metrics_server_t **out, struct error *error)
{
    char at[LISTENER_TEXT_BYTES];
    *out = NULL;
    if (!address)
        return DMH_OK;
    int listener = listener_open ("metrics-listen", address, false, at, error);
    if (listener < 0)
        return error->code;
    metrics_server_t *self = calloc (1, sizeof *self);
    if (self) {
        self->component = component;
        self->version = version;
        self->daemon = MHD_start_daemon (
            MHD_USE_POLL_INTERNAL_THREAD | MHD_USE_INTERNAL_POLLING_THREAD | MHD_USE_PEDANTIC_CHECKS, 0, NULL,
            NULL, s_handle, self, MHD_OPTION_LISTEN_SOCKET, listener, MHD_OPTION_CONNECTION_LIMIT,
            CONNECTIONS_MOST, MHD_OPTION_CONNECTION_TIMEOUT, IDLE_SECONDS, MHD_OPTION_CONNECTION_MEMORY_LIMIT,
            (size_t) HEADER_BYTES, MHD_OPTION_SIGPIPE_HANDLED_BY_APP, 1, MHD_OPTION_END);
    }
    if (self && self->daemon) {
        log_event (LOG_LEVEL_INFO, "metrics.listening", NULL, NULL, "at", at, NULL);
        *out = self;
        return DMH_OK;
    }
    free (self);
    close (listener);
    return error_set (error, DMH_INTERNAL, "--metrics-listen %s: there is no thread for it", address);
}

void metrics_server_destroy (metrics_server_t **self_p)
{
    metrics_server_t *self = *self_p;
    if (!self)
        return;
    MHD_stop_daemon (self->daemon);
    free (self);
    *self_p = NULL;
}
