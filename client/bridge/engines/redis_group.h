//  redis_group.h: a consumer of a group of Redis's: the entries of a stream that it takes. Those that it took
//  stay its own until they are acknowledged; it says so again and again (XCLAIM), and what nobody says of any
//  more is claimed by another (XAUTOCLAIM). Acknowledges nothing.
#ifndef DMH_CLIENT_BRIDGE_ENGINES_REDIS_GROUP_H
#define DMH_CLIENT_BRIDGE_ENGINES_REDIS_GROUP_H

#include "client/bridge/engines/redis_link.h"

typedef struct redis_group redis_group_t;

//  `config` and the stream's name are borrowed. NULL: out of memory.
redis_group_t *redis_group_new (const struct queue_config *config, const char *stream);
void redis_group_destroy (redis_group_t **self_p);    //  takes NULL

//  Begins anew over `teller`, which is borrowed until the next join, and a connection of its own that
//  waits: makes stream and group where they are not, and takes again what was taken and not acknowledged. As
//  redis_link_new.
int redis_group_join (redis_group_t *self, redis_link_t *teller, struct error *error);
//  What it holds is left to whoever looks next, which is said over `teller` (NULL: it is not said).
void redis_group_leave (redis_group_t *self, redis_link_t *teller);

//  As the queue's take and descriptor.
int redis_group_take (redis_group_t *self, size_t most, struct queue_message *out, size_t *count,
                      struct error *error);
int redis_group_descriptor (const redis_group_t *self);

//  It is about to be acknowledged.
void redis_group_let_go (redis_group_t *self, const char *handle);

#endif
