//  session.h: a browser's session: a signed word that stands for a token and is none. It says which token
//  (as a handle that only who has the secret can make), until when, and an id; so any gateway with the same
//  key and the same file of tokens takes it, and what has left the file has no session any more. Only the
//  sessions that were ended are remembered, by the gateway that ended them. Any thread.
#ifndef DMH_CLIENT_GATEWAY_ACCESS_SESSION_H
#define DMH_CLIENT_GATEWAY_ACCESS_SESSION_H

#include "client/gateway/access/tokens.h"

enum {
    SESSION_ID_DIGITS = 32,
    SESSION_EXPIRY_DIGITS = 16,
    //  HANDLE.EXPIRY.ID.SIGNATURE, and a terminator
    SESSION_BYTES = TOKEN_HANDLE_BYTES + SESSION_EXPIRY_DIGITS + 1 + SESSION_ID_DIGITS + 1 + HEX_BYTES,
    SESSIONS_ENDED_MAX = 16384    //  beyond them those that would expire first are forgotten
};

typedef struct sessions sessions_t;

//  `secret`: that of the gateway's key, borrowed; `seconds`: how long a session lasts. NULL: out of memory.
sessions_t *sessions_new (const char *secret, uint64_t seconds);
void sessions_destroy (sessions_t **self_p);    //  takes NULL

//  A new word for that token; `now`: wall ms. false: libcrypto has no memory.
bool sessions_open (const sessions_t *self, const struct token *token, int64_t now, char out[SESSION_BYTES]);

//  Whose that word of `now` is, into *out, and until when (wall ms). false: it is none of this gateway's, or
//  expired, or was ended, or its token is not in the file any more.
bool sessions_find (sessions_t *self, tokens_t *tokens, const char *word, int64_t now, struct token *out,
                    int64_t *until);

//  It is found no more. false: it is none of this gateway's, or is over already.
bool sessions_end (sessions_t *self, const char *word, int64_t now);

uint64_t sessions_seconds (const sessions_t *self);

//  What a request that comes with the word and changes something has to say besides, as no page elsewhere
//  knows it. Returns out; NULL: libcrypto has no memory.
char *sessions_forgery_check (const sessions_t *self, const char *word, char out[HEX_BYTES]);

#endif
