//  told_ids.c: see told_ids.h.
#include "client/bridge/engines/told_ids.h"

#include <czmq.h>

struct told_ids {
    size_t most;
    zhashx_t *set;
    zlistx_t *order;    //  its ids, oldest first
};

static void s_free (void **id)
{
    free (*id);
    *id = NULL;
}

told_ids_t *told_ids_new (size_t most)
{
    told_ids_t *self = calloc (1, sizeof *self);
    if (!self)
        return NULL;
    self->most = most;
    self->set = zhashx_new ();
    self->order = zlistx_new ();
    if (!self->set || !self->order)
        told_ids_destroy (&self);
    else
        zlistx_set_destructor (self->order, s_free);
    return self;
}

void told_ids_destroy (told_ids_t **self_p)
{
    told_ids_t *self = *self_p;
    if (!self)
        return;
    zhashx_destroy (&self->set);
    zlistx_destroy (&self->order);
    free (self);
    *self_p = NULL;
}

void told_ids_add (told_ids_t *self, const char *id)
{
    if (zhashx_lookup (self->set, id))
        return;
    if (zhashx_size (self->set) >= self->most) {
        void *oldest = zlistx_detach (self->order, NULL);
        zhashx_delete (self->set, oldest);
        free (oldest);
    }
    char *copy = strdup (id);
    if (copy && zlistx_add_end (self->order, copy))
        zhashx_insert (self->set, copy, copy);
    else
        free (copy);
}

bool told_ids_has (const told_ids_t *self, const char *id)
{
    return zhashx_lookup (self->set, id) != NULL;
}
