//  rabbitmq_confirms.h: which of the messages that a channel has published RabbitMQ has confirmed. Pure.
#ifndef DMH_CLIENT_BRIDGE_ENGINES_RABBITMQ_CONFIRMS_H
#define DMH_CLIENT_BRIDGE_ENGINES_RABBITMQ_CONFIRMS_H

#include <stdbool.h>
#include <stdint.h>

enum { UNCONFIRMED_MAX = 512 };    //  between two times that all are

//  Begin with {.published = 0} on a new channel.
struct rabbitmq_confirms {
    uint64_t published;    //  so far; the tag of the last
    uint64_t base;         //  of which so many are confirmed for sure
    bool got[UNCONFIRMED_MAX];
};

//  Another one was published; at most UNCONFIRMED_MAX beyond `base`.
void rabbitmq_confirms_publish (struct rabbitmq_confirms *self);
//  The one of that tag is confirmed, or all up to it.
void rabbitmq_confirms_take (struct rabbitmq_confirms *self, uint64_t tag, bool multiple);
//  Whether all are; then counting begins anew.
bool rabbitmq_confirms_are_all (struct rabbitmq_confirms *self);

#endif
