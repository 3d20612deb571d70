//  main.c: dmh-gateway: options, signals, the gateway's start and end.
#define _GNU_SOURCE
#include "client/connection/default_broker.h"
#include "client/gateway/gateway.h"
#include "client/gateway/http/server.h"
#include "messages/base/log.h"
#include "messages/base/signals.h"
#include "messages/base/systemd.h"
#include "messages/settings/settings.h"
#include "messages/sockets/limits.h"
#include "messages/sockets/metrics_server.h"
#include "messages/text/terminal.h"
#include "messages/version.h"

#include <czmq.h>

#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

enum { SETTINGS = 25, PATH_BYTES = 4200 };

struct options_of_gateway {
    const char *listen, *broker, *key, *server_key, *spool, *host_names, *tls_certificate, *tls_key, *tokens,
        *metrics_listen, *config, *log_format, *log_level;
    uint64_t body_bytes, slow_seconds, session_minutes, spool_bytes, address_connections;
    struct allowance_limits of_token;
    bool insecure, help, version;
    char endpoint[URI_BYTES], spool_made[PATH_BYTES];    //  what broker and spool may point to
};

static void s_table (struct options_of_gateway *options, struct setting out[SETTINGS])
{
    const struct setting table[] = {
        {"listen", "ADDRESS:PORT", "where requests come in (127.0.0.1:8080)", .text = &options->listen},
        {"broker", "ENDPOINT",
         "the broker's front, or a list with commas (DMH_BROKER, or this user's own broker here)",
         .text = &options->broker},
        {"key", "FILE", "the gateway's key, for a broker that has keys (DMH_KEY); see dmh keys",
         .text = &options->key},
        {"server-key", "FILE", "the broker's server.pub, or its public key (DMH_SERVER_KEY)",
         .text = &options->server_key},
        {"spool", "DIR", "where uploads wait until the broker has them ($XDG_STATE_HOME/dmh/gateway)",
         .text = &options->spool},
        {"max-body", "BYTES", "of a request, unpacked, at most (17179869184)", .number = &options->body_bytes,
         .least = 1, .most = INT64_MAX},
        {"spool-bytes", "BYTES", "of all files in the spool at most (68719476736; 0: no limit)",
         .number = &options->spool_bytes, .most = INT64_MAX},
        {"address-connections", "N", "from one address at once (3072; 0: no limit)",
         .number = &options->address_connections, .most = SERVER_CONNECTIONS},
        {"slow-seconds", "N",
         "end a connection whose headers take longer, or whose body comes more slowly (20)",
         .number = &options->slow_seconds, .least = 1, .most = 3600},
        {"host-names", "NAME,…", "by which others know the gateway, for the header Host (this host's own)",
         .text = &options->host_names},
        {"tls-certificate", "FILE", "serve HTTPS: the certificate and those above it, in PEM",
         .text = &options->tls_certificate},
        {"tls-key", "FILE", "and its key", .text = &options->tls_key},
        {"tokens", "FILE", "let in only who shows a token of that file: lines NAME ROLE SHA-256",
         .text = &options->tokens},
        {"session-minutes", "N", "end a browser's session then (480)", .number = &options->session_minutes,
         .least = 1, .most = 7 * 24 * 60},
        {"token-jobs", "N", "jobs of a token that have not ended (10000; 0: no limit)",
         .number = &options->of_token.jobs, .most = INT64_MAX},
        {"token-rate", "N", "requests of a token a second, over five seconds (200; 0: no limit)",
         .number = &options->of_token.rate, .most = 1000000},
        {"token-calls", "N", "of its requests under way at once, event streams included (512; 0: no limit)",
         .number = &options->of_token.calls, .most = INT64_MAX},
        {"token-uploads", "N", "of these, uploads (16; 0: no limit)", .number = &options->of_token.uploads,
         .most = INT64_MAX},
        {"insecure", NULL, "listen on an address that other hosts reach, without tokens and TLS",
         .flag = &options->insecure},
        {"metrics-listen", "ADDRESS:PORT", "serve /metrics, /healthz and /readyz there, too, to everybody",
         .text = &options->metrics_listen},
        {"config", "FILE", "options as lines `name = value`", .text = &options->config},
        {"log-format", "WORD", "text or json", .words = "text,json", .text = &options->log_format},
        {"log-level", "WORD", "debug, info, warning, error or none", .words = "debug,info,warning,error,none",
         .text = &options->log_level},
        {"help", NULL, "this page", .letter = 'h', .flag = &options->help},
        {"version", NULL, "the version", .letter = 'V', .flag = &options->version},
    };
    _Static_assert(sizeof table / sizeof *table == SETTINGS, "SETTINGS says how many there are");
    memcpy (out, table, sizeof table);
}

//  What was not named.
static int s_complete (struct options_of_gateway *self, struct error *error)
{
    const char *state = getenv ("XDG_STATE_HOME"), *home = getenv ("HOME"), *broker = getenv ("DMH_BROKER");
    if (!self->spool) {
        bool has_state = state && *state;
        snprintf (self->spool_made, PATH_BYTES, "%.4000s%s/dmh/gateway",
                  has_state       ? state
                  : home && *home ? home
                                  : ".",
                  has_state ? "" : "/.local/state");
        self->spool = self->spool_made;
    }
    if (!self->broker && broker && *broker)
        self->broker = broker;
    if (!self->key)
        self->key = getenv ("DMH_KEY");
    if (!self->server_key)
        self->server_key = getenv ("DMH_SERVER_KEY");
    if (self->broker)
        return DMH_OK;
    //  One that is not there yet is waited for.
    int rc = default_broker_find (self->key && *self->key, self->endpoint, error);
    self->broker = self->endpoint;
    return rc == DMH_UNAVAILABLE ? DMH_OK : rc;
}

static int s_read_options (struct options_of_gateway *options, int argc, char **argv, struct error *error)
{
    struct setting settings[SETTINGS];
    s_table (options, settings);
    int rc = settings_read_all (settings, SETTINGS, argc, argv, &options->config, error);
    if (rc == DMH_OK && options->help) {
        terminal_print (stdout, "usage: dmh-gateway [options]\n\nServes the REST API of a broker.\n\n");
        settings_help (settings, SETTINGS, stdout);
        terminal_print (stdout,
                        "\nThe API is under /api/v1, its description at /api/v1/openapi.json. Without\n"
                        "--tokens every user of this host can use it. SIGHUP reads the tokens again.\n");
    }
    return rc == DMH_OK && !options->help && !options->version ? s_complete (options, error) : rc;
}

static int s_check (const struct options_of_gateway *options, enum log_format *format, enum log_level *level,
                    struct error *error)
{
    return log_options (options->log_format, options->log_level, format, level, error);
}

static void s_say_ready (const gateway_service_t *gateway)
{
    char status[256];
    snprintf (status, sizeof status, "serving at %s", gateway_address (gateway));
    systemd_ready (status);
}

//  Until SIGTERM or SIGINT; SIGHUP has the tokens read again.
static void s_wait (gateway_service_t *gateway, int signals)
{
    zmq_pollitem_t item = {NULL, signals, ZMQ_POLLIN, 0};
    for (;;) {
        if (zmq_poll (&item, 1, -1) < 0 && zmq_errno () == EINTR)
            continue;
        if (signals_take (signals) != SIGHUP)
            return;
        systemd_reloading ();
        gateway_reload (gateway);
        s_say_ready (gateway);
    }
}

static int s_serve (const struct gateway_config *config, int signals, struct error *error)
{
    gateway_service_t *gateway = gateway_start (config, error);
    if (!gateway)
        return error->code;
    log_event (LOG_LEVEL_INFO, "gateway.listening", NULL, NULL, "at", gateway_address (gateway), "broker",
               config->broker, NULL);
    if (!config->tokens)
        log_event (LOG_LEVEL_WARNING, "gateway.without_tokens", NULL, NULL, "means",
                   config->insecure ? "whoever reaches it can use it" : "every user of this host can use it",
                   NULL);
    s_say_ready (gateway);
    s_wait (gateway, signals);
    systemd_stopping ();
    gateway_stop (&gateway);
    return DMH_OK;
}

static int s_run (const struct options_of_gateway *options, int signals)
{
    struct error error = {.code = DMH_OK};
    struct credential credential = {.server = ""};
    struct allowance_limits of_token = options->of_token;
    of_token.spool_bytes = options->spool_bytes / 2;    //  half of it is others'
    const struct gateway_config config = {.listen = options->listen,
                                          .broker = options->broker,
                                          .credential = &credential,
                                          .spool = options->spool,
                                          .body_bytes = options->body_bytes,
                                          .slow_seconds = options->slow_seconds,
                                          .host_names = options->host_names,
                                          .tls_certificate = options->tls_certificate,
                                          .tls_key = options->tls_key,
                                          .tokens = options->tokens,
                                          .session_minutes = options->session_minutes,
                                          .spool_bytes = options->spool_bytes,
                                          .address_connections = options->address_connections,
                                          .of_token = of_token,
                                          .insecure = options->insecure};
    int rc = limits_open (&error);
    if (rc == DMH_OK)
        rc = credential_read (options->key, options->server_key, &credential, &error);
    metrics_server_t *metrics = NULL;
    if (rc == DMH_OK)
        rc = metrics_server_open (options->metrics_listen, "gateway", DMH_VERSION, &metrics, &error);
    if (rc == DMH_OK)
        rc = s_serve (&config, signals, &error);
    metrics_server_destroy (&metrics);
    key_forget (&credential.own);
    if (rc != DMH_OK)
        terminal_print (stderr, "dmh-gateway: %s\n", error.text);
    return rc == DMH_OK ? 0 : rc == DMH_USAGE ? 2 : 1;
}

//  What shells and the manual pages ask for.
static bool s_complete_words (int argc, char **argv)
{
    struct options_of_gateway none;
    struct setting settings[SETTINGS];
    s_table (&none, settings);
    return settings_complete_program (settings, SETTINGS, argc, argv);
}

int main (int argc, char **argv)
{
    //  What comes from a file stays for ever, and so does the one place that points to it.
    static struct options_of_gateway options = {
        .listen = "127.0.0.1:8080",
        .body_bytes = (uint64_t) 16 << 30,
        .slow_seconds = 20,
        .session_minutes = 480,
        .spool_bytes = (uint64_t) 64 << 30,
        .address_connections = 3072,
        .of_token = {.calls = 512, .uploads = 16, .rate = 200, .jobs = 10000},
        .log_format = "text",
        .log_level = "info"};
    struct error error = {.code = DMH_OK};
    enum log_format format = LOG_FORMAT_TEXT;
    enum log_level level = LOG_LEVEL_INFO;
    if (s_complete_words (argc, argv))
        return 0;
    int rc = s_read_options (&options, argc, argv, &error);
    if (rc == DMH_OK)
        rc = s_check (&options, &format, &level, &error);
    if (rc != DMH_OK) {
        terminal_print (stderr, "dmh-gateway: %s\n", error.text);
        return 2;
    }
    if (options.version)
        terminal_print (stdout, "dmh-gateway %s\n", DMH_VERSION);
    if (options.help || options.version)
        return 0;
    log_open ("gateway", format, level);
    umask (077);
    int signals = signals_open_serving ();
    if (signals < 0) {
        terminal_print (stderr, "dmh-gateway: signals cannot be waited for: %s\n", strerror (errno));
        return 1;
    }
    rc = s_run (&options, signals);
    close (signals);
    zsys_shutdown ();
    return rc;
}
