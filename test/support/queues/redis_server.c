//  redis_server.c: a Redis of a test's own, with its append-only file in the workplace. See queue_server.h.
#include "test/support/queues/queue_server.h"

#include <criterion/criterion.h>

static void s_start (struct queue_server *self)
{
    static const char READY[] = "Ready to accept connections";
    char port[16];
    snprintf (port, sizeof port, "%u", self->port);
    const char *argv[40] = {"/usr/bin/redis-server", "--bind", "127.0.0.1", "--port", port,
                            "--appendonly",          "yes",    "--save",    "",       "--dir",
                            self->place->folder};
    size_t count = 11, ready = process_log_count (self->place, "redis.log", READY);
    for (size_t i = 0; i < sizeof self->options / sizeof *self->options && self->options[i]; i++)
        argv[count++] = self->options[i];
    if (!*self->url)
        snprintf (self->url, sizeof self->url, "redis://127.0.0.1:%u", self->port);
    self->pid = process_start (self->place, "redis.log", argv);
    process_await_times (self->place, "redis.log", READY, ready + 1);
}

static char *s_ask (struct queue_server *self, const char *words)
{
    return queue_server_shell (NULL, "/usr/bin/redis-cli -p %u %s --raw %s", self->port,
                               self->cli ? self->cli : "", words);
}

static void s_send (struct queue_server *self, const char *body)
{
    char *said =
        queue_server_shell (NULL, "printf '%%s' '%s' | /usr/bin/redis-cli -p %u %s -x XADD dmh:jobs '*' job",
                            body, self->port, self->cli ? self->cli : "");
    cr_assert (strchr (said, '-'), "%s", said);
    free (said);
}

static char *s_events (struct queue_server *self)
{
    return s_ask (self, "XRANGE dmh:events - +");
}

static char *s_dead (struct queue_server *self)
{
    return s_ask (self, "XRANGE dmh:dead - +");
}

//  Those that were given out, and those that were not.
static size_t s_left (struct queue_server *self)
{
    char *pending = s_ask (self, "XPENDING dmh:jobs dmh"), *group = s_ask (self, "XINFO GROUPS dmh:jobs");
    const char *lag = strstr (group, "lag\n");
    cr_assert_not_null (lag, "%s", group);
    size_t left = (size_t) atoi (pending) + (size_t) atoi (lag + 4);
    free (pending);
    free (group);
    return left;
}

const struct queue_kind redis_kind = {.name = "redis-server",
                                      .needs = {"/usr/bin/redis-server", "/usr/bin/redis-cli"},
                                      .start = s_start,
                                      .send = s_send,
                                      .events = s_events,
                                      .dead = s_dead,
                                      .left = s_left};
