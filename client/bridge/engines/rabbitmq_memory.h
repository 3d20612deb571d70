//  rabbitmq_memory.h: which messages have had their end told, by this bridge and by all others: a stream of
//  RabbitMQ's of their ids, which is read as it grows, and a set of them. Publishes nothing: what is to be
//  written into the stream, its owner does.
#ifndef DMH_CLIENT_BRIDGE_ENGINES_RABBITMQ_MEMORY_H
#define DMH_CLIENT_BRIDGE_ENGINES_RABBITMQ_MEMORY_H

#include "client/bridge/engines/rabbitmq_link.h"

typedef struct rabbitmq_memory rabbitmq_memory_t;

//  `config` is borrowed. The stream is called as the queue of jobs and ".ended". NULL: out of memory.
rabbitmq_memory_t *rabbitmq_memory_new (const struct queue_config *config, const char *jobs);
void rabbitmq_memory_destroy (rabbitmq_memory_t **self_p);    //  takes NULL

//  Makes the stream where it is not, and reads it by `channel` from the time that is remembered on. DMH_OK,
//  also where the server has no streams (before 3.9): then there is the set alone; or as rabbitmq_link_said.
int rabbitmq_memory_open (rabbitmq_memory_t *self, rabbitmq_link_t *link, unsigned channel,
                          struct error *error);
//  The stream's name; NULL: there is none. Borrowed.
const char *rabbitmq_memory_stream (const rabbitmq_memory_t *self);

//  What came by its channel. DMH_OK, DMH_UNAVAILABLE.
int rabbitmq_memory_take (rabbitmq_memory_t *self, rabbitmq_link_t *link, const amqp_envelope_t *envelope,
                          struct error *error);

//  A mark to be written at the stream's end now; once it is met, all before it was read. Borrowed.
const char *rabbitmq_memory_mark (rabbitmq_memory_t *self);
bool rabbitmq_memory_is_read (const rabbitmq_memory_t *self);

bool rabbitmq_memory_has (const rabbitmq_memory_t *self, const char *id);
void rabbitmq_memory_add (rabbitmq_memory_t *self, const char *id);

#endif
