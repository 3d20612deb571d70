//  revocation.c: see revocation.h.
#include "broker/upkeep/revocation.h"

#include "broker/endpoints.h"
#include "messages/base/log.h"

static bool s_is_revoked (void *context, const struct peer *peer)
{
    const struct broker *self = context;
    return !authorization_admits (self->authorization, "back", peer->user);
}

//  libzmq keeps connections that are open. On front, back and feed-in each message is looked at; workers'
//  jobs go to others at once; subscribers only receive, so they are all cut off.
void revocation_reload (struct broker *self)
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
    endpoints_renew (self);
}
