//  main.c: dmh-bridge: options, the queue's URL, signals.
#define _GNU_SOURCE
#include "client/bridge/bridge.h"
#include "client/bridge/input_source.h"
#include "client/connection/default_broker.h"
#include "messages/base/log.h"
#include "messages/base/signals.h"
#include "messages/base/systemd.h"
#include "messages/settings/settings.h"
#include "messages/sockets/limits.h"
#include "messages/text/terminal.h"
#include "messages/version.h"

#include <czmq.h>

#include <openssl/crypto.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

enum { SETTINGS = 22, URL_BYTES = 2048 };

struct options_of_bridge {
    const char *queue, *queue_file, *jobs, *events, *dead, *group, *tls_ca, *data_root, *broker, *key,
        *server_key, *config, *log_format, *log_level;
    uint64_t held, claim_seconds, remember_seconds, events_most, drain_seconds;
    bool remove_settled, help, version;
    char endpoint[URI_BYTES];    //  what broker may point to
};

static void s_table (struct options_of_bridge *options, struct setting out[SETTINGS])
{
    const struct setting table[] = {
        {"queue", "URL",
         "redis://, rediss://, amqp:// or amqps://; one with a password in a file, never here",
         .text = &options->queue},
        {"queue-file", "FILE", "the queue's URL is the first line of that file, which nobody else may read",
         .text = &options->queue_file},
        {"jobs", "NAME", "the stream or queue of messages (dmh:jobs, of RabbitMQ dmh.jobs)",
         .text = &options->jobs},
        {"events", "NAME", "the stream or exchange that hears what becomes of them (dmh:events, dmh.events)",
         .text = &options->events},
        {"dead", "NAME", "the stream or queue of messages that cannot be done (dmh:dead, dmh.dead)",
         .text = &options->dead},
        {"group", "NAME", "Redis: the consumer group of all bridges (dmh)", .text = &options->group},
        {"held", "N", "messages whose jobs are under way at once (256)", .number = &options->held, .least = 1,
         .most = 10000},
        {"claim-seconds", "N", "Redis: after which a message of a bridge that is silent is another's (60)",
         .number = &options->claim_seconds, .least = 1, .most = 86400},
        {"remember-seconds", "N", "how long it is remembered that a message has ended (86400)",
         .number = &options->remember_seconds, .least = 1, .most = 31536000},
        {"events-most", "N", "Redis: lines that the stream of events keeps, about (1000000; 0: all)",
         .number = &options->events_most, .least = 0, .most = INT64_MAX},
        {"remove-settled", NULL, "Redis: messages that are settled leave the stream, too",
         .flag = &options->remove_settled},
        {"tls-ca", "FILE",
         "the queue's certificate is by one of these, in PEM (those that the system trusts)",
         .text = &options->tls_ca},
        {"data-root", "DIR,…", "inputs by path lie in these folders (without it none is taken by path)",
         .text = &options->data_root},
        {"drain-seconds", "N", "how long jobs under way are waited for at the end (10)",
         .number = &options->drain_seconds, .least = 0, .most = 86400},
        {"broker", "ENDPOINT",
         "the broker's front, or a list with commas (DMH_BROKER, or this user's own broker here)",
         .text = &options->broker},
        {"key", "FILE", "the bridge's key, for a broker that has keys (DMH_KEY); see dmh keys",
         .text = &options->key},
        {"server-key", "FILE", "the broker's server.pub, or its public key (DMH_SERVER_KEY)",
         .text = &options->server_key},
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

static int s_complete (struct options_of_bridge *self, struct error *error)
{
    const char *broker = getenv ("DMH_BROKER");
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

static int s_read_options (struct options_of_bridge *options, int argc, char **argv, struct error *error)
{
    struct setting settings[SETTINGS];
    s_table (options, settings);
    int rc = settings_read_all (settings, SETTINGS, argc, argv, &options->config, error);
    if (rc == DMH_OK && options->help) {
        terminal_print (stdout,
                        "usage: dmh-bridge --queue URL [options]\n\nTakes jobs from a stream of Redis or a "
                        "queue of RabbitMQ to a broker,\nand tells there what becomes of them.\n\n");
        settings_help (settings, SETTINGS, stdout);
        terminal_print (stdout,
                        "\nA message is JSON: {\"id\": TEXT, \"inputs\": [PATH, …], \"options\": {…}}; see\n"
                        "dmh-bridge(1).\n");
    }
    return rc == DMH_OK && !options->help && !options->version ? s_complete (options, error) : rc;
}

//  Whether nobody but its owner can read it, where that is what has a secret in it.
static int s_check_mode (int fd, const char *option, const char *path, struct error *error)
{
    struct stat about;
    return fstat (fd, &about) == 0 && !(about.st_mode & 077)
               ? DMH_OK
               : error_set (error, DMH_USAGE, "others can read --%s %s, which holds a password: chmod 600 it",
                            option, path);
}

static int s_read_file (const char *path, struct queue_url *out, struct error *error)
{
    char line[URL_BYTES] = "";
    FILE *file = fopen (path, "re");
    if (!file)
        return error_set (error, DMH_USAGE, "--queue-file %s cannot be read: %s", path, strerror (errno));
    int rc = s_check_mode (fileno (file), "queue-file", path, error);
    if (rc == DMH_OK && !fgets (line, sizeof line, file))
        rc = error_set (error, DMH_USAGE, "--queue-file %s is empty", path);
    fclose (file);
    line[strcspn (line, "\r\n")] = 0;
    if (rc == DMH_OK)
        rc = queue_url_read (line, out, error);
    OPENSSL_cleanse (line, sizeof line);
    return rc;
}

//  A password stands in no argument, where every user of the host sees it, and in no file that others read.
static int s_check_password (const struct options_of_bridge *options, int argc, char **argv,
                             struct error *error)
{
    for (int i = 0; i < argc; i++)
        if (options->queue >= argv[i] && options->queue <= argv[i] + strlen (argv[i]))
            return error_set (
                error, DMH_USAGE,
                "--queue has a password in it, which every user of this host can see; put the URL into a "
                "file of mode 0600 and name that by --queue-file, or write queue = URL into such a --config");
    FILE *file = options->config ? fopen (options->config, "re") : NULL;
    int rc =
        file ? s_check_mode (fileno (file), "config", options->config, error)
             : error_set (error, DMH_USAGE, "the --config with the queue's password cannot be read again");
    if (file)
        fclose (file);
    return rc;
}

static int s_read_queue (const struct options_of_bridge *options, int argc, char **argv,
                         struct queue_url *out, struct error *error)
{
    if (!options->queue == !options->queue_file)
        return error_set (
            error, DMH_USAGE,
            options->queue ? "--queue and --queue-file say the same; give one of them"
                           : "which queue? give --queue redis://HOST or amqp://HOST, or --queue-file FILE");
    int rc = options->queue_file ? s_read_file (options->queue_file, out, error)
                                 : queue_url_read (options->queue, out, error);
    return rc == DMH_OK && options->queue && *out->password ? s_check_password (options, argc, argv, error)
                                                            : rc;
}

static int s_check (const struct options_of_bridge *options, enum log_format *format, enum log_level *level,
                    struct error *error)
{
    return log_options (options->log_format, options->log_level, format, level, error);
}

static int s_run (const struct options_of_bridge *options, const struct queue_url *url, int signals,
                  struct error *error)
{
    struct credential credential = {.server = ""};
    char shown[QUEUE_SHOWN_BYTES];
    struct bridge_config config = {.broker = options->broker,
                                   .credential = &credential,
                                   .queue = queue_of (url->scheme),
                                   .queue_config = {.url = *url,
                                                    .jobs = options->jobs,
                                                    .events = options->events,
                                                    .dead = options->dead,
                                                    .group = options->group,
                                                    .tls_ca = options->tls_ca,
                                                    .held_most = options->held,
                                                    .claim_ms = options->claim_seconds * 1000,
                                                    .events_most = options->events_most,
                                                    .remember_ms = options->remember_seconds * 1000,
                                                    .remove_settled = options->remove_settled},
                                   .drain_ms = (int64_t) options->drain_seconds * 1000,
                                   .signals = signals};
    char *roots = options->data_root ? input_source_roots (options->data_root, error) : NULL;
    int rc = options->data_root && !roots ? error->code : limits_open (error);
    if (rc == DMH_OK && !config.queue)
        rc = error_set (error, DMH_USAGE, "this dmh-bridge was built without %s://", url->scheme);
    if (rc == DMH_OK)
        rc = credential_read (options->key, options->server_key, &credential, error);
    config.data_roots = roots;
    if (rc == DMH_OK) {
        systemd_ready (queue_url_show (url, shown));
        rc = bridge_run (&config, error);
        systemd_stopping ();
    }
    queue_url_forget (&config.queue_config.url);
    key_forget (&credential.own);
    free (roots);
    return rc;
}

//  What shells and the manual pages ask for.
static bool s_complete_words (int argc, char **argv)
{
    struct options_of_bridge none;
    struct setting settings[SETTINGS];
    s_table (&none, settings);
    return settings_complete_program (settings, SETTINGS, argc, argv);
}

int main (int argc, char **argv)
{
    //  What comes from a file stays for ever, and so does the one place that points to it.
    static struct options_of_bridge options = {.group = "dmh",
                                               .held = 256,
                                               .claim_seconds = 60,
                                               .remember_seconds = 86400,
                                               .events_most = 1000000,
                                               .drain_seconds = 10,
                                               .log_format = "text",
                                               .log_level = "info"};
    struct queue_url url = {.tls = false};
    struct error error = {.code = DMH_OK};
    enum log_format format = LOG_FORMAT_TEXT;
    enum log_level level = LOG_LEVEL_INFO;
    if (s_complete_words (argc, argv))
        return 0;
    int rc = s_read_options (&options, argc, argv, &error);
    if (rc == DMH_OK && options.version)
        terminal_print (stdout, "dmh-bridge %s\n", DMH_VERSION);
    if (rc == DMH_OK && (options.help || options.version))
        return 0;
    if (rc == DMH_OK)
        rc = s_check (&options, &format, &level, &error);
    if (rc == DMH_OK)
        rc = s_read_queue (&options, argc, argv, &url, &error);
    log_open ("bridge", format, level);
    umask (077);
    int signals = rc == DMH_OK ? signals_open_serving () : -1;
    if (rc == DMH_OK && signals < 0)
        rc = error_set (&error, DMH_INTERNAL, "signals cannot be waited for: %s", strerror (errno));
    if (rc == DMH_OK)
        rc = s_run (&options, &url, signals, &error);
    queue_url_forget (&url);
    if (rc != DMH_OK)
        terminal_print (stderr, "dmh-bridge: %s\n", error.text);
    if (signals >= 0)
        close (signals);
    zsys_shutdown ();
    return rc == DMH_OK ? 0 : rc == DMH_USAGE ? 2 : 1;
}
