//  main.c: dmh-broker: options, signals, the broker's actor, the end.
#define _GNU_SOURCE
#include "broker/backup_file.h"
#include "broker/broker.h"
#include "broker/endpoint_plan.h"
#include "broker/endpoints_file.h"
#include "broker/jobs/retention.h"
#include "messages/base/log.h"
#include "messages/base/signals.h"
#include "messages/base/systemd.h"
#include "messages/settings/settings.h"
#include "messages/sockets/actor.h"
#include "messages/sockets/limits.h"
#include "messages/sockets/metrics_server.h"
#include "messages/text/terminal.h"
#include "messages/version.h"

#include <signal.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PATH_BYTES = 4200, SPLIT_BYTES = 256 << 20 };

struct options_of_broker {
    const char *front, *back, *feed_in, *feed, *files, *files_dir, *store, *config, *endpoints_file,
        *log_format, *log_level, *keys, *backup, *key, *server_key, *metrics_listen;
    uint64_t queue_max, attempts, client_jobs, client_bytes, client_rate, files_bytes, files_days, keep_days,
        keep_bytes, split_bytes;
    bool help, version, insecure;
    struct endpoint_plan plan;       //  what front … files point to in the end
    char folder_made[PATH_BYTES];    //  what files_dir may point to
};

//  "PREFIX<where this user's state is>/dmh/NAME".
static const char *s_state (const char *prefix, const char *name, char out[PATH_BYTES])
{
    const char *state = getenv ("XDG_STATE_HOME"), *home = getenv ("HOME");
    if (state && *state)
        snprintf (out, PATH_BYTES, "%s%s/dmh/%s", prefix, state, name);
    else
        snprintf (out, PATH_BYTES, "%s%s/.local/state/dmh/%s", prefix, home && *home ? home : ".", name);
    return out;
}

//  The endpoints that were not named, and the folder of the files that travel: beside the database. There is
//  no files service where there is no such place.
static int s_complete (struct options_of_broker *self, struct error *error)
{
    char *folder = self->folder_made;
    bool memory = strcmp (self->store, "sqlite::memory:") == 0;
    if (!self->files_dir && strncmp (self->store, "sqlite:", 7) == 0 && !memory)
        snprintf (folder, PATH_BYTES, "%.4190s.files", self->store + 7);
    else if (!self->files_dir && !memory)
        s_state ("", "files", folder);
    if (!self->files_dir)
        self->files_dir = *folder ? folder : NULL;
    bool off = !self->files_dir || (self->files && strcmp (self->files, "off") == 0);
    const char *const named[] = {self->front, self->back, self->feed_in, self->feed, self->files};
    int rc = endpoint_plan_make (&self->plan, named, self->keys != NULL, error);
    self->front = self->plan.at[ENDPOINT_FRONT];
    self->back = self->plan.at[ENDPOINT_BACK];
    self->feed_in = self->plan.at[ENDPOINT_FEED_IN];
    self->feed = self->plan.at[ENDPOINT_FEED];
    self->files = off ? NULL : self->plan.at[ENDPOINT_FILES];
    return rc;
}

//  The service manager hears that it is ready, again after each reload.
static void s_say_ready (const char *front)
{
    char status[PATH_BYTES];
    if (front)
        snprintf (status, sizeof status, "serving at %.4100s", front);
    else
        snprintf (status, sizeof status, "standing by: another broker has the store");
    systemd_ready (status);
}

//  One message of the actor: DMH_OK and the endpoints (yours to free; none while it stands by), or why it did
//  not start.
static int s_take_word (actor_t *broker, char *endpoint[ENDPOINT_COUNT], struct error *error)
{
    zmsg_t *message = zmsg_recv (actor_pipe (broker));
    char *word = message ? zmsg_popstr (message) : NULL;
    int rc = DMH_OK;
    if (word && (streq (word, "READY") || streq (word, "STANDBY")))
        for (int i = 0; i < ENDPOINT_COUNT; i++) {
            zstr_free (&endpoint[i]);
            endpoint[i] = zmsg_popstr (message);    //  NULL behind STANDBY
        }
    else {
        char *code = message ? zmsg_popstr (message) : NULL, *text = message ? zmsg_popstr (message) : NULL;
        rc = code && strtol (code, NULL, 10) == DMH_USAGE ? DMH_USAGE : DMH_UNAVAILABLE;
        error_set (error, rc, "%s", text ? text : "it could not be started");
        zstr_free (&code);
        zstr_free (&text);
    }
    zstr_free (&word);
    zmsg_destroy (&message);
    return rc;
}

enum { SETTINGS = 29 };

static void s_table (struct options_of_broker *options, struct setting out[SETTINGS])
{
    const struct setting table[] = {
        {"front", "ENDPOINT",
         "where clients ask (a Unix socket in $XDG_RUNTIME_DIR/dmh; with --keys tcp://127.0.0.1:5570)",
         .text = &options->front},
        {"back", "ENDPOINT", "where workers register (beside the front: its port + 1, or its folder)",
         .text = &options->back},
        {"feed-in", "ENDPOINT", "where workers publish (likewise, + 2)", .text = &options->feed_in},
        {"feed", "ENDPOINT", "where clients subscribe (likewise, + 3)", .text = &options->feed},
        {"files", "ENDPOINT", "where files come in and go out, or off (likewise, + 4)",
         .text = &options->files},
        {"files-dir", "DIR", "where they are kept (beside the store)", .text = &options->files_dir},
        {"files-bytes", "N", "all files at most (0: as many as the disk holds)",
         .number = &options->files_bytes, .least = 0, .most = INT64_MAX},
        {"files-days", "N", "files that nobody used for so many days go (7; 0: never)",
         .number = &options->files_days, .least = 0, .most = 36500},
        {"store", "URL", "where jobs are kept: sqlite:PATH or postgresql://…", .text = &options->store},
        {"queue", "N", "open jobs at most (100000)", .number = &options->queue_max, .least = 1,
         .most = 10000000, .reloadable = true},
        {"attempts", "N", "attempts at a job (3)", .number = &options->attempts, .least = 1, .most = 100},
        {"keys", "DIR", "let in only those whose keys are there; see dmh keys", .text = &options->keys},
        {"insecure", NULL, "without keys, listen on addresses that other hosts reach",
         .flag = &options->insecure},
        {"client-jobs", "N", "open jobs of one client at most (0: no limit)", .number = &options->client_jobs,
         .least = 0, .most = 10000000, .reloadable = true},
        {"client-bytes", "N", "bytes of the inputs of one client's open jobs at most (0: no limit)",
         .number = &options->client_bytes, .least = 0, .most = INT64_MAX, .reloadable = true},
        {"client-rate", "N", "requests of one client a second at most (0: no limit)",
         .number = &options->client_rate, .least = 0, .most = 1000000, .reloadable = true},
        {"keep-days", "N", "days that a job and its result are kept after its end (0: for ever)",
         .number = &options->keep_days, .least = 0, .most = KEEP_DAYS_MAX, .reloadable = true},
        {"keep-bytes", "N",
         "bytes of results that are kept; beyond it fetched ones go, the first to end first (0: no limit)",
         .number = &options->keep_bytes, .least = 0, .most = INT64_MAX, .reloadable = true},
        {"split-bytes", "N",
         "a longer CSV or NDJSON is cut into parts of so many bytes, which several workers share "
         "(268435456; 0: never)",
         .number = &options->split_bytes, .least = 0, .most = INT64_MAX},
        {"backup", "FILE", "copy the store of the running broker to FILE, and end", .text = &options->backup},
        {"key", "FILE", "for --backup at a broker with keys: a key with the right admin",
         .text = &options->key},
        {"server-key", "FILE", "likewise the broker's public key (server.pub in the folder of --keys)",
         .text = &options->server_key},
        {"config", "FILE", "options as lines `name = value`", .text = &options->config, .reloadable = true},
        {"metrics-listen", "ADDRESS:PORT", "serve /metrics, /healthz and /readyz there, by HTTP",
         .text = &options->metrics_listen},
        {"endpoints-file", "FILE", "write the bound endpoints there when ready",
         .text = &options->endpoints_file, .reloadable = true},
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

//  The command line, and below it the file that --config names.
static int s_read_options (struct options_of_broker *options, int argc, char **argv, struct error *error)
{
    struct setting settings[SETTINGS];
    s_table (options, settings);
    int rc = settings_read_all (settings, SETTINGS, argc, argv, &options->config, error);
    if (rc == DMH_OK)
        rc = s_complete (options, error);
    if (rc == DMH_OK && options->help) {
        terminal_print (
            stdout, "usage: dmh-broker [options]\n\nTakes jobs from clients and gives them to workers.\n\n");
        settings_help (settings, SETTINGS, stdout);
        terminal_print (stdout,
                        "\nOnly the same user reaches the default endpoints, and dmh and dmh-worker find\n"
                        "them. Other hosts reach --front tcp://*:5570, which needs --keys, or --insecure\n"
                        "to let in whoever reaches it. SIGHUP reads configuration and keys again.\n");
    }
    return rc;
}

static int s_check (const struct options_of_broker *options, enum log_format *format, enum log_level *level,
                    struct error *error)
{
    return log_options (options->log_format, options->log_level, format, level, error);
}

static struct options_of_broker s_defaults (void)
{
    static char store[PATH_BYTES];
    return (struct options_of_broker){.store = s_state ("sqlite:", "jobs.db", store),
                                      .files_days = 7,
                                      .split_bytes = SPLIT_BYTES,
                                      .log_format = "text",
                                      .log_level = "info"};
}

//  What it was started with, to read it again.
struct started {
    struct options_of_broker options;
    int argc;
    char **argv;
};

//  What cannot change while it runs stays.
static void s_take_over (struct options_of_broker *now, struct options_of_broker *fresh)
{
    struct setting settings[SETTINGS], read[SETTINGS];
    s_table (now, settings);
    s_table (fresh, read);
    settings_reload (settings, read, SETTINGS);
}

//  SIGHUP: the configuration and the keys are read again. One that is not right changes nothing but the keys.
static void s_reload (struct started *self, actor_t *broker)
{
    struct options_of_broker fresh = s_defaults (), *now = &self->options;
    struct error error = {.code = DMH_OK};
    enum log_format format;
    enum log_level level;
    int rc = s_read_options (&fresh, self->argc, self->argv, &error);
    if (rc == DMH_OK)
        rc = s_check (&fresh, &format, &level, &error);
    if (rc == DMH_OK)
        s_take_over (now, &fresh);
    zsock_send (actor_pipe (broker), "s888888", "RELOAD", now->queue_max, now->client_jobs, now->client_bytes,
                now->client_rate, now->keep_days, now->keep_bytes);
    if (rc == DMH_OK) {    //  said when it holds
        log_change (format, level);
        log_event (LOG_LEVEL_INFO, "config.read", NULL, NULL, NULL);
    } else
        log_event (LOG_LEVEL_ERROR, "config.kept", NULL, NULL, "error", error.text, NULL);
}

//  Until SIGTERM or SIGINT, or the broker's end. It says READY when it begins to serve: at once, or after
//  having stood by.
static int s_serve (struct started *self, actor_t *broker, int signals, struct error *error)
{
    char *endpoint[ENDPOINT_COUNT] = {NULL};
    zmq_pollitem_t items[] = {{NULL, signals, ZMQ_POLLIN, 0},
                              {zsock_resolve (actor_pipe (broker)), 0, ZMQ_POLLIN, 0}};
    bool ready = false;    //  said once
    int rc = DMH_OK;
    while (rc == DMH_OK) {
        if (zmq_poll (items, 2, -1) < 0) {
            if (errno == EINTR)
                continue;
            break;
        }
        if (items[0].revents) {
            if (signals_take (signals) != SIGHUP)
                break;
            systemd_reloading ();
            s_reload (self, broker);
            if (ready)
                s_say_ready (endpoint[0]);
            continue;
        }
        rc = s_take_word (broker, endpoint, error);
        if (rc == DMH_OK && endpoint[0] && self->options.endpoints_file)
            rc = endpoints_file_write (self->options.endpoints_file, endpoint, error);
        ready = rc == DMH_OK;
        if (ready)
            s_say_ready (endpoint[0]);
    }
    systemd_stopping ();
    for (int i = 0; i < ENDPOINT_COUNT; i++)
        zstr_free (&endpoint[i]);
    return rc;
}

static int s_run (struct started *self, int signals)
{
    const struct options_of_broker *options = &self->options;
    struct broker_config config = {.front = options->front,
                                   .back = options->back,
                                   .feed_in = options->feed_in,
                                   .feed = options->feed,
                                   .files = options->files,
                                   .files_dir = options->files_dir,
                                   .files_bytes = options->files_bytes,
                                   .files_days = options->files_days,
                                   .store = options->store,
                                   .queue_max = (size_t) options->queue_max,
                                   .attempts = (unsigned) options->attempts,
                                   .keys = options->keys,
                                   .insecure = options->insecure,
                                   .client_jobs = options->client_jobs,
                                   .client_bytes = options->client_bytes,
                                   .client_rate = options->client_rate,
                                   .keep_days = options->keep_days,
                                   .keep_bytes = options->keep_bytes,
                                   .split_bytes = options->split_bytes,
                                   .measured = options->metrics_listen != NULL};
    struct error error = {.code = DMH_OK};
    int rc = endpoint_plan_prepare (&options->plan, &error);
    metrics_server_t *metrics = NULL;
    if (rc == DMH_OK)
        rc = metrics_server_open (options->metrics_listen, "broker", DMH_VERSION, &metrics, &error);
    actor_t *broker = rc == DMH_OK ? actor_new (broker_actor, &config) : NULL;
    if (rc == DMH_OK)
        rc = broker ? s_serve (self, broker, signals, &error)
                    : error_set (&error, DMH_INTERNAL, "its thread cannot be started: %s", strerror (errno));
    if (rc != DMH_OK)
        terminal_print (stderr, "dmh-broker: %s\n", error.text);
    actor_destroy (&broker);
    metrics_server_destroy (&metrics);
    return rc == DMH_OK ? 0 : rc == DMH_USAGE ? 2 : 1;
}

//  Asks the broker that runs with these options for a copy of its store.
static int s_backup (const struct options_of_broker *options, int signals)
{
    struct backup_source source = {&options->plan, options->keys, options->key, options->server_key, signals};
    struct error error = {.code = DMH_OK};
    uint64_t bytes = 0;
    int rc = backup_file_make (&source, options->backup, &bytes, &error);
    if (rc == DMH_OK)
        terminal_print (stdout, "%s: the whole store, %llu bytes\n", options->backup,
                        (unsigned long long) bytes);
    else
        terminal_print (stderr, "dmh-broker: %s\n", error.text);
    return rc == DMH_OK ? 0 : rc == DMH_USAGE ? 2 : rc == DMH_CANCELLED ? 130 : 1;
}

//  What shells and the manual pages ask for.
static bool s_complete_words (int argc, char **argv)
{
    struct options_of_broker none;
    struct setting settings[SETTINGS];
    s_table (&none, settings);
    return settings_complete_program (settings, SETTINGS, argc, argv);
}

int main (int argc, char **argv)
{
    //  What comes from a file stays for ever, and so does the one place that points to it.
    static struct started self;
    self = (struct started){s_defaults (), argc, argv};
    const struct options_of_broker *options = &self.options;
    struct error error = {.code = DMH_OK};
    enum log_format format = LOG_FORMAT_TEXT;
    enum log_level level = LOG_LEVEL_INFO;
    if (s_complete_words (argc, argv))
        return 0;
    int rc = s_read_options (&self.options, argc, argv, &error);
    if (rc == DMH_OK)
        rc = s_check (options, &format, &level, &error);
    if (rc != DMH_OK) {
        terminal_print (stderr, "dmh-broker: %s\n", error.text);
        return 2;
    }
    if (options->version)
        terminal_print (stdout, "dmh-broker %s\n", DMH_VERSION);
    if (options->help || options->version)
        return 0;
    log_open ("broker", format, level);
    umask (077);
    int signals = signals_open_serving ();
    if (signals < 0) {
        terminal_print (stderr, "dmh-broker: signals cannot be waited for: %s\n", strerror (errno));
        return 1;
    }
    rc = limits_open (&error);
    if (rc == DMH_OK)
        rc = options->backup ? s_backup (options, signals) : s_run (&self, signals);
    else {
        terminal_print (stderr, "dmh-broker: %s\n", error.text);
        rc = 1;
    }
    close (signals);
    zsys_shutdown ();
    return rc;
}
