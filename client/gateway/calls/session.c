//  session.c: a token becomes a cookie, for a page, and goes again.
#include "client/gateway/access/caller.h"
#include "client/gateway/calls/calls.h"
#include "client/gateway/context.h"
#include "messages/base/clock.h"

#include <stdio.h>

enum { COOKIE_BYTES = SESSION_BYTES + 128 };

static void s_set_cookie (struct call *call, const char *word, uint64_t seconds)
{
    char cookie[COOKIE_BYTES];
    snprintf (cookie, sizeof cookie, SESSION_COOKIE "=%s; HttpOnly; SameSite=Strict; Path=/; Max-Age=%llu%s",
              word, (unsigned long long) seconds, call->gateway->tls ? "; Secure" : "");
    call_header (call, MHD_HTTP_HEADER_SET_COOKIE, cookie);
}

//  By a token; by a session it is told whose that is, and the session stays as it is.
void call_open_session (struct call *call)
{
    char word[SESSION_BYTES], check[HEX_BYTES] = "";
    sessions_t *sessions = call->gateway->sessions;
    bool known = *call->who.token.name;
    size_t n = 0;
    bool opens = known && caller_bearer (call_request_header (call, MHD_HTTP_HEADER_AUTHORIZATION), &n);
    if (opens && (!sessions_open (sessions, &call->who.token, clock_wall_ms (), word) ||
                  !sessions_forgery_check (sessions, word, check))) {
        struct error error = {.code = DMH_OK};
        error_set (&error, DMH_INTERNAL, "out of memory");
        call_fail (call, &error);
        call_finish (call);
        return;
    }
    json_writer_t *json = json_writer_new (false);
    if (json) {
        json_writer_object (json, NULL);
        json_writer_string (json, "name", known ? call->who.token.name : NULL);
        json_writer_string (json, "role", token_role_word (known ? call->who.token.role : ROLE_ADMIN));
        json_writer_string (json, "csrf", opens ? check : NULL);
    }
    call_reply_json (call, MHD_HTTP_OK, &json);
    if (opens)
        s_set_cookie (call, word, sessions_seconds (sessions));
    call_finish (call);
}

//  Whoever asks: who has the cookie can do no harm by ending it, and a page that has lost the word against
//  forged requests has to be able to.
void call_end_session (struct call *call)
{
    const char *word = MHD_lookup_connection_value (call->connection, MHD_COOKIE_KIND, SESSION_COOKIE);
    if (call->gateway->sessions && word && sessions_end (call->gateway->sessions, word, clock_wall_ms ()))
        exchange_review_listeners (call->gateway->exchange);
    call_reply (call, MHD_HTTP_NO_CONTENT, NULL, "", 0);
    s_set_cookie (call, "", 0);
    call_finish (call);
}
