//  main.c: dmh-worker: options, signals, the session's actor, the end.
#define _GNU_SOURCE
#include "messages/base/clock.h"
#include "messages/base/log.h"
#include "messages/base/signals.h"
#include "messages/base/systemd.h"
#include "messages/keys/credential.h"
#include "messages/settings/settings.h"
#include "messages/sockets/actor.h"
#include "messages/sockets/limits.h"
#include "messages/sockets/metrics_server.h"
#include "messages/sockets/socket_folder.h"
#include "messages/sockets/unix_socket.h"
#include "messages/text/quantity.h"
#include "messages/text/terminal.h"
#include "messages/version.h"
#include "worker/results/results_folder.h"
#include "worker/session/access.h"
#include "worker/session/session.h"
#include "worker/session/slot.h"

#include <signal.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

struct options_of_worker {
    const char *broker, *name, *results, *schemas, *config, *log_format, *log_level, *key, *server_key,
        *data_root, *sign_key, *metrics_listen, *results_to;
    uint64_t slots, threads, memory, block_bytes, drain_seconds;
    struct ceilings ceilings;
    bool help, version;
    char endpoint[URI_BYTES], folder[SOCKET_FOLDER_BYTES];    //  of the broker where none is named
};

//  What it was started with, to read it again.
struct started {
    struct options_of_worker options;
    int argc;
    char **argv;
};

static void s_reload (struct started *self);

//  The session is there; it finds its broker by itself, whenever that comes.
static void s_say_ready (const struct started *self)
{
    char status[URI_BYTES + 64];
    snprintf (status, sizeof status, "%s for the broker at %.1000s", QUANTITY (self->options.slots, "slot"),
              self->options.broker);
    systemd_ready (status);
}

//  Takes a signal off its descriptor; true: one that asks it to end. SIGHUP is done with here.
static bool s_take_signal (struct started *self, int signals)
{
    int number = signals_take (signals);
    if (number == SIGHUP) {
        systemd_reloading ();
        s_reload (self);
        s_say_ready (self);
    } else if (number)
        systemd_stopping ();
    return number && number != SIGHUP;
}

//  Waits for a signal to end or the session's end, at most `wait_ms` (-1: for ever). true: a signal.
static bool s_wait (struct started *self, actor_t *session, int signals, int64_t wait_ms)
{
    int64_t until = clock_mono_ms () + wait_ms;
    zmq_pollitem_t items[] = {{NULL, signals, ZMQ_POLLIN, 0},
                              {zsock_resolve (actor_pipe (session)), 0, ZMQ_POLLIN, 0}};
    for (;;) {
        int64_t left = wait_ms < 0 ? -1 : until - clock_mono_ms ();
        int count = zmq_poll (items, 2, wait_ms < 0 ? -1 : left > 0 ? (long) left : 0);
        if (count < 0 && errno == EINTR)
            continue;
        if (count > 0 && items[0].revents && s_take_signal (self, signals))
            return true;
        if (count <= 0 || items[1].revents)
            return false;
    }
}

//  Takes nothing new and lets running jobs finish, until they have, the time is over or a second signal
//  comes. What still runs then goes back to the queue.
static void s_drain (struct started *self, actor_t *session, int signals)
{
    uint64_t seconds = self->options.drain_seconds;
    log_event (LOG_LEVEL_INFO, "worker.draining", NULL, NULL, LOG_NUMBER ("seconds", seconds), NULL);
    zstr_send (actor_pipe (session), "DRAIN");
    s_wait (self, session, signals, (int64_t) seconds * 1000);
}

static void s_say_access (const struct options_of_worker *options, const struct access *access)
{
    if (access->roots && !(options->data_root && *options->data_root))
        log_event (LOG_LEVEL_INFO, "worker.reads_no_path", NULL, NULL, "why",
                   "at TCP or with keys it reads in --data-root alone; else inputs come by the broker", NULL);
}

//  Until SIGTERM or SIGINT, or the session's end.
static int s_run (struct started *self, const char *results, const struct access *access, int signals,
                  struct error *error)
{
    const struct options_of_worker *options = &self->options;
    struct session_config config = {.broker = options->broker,
                                    .name = options->name,
                                    .results = results,
                                    .objects = *access->objects.bucket ? &access->objects : NULL,
                                    .schemas = options->schemas,
                                    .slots = (size_t) options->slots,
                                    .threads = (size_t) options->threads,
                                    .memory = options->memory,
                                    .block_bytes = options->block_bytes,
                                    .ceilings = options->ceilings,
                                    .credential = &access->credential,
                                    .sign_key = access->sign_key,
                                    .roots = access->roots};
    actor_t *session = session_new (&config, error);
    int rc = session ? DMH_OK : DMH_INTERNAL;
    if (rc == DMH_OK)
        s_say_ready (self);
    if (rc == DMH_OK && s_wait (self, session, signals, -1) && options->drain_seconds)
        s_drain (self, session, signals);
    actor_destroy (&session);
    return rc;
}

static int s_check (const struct options_of_worker *options, enum log_format *format, enum log_level *level,
                    struct error *error)
{
    int rc = log_options (options->log_format, options->log_level, format, level, error);
    if (rc == DMH_OK && options->name && !key_is_name (options->name))
        return error_set (error, DMH_USAGE,
                          "--name takes 1 to %d letters, digits, '.', '_' and '-', the first one a letter or "
                          "digit, not “%.40s”",
                          KEY_NAME_BYTES - 1, options->name);
    return rc;
}

static int s_serve (struct started *self, const char *results, const struct access *access,
                    struct error *error)
{
    int signals = signals_open_serving ();
    if (signals < 0)
        return error_set (error, DMH_INTERNAL, "signals cannot be waited for: %s", strerror (errno));
    int rc = limits_open (error);
    metrics_server_t *metrics = NULL;
    if (rc == DMH_OK)
        rc = metrics_server_open (self->options.metrics_listen, "worker", DMH_VERSION, &metrics, error);
    if (rc == DMH_OK)
        rc = s_run (self, results, access, signals, error);
    metrics_server_destroy (&metrics);
    close (signals);
    zsys_shutdown ();
    return rc;
}

enum { SETTINGS = 22, MEMORY_LEAST = 64 * 1024 * 1024 };

static void s_table (struct options_of_worker *options, struct setting out[SETTINGS])
{
    const struct setting table[] = {
        {"broker", "ENDPOINT",
         "the broker's back, or a list with commas (DMH_WORKER_BROKER, or this user's own broker here)",
         .text = &options->broker},
        {"name", "NAME", "what the broker knows it by, no two alike (of host, pid and chance)",
         .text = &options->name},
        {"slots", "N", "jobs at once (8)", .number = &options->slots, .least = 1, .most = SLOTS_MAX},
        {"threads", "N", "harmonization threads, shared by all jobs (one a CPU)", .number = &options->threads,
         .least = 1, .most = 256},
        {"memory", "BYTES", "that its jobs may need together; others are not given to it (any job)",
         .number = &options->memory, .least = MEMORY_LEAST, .most = LIMIT_BYTES_MOST},
        {"data-root", "DIR",
         "where inputs may be, several with commas, also s3://BUCKET/KEY; else anywhere at a Unix socket "
         "without a key, else "
         "nowhere",
         .text = &options->data_root},
        {"key", "FILE", "this worker's key, for a broker that has keys (DMH_KEY); see dmh keys",
         .text = &options->key},
        {"server-key", "FILE", "the broker's server.pub, or its public key (DMH_SERVER_KEY)",
         .text = &options->server_key},
        {"sign-key", "FILE", "signs each report.json (dmh keys new --sign NAME)", .text = &options->sign_key},
        {"results", "DIR", "where results are kept, one folder an attempt", .text = &options->results},
        {"results-to", "s3://BUCKET/KEY", "results go there, one folder an attempt (they stay in --results)",
         .text = &options->results_to},
        {"schemas", "DIR", "further schema files", .text = &options->schemas},
        {"block-bytes", "N", "bytes of a block (262144)", .number = &options->block_bytes, .least = 4096,
         .most = 4194304},
        {"output-bytes", "N",
         "that any job may write at most: records, rejects and audit (as the job has it)",
         .number = &options->ceilings.output_bytes, .least = 1, .most = LIMIT_BYTES_MOST},
        {"unpacked-bytes", "N", "that any compressed input may come to (as the job has it)",
         .number = &options->ceilings.unpacked_bytes, .least = 1, .most = LIMIT_BYTES_MOST},
        {"drain-seconds", "N",
         "at SIGTERM running jobs have so long to finish; else they are queued again (0)",
         .number = &options->drain_seconds, .least = 0, .most = 86400, .reloadable = true},
        {"metrics-listen", "ADDRESS:PORT", "serve /metrics, /healthz and /readyz there, by HTTP",
         .text = &options->metrics_listen},
        {"config", "FILE", "options as lines `name = value`", .text = &options->config, .reloadable = true},
        {"log-format", "WORD", "text or json", .words = "text,json", .text = &options->log_format,
         .reloadable = true},
        {"log-level", "WORD", "debug, info, warning, error or none", .words = "debug,info,warning,error,none",
         .text = &options->log_level, .reloadable = true},
        {"help", NULL, "this page", .letter = 'h', .flag = &options->help, .reloadable = true},
        {"version", NULL, "the version", .letter = 'V', .flag = &options->version, .reloadable = true},
    };
    _Static_assert(sizeof table / sizeof *table == SETTINGS, "SETTINGS says how many there are");
    memcpy (out, table, sizeof table);
}

static void s_complete (struct options_of_worker *options)
{
    if (!options->broker || !*options->broker)
        options->broker = access_broker (options->key, options->endpoint, options->folder);
}

//  A worker that waits for its broker has the folder already, so that nobody else can make it.
static int s_make_folder (const struct options_of_worker *options, struct error *error)
{
    int rc = *options->folder ? unix_socket_check (options->endpoint, error) : DMH_OK;
    return *options->folder && rc == DMH_OK ? socket_folder_make (options->folder, error) : rc;
}

//  The command line, and below it the file that --config names; prints the help that is asked for.
static int s_read_options (struct options_of_worker *options, int argc, char **argv, struct error *error)
{
    struct setting settings[SETTINGS];
    s_table (options, settings);
    int rc = settings_read_all (settings, SETTINGS, argc, argv, &options->config, error);
    s_complete (options);
    if (rc == DMH_OK && (options->help || options->version))
        terminal_print (stdout, "dmh-worker %s\n", DMH_VERSION);
    if (rc == DMH_OK && options->help) {
        terminal_print (stdout, "\nusage: dmh-worker [options]\n\n");
        settings_help (settings, SETTINGS, stdout);
    }
    return rc;
}

static struct options_of_worker s_defaults (void)
{
    static char s_results[URI_BYTES];
    long cpus = sysconf (_SC_NPROCESSORS_ONLN);
    const char *broker = getenv ("DMH_WORKER_BROKER");
    return (struct options_of_worker){.broker = broker && *broker ? broker : NULL,
                                      .results = results_folder_default (s_results, sizeof s_results),
                                      .slots = 8,
                                      .threads = cpus > 0 ? (uint64_t) cpus : 1,
                                      .key = getenv ("DMH_KEY"),
                                      .server_key = getenv ("DMH_SERVER_KEY"),
                                      .log_format = "text",
                                      .log_level = "info"};
}

//  What cannot change while it runs stays.
static void s_take_over (struct options_of_worker *now, struct options_of_worker *fresh)
{
    struct setting settings[SETTINGS], read[SETTINGS];
    s_table (now, settings);
    s_table (fresh, read);
    settings_reload (settings, read, SETTINGS);
}

//  SIGHUP: the configuration is read again. One that is not right changes nothing.
static void s_reload (struct started *self)
{
    struct options_of_worker fresh = s_defaults ();
    struct error error = {.code = DMH_OK};
    enum log_format format;
    enum log_level level;
    int rc = s_read_options (&fresh, self->argc, self->argv, &error);
    if (rc == DMH_OK)
        rc = s_check (&fresh, &format, &level, &error);
    if (rc != DMH_OK) {
        log_event (LOG_LEVEL_ERROR, "config.kept", NULL, NULL, "error", error.text, NULL);
        return;
    }
    s_take_over (&self->options, &fresh);
    log_change (format, level);
    log_event (LOG_LEVEL_INFO, "config.read", NULL, NULL, NULL);
}

//  What shells and the manual pages ask for.
static bool s_complete_words (int argc, char **argv)
{
    struct options_of_worker none;
    struct setting settings[SETTINGS];
    s_table (&none, settings);
    return settings_complete_program (settings, SETTINGS, argc, argv);
}

int main (int argc, char **argv)
{
    //  What comes from a file stays for ever, and so does the one place that points to it.
    static struct started self;
    self = (struct started){s_defaults (), argc, argv};
    const struct options_of_worker *options = &self.options;
    struct error error = {.code = DMH_OK};
    enum log_format format = LOG_FORMAT_TEXT;
    enum log_level level = LOG_LEVEL_INFO;
    char *results = NULL;
    struct access access = {.roots = NULL};
    if (s_complete_words (argc, argv))
        return 0;
    int rc = s_read_options (&self.options, argc, argv, &error);
    if (rc == DMH_OK && (options->help || options->version))
        return 0;
    if (rc == DMH_OK)
        rc = s_check (options, &format, &level, &error);
    if (rc == DMH_OK)
        rc = s_make_folder (options, &error);
    if (rc == DMH_OK)
        rc = access_open (&(struct access_paths){.broker = options->broker,
                                                 .key = options->key,
                                                 .server_key = options->server_key,
                                                 .data_root = options->data_root,
                                                 .sign_key = options->sign_key,
                                                 .results_to = options->results_to},
                          &access, &error);
    if (rc == DMH_OK)
        rc = results_folder_make (options->results, &results, &error);
    if (rc == DMH_OK) {
        log_open ("worker", format, level);
        umask (077);
        s_say_access (options, &access);
        rc = s_serve (&self, results, &access, &error);
    }
    access_clear (&access);
    free (results);
    if (rc != DMH_OK)
        terminal_print (stderr, "dmh-worker: %s\n", error.text);
    return rc == DMH_OK ? 0 : rc == DMH_USAGE ? 2 : 1;
}
