//  credential.h: what a client or a worker shows to a broker that has keys: its own key and the broker's
//  public one.
#ifndef DMH_MESSAGES_KEYS_CREDENTIAL_H
#define DMH_MESSAGES_KEYS_CREDENTIAL_H

#include "messages/keys/key.h"

struct credential {
    struct key own;                 //  with its secret
    char server[KEY_TEXT_BYTES];    //  empty: nothing to show, the broker has no keys
};

//  `key`: a file with a secret; `server`: a key file, or the 40 characters of a public key. Both or neither
//  (NULL or empty). DMH_OK; DMH_USAGE or what key_read answers, with a sentence that names the option.
int credential_read (const char *key, const char *server, struct credential *out, struct error *error);

//  Before the socket connects; without one (NULL, or an empty one) nothing. 0 or -1.
int credential_show (const struct credential *self, void *socket);

//  Whether there is something to show; `self` may be NULL.
bool credential_is (const struct credential *self);

#endif
