//  redis.c: jobs from a stream of Redis by a consumer group, events and dead letters to streams. A message is
//  acknowledged and its end event written in one script, so that neither is there without the other, whoever
//  dies.
#include "client/bridge/engines/engines.h"
#include "client/bridge/engines/redis_group.h"
#include "messages/base/log.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { KEY_BYTES = 600, NUMBER_BYTES = 24 };

struct redis {
    const struct queue_config *config;
    const char *jobs, *events, *dead;
    redis_link_t *teller;
    redis_group_t *consumer;
};

//  Acknowledged once; the end of an id is told once.
static const char END[] = "if redis.call('XACK', KEYS[1], ARGV[1], ARGV[2]) == 0 then return 0 end\n"
                          "if ARGV[3] == '1' then redis.call('XDEL', KEYS[1], ARGV[2]) end\n"
                          "if not redis.call('SET', KEYS[3], '1', 'NX', 'PX', ARGV[4]) then return 2 end\n"
                          "local most = ARGV[5] == '0' and {'*'} or {'MAXLEN', '~', ARGV[5], '*'}\n"
                          "local words = {KEYS[2]}\n"
                          "for _, word in ipairs(most) do table.insert(words, word) end\n"
                          "for i = 6, #ARGV do table.insert(words, ARGV[i]) end\n"
                          "redis.call('XADD', unpack(words))\n"
                          "return 1\n";

static const char DIE[] = "if redis.call('XACK', KEYS[1], ARGV[1], ARGV[2]) == 0 then return 0 end\n"
                          "if ARGV[3] == '1' then redis.call('XDEL', KEYS[1], ARGV[2]) end\n"
                          "redis.call('XADD', KEYS[2], '*', unpack(ARGV, 4))\n"
                          "return 1\n";

static void s_close (void *argument)
{
    struct redis *self = argument;
    if (!self)
        return;
    if (self->consumer)
        redis_group_leave (self->consumer, self->teller);
    redis_group_destroy (&self->consumer);
    redis_link_destroy (&self->teller);
    free (self);
}

static int s_open (const struct queue_config *config, void **out, struct error *error)
{
    if (strspn (config->url.path, "0123456789") != strlen (config->url.path))
        return error_set (error, DMH_USAGE, "the path of a Redis's URL is the number of its database");
    struct redis *self = calloc (1, sizeof *self);
    *out = self;
    if (!self)
        return error_set (error, DMH_INTERNAL, "out of memory");
    self->config = config;
    self->jobs = config->jobs ? config->jobs : "dmh:jobs";
    self->events = config->events ? config->events : "dmh:events";
    self->dead = config->dead ? config->dead : "dmh:dead";
    self->consumer = redis_group_new (config, self->jobs);
    return self->consumer ? DMH_OK : error_set (error, DMH_INTERNAL, "out of memory");
}

static int s_connect (void *argument, struct error *error)
{
    struct redis *self = argument;
    redis_link_destroy (&self->teller);
    self->teller = redis_link_new (self->config, error);
    return self->teller ? redis_group_join (self->consumer, self->teller, error) : error->code;
}

static int s_take (void *argument, size_t most, struct queue_message *out, size_t *count, struct error *error)
{
    struct redis *self = argument;
    return redis_group_take (self->consumer, most, out, count, error);
}

static int s_say_end (struct redis *self, const struct settlement *settlement, struct error *error)
{
    const struct queue_line *line = &settlement->line;
    char told[KEY_BYTES], remember[NUMBER_BYTES], most[NUMBER_BYTES];
    snprintf (told, sizeof told, "%.300s:ended:%s", self->events, line->id);
    snprintf (remember, sizeof remember, "%llu", (unsigned long long) self->config->remember_ms);
    snprintf (most, sizeof most, "%llu", (unsigned long long) self->config->events_most);
    const char *const words[] = {"EVAL",
                                 END,
                                 "3",
                                 self->jobs,
                                 self->events,
                                 told,
                                 self->config->group,
                                 settlement->message->handle,
                                 self->config->remove_settled ? "1" : "0",
                                 remember,
                                 most,
                                 "type",
                                 "end",
                                 "id",
                                 line->id,
                                 "job",
                                 line->job,
                                 "state",
                                 line->state,
                                 "event",
                                 line->text};
    enum { COUNT = sizeof words / sizeof *words };
    size_t sizes[COUNT] = {[COUNT - 1] = line->n};
    return redis_link_send (self->teller, COUNT, words, sizes, error);
}

static int s_say_dead (struct redis *self, const struct settlement *settlement, struct error *error)
{
    const struct queue_message *message = settlement->message;
    const char *const words[] = {"EVAL",
                                 DIE,
                                 "2",
                                 self->jobs,
                                 self->dead,
                                 self->config->group,
                                 message->handle,
                                 self->config->remove_settled ? "1" : "0",
                                 "reason",
                                 settlement->reason,
                                 "code",
                                 settlement->code,
                                 "id",
                                 settlement->id,
                                 "stream",
                                 self->jobs,
                                 "entry",
                                 message->handle,
                                 "job",
                                 message->body};
    enum { COUNT = sizeof words / sizeof *words };
    size_t sizes[COUNT] = {[COUNT - 1] = message->n};
    return redis_link_send (self->teller, COUNT, words, sizes, error);
}

//  So many replies; the first that refuses is the answer. *nothing: of how many it was 0, as another had
//  settled them.
static int s_hear (struct redis *self, size_t count, size_t *nothing, struct error *error)
{
    int answer = DMH_OK;
    *nothing = 0;
    for (size_t i = 0; i < count; i++) {
        redisReply *reply = NULL;
        int rc = redis_link_take (self->teller, QUEUE_ANSWER_MS, &reply, error);
        if (rc != DMH_OK)
            return rc == DMH_NOT_FOUND ? error_set (error, DMH_UNAVAILABLE, "Redis does not answer") : rc;
        if (answer == DMH_OK)
            answer = redis_link_refused (reply, error);
        *nothing += reply->type == REDIS_REPLY_INTEGER && reply->integer == 0;
        freeReplyObject (reply);
    }
    return answer;
}

static int s_settle (void *argument, const struct settlement *settlements, size_t count, struct error *error)
{
    struct redis *self = argument;
    size_t nothing = 0;
    int rc = DMH_OK;
    for (size_t i = 0; rc == DMH_OK && i < count; i++) {
        rc = settlements[i].end == QUEUE_ENDED ? s_say_end (self, &settlements[i], error)
                                               : s_say_dead (self, &settlements[i], error);
        redis_group_let_go (self->consumer, settlements[i].message->handle);
    }
    if (rc == DMH_OK)
        rc = s_hear (self, count, &nothing, error);
    if (nothing)
        log_event (LOG_LEVEL_INFO, "queue.settled_before", NULL, NULL, LOG_NUMBER ("messages", nothing),
                   NULL);
    return rc;
}

static int s_publish (void *argument, const struct queue_line *lines, size_t count, struct error *error)
{
    struct redis *self = argument;
    char most[NUMBER_BYTES];
    size_t nothing = 0;
    int rc = DMH_OK;
    snprintf (most, sizeof most, "%llu", (unsigned long long) self->config->events_most);
    for (size_t i = 0; rc == DMH_OK && i < count; i++) {
        const struct queue_line *line = &lines[i];
        const char *const words[] = {"XADD",  self->events, "MAXLEN", "~",       most,  "*",
                                     "type",  "change",     "id",     line->id,  "job", line->job,
                                     "state", line->state,  "event",  line->text};
        enum { COUNT = sizeof words / sizeof *words };
        size_t sizes[COUNT] = {[COUNT - 1] = line->n};
        const char *all[COUNT];    //  without MAXLEN ~ N where all are kept
        size_t all_sizes[COUNT], n = 0;
        for (size_t k = 0; k < COUNT; k++)
            if (self->config->events_most || k < 2 || k > 4) {
                all[n] = words[k];
                all_sizes[n++] = sizes[k];
            }
        rc = redis_link_send (self->teller, n, all, all_sizes, error);
    }
    return rc == DMH_OK ? s_hear (self, count, &nothing, error) : rc;
}

static int s_descriptor (const void *argument)
{
    const struct redis *self = argument;
    return redis_group_descriptor (self->consumer);
}

const struct queue redis_queue = {.schemes = "redis rediss",
                                  .open = s_open,
                                  .connect = s_connect,
                                  .take = s_take,
                                  .settle = s_settle,
                                  .publish = s_publish,
                                  .descriptor = s_descriptor,
                                  .close = s_close};
