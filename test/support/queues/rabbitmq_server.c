//  rabbitmq_server.c: a RabbitMQ of a test's own: all its files in the workplace, its ports reserved, and an
//  epmd that nobody else knows. See queue_server.h.
#define _GNU_SOURCE
#include "test/support/queues/queue_server.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

#define EPMD "/usr/bin/epmd"
#define PYTHON "/usr/bin/python3"
#define SERVER "/usr/lib/rabbitmq/bin/rabbitmq-server"
#define PIKA "/usr/lib/python3/dist-packages/pika/__init__.py"

enum { WORD_ROOM = 600 };

static unsigned s_reserve (void)
{
    char endpoint[ENDPOINT_BYTES];
    reserved_port_endpoint (endpoint);
    return (unsigned) atoi (strrchr (endpoint, ':') + 1);
}

//  One that asks, for as long as the test needs it.
static void s_start_client (struct queue_server *self)
{
    char script[PATH_MAX], port[16], log[WORD_ROOM];
    int to[2], from[2];
    cr_assert (realpath ("test/support/queues/rabbitmq_client.py", script), "tests run in the top folder");
    snprintf (port, sizeof port, "%u", self->port);
    snprintf (log, sizeof log, "%s/client.log", self->place->folder);
    cr_assert (pipe2 (to, O_CLOEXEC) == 0 && pipe2 (from, O_CLOEXEC) == 0);
    pid_t parent = getpid ();
    self->client = fork ();
    cr_assert_geq (self->client, 0);
    if (self->client == 0) {
        prctl (PR_SET_PDEATHSIG, SIGKILL);
        int said = open (log, O_WRONLY | O_CREAT | O_APPEND, 0600);
        if (getppid () != parent || said < 0 || dup2 (to[0], 0) < 0 || dup2 (from[1], 1) < 0 ||
            dup2 (said, 2) < 0)
            _exit (126);
        execl (PYTHON, PYTHON, "-B", script, port, self->authority ? self->authority : "-", NULL);
        _exit (127);
    }
    close (to[0]);
    close (from[1]);
    self->to_client = fdopen (to[1], "w");
    self->from_client = fdopen (from[0], "r");
    cr_assert (self->to_client && self->from_client);
}

static char *s_ask (struct queue_server *self, const char *command, const char *rest)
{
    char *text = NULL, *line = NULL;
    size_t n = 0, room = 0;
    bool ended = false;
    if (!self->client)
        s_start_client (self);
    FILE *all = open_memstream (&text, &n);
    cr_assert_not_null (all);
    fprintf (self->to_client, "%s %s\n", command, rest);
    fflush (self->to_client);
    while (!ended && getline (&line, &room, self->from_client) > 0) {
        ended = streq (line, ".\n");
        if (!ended)
            fputs (line, all);
    }
    fclose (all);
    free (line);
    cr_assert (ended, "%s is not answered, see client.log", command);
    return text;
}

//  Its own files and ports, and nothing of /etc or of this user's.
static void s_environment (struct queue_server *self, char words[][WORD_ROOM])
{
    const char *folder = self->place->folder;
    size_t n = 0;
    snprintf (words[n++], WORD_ROOM, "HOME=%s/rabbitmq", folder);
    snprintf (words[n++], WORD_ROOM, "RABBITMQ_NODENAME=dmh%u@localhost", self->port);
    snprintf (words[n++], WORD_ROOM, "RABBITMQ_NODE_IP_ADDRESS=127.0.0.1");
    //  With TLS that port is the configuration's.
    snprintf (words[n++], WORD_ROOM, "RABBITMQ_NODE_PORT=%u", self->authority ? self->ports[2] : self->port);
    snprintf (words[n++], WORD_ROOM, "RABBITMQ_DIST_PORT=%u", self->ports[0]);
    snprintf (words[n++], WORD_ROOM, "ERL_EPMD_PORT=%u", self->ports[1]);
    snprintf (words[n++], WORD_ROOM, "ERL_EPMD_ADDRESS=127.0.0.1");
    snprintf (words[n++], WORD_ROOM, "RABBITMQ_MNESIA_BASE=%s/rabbitmq/mnesia", folder);
    snprintf (words[n++], WORD_ROOM, "RABBITMQ_LOG_BASE=%s/rabbitmq/log", folder);
    snprintf (words[n++], WORD_ROOM, "RABBITMQ_LOGS=-");
    snprintf (words[n++], WORD_ROOM, "RABBITMQ_ENABLED_PLUGINS_FILE=%s/rabbitmq/plugins", folder);
    snprintf (words[n++], WORD_ROOM, "RABBITMQ_CONFIG_FILE=%s/rabbitmq/rabbitmq.conf", folder);
    snprintf (words[n++], WORD_ROOM, "RABBITMQ_ADVANCED_CONFIG_FILE=%s/rabbitmq/advanced.config", folder);
    snprintf (words[n++], WORD_ROOM, "RABBITMQ_CONF_ENV_FILE=%s/rabbitmq/none", folder);
    snprintf (words[n++], WORD_ROOM, "RABBITMQ_PID_FILE=%s/rabbitmq/pid", folder);
    snprintf (words[n++], WORD_ROOM,
              "RABBITMQ_ALLOW_INPUT=true");    //  the server is this process, not a shell's child
    snprintf (words[n++], WORD_ROOM,
              "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS=-noinput +S 2:2 +sbwt none +sbwtdcpu none");
    *words[n] = 0;
}

static void s_start_first (struct queue_server *self)
{
    char path[WORD_ROOM], port[16];
    snprintf (path, sizeof path, "%s/rabbitmq", self->place->folder);
    cr_assert_eq (mkdir (path, 0700), 0);
    workplace_write (self->place, "rabbitmq/plugins", "[].\n", 4);
    if (!self->config)
        self->config = "";
    workplace_write (self->place, "rabbitmq/rabbitmq.conf", self->config, strlen (self->config));
    workplace_write (self->place, "rabbitmq/advanced.config", "[].\n", 4);
    self->ports[0] = s_reserve ();
    self->ports[1] = s_reserve ();
    self->ports[2] = s_reserve ();
    snprintf (port, sizeof port, "%u", self->ports[1]);
    const char *const epmd[] = {EPMD, "-port", port, "-address", "127.0.0.1", NULL};
    self->beside = process_start (self->place, "epmd.log", epmd);
    if (!*self->url)
        snprintf (self->url, sizeof self->url, "amqp://localhost:%u", self->port);
}

static void s_start (struct queue_server *self)
{
    static const char READY[] = "Server startup complete";
    char words[20][WORD_ROOM];
    const char *argv[24] = {"/usr/bin/env"};
    size_t count = 1, ready = process_log_count (self->place, "rabbitmq.log", READY);
    bool first = !self->beside;
    if (first)
        s_start_first (self);
    s_environment (self, words);
    for (size_t i = 0; *words[i]; i++)
        argv[count++] = words[i];
    argv[count] = SERVER;
    self->pid = process_start (self->place, "rabbitmq.log", argv);
    process_await_times (self->place, "rabbitmq.log", READY, ready + 1);
    if (first)
        free (s_ask (self, "declare", ""));
}

//  It is the queue's when this returns.
static void s_send (struct queue_server *self, const char *body)
{
    free (s_ask (self, "send", body));
}

static char *s_events (struct queue_server *self)
{
    return s_ask (self, "events", "");
}

static char *s_dead (struct queue_server *self)
{
    return s_ask (self, "dead", "");
}

//  Those that nobody holds.
static size_t s_left (struct queue_server *self)
{
    char *text = s_ask (self, "left", "");
    size_t left = (size_t) atoi (text);
    free (text);
    return left;
}

const struct queue_kind rabbitmq_kind = {.name = "rabbitmq-server",
                                         .needs = {SERVER, EPMD, PYTHON, PIKA},
                                         .start = s_start,
                                         .send = s_send,
                                         .events = s_events,
                                         .dead = s_dead,
                                         .left = s_left};
