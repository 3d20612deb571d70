//  tokens.c: see tokens.h.
#define _GNU_SOURCE
#include "client/gateway/access/tokens.h"

#include "messages/base/digest.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct tokens {
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

static int s_read (tokens_t *self, FILE *file, const char *path, const char *secret, struct error *error)
{
    char *line = NULL;
    size_t room = 0;
    int rc = DMH_OK;
    for (unsigned number = 1; rc == DMH_OK && getline (&line, &room, file) >= 0; number++) {
        struct error why = {.code = DMH_OK};
        bool is_token = false;
        if (self->count == TOKENS_MAX)
            rc = error_set (error, DMH_USAGE, "--tokens %s has more than %d tokens", path, TOKENS_MAX);
        else if (s_line (line, secret, &self->at[self->count], &is_token, &why) != DMH_OK)
            rc = error_set (error, DMH_USAGE, "--tokens %s, line %u: %s", path, number, why.text);
        self->count += is_token && rc == DMH_OK;
    }
    free (line);
    if (rc == DMH_OK && !self->count)
        rc = error_set (error, DMH_USAGE, "--tokens %s holds no token", path);
    return rc;
}

tokens_t *tokens_read (const char *path, const char *secret, struct error *error)
{
    tokens_t *self = calloc (1, sizeof *self);
    FILE *file = fopen (path, "re");
    int rc = DMH_OK;
    if (!file)
        rc = error_set (error, DMH_USAGE, "--tokens %s cannot be read: %s", path, strerror (errno));
    else if (!self || !(self->at = calloc (TOKENS_MAX, sizeof *self->at)))
        rc = error_set (error, DMH_INTERNAL, "out of memory");
    else
        rc = s_read (self, file, path, secret, error);
    if (file)
        fclose (file);
    if (rc != DMH_OK)
        tokens_destroy (&self);
    return self;
}

void tokens_destroy (tokens_t **self_p)
{
    tokens_t *self = *self_p;
    if (!self)
        return;
    free (self->at);
    free (self);
    *self_p = NULL;
}

//  What is compared are digests of what an attacker chooses, so that time tells nothing of them.
bool tokens_find (const tokens_t *self, const char *token, size_t n, struct token *out)
{
    char hex[HEX_BYTES];
    if (n < TOKEN_BYTES_MIN || n > TOKEN_BYTES_MAX)
        return false;
    digest_of (token, n, hex);
    for (size_t i = 0; i < self->count; i++)
        if (strcmp (self->at[i].sha256, hex) == 0) {
            *out = self->at[i];
            return true;
        }
    return false;
}

//  A handle comes in a session that is signed: nobody can try another.
bool tokens_find_handle (const tokens_t *self, const char *handle, struct token *out)
{
    for (size_t i = 0; i < self->count; i++)
        if (strcmp (self->at[i].handle, handle) == 0) {
            *out = self->at[i];
            return true;
        }
    return false;
}
