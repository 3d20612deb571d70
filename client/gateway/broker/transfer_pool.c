//  transfer_pool.c: see transfer_pool.h.
#include "client/gateway/broker/transfer_pool.h"

#include <pthread.h>

struct transfer_pool {
    struct transfer_config config;
    pthread_mutex_t lock;
    transfer_t *kept[TRANSFER_POOL_MAX];
    size_t count;
};

transfer_pool_t *transfer_pool_new (route_t *route, const struct credential *credential, int stop)
{
    transfer_pool_t *self = calloc (1, sizeof *self);
    if (!self)
        return NULL;
    self->config = (struct transfer_config){.endpoint = "",
                                            .route = route,
                                            .credential = credential,
                                            .patience_ms = TRANSFER_POOL_PATIENCE_MS,
                                            .stop = {NULL, stop, ZMQ_POLLIN, 0}};
    pthread_mutex_init (&self->lock, NULL);
    return self;
}

void transfer_pool_destroy (transfer_pool_t **self_p)
{
    transfer_pool_t *self = *self_p;
    if (!self)
        return;
    while (self->count)
        transfer_destroy (&self->kept[--self->count]);
    pthread_mutex_destroy (&self->lock);
    free (self);
    *self_p = NULL;
}

transfer_t *transfer_pool_take (transfer_pool_t *self, struct error *error)
{
    pthread_mutex_lock (&self->lock);
    transfer_t *transfer = self->count ? self->kept[--self->count] : NULL;
    pthread_mutex_unlock (&self->lock);
    return transfer ? transfer : transfer_new (&self->config, error);
}

void transfer_pool_give (transfer_pool_t *self, transfer_t **transfer_p, bool again)
{
    pthread_mutex_lock (&self->lock);
    if (*transfer_p && again && self->count < TRANSFER_POOL_MAX) {
        self->kept[self->count++] = *transfer_p;
        *transfer_p = NULL;
    }
    pthread_mutex_unlock (&self->lock);
    transfer_destroy (transfer_p);
}
