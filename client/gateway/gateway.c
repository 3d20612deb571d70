//  gateway.c: see gateway.h.
#include "client/gateway/gateway.h"

#include "client/gateway/calls/calls.h"
#include "client/gateway/context.h"
#include "client/gateway/http/server.h"
#include "client/gateway/jobs/unpacking.h"
#include "messages/base/folder.h"
#include "messages/base/log.h"
#include "messages/base/metrics.h"
#include "messages/sockets/listener.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

//  Those that look and unpack compute, the others wait.
enum {
    SENDING_THREADS = 16,
    BRINGING_THREADS = 32,
    LOOKING_THREADS = 4,
    UNPACKING_THREADS = 8,
    PEM_BYTES_MAX = 256 * 1024
};

struct gateway_service {
    struct gateway gateway;
    struct server_config server_config;
    struct result_files_config result_config;
    allowances_t *allowances;
    server_t *server;
    char *certificate, *key;
    char address[LISTENER_TEXT_BYTES + 8];
};

static int s_read_pem (const char *option, const char *path, char **out, struct error *error)
{
    FILE *file = fopen (path, "re");
    size_t n = 0;
    *out = file ? calloc (1, PEM_BYTES_MAX) : NULL;
    if (*out)
        n = fread (*out, 1, PEM_BYTES_MAX - 1, file);
    int why = errno;
    if (file)
        fclose (file);
    return n ? DMH_OK
             : error_set (error, DMH_USAGE, "--%s %s cannot be read: %s", option, path,
                          file ? "it is empty" : strerror (why));
}

static int s_read_tls (gateway_service_t *self, const struct gateway_config *config, struct error *error)
{
    if (!config->tls_certificate && !config->tls_key)
        return DMH_OK;
    if (!config->tls_certificate || !config->tls_key)
        return error_set (error, DMH_USAGE, "TLS needs both --tls-certificate and --tls-key");
    int rc = s_read_pem ("tls-certificate", config->tls_certificate, &self->certificate, error);
    return rc == DMH_OK ? s_read_pem ("tls-key", config->tls_key, &self->key, error) : rc;
}

//  A broker without keys shows each job to everybody, so that tokens would promise what is not so.
static int s_read_tokens (gateway_service_t *self, const struct gateway_config *config, struct error *error)
{
    if (!config->tokens)
        return DMH_OK;
    if (!credential_is (config->credential))
        return error_set (
            error, DMH_USAGE,
            "--tokens needs --key and --server-key, a key with the right gateway: a broker without "
            "keys shows each job to everybody");
    const char *secret = config->credential->own.secret_text;
    self->gateway.tokens = tokens_read (config->tokens, secret, error);
    if (!self->gateway.tokens)
        return error->code;
    self->gateway.sessions = sessions_new (secret, config->session_minutes * 60);
    self->allowances = allowances_new (&config->of_token);
    return self->gateway.sessions && self->allowances ? DMH_OK
                                                      : error_set (error, DMH_INTERNAL, "out of memory");
}

static int s_open_spool (gateway_service_t *self, const struct gateway_config *config, struct error *error)
{
    int rc = folder_make (config->spool, error);
    if (rc == DMH_OK && access (config->spool, W_OK | X_OK) != 0)
        rc =
            error_set (error, DMH_IO, "--spool %s cannot be written to: %s", config->spool, strerror (errno));
    if (rc == DMH_OK && config->spool_bytes && config->spool_bytes < config->body_bytes)
        rc = error_set (error, DMH_USAGE,
                        "--spool-bytes has room for no body of --max-body; give it as much at least");
    if (rc == DMH_OK && !(self->gateway.spool = spool_new (config->spool, config->spool_bytes)))
        rc = error_set (error, DMH_INTERNAL, "out of memory");
    return rc;
}

//  What handlers share.
static int s_open_shared (gateway_service_t *self, const struct gateway_config *config, struct error *error)
{
    struct gateway *gateway = &self->gateway;
    gateway->credential = config->credential;
    gateway->tls = self->key != NULL;
    gateway->exchange = exchange_new (config->broker, config->credential, error);
    if (!gateway->exchange || !(gateway->sending = tasks_new (SENDING_THREADS, error)) ||
        !(gateway->bringing = tasks_new (BRINGING_THREADS, error)) ||
        !(gateway->looking = tasks_new (LOOKING_THREADS, error)) ||
        !(gateway->unpacking = tasks_new (UNPACKING_THREADS, error)))
        return error->code;
    self->result_config = (struct result_files_config){gateway->exchange, gateway->bringing,
                                                       config->credential, self->gateway.spool};
    gateway->result_files = result_files_new (&self->result_config);
    gateway->transfers = transfer_pool_new (exchange_route (gateway->exchange), config->credential,
                                            tasks_stop (gateway->sending));
    bool made = gateway->result_files && gateway->transfers;
    return made ? DMH_OK : error_set (error, DMH_INTERNAL, "out of memory");
}

static int s_open_server (gateway_service_t *self, const struct gateway_config *config, int listener,
                          const char *at, struct error *error)
{
    struct gateway *gateway = &self->gateway;
    bool local = strncmp (at, "127.", 4) == 0 || strncmp (at, "[::1]", 5) == 0;
    self->server_config =
        (struct server_config){.listener = listener,
                               .gateway = gateway,
                               .routes = CALL_ROUTES,
                               .route_count = call_route_count (),
                               .limits = {self->gateway.spool, config->body_bytes},
                               .unpack = unpacking_begin,
                               .slow_seconds = (unsigned) config->slow_seconds,
                               .address_connections = (unsigned) config->address_connections,
                               .admission = {gateway->tokens, gateway->sessions, self->allowances, local},
                               .host_names = config->host_names,
                               .tls_certificate = self->certificate,
                               .tls_key = self->key};
    self->server = server_new (&self->server_config, error);
    if (self->server)
        metrics_disk (METRIC_GATEWAY_DISK_FREE, config->spool);
    return self->server ? DMH_OK : error->code;
}

static int s_open (gateway_service_t *self, const struct gateway_config *config, struct error *error)
{
    char at[LISTENER_TEXT_BYTES];
    int rc = s_open_spool (self, config, error);
    if (rc == DMH_OK)
        rc = s_read_tls (self, config, error);
    if (rc == DMH_OK)
        rc = s_read_tokens (self, config, error);
    if (rc != DMH_OK)
        return rc;
    bool guarded = config->insecure || (self->gateway.tokens && self->key);
    int listener = listener_open ("listen", config->listen, !guarded, at, error);
    if (listener < 0)
        return error->code;
    snprintf (self->address, sizeof self->address, "%s://%s", self->key ? "https" : "http", at);
    rc = s_open_shared (self, config, error);
    if (rc == DMH_OK)
        return s_open_server (self, config, listener, at, error);
    close (listener);
    return rc;
}

gateway_service_t *gateway_start (const struct gateway_config *config, struct error *error)
{
    gateway_service_t *self = calloc (1, sizeof *self);
    if (!self)
        error_set (error, DMH_INTERNAL, "out of memory");
    else if (s_open (self, config, error) != DMH_OK)
        gateway_stop (&self);
    return self;
}

const char *gateway_address (const gateway_service_t *self)
{
    return self->address;
}

void gateway_reload (gateway_service_t *self)
{
    struct error error = {.code = DMH_OK};
    tokens_t *tokens = self->gateway.tokens;
    if (!tokens)
        return;
    if (tokens_reload (tokens, &error) != DMH_OK) {
        log_event (LOG_LEVEL_ERROR, "tokens.not_reloaded", NULL, NULL, "error", error.text, NULL);
        return;
    }
    log_event (LOG_LEVEL_INFO, "tokens.reloaded", NULL, NULL, LOG_NUMBER ("tokens", tokens_count (tokens)),
               NULL);
    exchange_review_listeners (self->gateway.exchange);
}

//  Who answers calls ends before those who wait for the answers. All that waits is told first, so that
//  nothing waits for another one's patience.
void gateway_stop (gateway_service_t **self_p)
{
    gateway_service_t *self = *self_p;
    if (!self)
        return;
    struct gateway *gateway = &self->gateway;
    tasks_t *pools[] = {gateway->sending, gateway->bringing, gateway->looking, gateway->unpacking};
    metrics_disk (METRIC_GATEWAY_DISK_FREE, NULL);
    if (self->server)
        server_quiesce (self->server);
    for (size_t i = 0; i < sizeof pools / sizeof *pools; i++)
        if (pools[i])
            tasks_end (pools[i]);
    if (gateway->exchange)
        exchange_close (gateway->exchange);
    for (size_t i = 0; i < sizeof pools / sizeof *pools; i++)
        if (pools[i])
            tasks_join (pools[i]);
    if (self->server)
        server_drain (self->server);
    server_destroy (&self->server);
    transfer_pool_destroy (&gateway->transfers);
    for (size_t i = 0; i < sizeof pools / sizeof *pools; i++)
        tasks_destroy (&pools[i]);
    result_files_destroy (&gateway->result_files);
    exchange_destroy (&gateway->exchange);
    spool_destroy (&self->gateway.spool);
    allowances_destroy (&self->allowances);
    sessions_destroy (&gateway->sessions);
    tokens_destroy (&gateway->tokens);
    free (self->certificate);
    free (self->key);
    free (self);
    *self_p = NULL;
}
