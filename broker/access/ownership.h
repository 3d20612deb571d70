//  ownership.h: whose a job is. Pure.
//
//  The owner of a job is the public key that submitted it, 40 characters of Z85; of a gateway that speaks for
//  somebody its key, '/' and the name that it gives them, so that two gateways mean two people by one name,
//  and no name is anybody's key. Without keys an owner is empty, or '/' and that name.
#ifndef DMH_BROKER_ACCESS_OWNERSHIP_H
#define DMH_BROKER_ACCESS_OWNERSHIP_H

#include "messages/job.h"
#include "messages/keys/key.h"

//  Whether a gateway may call somebody so: 1 to 127 visible ASCII characters, no space.
bool ownership_is_name (const char *name);

//  Writes the owner of what `user` (NULL: without keys) submits, for `name` or, where that is empty, itself.
//  Returns out.
char *ownership_of (const char *user, const char *name, char out[OWNER_BYTES]);

//  Whether the owner is `user`, or somebody for whom it speaks.
bool ownership_covers (const char *user, const char *owner);

//  The key that an owner begins with, which its files belong to; empty: it has none. Returns out.
char *ownership_key (const char *owner, char out[KEY_TEXT_BYTES]);

#endif
