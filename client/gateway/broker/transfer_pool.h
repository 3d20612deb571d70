//  transfer_pool.h: connections to the broker's files service that are kept from one upload to the next,
//  since to make one takes longer than to leave a small file by it. Any thread takes one, which is its own
//  until it gives it back. One that was cut off meanwhile is noticed by who uses it
//  (messages/files/transfer.h).
#ifndef DMH_CLIENT_GATEWAY_BROKER_TRANSFER_POOL_H
#define DMH_CLIENT_GATEWAY_BROKER_TRANSFER_POOL_H

#include "messages/files/transfer.h"

enum {
    TRANSFER_POOL_MAX = 8,    //  that are kept; more are made, and destroyed when they are given back
    TRANSFER_POOL_PATIENCE_MS = 20000
};

typedef struct transfer_pool transfer_pool_t;

//  Where the service is, what is shown there, and a descriptor that becomes readable when all transfers have
//  to end; borrowed. NULL: out of memory.
transfer_pool_t *transfer_pool_new (route_t *route, const struct credential *credential, int stop);
//  All were given back. Takes NULL.
void transfer_pool_destroy (transfer_pool_t **self_p);

//  NULL with `error` set, as transfer_new.
transfer_t *transfer_pool_take (transfer_pool_t *self, struct error *error);
//  Takes it back; `again`: it did what it was to do and is kept. Takes NULL.
void transfer_pool_give (transfer_pool_t *self, transfer_t **transfer_p, bool again);

#endif
