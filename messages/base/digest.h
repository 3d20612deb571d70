//  digest.h: SHA-256 (FIPS 180-4, by libcrypto) of a stream, as lower-case hex.
#ifndef DMH_MESSAGES_BASE_DIGEST_H
#define DMH_MESSAGES_BASE_DIGEST_H

#include <stddef.h>
#include <stdint.h>

#include "messages/base/error.h"

enum { DIGEST_HEX_BYTES = 65 };    //  64 digits and a terminator

//  Before anything else of libcrypto is used: it then leaves its memory to the system at exit, where detached
//  threads may still use it. What is here calls it by itself.
void digest_ready (void);

typedef struct digest digest_t;

//  NULL when out of memory. One thread at a time.
digest_t *digest_new (void);
void digest_destroy (digest_t **self_p);

//  Forgets what was fed.
void digest_reset (digest_t *self);
void digest_update (digest_t *self, const void *bytes, size_t n);

//  Writes the hex of what was fed since new or reset, then resets. Returns out.
char *digest_hex (digest_t *self, char out[DIGEST_HEX_BYTES]);

//  Of one buffer.
char *digest_of (const void *bytes, size_t n, char out[DIGEST_HEX_BYTES]);

//  HMAC-SHA256 (RFC 2104) of one buffer. Returns out; NULL when libcrypto has no memory.
char *digest_hmac (const void *key, size_t key_bytes, const void *bytes, size_t n,
                   char out[DIGEST_HEX_BYTES]);

//  Of a whole file; `bytes` (may be NULL) receives its size. DMH_OK or DMH_IO with a sentence naming the
//  path.
int digest_of_file (const char *path, char out[DIGEST_HEX_BYTES], uint64_t *bytes, struct error *error);

//  Of what is left to read of an open file, which sentences call `name`. DMH_OK, DMH_IO, DMH_INTERNAL.
int digest_of_fd (int fd, const char *name, char out[DIGEST_HEX_BYTES], uint64_t *bytes, struct error *error);

#endif
