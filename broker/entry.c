//  entry.c: keys at work in the broker's loop: who may send, and what is taken from a key that was
//  revoked. See broker/context.h and authorization.h.
#include "broker/context.h"
#include "messages/base/log.h"

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
        broker_refuse (self, from, identity, "", &error);
    else
        self->counters.refused++;
    return false;
}

static bool s_is_revoked (void *context, const struct peer *peer)
{
    const struct broker *self = context;
    return !authorization_admits (self->authorization, "back", peer->user);
}

//  libzmq keeps connections that are open. On front, back and feed-in each message is looked at; workers'
//  jobs go to others at once; subscribers only receive, so they are all cut off.
void entry_reload (struct broker *self)
{
    const struct peer *peer;
    if (!self->authorization || !authorization_reload (self->authorization))
        return;
    while ((peer = peers_any (self->peers, s_is_revoked, self))) {
        char worker[ID_BYTES];
        memcpy (worker, peer->worker, sizeof worker);
        log_event (LOG_LEVEL_WARNING, "worker.revoked", NULL, NULL, "worker", worker, NULL);
        dispatcher_bye (self->dispatcher, worker, self->now);
        peers_forget (self->peers, worker);
    }
    broker_renew_feed (self);
    broker_renew_files (self);
}
