//  caller.c: see caller.h.
#include "client/gateway/access/caller.h"

#include "messages/base/clock.h"

#include <openssl/crypto.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

const char *caller_bearer (const char *authorization, size_t *n)
{
    static const char SCHEME[] = "Bearer ";
    if (!authorization || strncasecmp (authorization, SCHEME, sizeof SCHEME - 1) != 0)
        return NULL;
    const char *token = authorization + sizeof SCHEME - 1;
    token += strspn (token, " ");
    *n = strcspn (token, " \t");
    return token;
}

//  In a time that tells nothing of how much of it is right.
static bool s_is_word (const char *given, const char *word)
{
    size_t n = strlen (word);
    return strlen (given) == n && CRYPTO_memcmp (given, word, n) == 0;
}

int caller_find (tokens_t *tokens, sessions_t *sessions, const struct caller_claim *claim, struct caller *out,
                 struct error *error)
{
    char check[HEX_BYTES];
    size_t n = 0;
    const char *token = caller_bearer (claim->authorization, &n);
    bool by_cookie = !token && claim->cookie;
    struct caller caller = {.until = 0};
    bool found = by_cookie ? sessions_find (sessions, tokens, claim->cookie, clock_wall_ms (), &caller.token,
                                            &caller.until)
                           : token && tokens_find (tokens, token, n, &caller.token);
    if (!found)
        return error_set (error, DMH_NOT_FOUND, "%s",
                          by_cookie ? "this session is over; sign in again"
                                    : "this gateway wants a token: Authorization: Bearer TOKEN");
    if (by_cookie && !claim->safe &&
        (!claim->forgery_check || !sessions_forgery_check (sessions, claim->cookie, check) ||
         !s_is_word (claim->forgery_check, check)))
        return error_set (error, DMH_UNAUTHORIZED,
                          "a request of a session that changes something says " FORGERY_HEADER
                          ", as POST /api/v1/session answered it");
    if (by_cookie)    //  it has that length, as it was found
        snprintf (caller.session, sizeof caller.session, "%s", claim->cookie);
    *out = caller;
    return DMH_OK;
}

bool caller_holds (const struct caller *self, tokens_t *tokens, sessions_t *sessions)
{
    struct token token;
    int64_t until;
    return !tokens || (tokens_holds (tokens, &self->token) &&
                       (!*self->session ||
                        sessions_find (sessions, tokens, self->session, clock_wall_ms (), &token, &until)));
}
