//  route.c: see route.h.
#include "messages/files/route.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

struct route {
    pthread_mutex_t lock;
    uint64_t changes;
    char endpoint[URI_BYTES];
};

route_t *route_new (void)
{
    route_t *self = calloc (1, sizeof *self);
    if (self && pthread_mutex_init (&self->lock, NULL) != 0) {
        free (self);
        return NULL;
    }
    return self;
}

void route_destroy (route_t **self_p)
{
    route_t *self = *self_p;
    if (!self)
        return;
    pthread_mutex_destroy (&self->lock);
    free (self);
    *self_p = NULL;
}

void route_set (route_t *self, const char *endpoint)
{
    pthread_mutex_lock (&self->lock);
    self->changes++;
    snprintf (self->endpoint, sizeof self->endpoint, "%s", endpoint);
    pthread_mutex_unlock (&self->lock);
}

uint64_t route_read (route_t *self, char out[URI_BYTES])
{
    pthread_mutex_lock (&self->lock);
    uint64_t changes = self->changes;
    snprintf (out, URI_BYTES, "%s", self->endpoint);
    pthread_mutex_unlock (&self->lock);
    return changes;
}

uint64_t route_changes (route_t *self)
{
    pthread_mutex_lock (&self->lock);
    uint64_t changes = self->changes;
    pthread_mutex_unlock (&self->lock);
    return changes;
}
