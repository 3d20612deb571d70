//  digest.c: see digest.h.
#include "messages/base/digest.h"

#include "messages/base/narrow.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct digest {
    EVP_MD_CTX *context;
};

//  libcrypto frees its own at exit, while czmq's detached threads may still be on their way out and use it:
//  it is left to the system.
static void s_begin (void)
{
    OPENSSL_init_crypto (OPENSSL_INIT_NO_ATEXIT, NULL);
}

void digest_ready (void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once (&once, s_begin);
}

digest_t *digest_new (void)
{
    digest_ready ();
    digest_t *self = calloc (1, sizeof *self);
    if (!self)
        return NULL;
    self->context = EVP_MD_CTX_new ();
    if (!self->context || EVP_DigestInit_ex (self->context, EVP_sha256 (), NULL) != 1)
        digest_destroy (&self);
    return self;
}

void digest_destroy (digest_t **self_p)
{
    digest_t *self = *self_p;
    if (!self)
        return;
    EVP_MD_CTX_free (self->context);
    free (self);
    *self_p = NULL;
}

void digest_reset (digest_t *self)
{
    EVP_DigestInit_ex (self->context, NULL, NULL);
}

void digest_update (digest_t *self, const void *bytes, size_t n)
{
    EVP_DigestUpdate (self->context, bytes, n);
}

//  Without a branch or a table, so that the compiler makes several at once.
static inline char s_digit (unsigned char nibble)
{
    return (char) (nibble + '0' + (nibble > 9) * ('a' - '9' - 1));
}

static char *s_hex (const unsigned char *hash, char *out)
{
    for (int i = 0; i < 32; i++) {
        out[2 * i] = s_digit (hash[i] >> 4);
        out[2 * i + 1] = s_digit (hash[i] & 15);
    }
    out[64] = 0;
    return out;
}

char *digest_hex (digest_t *self, char out[DIGEST_HEX_BYTES])
{
    unsigned char hash[EVP_MAX_MD_SIZE] = {0};
    EVP_DigestFinal_ex (self->context, hash, NULL);
    digest_reset (self);
    return s_hex (hash, out);
}

char *digest_of (const void *bytes, size_t n, char out[DIGEST_HEX_BYTES])
{
    unsigned char hash[EVP_MAX_MD_SIZE] = {0};
    digest_ready ();
    EVP_Digest (bytes, n, hash, NULL, EVP_sha256 (), NULL);
    return s_hex (hash, out);
}

int digest_of_fd (int fd, const char *name, char out[DIGEST_HEX_BYTES], uint64_t *bytes, struct error *error)
{
    enum { CHUNK_BYTES = 256 * 1024 };
    int rc = DMH_IO;
    uint64_t total = 0;
    char *chunk = malloc (CHUNK_BYTES);
    digest_t *digest = digest_new ();
    if (!chunk || !digest) {
        rc = error_set (error, DMH_INTERNAL, "out of memory while reading %s", name);
        goto cleanup;
    }
    for (;;) {
        ssize_t got = read (fd, chunk, CHUNK_BYTES);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0) {
            error_set (error, DMH_IO, "%s cannot be read: %s", name, strerror (errno));
            goto cleanup;
        }
        if (got == 0)
            break;
        digest_update (digest, chunk, (size_t) got);
        total += (uint64_t) got;
    }
    digest_hex (digest, out);
    if (bytes)
        *bytes = total;
    rc = DMH_OK;
cleanup:
    digest_destroy (&digest);
    free (chunk);
    return rc;
}

int digest_of_file (const char *path, char out[DIGEST_HEX_BYTES], uint64_t *bytes, struct error *error)
{
    int fd = open (path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return error_set (error, DMH_IO, "%s cannot be read: %s", path, strerror (errno));
    int rc = digest_of_fd (fd, path, out, bytes, error);
    close (fd);
    return rc;
}

char *digest_hmac (const void *key, size_t key_bytes, const void *bytes, size_t n, char out[DIGEST_HEX_BYTES])
{
    unsigned char hash[EVP_MAX_MD_SIZE] = {0};
    digest_ready ();
    return HMAC (EVP_sha256 (), key, NARROW (int, key_bytes), bytes, n, hash, NULL) ? s_hex (hash, out)
                                                                                    : NULL;
}
