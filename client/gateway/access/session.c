//  session.c: see session.h.
#include "client/gateway/access/session.h"

#include "messages/base/digest.h"
#include "messages/base/random.h"

#include <czmq.h>

#include <errno.h>
#include <openssl/crypto.h>
#include <pthread.h>

enum { SIGNED_BYTES = SESSION_BYTES - HEX_BYTES, CHECK_BYTES = 32 + SESSION_BYTES };

struct sessions {
    const char *secret;
    uint64_t seconds;
    pthread_mutex_t lock;
    zhashx_t *ended;    //  id → when it would have expired
};

//  What a word says, if it is one.
struct said {
    char handle[TOKEN_HANDLE_BYTES], id[SESSION_ID_DIGITS + 1];
    int64_t expires;    //  wall ms
};

static void s_free (void **item)
{
    free (*item);
    *item = NULL;
}

sessions_t *sessions_new (const char *secret, uint64_t seconds)
{
    sessions_t *self = calloc (1, sizeof *self);
    if (!self)
        return NULL;
    self->secret = secret;
    self->seconds = seconds;
    pthread_mutex_init (&self->lock, NULL);
    self->ended = zhashx_new ();
    if (self->ended)
        zhashx_set_destructor (self->ended, s_free);
    else
        sessions_destroy (&self);
    return self;
}

void sessions_destroy (sessions_t **self_p)
{
    sessions_t *self = *self_p;
    if (!self)
        return;
    zhashx_destroy (&self->ended);
    pthread_mutex_destroy (&self->lock);
    free (self);
    *self_p = NULL;
}

//  The HMAC of a word (or of its signed part) for a purpose. NULL: no memory.
static char *s_hmac (const sessions_t *self, const char *purpose, const char *word, int n,
                     char out[HEX_BYTES])
{
    char text[CHECK_BYTES];
    int bytes = snprintf (text, sizeof text, "%s %.*s", purpose, n, word);
    return digest_hmac (self->secret, strlen (self->secret), text, (size_t) bytes, out);
}

bool sessions_open (const sessions_t *self, const struct token *token, int64_t now, char out[SESSION_BYTES])
{
    char id[SESSION_ID_DIGITS + 1], signature[HEX_BYTES];
    random_hex (id, SESSION_ID_DIGITS);
    int n = snprintf (out, SESSION_BYTES, "%s.%016llx.%s", token->handle,
                      (unsigned long long) now + (unsigned long long) self->seconds * 1000, id);
    if (!s_hmac (self, "dmh session", out, n, signature))
        return false;
    snprintf (out + n, (size_t) (SESSION_BYTES - n), ".%s", signature);
    return true;
}

//  false: it is no word of this secret.
static bool s_read (const sessions_t *self, const char *word, struct said *out)
{
    static const char DIGITS[] = "0123456789abcdef.";
    char signature[HEX_BYTES];
    if (strlen (word) != SESSION_BYTES - 1 || strspn (word, DIGITS) != SESSION_BYTES - 1 ||
        word[SIGNED_BYTES - 1] != '.' || !s_hmac (self, "dmh session", word, SIGNED_BYTES - 1, signature) ||
        CRYPTO_memcmp (signature, word + SIGNED_BYTES, HEX_BYTES - 1) != 0)
        return false;
    const char *expiry = word + TOKEN_HANDLE_BYTES, *id = expiry + SESSION_EXPIRY_DIGITS + 1;
    snprintf (out->handle, sizeof out->handle, "%.*s", TOKEN_HANDLE_BYTES - 1, word);
    snprintf (out->id, sizeof out->id, "%.*s", SESSION_ID_DIGITS, id);
    out->expires = (int64_t) strtoull (expiry, NULL, 16);    //  signed: it is what sessions_open wrote
    return true;
}

bool sessions_find (sessions_t *self, tokens_t *tokens, const char *word, int64_t now, struct token *out,
                    int64_t *until)
{
    struct said said;
    if (!s_read (self, word, &said) || now >= said.expires)
        return false;
    pthread_mutex_lock (&self->lock);
    bool ended = zhashx_lookup (self->ended, said.id) != NULL;
    pthread_mutex_unlock (&self->lock);
    *until = said.expires;
    return !ended && tokens_find_handle (tokens, said.handle, out);
}

//  With the lock: those that have expired, and when there are none, the one that would do so first.
static void s_make_room (sessions_t *self, int64_t now)
{
    zlistx_t *gone = zlistx_new ();
    const char *first = NULL;
    int64_t first_at = INT64_MAX;
    for (const int64_t *at = zhashx_first (self->ended); gone && at; at = zhashx_next (self->ended)) {
        const char *id = zhashx_cursor (self->ended);
        if (*at <= now)
            zlistx_add_end (gone, (void *) (uintptr_t) id);
        if (*at < first_at) {
            first_at = *at;
            first = id;
        }
    }
    if (gone && !zlistx_size (gone) && first)
        zlistx_add_end (gone, (void *) (uintptr_t) first);
    for (const char *id = gone ? zlistx_first (gone) : NULL; id; id = zlistx_next (gone))
        zhashx_delete (self->ended, id);
    zlistx_destroy (&gone);
}

bool sessions_end (sessions_t *self, const char *word, int64_t now)
{
    struct said said;
    int64_t *expires = NULL;
    if (!s_read (self, word, &said) || now >= said.expires || !(expires = malloc (sizeof *expires)))
        return false;
    *expires = said.expires;
    pthread_mutex_lock (&self->lock);
    if (zhashx_size (self->ended) >= SESSIONS_ENDED_MAX)
        s_make_room (self, now);
    bool ended = zhashx_insert (self->ended, said.id, expires) == 0;
    pthread_mutex_unlock (&self->lock);
    if (!ended)
        free (expires);
    return ended;
}

uint64_t sessions_seconds (const sessions_t *self)
{
    return self->seconds;
}

char *sessions_forgery_check (const sessions_t *self, const char *word, char out[HEX_BYTES])
{
    return s_hmac (self, "dmh request", word, SESSION_BYTES, out);
}
