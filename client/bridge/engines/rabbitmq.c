//  rabbitmq.c: jobs from a queue of RabbitMQ, events to an exchange, dead letters to a queue. A message is
//  acknowledged and its end event published in one transaction of the channel that it came by, so that a
//  bridge that dies leaves neither without the other. RabbitMQ itself may forget in a crash what was
//  acknowledged just before; so the ids of messages that have ended are kept in a stream, too, which every
//  bridge reads, and a message that comes again is not told again. Changes go by publisher confirms.
#define _GNU_SOURCE
#include "client/bridge/engines/engines.h"
#include "client/bridge/engines/rabbitmq_confirms.h"
#include "client/bridge/engines/rabbitmq_lock.h"
#include "client/bridge/engines/rabbitmq_memory.h"
#include "messages/base/clock.h"
#include "messages/base/log.h"
#include "messages/base/narrow.h"

#include <czmq.h>

enum {
    TAKING = 1,         //  the channel of messages: consumed, settled
    CONFIRMED = 2,      //  of changes, and of what is written into the stream of ids
    REMEMBERING = 3,    //  of the stream of ids
    LOCKING = 4,        //  of the lock of those that settle
    CHANNELS = 4,
    PREFETCH_MAX = 65535,
    NAME_ROOM = 300,
    READ_MS = 300000,    //  for all that is remembered
    PERSISTENT = 2
};

struct rabbitmq {
    const struct queue_config *config;
    const char *jobs, *events, *dead;
    char lock_name[NAME_ROOM];
    rabbitmq_link_t *link;
    rabbitmq_memory_t *memory;
    zlistx_t *waiting;                    //  struct queue_message, delivered and not yet given out
    struct rabbitmq_confirms confirms;    //  of CONFIRMED on this connection
};

static void s_free_message (void **self_p)
{
    struct queue_message *message = *self_p;
    if (message)
        free (message->body);
    free (message);
    *self_p = NULL;
}

static void s_close (void *argument)
{
    struct rabbitmq *self = argument;
    if (!self)
        return;
    rabbitmq_link_destroy (&self->link);
    rabbitmq_memory_destroy (&self->memory);
    zlistx_destroy (&self->waiting);
    free (self);
}

static int s_open (const struct queue_config *config, void **out, struct error *error)
{
    struct rabbitmq *self = calloc (1, sizeof *self);
    *out = self;
    if (!self)
        return error_set (error, DMH_INTERNAL, "out of memory");
    self->config = config;
    self->jobs = config->jobs ? config->jobs : "dmh.jobs";
    self->events = config->events ? config->events : "dmh.events";
    self->dead = config->dead ? config->dead : "dmh.dead";
    self->memory = rabbitmq_memory_new (config, self->jobs);
    self->waiting = zlistx_new ();
    if (!self->memory || !self->waiting)
        return error_set (error, DMH_INTERNAL, "out of memory");
    zlistx_set_destructor (self->waiting, s_free_message);
    if (strlen (self->jobs) > 240 || strlen (self->events) > 240 || strlen (self->dead) > 240)
        return error_set (error, DMH_USAGE, "a name of RabbitMQ's is at most 240 bytes long here");
    snprintf (self->lock_name, sizeof self->lock_name, "%s.settling", self->jobs);
    return DMH_OK;
}

static int s_publish_one (struct rabbitmq *self, amqp_channel_t channel, const char *exchange,
                          const char *key, const amqp_basic_properties_t *properties, const char *body,
                          size_t n, struct error *error)
{
    const amqp_bytes_t bytes = {.len = n, .bytes = (void *) (uintptr_t) body};
    int why = amqp_basic_publish (rabbitmq_link_state (self->link), channel, amqp_cstring_bytes (exchange),
                                  amqp_cstring_bytes (key), 0, 0, properties, bytes);
    if (why != AMQP_STATUS_OK)
        return error_set (error, DMH_UNAVAILABLE, "RabbitMQ takes nothing: %s", amqp_error_string2 (why));
    if (channel == CONFIRMED)
        rabbitmq_confirms_publish (&self->confirms);
    return DMH_OK;
}

static amqp_basic_properties_t s_properties (const char *id)
{
    amqp_basic_properties_t properties = {._flags =
                                              AMQP_BASIC_DELIVERY_MODE_FLAG | AMQP_BASIC_MESSAGE_ID_FLAG};
    properties.delivery_mode = PERSISTENT;
    properties.message_id = amqp_cstring_bytes (id);
    return properties;
}

//  That the message has ended, into the stream.
static int s_remember (struct rabbitmq *self, const char *id, struct error *error)
{
    const amqp_basic_properties_t properties = s_properties (id);
    return s_publish_one (self, CONFIRMED, "", rabbitmq_memory_stream (self->memory), &properties, "", 0,
                          error);
}

static int s_take_job (struct rabbitmq *self, const amqp_envelope_t *envelope, struct error *error)
{
    const amqp_bytes_t *body = &envelope->message.body, *id = &envelope->message.properties.message_id;
    struct queue_message *message = calloc (1, sizeof *message);
    if (message && (message->body = malloc (body->len + 1))) {
        snprintf (message->handle, sizeof message->handle, "%llu",
                  (unsigned long long) envelope->delivery_tag);
        if (body->len)
            memcpy (message->body, body->bytes, body->len);
        message->body[message->n = body->len] = 0;
        if ((envelope->message.properties._flags & AMQP_BASIC_MESSAGE_ID_FLAG) &&
            id->len < sizeof message->id)
            memcpy (message->id, id->bytes, id->len);
        if (zlistx_add_end (self->waiting, message))
            return DMH_OK;
    }
    s_free_message ((void **) &message);
    return error_set (error, DMH_INTERNAL, "out of memory");
}

//  The next thing that comes. As rabbitmq_link_take.
static int s_hear (struct rabbitmq *self, int wait_ms, struct error *error)
{
    struct rabbitmq_news news = {.is_delivery = false};
    int rc = rabbitmq_link_take (self->link, wait_ms, &news, error);
    if (rc != DMH_OK)
        return rc;
    if (news.is_delivery) {
        rc = news.envelope.channel == TAKING
                 ? s_take_job (self, &news.envelope, error)
                 : rabbitmq_memory_take (self->memory, self->link, &news.envelope, error);
        amqp_destroy_envelope (&news.envelope);
    } else if (news.channel == CONFIRMED)
        rabbitmq_confirms_take (&self->confirms, news.tag, news.multiple);
    return rc;
}

//  Until RabbitMQ has all that was published by CONFIRMED.
static int s_await_confirms (struct rabbitmq *self, struct error *error)
{
    int64_t until = clock_mono_ms () + QUEUE_ANSWER_MS;
    int rc = DMH_OK;
    while (rc == DMH_OK && !rabbitmq_confirms_are_all (&self->confirms)) {
        int64_t left = until - clock_mono_ms ();
        rc = s_hear (self, left > 0 ? NARROW (int, left) : 0, error);
        if (rc == DMH_NOT_FOUND)
            rc = error_set (error, DMH_UNAVAILABLE, "RabbitMQ does not confirm what was published");
    }
    return rc;
}

//  All ids that are in the stream by now. Its end is known by a mark that was just written.
static int s_read_memory (struct rabbitmq *self, struct error *error)
{
    int64_t until = clock_mono_ms () + READ_MS;
    if (!rabbitmq_memory_stream (self->memory))
        return DMH_OK;
    int rc = s_remember (self, rabbitmq_memory_mark (self->memory), error);
    while (rc == DMH_OK && !rabbitmq_memory_is_read (self->memory)) {
        rc = s_hear (self, QUEUE_ANSWER_MS, error);
        if (rc == DMH_NOT_FOUND || (rc == DMH_OK && clock_mono_ms () > until))
            rc = error_set (error, DMH_UNAVAILABLE, "RabbitMQ does not give what its stream holds");
    }
    return rc == DMH_OK ? s_await_confirms (self, error) : rc;
}

static int s_begin (struct rabbitmq *self, struct error *error)
{
    amqp_connection_state_t state = rabbitmq_link_state (self->link);
    uint64_t most = self->config->held_most;
    amqp_tx_select (state, TAKING);
    int rc = rabbitmq_link_said (self->link, error);
    if (rc == DMH_OK) {
        amqp_confirm_select (state, CONFIRMED);
        rc = rabbitmq_link_said (self->link, error);
    }
    if (rc == DMH_OK)
        rc = rabbitmq_memory_open (self->memory, self->link, REMEMBERING, error);
    if (rc == DMH_OK)
        rc = s_read_memory (self, error);
    if (rc == DMH_OK) {
        amqp_basic_qos (state, TAKING, 0, most < PREFETCH_MAX ? NARROW (uint16_t, most) : PREFETCH_MAX, 0);
        rc = rabbitmq_link_said (self->link, error);
    }
    if (rc == DMH_OK) {
        amqp_basic_consume (state, TAKING, amqp_cstring_bytes (self->jobs), amqp_empty_bytes, 0, 0, 0,
                            amqp_empty_table);
        rc = rabbitmq_link_said (self->link, error);
    }
    return rc;
}

static int s_connect (void *argument, struct error *error)
{
    struct rabbitmq *self = argument;
    rabbitmq_link_destroy (&self->link);
    zlistx_purge (self->waiting);
    self->confirms = (struct rabbitmq_confirms){.published = 0};
    self->link = rabbitmq_link_new (self->config, CHANNELS, error);
    int rc = self->link ? rabbitmq_link_need_queue (self->link, self->jobs, NULL, error) : error->code;
    if (rc == DMH_OK)
        rc = rabbitmq_link_need_queue (self->link, self->dead, NULL, error);
    if (rc == DMH_OK)
        rc = rabbitmq_link_need_exchange (self->link, self->events, error);
    return rc == DMH_OK ? s_begin (self, error) : rc;
}

static int s_take (void *argument, size_t most, struct queue_message *out, size_t *count, struct error *error)
{
    struct rabbitmq *self = argument;
    int rc = DMH_OK;
    *count = 0;
    //  RabbitMQ gives no more than are to be held.
    while (rc == DMH_OK)
        rc = s_hear (self, 0, error);
    if (rc == DMH_NOT_FOUND)
        rc = DMH_OK;
    while (rc == DMH_OK && *count < most && zlistx_size (self->waiting)) {
        struct queue_message *message = zlistx_detach (self->waiting, NULL);
        out[(*count)++] = *message;
        free (message);
    }
    return rc;
}

static int s_publish_line (struct rabbitmq *self, amqp_channel_t channel, const struct queue_line *line,
                           struct error *error)
{
    char key[64];
    //  An end has the message's id, so that who hears of it twice knows.
    amqp_basic_properties_t properties = s_properties (line->id);
    if (!line->is_end)
        properties._flags &= ~(amqp_flags_t) AMQP_BASIC_MESSAGE_ID_FLAG;
    properties._flags |= AMQP_BASIC_TYPE_FLAG | AMQP_BASIC_CONTENT_TYPE_FLAG |
                         AMQP_BASIC_CORRELATION_ID_FLAG | AMQP_BASIC_APP_ID_FLAG;
    properties.type = amqp_cstring_bytes (line->is_end ? "end" : "change");
    properties.content_type = amqp_cstring_bytes ("application/json");
    properties.correlation_id = amqp_cstring_bytes (line->correlation);
    properties.app_id = amqp_cstring_bytes ("dmh-bridge");
    snprintf (key, sizeof key, "%s.%s", line->is_end ? "end" : "change", line->state);
    return s_publish_one (self, channel, self->events, key, &properties, line->text, line->n, error);
}

static int s_publish_dead (struct rabbitmq *self, const struct settlement *settlement, struct error *error)
{
    const struct queue_message *message = settlement->message;
    amqp_table_entry_t entries[] = {rabbitmq_link_text ("x-dmh-reason", settlement->reason),
                                    rabbitmq_link_text ("x-dmh-code", settlement->code),
                                    rabbitmq_link_text ("x-dmh-id", settlement->id),
                                    rabbitmq_link_text ("x-dmh-queue", self->jobs)};
    amqp_basic_properties_t properties = s_properties (settlement->id);
    properties._flags |= AMQP_BASIC_HEADERS_FLAG | AMQP_BASIC_APP_ID_FLAG;
    properties.headers = (amqp_table_t){.num_entries = sizeof entries / sizeof *entries, .entries = entries};
    properties.app_id = amqp_cstring_bytes ("dmh-bridge");
    return s_publish_one (self, TAKING, "", self->dead, &properties, message->body, message->n, error);
}

static int s_settle_one (struct rabbitmq *self, const struct settlement *settlement, struct error *error)
{
    int rc = DMH_OK;
    if (settlement->end == QUEUE_DEAD)
        rc = s_publish_dead (self, settlement, error);
    else if (!rabbitmq_memory_has (self->memory, settlement->line.id))
        rc = s_publish_line (self, TAKING, &settlement->line, error);
    else
        log_event (LOG_LEVEL_INFO, "queue.settled_before", NULL, NULL, "id", settlement->line.id, NULL);
    uint64_t tag = strtoull (settlement->message->handle, NULL, 10);
    int why =
        rc == DMH_OK ? amqp_basic_ack (rabbitmq_link_state (self->link), TAKING, tag, 0) : AMQP_STATUS_OK;
    return why == AMQP_STATUS_OK ? rc : error_set (error, DMH_UNAVAILABLE, "%s", amqp_error_string2 (why));
}

//  What was not told is told and settled, and then it is remembered.
static int s_commit (struct rabbitmq *self, const struct settlement *settlements, size_t count,
                     struct error *error)
{
    int rc = DMH_OK;
    for (size_t i = 0; rc == DMH_OK && i < count; i++)
        rc = s_settle_one (self, &settlements[i], error);
    if (rc == DMH_OK) {
        amqp_tx_commit (rabbitmq_link_state (self->link), TAKING);
        rc = rabbitmq_link_said (self->link, error);
    }
    for (size_t i = 0; rc == DMH_OK && i < count; i++) {
        if (settlements[i].end != QUEUE_ENDED || rabbitmq_memory_has (self->memory, settlements[i].line.id))
            continue;
        rabbitmq_memory_add (self->memory, settlements[i].line.id);
        if (rabbitmq_memory_stream (self->memory))
            rc = s_remember (self, settlements[i].line.id, error);
    }
    return rc == DMH_OK ? s_await_confirms (self, error) : rc;
}

//  One bridge after the other, each knowing what the one before has told: two messages of one id may be held
//  by two.
static int s_settle (void *argument, const struct settlement *settlements, size_t count, struct error *error)
{
    struct rabbitmq *self = argument;
    int rc = rabbitmq_lock_take (self->link, LOCKING, self->lock_name, error);
    if (rc == DMH_OK)
        rc = s_read_memory (self, error);
    if (rc == DMH_OK)
        rc = s_commit (self, settlements, count, error);
    return rc == DMH_OK ? rabbitmq_lock_release (self->link, LOCKING, self->lock_name, error) : rc;
}

static int s_publish (void *argument, const struct queue_line *lines, size_t count, struct error *error)
{
    struct rabbitmq *self = argument;
    int rc = DMH_OK;
    for (size_t i = 0; rc == DMH_OK && i < count; i++)
        rc = s_publish_line (self, CONFIRMED, &lines[i], error);
    return rc == DMH_OK ? s_await_confirms (self, error) : rc;
}

static int s_descriptor (const void *argument)
{
    const struct rabbitmq *self = argument;
    return self->link ? rabbitmq_link_descriptor (self->link) : -1;
}

const struct queue rabbitmq_queue = {.schemes = "amqp amqps",
                                     .open = s_open,
                                     .connect = s_connect,
                                     .take = s_take,
                                     .settle = s_settle,
                                     .publish = s_publish,
                                     .descriptor = s_descriptor,
                                     .close = s_close};
