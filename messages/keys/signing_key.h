//  signing_key.h: an Ed25519 key (RFC 8032, by libcrypto) that signs results, as files of PEM: the pair for
//  its owner (PKCS 8), the public half for whoever checks (SubjectPublicKeyInfo, RFC 8410). openssl(1) reads
//  both.
#ifndef DMH_MESSAGES_KEYS_SIGNING_KEY_H
#define DMH_MESSAGES_KEYS_SIGNING_KEY_H

#include <stdbool.h>
#include <stddef.h>

#include "messages/base/error.h"

enum { SIGNATURE_BYTES = 64 };

//  Once it is there it does not change: several threads may use it.
typedef struct signing_key signing_key_t;

//  A new pair. NULL with `error` set: DMH_INTERNAL.
signing_key_t *signing_key_new (struct error *error);
void signing_key_destroy (signing_key_t **self_p);

//  Writes the pair, or the public half alone, for its owner alone, whole at once. A pair replaces nothing:
//  DMH_CONFLICT, there is such a file. DMH_OK, DMH_IO, DMH_INTERNAL.
int signing_key_write (const signing_key_t *self, const char *path, bool secret, struct error *error);

//  From a file, the pair or the public half. NULL with `error` set, whose sentence names the path:
//  DMH_NOT_FOUND, DMH_IO, DMH_MALFORMED (none of Ed25519, or the other half), and of a pair DMH_UNAUTHORIZED
//  where others of this host can read it.
signing_key_t *signing_key_read (const char *path, struct error *error);
signing_key_t *signing_key_read_public (const char *path, struct error *error);

//  Signs n bytes by a pair. DMH_OK or DMH_INTERNAL.
int signing_key_sign (const signing_key_t *self, const void *bytes, size_t n,
                      unsigned char out[SIGNATURE_BYTES], struct error *error);

//  Whether this key signed these bytes so. What cannot be checked (out of memory) is not right.
bool signing_key_signed (const signing_key_t *self, const void *bytes, size_t n, const void *signature,
                         size_t signature_bytes);

#endif
