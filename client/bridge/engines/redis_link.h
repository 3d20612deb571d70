//  redis_link.h: one connection to a Redis: TCP or TLS (libssl), and hiredis's formatter and reader over it.
//  Commands go out in their order and replies come in the same; what they mean is the caller's.
#ifndef DMH_CLIENT_BRIDGE_ENGINES_REDIS_LINK_H
#define DMH_CLIENT_BRIDGE_ENGINES_REDIS_LINK_H

#include <hiredis/hiredis.h>

#include "client/bridge/queue.h"

typedef struct redis_link redis_link_t;

//  Connects, shows certificate, user and password, and picks the database. NULL with `error` set:
//  DMH_UNAVAILABLE, DMH_UNAUTHORIZED, DMH_USAGE (the certificates cannot be read), DMH_INTERNAL.
redis_link_t *redis_link_new (const struct queue_config *config, struct error *error);
void redis_link_destroy (redis_link_t **self_p);    //  takes NULL

int redis_link_descriptor (const redis_link_t *self);

//  Sends a command of so many words; a length of 0 in `sizes` (or NULL) is strlen. DMH_OK, DMH_UNAVAILABLE.
int redis_link_send (redis_link_t *self, size_t count, const char *const words[], const size_t *sizes,
                     struct error *error);

//  The next reply, waited for at most wait_ms: freeReplyObject *out. DMH_OK, also for a reply that is an
//  error; DMH_NOT_FOUND without a sentence: none has come; DMH_UNAVAILABLE: the connection is lost;
//  DMH_MALFORMED: it is no Redis.
int redis_link_take (redis_link_t *self, int wait_ms, redisReply **out, struct error *error);

//  Both, and a reply that is an error is refused with its words: DMH_UNAUTHORIZED for those of NOAUTH, NOPERM
//  and WRONGPASS, DMH_UNAVAILABLE for those of a server that is not ready, else DMH_CONFLICT.
int redis_link_ask (redis_link_t *self, size_t count, const char *const words[], redisReply **out,
                    struct error *error);
int redis_link_refused (const redisReply *reply, struct error *error);

#endif
