//  caller.h: who a request comes from, by its Authorization or by the cookie of a session.
#ifndef DMH_CLIENT_GATEWAY_ACCESS_CALLER_H
#define DMH_CLIENT_GATEWAY_ACCESS_CALLER_H

#include "client/gateway/access/session.h"

#define SESSION_COOKIE "dmh_session"
#define FORGERY_HEADER "X-CSRF-Token"

struct caller_claim {
    const char *authorization;    //  the header's value, or NULL
    const char *cookie;           //  the value of the cookie, or NULL
    const char *forgery_check;    //  the header's value, or NULL
    bool safe;                    //  the method changes nothing
};

//  Who was let in, and until when that holds.
struct caller {
    struct token token;             //  without a name: whoever comes, as there are no tokens
    char session[SESSION_BYTES];    //  empty: by the token itself
    int64_t until;                  //  wall ms; 0: no session
};

//  DMH_OK and whose it is; DMH_NOT_FOUND: it shows no token, or one that is nobody's, or a session that is
//  over; DMH_UNAUTHORIZED: it comes with a cookie, changes something and does not say the word that goes with
//  that.
int caller_find (tokens_t *tokens, sessions_t *sessions, const struct caller_claim *claim, struct caller *out,
                 struct error *error);

//  Whether one who was let in may go on: the token is in the file yet, and the session not over.
bool caller_holds (const struct caller *self, tokens_t *tokens, sessions_t *sessions);

//  The token of an Authorization, *n bytes; NULL: it has none. Borrowed.
const char *caller_bearer (const char *authorization, size_t *n);

#endif
