//  rabbitmq_memory.c: see rabbitmq_memory.h.
#include "client/bridge/engines/rabbitmq_memory.h"

#include "client/bridge/engines/told_ids.h"
#include "messages/base/clock.h"
#include "messages/base/log.h"
#include "messages/base/random.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { NAME_ROOM = 300, MARK_DIGITS = 32, PREFETCH = 1000, AGAIN_MS = 250 };

struct rabbitmq_memory {
    const struct queue_config *config;
    char name[NAME_ROOM];
    told_ids_t *told;
    bool is_there;                 //  the stream
    char mark[MARK_DIGITS + 1];    //  empty: it was met
};

rabbitmq_memory_t *rabbitmq_memory_new (const struct queue_config *config, const char *jobs)
{
    rabbitmq_memory_t *self = calloc (1, sizeof *self);
    if (!self)
        return NULL;
    self->config = config;
    snprintf (self->name, sizeof self->name, "%s.ended", jobs);
    if (!(self->told = told_ids_new (TOLD_IDS_MAX)))
        rabbitmq_memory_destroy (&self);
    return self;
}

void rabbitmq_memory_destroy (rabbitmq_memory_t **self_p)
{
    rabbitmq_memory_t *self = *self_p;
    if (!self)
        return;
    told_ids_destroy (&self->told);
    free (self);
    *self_p = NULL;
}

//  DMH_NOT_FOUND: it was made, and is not there.
static int s_need (rabbitmq_memory_t *self, rabbitmq_link_t *link, struct error *error)
{
    char age[32];
    snprintf (age, sizeof age, "%llus", (unsigned long long) (self->config->remember_ms / 1000));
    amqp_table_entry_t entries[] = {rabbitmq_link_text ("x-queue-type", "stream"),
                                    rabbitmq_link_text ("x-max-age", age)};
    const amqp_table_t arguments = {.num_entries = 2, .entries = entries};
    return rabbitmq_link_need_queue (link, self->name, &arguments, error);
}

static int s_consume (rabbitmq_memory_t *self, rabbitmq_link_t *link, amqp_channel_t channel,
                      struct error *error)
{
    amqp_connection_state_t state = rabbitmq_link_state (link);
    int64_t since = clock_wall_ms () - (int64_t) self->config->remember_ms;
    const uint64_t offset = (uint64_t) (since > 0 ? since / 1000 : 0);
    amqp_table_entry_t entry = {.key = amqp_cstring_bytes ("x-stream-offset"),
                                .value = {.kind = AMQP_FIELD_KIND_TIMESTAMP, .value = {.u64 = offset}}};
    const amqp_table_t arguments = {.num_entries = 1, .entries = &entry};
    amqp_basic_qos (state, channel, 0, PREFETCH, 0);
    int rc = rabbitmq_link_said (link, error);
    if (rc != DMH_OK)
        return rc;
    amqp_basic_consume (state, channel, amqp_cstring_bytes (self->name), amqp_empty_bytes, 0, 0, 0,
                        arguments);
    return rabbitmq_link_said (link, error);
}

int rabbitmq_memory_open (rabbitmq_memory_t *self, rabbitmq_link_t *link, unsigned channel,
                          struct error *error)
{
    struct error why = {.code = DMH_OK};
    int64_t until = clock_mono_ms () + QUEUE_ANSWER_MS;
    int rc = s_need (self, link, &why);
    //  After a crash a stream comes back later than its server, or never: then it is made anew.
    while (rc == DMH_NOT_FOUND && clock_mono_ms () < until) {
        nanosleep (&(struct timespec){.tv_nsec = AGAIN_MS * 1000000L}, NULL);
        rc = s_need (self, link, &why);
    }
    if (rc == DMH_NOT_FOUND) {
        log_event (LOG_LEVEL_WARNING, "queue.stream_lost", NULL, NULL, "stream", self->name, "reason",
                   why.text, NULL);
        rc = rabbitmq_link_remove_queue (link, self->name, &why);
        rc = rc == DMH_OK ? s_need (self, link, &why) : rc;
    }
    if (rc == DMH_UNAVAILABLE)
        return error_set (error, rc, "%s", why.text);
    self->is_there = rc == DMH_OK;
    if (!self->is_there)
        log_event (LOG_LEVEL_WARNING, "queue.remembers_nothing", NULL, NULL, "reason", why.text, NULL);
    return self->is_there ? s_consume (self, link, (amqp_channel_t) channel, error) : DMH_OK;
}

const char *rabbitmq_memory_stream (const rabbitmq_memory_t *self)
{
    return self->is_there ? self->name : NULL;
}

int rabbitmq_memory_take (rabbitmq_memory_t *self, rabbitmq_link_t *link, const amqp_envelope_t *envelope,
                          struct error *error)
{
    char id[MESSAGE_ID_BYTES] = "";
    const amqp_bytes_t *told = &envelope->message.properties.message_id;
    if ((envelope->message.properties._flags & AMQP_BASIC_MESSAGE_ID_FLAG) && told->len < sizeof id)
        memcpy (id, told->bytes, told->len);
    if (*self->mark && strcmp (id, self->mark) == 0)
        *self->mark = 0;
    else if (*id)
        told_ids_add (self->told, id);
    int why = amqp_basic_ack (rabbitmq_link_state (link), envelope->channel, envelope->delivery_tag, 0);
    return why == AMQP_STATUS_OK ? DMH_OK
                                 : error_set (error, DMH_UNAVAILABLE, "%s", amqp_error_string2 (why));
}

const char *rabbitmq_memory_mark (rabbitmq_memory_t *self)
{
    return random_hex (self->mark, MARK_DIGITS);
}

bool rabbitmq_memory_is_read (const rabbitmq_memory_t *self)
{
    return !*self->mark;
}

bool rabbitmq_memory_has (const rabbitmq_memory_t *self, const char *id)
{
    return told_ids_has (self->told, id);
}

void rabbitmq_memory_add (rabbitmq_memory_t *self, const char *id)
{
    told_ids_add (self->told, id);
}
