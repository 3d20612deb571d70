//  entry.c: see entry.h.
#include "broker/entry.h"

#include "broker/reply.h"

static const char *s_domain (const struct broker *self, const zsock_t *from)
{
    return from == self->front ? "front" : from == self->back ? "back" : "feed-in";
}

bool entry_check (struct broker *self, zsock_t *from, zframe_t *identity, zmsg_t *message)
{
    struct error error;
    if (!self->authorization || authorization_admits (self->authorization, s_domain (self, from),
                                                      authorization_user (zmsg_first (message))))
        return true;
    error_set (&error, DMH_UNAUTHORIZED, "this key is not allowed here any more");
    if (identity)
        reply_refuse (self, from, identity, "", &error);
    else
        self->counters.refused++;
    return false;
}
