//  redis_group.c: see redis_group.h.
#define _GNU_SOURCE
#include "client/bridge/engines/redis_group.h"

#include "messages/base/clock.h"
#include "messages/base/log.h"
#include "messages/base/random.h"

#include <czmq.h>

#include <unistd.h>

enum {
    BLOCK_MS = 2000,
    IDS_AT_ONCE = 50,
    CONSUMER_BYTES = 128,
    NUMBER_BYTES = 24,
    STALE_MS = 3600 * 1000    //  a consumer that holds nothing, after which it is forgotten
};

struct redis_group {
    const struct queue_config *config;
    const char *stream;
    char consumer[CONSUMER_BYTES], claim_ms[NUMBER_BYTES];
    redis_link_t *taker, *teller;    //  the latter borrowed
    bool asked;                      //  the taker has been sent what it answers with entries
    int64_t asked_at, held_at, claimed_at;
    char own[QUEUE_HANDLE_BYTES];      //  up to where entries were read that are this consumer's already;
                                       //  empty: all
    char claim[QUEUE_HANDLE_BYTES];    //  where the next search for those of the dead begins
    zlistx_t *waiting;                 //  struct queue_message, taken and not yet given out
    zhashx_t *held;                    //  handles of all that were taken
};

//  What this consumer holds is left to whoever looks next, and a consumer that holds nothing goes.
static const char LEAVE[] =
    "local mine = redis.call('XPENDING', KEYS[1], ARGV[1], '-', '+', 10000, ARGV[2])\n"
    "for _, entry in ipairs(mine) do\n"
    "  redis.call('XCLAIM', KEYS[1], ARGV[1], ARGV[2], 0, entry[1], 'IDLE', ARGV[4], 'JUSTID')\n"
    "end\n"
    "for _, who in ipairs(redis.call('XINFO', 'CONSUMERS', KEYS[1], ARGV[1])) do\n"
    "  local of = {}\n"
    "  for i = 1, #who, 2 do of[who[i]] = who[i + 1] end\n"
    "  if of.pending == 0 and (of.name == ARGV[2] or of.idle > tonumber(ARGV[3])) then\n"
    "    redis.call('XGROUP', 'DELCONSUMER', KEYS[1], ARGV[1], of.name)\n"
    "  end\n"
    "end\n"
    "return #mine\n";

static void s_free_message (void **self_p)
{
    struct queue_message *message = *self_p;
    if (message)
        free (message->body);
    free (message);
    *self_p = NULL;
}

redis_group_t *redis_group_new (const struct queue_config *config, const char *stream)
{
    char host[64] = "", digits[9];
    redis_group_t *self = calloc (1, sizeof *self);
    if (!self)
        return NULL;
    self->config = config;
    self->stream = stream;
    gethostname (host, sizeof host - 1);
    snprintf (self->consumer, sizeof self->consumer, "%s-%d-%s", host, (int) getpid (),
              random_hex (digits, 8));
    snprintf (self->claim_ms, sizeof self->claim_ms, "%llu", (unsigned long long) config->claim_ms);
    self->waiting = zlistx_new ();
    self->held = zhashx_new ();
    if (self->waiting)
        zlistx_set_destructor (self->waiting, s_free_message);
    if (!self->waiting || !self->held)
        redis_group_destroy (&self);
    return self;
}

void redis_group_destroy (redis_group_t **self_p)
{
    redis_group_t *self = *self_p;
    if (!self)
        return;
    redis_link_destroy (&self->taker);
    zlistx_destroy (&self->waiting);
    zhashx_destroy (&self->held);
    free (self);
    *self_p = NULL;
}

void redis_group_leave (redis_group_t *self, redis_link_t *teller)
{
    char stale[NUMBER_BYTES];
    redisReply *reply = NULL;
    redis_link_destroy (&self->taker);
    snprintf (stale, sizeof stale, "%d", STALE_MS);
    const char *const words[] = {"EVAL",         LEAVE, "1",         self->stream, self->config->group,
                                 self->consumer, stale, "2000000000"};
    if (teller && redis_link_ask (teller, 8, words, &reply, NULL) == DMH_OK)
        freeReplyObject (reply);
    self->teller = NULL;
}

int redis_group_join (redis_group_t *self, redis_link_t *teller, struct error *error)
{
    redisReply *reply = NULL;
    redis_link_destroy (&self->taker);
    zlistx_purge (self->waiting);
    zhashx_purge (self->held);
    self->teller = teller;
    self->asked = false;
    self->held_at = clock_mono_ms ();
    self->claimed_at = self->held_at - (int64_t) self->config->claim_ms;
    memcpy (self->own, "0", 2);
    memcpy (self->claim, "0", 2);
    if (!(self->taker = redis_link_new (self->config, error)))
        return error->code;
    //  From the stream's beginning: what waits for the first bridge is to be done.
    const char *const words[] = {"XGROUP", "CREATE", self->stream, self->config->group, "0", "MKSTREAM"};
    struct error why = {.code = DMH_OK};
    int rc = redis_link_ask (self->teller, 6, words, &reply, &why);
    if (rc == DMH_OK)
        freeReplyObject (reply);
    else if (strstr (why.text, "BUSYGROUP"))
        rc = DMH_OK;
    else
        *error = why;
    return rc;
}

//  An entry [id, [field, value …]]: its value of the field `job` and of `id`. What was trimmed away has no
//  fields.
static int s_add (redis_group_t *self, const redisReply *entry, struct error *error)
{
    const redisReply *fields =
        entry->type == REDIS_REPLY_ARRAY && entry->elements == 2 ? entry->element[1] : NULL;
    const char *handle = fields ? entry->element[0]->str : NULL;
    if (!handle || strlen (handle) >= QUEUE_HANDLE_BYTES || zhashx_lookup (self->held, handle))
        return DMH_OK;
    struct queue_message *message = calloc (1, sizeof *message);
    if (!message)
        return error_set (error, DMH_INTERNAL, "out of memory");
    snprintf (message->handle, sizeof message->handle, "%s", handle);
    for (size_t i = 0; fields->type == REDIS_REPLY_ARRAY && i + 1 < fields->elements; i += 2) {
        const redisReply *name = fields->element[i], *value = fields->element[i + 1];
        if (streq (name->str, "job") && !message->body && (message->body = malloc (value->len + 1))) {
            memcpy (message->body, value->str, value->len);
            message->body[message->n = value->len] = 0;
        } else if (streq (name->str, "id") && value->len < sizeof message->id)
            memcpy (message->id, value->str, value->len + 1);
    }
    if (!message->body)
        message->body = strdup ("");
    if (!message->body || !zlistx_add_end (self->waiting, message)) {
        s_free_message ((void **) &message);
        return error_set (error, DMH_INTERNAL, "out of memory");
    }
    zhashx_insert (self->held, handle, self);
    return DMH_OK;
}

//  Entries; the last one's id into `last`.
static int s_add_all (redis_group_t *self, const redisReply *entries, char last[QUEUE_HANDLE_BYTES],
                      struct error *error)
{
    int rc = DMH_OK;
    for (size_t i = 0; rc == DMH_OK && entries->type == REDIS_REPLY_ARRAY && i < entries->elements; i++) {
        const redisReply *entry = entries->element[i];
        rc = s_add (self, entry, error);
        if (last && entry->type == REDIS_REPLY_ARRAY && entry->elements && entry->element[0]->str)
            snprintf (last, QUEUE_HANDLE_BYTES, "%s", entry->element[0]->str);
    }
    return rc;
}

//  What XREADGROUP says of the one stream: [[name, entries]], or nothing. *count: of entries.
static int s_add_stream (redis_group_t *self, const redisReply *reply, char *last, size_t *count,
                         struct error *error)
{
    const redisReply *stream = reply->type == REDIS_REPLY_ARRAY && reply->elements ? reply->element[0] : NULL;
    const redisReply *entries =
        stream && stream->type == REDIS_REPLY_ARRAY && stream->elements == 2 ? stream->element[1] : NULL;
    *count = entries && entries->type == REDIS_REPLY_ARRAY ? entries->elements : 0;
    return entries ? s_add_all (self, entries, last, error) : DMH_OK;
}

//  Those that this consumer took before its connection was lost.
static int s_take_own (redis_group_t *self, const char *most, struct error *error)
{
    const char *const words[] = {"XREADGROUP", "GROUP",   self->config->group, self->consumer, "COUNT",
                                 most,         "STREAMS", self->stream,        self->own};
    redisReply *reply = NULL;
    size_t count = 0;
    int rc = redis_link_ask (self->teller, 9, words, &reply, error);
    if (rc != DMH_OK)
        return rc;
    rc = s_add_stream (self, reply, self->own, &count, error);
    freeReplyObject (reply);
    if (!count)
        *self->own = 0;
    return rc;
}

//  Those that nobody says he holds.
static int s_take_claimed (redis_group_t *self, const char *most, int64_t now, struct error *error)
{
    const char *const words[] = {
        "XAUTOCLAIM", self->stream, self->config->group, self->consumer, self->claim_ms, self->claim,
        "COUNT",      most};
    redisReply *reply = NULL;
    int rc = redis_link_ask (self->teller, 8, words, &reply, error);
    if (rc != DMH_OK)
        return rc;
    bool good = reply->type == REDIS_REPLY_ARRAY && reply->elements >= 2 && reply->element[0]->str;
    if (good) {
        snprintf (self->claim, sizeof self->claim, "%s", reply->element[0]->str);
        if (reply->element[1]->elements)
            log_event (LOG_LEVEL_INFO, "queue.claimed", NULL, NULL,
                       LOG_NUMBER ("messages", reply->element[1]->elements), NULL);
        rc = s_add_all (self, reply->element[1], NULL, error);
    }
    freeReplyObject (reply);
    if (!good || streq (self->claim, "0-0")) {
        memcpy (self->claim, "0", 2);
        self->claimed_at = now;
    }
    return rc;
}

//  New ones: asked for, and what was asked for before.
static int s_take_new (redis_group_t *self, const char *most, int64_t now, struct error *error)
{
    char block[NUMBER_BYTES];
    snprintf (block, sizeof block, "%d", BLOCK_MS);
    const char *const words[] = {"XREADGROUP", "GROUP", self->config->group, self->consumer, "COUNT", most,
                                 "BLOCK",      block,   "STREAMS",           self->stream,   ">"};
    redisReply *reply = NULL;
    size_t count = 0;
    int rc = self->asked ? DMH_OK : redis_link_send (self->taker, 11, words, NULL, error);
    if (rc == DMH_OK && !self->asked) {
        self->asked = true;
        self->asked_at = now;
    }
    if (rc == DMH_OK)
        rc = redis_link_take (self->taker, 0, &reply, error);
    if (rc == DMH_NOT_FOUND)
        return now - self->asked_at < BLOCK_MS + QUEUE_ANSWER_MS
                   ? DMH_OK
                   : error_set (error, DMH_UNAVAILABLE, "Redis does not answer");
    if (rc != DMH_OK)
        return rc;
    self->asked = false;
    rc = redis_link_refused (reply, error);
    if (rc == DMH_OK)
        rc = s_add_stream (self, reply, NULL, &count, error);
    freeReplyObject (reply);
    return rc;
}

//  words [0 … 5 + count - 1] are a XCLAIM of so many entries.
static int s_hold_some (redis_group_t *self, const char *words[], size_t count, struct error *error)
{
    redisReply *reply = NULL;
    words[5 + count] = "JUSTID";
    int rc = redis_link_ask (self->teller, 6 + count, words, &reply, error);
    if (rc == DMH_OK)
        freeReplyObject (reply);
    return rc;
}

//  Says that all that was taken is still held.
static int s_hold (redis_group_t *self, int64_t now, struct error *error)
{
    const char *words[IDS_AT_ONCE + 6] = {"XCLAIM", self->stream, self->config->group, self->consumer, "0"};
    size_t count = 0;
    int rc = DMH_OK;
    if (now - self->held_at < (int64_t) self->config->claim_ms / 3)
        return DMH_OK;
    self->held_at = now;
    for (void *at = zhashx_first (self->held); rc == DMH_OK && at; at = zhashx_next (self->held)) {
        words[5 + count++] = zhashx_cursor (self->held);
        if (count == IDS_AT_ONCE) {
            rc = s_hold_some (self, words, count, error);
            count = 0;
        }
    }
    return rc == DMH_OK && count ? s_hold_some (self, words, count, error) : rc;
}

int redis_group_take (redis_group_t *self, size_t most, struct queue_message *out, size_t *count,
                      struct error *error)
{
    int64_t now = clock_mono_ms ();
    char number[NUMBER_BYTES];
    *count = 0;
    int rc = s_hold (self, now, error);
    if (rc == DMH_OK && most > zlistx_size (self->waiting)) {
        snprintf (number, sizeof number, "%zu", most - zlistx_size (self->waiting));
        if (*self->own)
            rc = s_take_own (self, number, error);
        else if (now - self->claimed_at >= (int64_t) self->config->claim_ms / 2)
            rc = s_take_claimed (self, number, now, error);
        if (rc == DMH_OK && !*self->own)
            rc = s_take_new (self, number, now, error);
    }
    while (rc == DMH_OK && *count < most && zlistx_size (self->waiting)) {
        struct queue_message *message = zlistx_detach (self->waiting, NULL);
        out[(*count)++] = *message;
        free (message);
    }
    return rc;
}

int redis_group_descriptor (const redis_group_t *self)
{
    return self->taker ? redis_link_descriptor (self->taker) : -1;
}

void redis_group_let_go (redis_group_t *self, const char *handle)
{
    zhashx_delete (self->held, handle);
}
