//  rabbitmq_link.h: one connection to a RabbitMQ (AMQP 0-9-1, by librabbitmq): TCP or TLS, its channels,
//  queues and exchanges that have to be there, and what comes: deliveries and confirms. What they mean is the
//  caller's.
#ifndef DMH_CLIENT_BRIDGE_ENGINES_RABBITMQ_LINK_H
#define DMH_CLIENT_BRIDGE_ENGINES_RABBITMQ_LINK_H

#include <stdbool.h>

#if __has_include(<rabbitmq-c/amqp.h>)
#include <rabbitmq-c/amqp.h>
#include <rabbitmq-c/framing.h>
#else
#include <amqp.h>
#include <amqp_framing.h>
#endif

#include "client/bridge/queue.h"

typedef struct rabbitmq_link rabbitmq_link_t;

//  Connects, shows certificate, user and password, and opens the channels 1 … channels. NULL with `error`
//  set: DMH_UNAVAILABLE, DMH_UNAUTHORIZED, DMH_USAGE (the certificates cannot be read), DMH_INTERNAL.
rabbitmq_link_t *rabbitmq_link_new (const struct queue_config *config, unsigned channels,
                                    struct error *error);
void rabbitmq_link_destroy (rabbitmq_link_t **self_p);    //  takes NULL

int rabbitmq_link_descriptor (const rabbitmq_link_t *self);

//  librabbitmq's own, for its calls; borrowed. What the last call that has an answer was answered: DMH_OK;
//  DMH_UNAUTHORIZED, DMH_NOT_FOUND, DMH_CONFLICT with the server's words, and the channel (or all) is closed;
//  DMH_UNAVAILABLE.
amqp_connection_state_t rabbitmq_link_state (const rabbitmq_link_t *self);
int rabbitmq_link_said (const rabbitmq_link_t *self, struct error *error);

//  Opens a channel that an answer has closed. As rabbitmq_link_said.
int rabbitmq_link_open_again (rabbitmq_link_t *self, unsigned channel, struct error *error);

//  A durable queue (`arguments` may be NULL), or exchange of type topic, of that name: taken as it is where
//  it is there, else made. As rabbitmq_link_said.
int rabbitmq_link_need_queue (rabbitmq_link_t *self, const char *name, const amqp_table_t *arguments,
                              struct error *error);
int rabbitmq_link_remove_queue (rabbitmq_link_t *self, const char *name, struct error *error);
int rabbitmq_link_need_exchange (rabbitmq_link_t *self, const char *name, struct error *error);

//  An entry of a table; both texts are borrowed.
amqp_table_entry_t rabbitmq_link_text (const char *key, const char *value);

//  What came.
struct rabbitmq_news {
    bool is_delivery;
    amqp_envelope_t envelope;    //  of a delivery: amqp_destroy_envelope it
    //  Else a confirm of `channel`: of that tag, or of all up to it.
    amqp_channel_t channel;
    uint64_t tag;
    bool multiple;
};

//  The next, waited for at most wait_ms. DMH_OK; DMH_NOT_FOUND without a sentence: nothing came;
//  DMH_UNAVAILABLE: the connection, a channel or a queue that is consumed is gone, or a message was refused.
int rabbitmq_link_take (rabbitmq_link_t *self, int wait_ms, struct rabbitmq_news *out, struct error *error);

#endif
