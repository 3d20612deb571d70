//  signing_key.c: see signing_key.h.
#define _GNU_SOURCE
#include "messages/keys/signing_key.h"

#include "messages/base/digest.h"
#include "messages/base/narrow.h"
#include "messages/keys/key_file.h"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct signing_key {
    EVP_PKEY *pair;    //  or its public half
};

static signing_key_t *s_new (EVP_PKEY *pair)
{
    signing_key_t *self = pair ? calloc (1, sizeof *self) : NULL;
    if (self)
        self->pair = pair;
    else
        EVP_PKEY_free (pair);
    return self;
}

signing_key_t *signing_key_new (struct error *error)
{
    digest_ready ();
    EVP_PKEY *pair = NULL;
    EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_id (EVP_PKEY_ED25519, NULL);
    if (context && EVP_PKEY_keygen_init (context) == 1)
        EVP_PKEY_keygen (context, &pair);
    EVP_PKEY_CTX_free (context);
    signing_key_t *self = s_new (pair);
    if (!self)
        error_set (error, DMH_INTERNAL, "no key of Ed25519 can be made: libcrypto refuses, or out of memory");
    return self;
}

void signing_key_destroy (signing_key_t **self_p)
{
    signing_key_t *self = *self_p;
    if (!self)
        return;
    EVP_PKEY_free (self->pair);    //  overwrites the secret
    free (self);
    *self_p = NULL;
}

int signing_key_write (const signing_key_t *self, const char *path, bool secret, struct error *error)
{
    char *text = NULL;
    BIO *memory = BIO_new (secret ? BIO_s_secmem () : BIO_s_mem ());
    int good = 0, rc;
    if (memory)
        good = secret ? PEM_write_bio_PKCS8PrivateKey (memory, self->pair, NULL, NULL, 0, NULL, NULL)
                      : PEM_write_bio_PUBKEY (memory, self->pair);
    long n = good ? BIO_get_mem_data (memory, &text) : 0;
    if (n <= 0)
        rc = error_set (error, DMH_INTERNAL, "out of memory while writing the key %s", path);
    else
        rc = secret ? key_file_create (path, text, (size_t) n, error)
                    : key_file_write (path, text, (size_t) n, error);
    if (secret && n > 0)
        OPENSSL_cleanse (text, (size_t) n);
    BIO_free (memory);
    return rc;
}

//  Instead of asking at the terminal for the word of a key that is encrypted.
static int s_no_word (char *out, int size, int writes, void *context)
{
    (void) out, (void) size, (void) writes, (void) context;
    return -1;
}

static signing_key_t *s_decode (const char *path, const char *bytes, size_t n, bool secret,
                                struct error *error)
{
    digest_ready ();
    BIO *memory = n <= KEY_FILE_BYTES_MAX ? BIO_new_mem_buf (bytes, NARROW (int, n)) : NULL;
    EVP_PKEY *key = NULL;
    if (memory)
        key = secret ? PEM_read_bio_PrivateKey (memory, NULL, s_no_word, NULL)
                     : PEM_read_bio_PUBKEY (memory, NULL, s_no_word, NULL);
    BIO_free (memory);
    if (key && EVP_PKEY_id (key) != EVP_PKEY_ED25519) {
        EVP_PKEY_free (key);
        key = NULL;
    }
    signing_key_t *self = s_new (key);
    if (!self)
        error_set (error, DMH_MALFORMED,
                   secret
                       ? "%s is no Ed25519 key that signs; give the NAME.sign.pem of dmh keys new --sign NAME"
                       : "%s is no public Ed25519 key; give the NAME.verify.pem of dmh keys new --sign NAME",
                   path);
    return self;
}

static signing_key_t *s_read (const char *path, bool secret, struct error *error)
{
    char bytes[KEY_FILE_BYTES_MAX + 1];
    size_t n = 0;
    struct key_file_access access = {.mode = 0};
    int rc = key_file_read (path, bytes, &n, &access, error);
    if (rc == DMH_OK && secret)
        rc = key_file_check_secret (path, &access, geteuid (), error);
    signing_key_t *self = rc == DMH_OK ? s_decode (path, bytes, n, secret, error) : NULL;
    explicit_bzero (bytes, sizeof bytes);
    return self;
}

signing_key_t *signing_key_read (const char *path, struct error *error)
{
    return s_read (path, true, error);
}

signing_key_t *signing_key_read_public (const char *path, struct error *error)
{
    return s_read (path, false, error);
}

int signing_key_sign (const signing_key_t *self, const void *bytes, size_t n,
                      unsigned char out[SIGNATURE_BYTES], struct error *error)
{
    size_t length = SIGNATURE_BYTES;
    EVP_MD_CTX *context = EVP_MD_CTX_new ();
    bool good = context && EVP_DigestSignInit (context, NULL, NULL, NULL, self->pair) == 1 &&
                EVP_DigestSign (context, out, &length, bytes, n) == 1 && length == SIGNATURE_BYTES;
    EVP_MD_CTX_free (context);
    return good ? DMH_OK : error_set (error, DMH_INTERNAL, "libcrypto does not sign: out of memory");
}

bool signing_key_signed (const signing_key_t *self, const void *bytes, size_t n, const void *signature,
                         size_t signature_bytes)
{
    EVP_MD_CTX *context = EVP_MD_CTX_new ();
    bool good = context && signature_bytes == SIGNATURE_BYTES &&
                EVP_DigestVerifyInit (context, NULL, NULL, NULL, self->pair) == 1 &&
                EVP_DigestVerify (context, signature, signature_bytes, bytes, n) == 1;
    EVP_MD_CTX_free (context);
    return good;
}
