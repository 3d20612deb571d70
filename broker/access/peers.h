//  peers.h: how to reach each worker, and which worker speaks: the back ROUTER's identities and the workers'
//  ids. A worker that registers anew under another identity leaves the old one.
#ifndef DMH_BROKER_ACCESS_PEERS_H
#define DMH_BROKER_ACCESS_PEERS_H

#include "messages/keys/key.h"
#include "messages/work.h"

#include <czmq.h>

typedef struct peers peers_t;
struct peer_outlook;

struct peer {
    char worker[ID_BYTES];
    char host[NAME_BYTES];
    char user[KEY_TEXT_BYTES];    //  its public key; empty without keys
    char disk[DISK_NAME_BYTES];
    char roots[URI_BYTES];    //  where it opens paths, as READY has it
    bool drains;              //  it was told to leave, and is told so until it has
    zframe_t *identity;
    char *hex;                    //  the identity as text
    struct peer_outlook *sees;    //  what it shares with those that see the same
};

peers_t *peers_new (void);    //  NULL when out of memory
void peers_destroy (peers_t **self_p);

//  0, or -1 out of memory. `identity` is copied. Any other worker that spoke under it is forgotten.
//  `user` is its public key, or NULL.
int peers_put (peers_t *self, zframe_t *identity, const struct ready *ready, const char *user);
void peers_forget (peers_t *self, const char *worker);
//  It is to leave; it is so for as long as it is known, whatever identity it has.
void peers_drain (peers_t *self, const char *worker);

//  NULL when it is not known. Borrowed until peers_put or peers_forget.
const struct peer *peers_of_worker (const peers_t *self, const char *worker);
const struct peer *peers_of_identity (const peers_t *self, zframe_t *identity);

//  Whether all that are known see one disk and open paths in the same folders: any of them; NULL when they
//  differ or there is none. Borrowed as above.
const struct peer *peers_alike (const peers_t *self);
size_t peers_count (const peers_t *self);

//  Any worker for which `is` answers true; NULL: there is none. Borrowed as above.
const struct peer *peers_any (const peers_t *self, bool (*is) (void *context, const struct peer *peer),
                              void *context);

#endif
