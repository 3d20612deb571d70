//  tokens.c: see tokens.h.
#define _GNU_SOURCE
#include "client/gateway/access/tokens.h"

#include "messages/base/digest.h"

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct tokens {
    const char *path, *secret;
    pthread_rwlock_t lock;    //  of what is below
    struct token *at;
    size_t count;
};

static const char *const WORDS[] = {"read", "submit", "admin"};
enum { ROLE_COUNT = sizeof WORDS / sizeof *WORDS };

const char *token_role_word (enum token_role role)
{
    return WORDS[role];
}

static bool s_is_name (const char *name)
{
    size_t n = 0;
    while (name[n] > ' ' && name[n] <= '~')
        n++;
    return n > 0 && n < OWNER_NAME_BYTES && !name[n];
}

//  One line; *is_token false: it is empty or a comment.
static int s_line (char *line, const char *secret, struct token *out, bool *is_token, struct error *error)
{
    char of[HEX_BYTES + 16], handle[HEX_BYTES];
    char *rest = NULL, *name = strtok_r (line, " \t\r\n", &rest), *role = strtok_r (NULL, " \t\r\n", &rest),
         *hash = strtok_r (NULL, " \t\r\n", &rest);
    size_t i = 0;
    *is_token = name && *name != '#';
    if (!*is_token)
        return DMH_OK;
    while (role && i < ROLE_COUNT && strcmp (role, WORDS[i]) != 0)
        i++;
    if (!role || !hash || strtok_r (NULL, " \t\r\n", &rest) || i == ROLE_COUNT || !s_is_name (name) ||
        strlen (hash) != HEX_BYTES - 1 || strspn (hash, "0123456789abcdef") != HEX_BYTES - 1)
        return error_set (
            error, DMH_USAGE,
            "a line is a name, one of read, submit and admin, and the SHA-256 of the token as 64 "
            "hex digits");
    snprintf (out->name, sizeof out->name, "%s", name);
    snprintf (out->sha256, sizeof out->sha256, "%s", hash);
    out->role = (enum token_role) i;
    size_t n = (size_t) snprintf (of, sizeof of, "dmh handle %s", hash);
    if (!digest_hmac (secret, strlen (secret), of, n, handle))
        return error_set (error, DMH_INTERNAL, "out of memory");
    memcpy (out->handle, handle, TOKEN_HANDLE_BYTES - 1);
    return DMH_OK;
}

static int s_read_lines (const tokens_t *self, FILE *file, struct token *at, size_t *count,
                         struct error *error)
{
    char *line = NULL;
    size_t room = 0;
    int rc = DMH_OK;
    for (unsigned number = 1; rc == DMH_OK && getline (&line, &room, file) >= 0; number++) {
        struct error why = {.code = DMH_OK};
        bool is_token = false;
        if (*count == TOKENS_MAX)
            rc = error_set (error, DMH_USAGE, "--tokens %s has more than %d tokens", self->path, TOKENS_MAX);
        else if (s_line (line, self->secret, &at[*count], &is_token, &why) != DMH_OK)
            rc = error_set (error, DMH_USAGE, "--tokens %s, line %u: %s", self->path, number, why.text);
        *count += is_token && rc == DMH_OK;
    }
    if (rc == DMH_OK && ferror (file))
        rc = error_set (error, DMH_USAGE, "--tokens %s cannot be read: %s", self->path, strerror (errno));
    free (line);
    return rc;
}

//  What the file holds now, in *at, which is the caller's.
static int s_read_file (const tokens_t *self, struct token **at, size_t *count, struct error *error)
{
    FILE *file = fopen (self->path, "re");
    if (!file)
        return error_set (error, DMH_USAGE, "--tokens %s cannot be read: %s", self->path, strerror (errno));
    *count = 0;
    *at = calloc (TOKENS_MAX, sizeof **at);
    int rc =
        *at ? s_read_lines (self, file, *at, count, error) : error_set (error, DMH_INTERNAL, "out of memory");
    fclose (file);
    if (rc != DMH_OK) {
        free (*at);
        *at = NULL;
    }
    return rc;
}

tokens_t *tokens_read (const char *path, const char *secret, struct error *error)
{
    tokens_t *self = calloc (1, sizeof *self);
    if (!self) {
        error_set (error, DMH_INTERNAL, "out of memory");
        return NULL;
    }
    self->path = path;
    self->secret = secret;
    pthread_rwlock_init (&self->lock, NULL);
    int rc = s_read_file (self, &self->at, &self->count, error);
    if (rc == DMH_OK && !self->count)
        rc = error_set (error, DMH_USAGE, "--tokens %s holds no token", path);
    if (rc != DMH_OK)
        tokens_destroy (&self);
    return self;
}

void tokens_destroy (tokens_t **self_p)
{
    tokens_t *self = *self_p;
    if (!self)
        return;
    pthread_rwlock_destroy (&self->lock);
    free (self->at);
    free (self);
    *self_p = NULL;
}

int tokens_reload (tokens_t *self, struct error *error)
{
    struct token *at = NULL;
    size_t count = 0;
    int rc = s_read_file (self, &at, &count, error);
    if (rc != DMH_OK)
        return rc;
    pthread_rwlock_wrlock (&self->lock);
    struct token *before = self->at;
    self->at = at;
    self->count = count;
    pthread_rwlock_unlock (&self->lock);
    free (before);
    return DMH_OK;
}

size_t tokens_count (tokens_t *self)
{
    pthread_rwlock_rdlock (&self->lock);
    size_t count = self->count;
    pthread_rwlock_unlock (&self->lock);
    return count;
}

static bool s_is_sha256 (const struct token *token, const char *text)
{
    return strcmp (token->sha256, text) == 0;
}

static bool s_is_handle (const struct token *token, const char *text)
{
    return strcmp (token->handle, text) == 0;
}

static bool s_find (tokens_t *self, bool is (const struct token *, const char *), const char *text,
                    struct token *out)
{
    size_t i = 0;
    pthread_rwlock_rdlock (&self->lock);
    while (i < self->count && !is (&self->at[i], text))
        i++;
    bool found = i < self->count;
    if (found)
        *out = self->at[i];
    pthread_rwlock_unlock (&self->lock);
    return found;
}

//  What is compared are digests of what an attacker chooses, so that time tells nothing of them.
bool tokens_find (tokens_t *self, const char *token, size_t n, struct token *out)
{
    char hex[HEX_BYTES];
    if (n < TOKEN_BYTES_MIN || n > TOKEN_BYTES_MAX)
        return false;
    return s_find (self, s_is_sha256, digest_of (token, n, hex), out);
}

//  A handle comes in a session that is signed: nobody can try another.
bool tokens_find_handle (tokens_t *self, const char *handle, struct token *out)
{
    return s_find (self, s_is_handle, handle, out);
}

bool tokens_holds (tokens_t *self, const struct token *token)
{
    struct token now;
    return s_find (self, s_is_sha256, token->sha256, &now) && now.role == token->role &&
           strcmp (now.name, token->name) == 0;
}
